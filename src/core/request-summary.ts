/** The request for a summary: one as any other, of which only the words count. */
import {book} from './admission.js';
import {interruption} from './cancel.js';
import {type Deadline, type DeadlineOptions, startDeadline} from './deadline.js';
import {ProviderError} from './errors.js';
import {estimateText} from './estimate.js';
import {deaf, quietly} from './quiet.js';
import {forModel} from './readable.js';
import {type Answered, type Requesting, send} from './request.js';
import type {Run} from './run.js';
import {shrinkTo} from './shrink.js';
import {addSpending} from './spending.js';
import {createEntry, textOf} from './transcript.js';
import type {AgentEvent, Entry} from './types.js';
import {nothingSpent, type Spending} from './usage.js';
import {estimateInput, minOutputTokens, roomFor, sizeOf, summaryTokens} from './window.js';

export interface SummaryMeans extends Omit<Requesting, 'clock'>, Omit<DeadlineOptions, 'budget'> {}

export const noWords = 'The model wrote no summary.';
export const givenUp = 'It was asked to wrap up.';
export const tooLong = 'The summary is not much shorter than what it sums up: less than 40 % would come free.';

export interface Ask {
  readonly head: readonly Entry[];
  readonly ask: string;
  /** Tokens that the history may take. */
  readonly target: number;
  /** The choice of tools as in other requests, of which the cache knows the bytes. */
  readonly mayCall: boolean;
}

/** `isTooLarge`: less of the history may have what this had not. */
type Fault = {readonly why: string; readonly isTooLarge?: true};
type Asked = {readonly paid: Spending} & ({readonly words: string} | Fault);

/** Asks for a summary, with the history as it was sent before, so that the provider's cache is read. Throws as a request does. */
export async function* requestSummary(
  options: SummaryMeans,
  run: Pick<Run, 'usage' | 'costUsd'>,
  ask: Ask,
): AsyncGenerator<AgentEvent, Asked> {
  const deadline = startDeadline(options, false);
  try {
    for (let paid = nothingSpent; ; ) {
      const answered = yield* request(options, run, ask, deadline);
      paid = addSpending(paid, answered.paid);
      if ('why' in answered) return {...answered, paid};
      const {replaced, refusal, reply, isGivenUp} = answered;
      if (options.turn.signal.aborted) throw interruption(options.turn.signal);
      if (isGivenUp) return {paid, why: givenUp};
      if (replaced) {
        yield {...replaced, ...nothingSpent}; // that is told at the end
        continue;
      }
      if (refusal !== null) return {paid, why: refusal};
      if (!reply.isWhole) return {paid, why: 'The time of its budget is up.'};
      const words = reply.entry ? textOf(reply.entry.message).trim() : '';
      if (reply.stopReason === 'refusal') return {paid, why: 'The model refused to sum it up.'};
      if (words === '') return {paid, why: noWords};
      return reply.stopReason === 'max_tokens' ? {paid, why: tooLong} : {paid, words};
    }
  } finally {
    deadline.close();
  }
}

async function* request(
  options: SummaryMeans,
  run: Pick<Run, 'usage' | 'costUsd'>,
  {head, ask, target, mayCall}: Ask,
  {work}: Deadline,
): AsyncGenerator<AgentEvent, Answered | ({readonly paid: Spending} & Fault)> {
  const {conversation, model} = options;
  const {info} = model;
  const asking = createEntry('', {role: 'user', content: [{type: 'text', text: ask}]});
  const output = summaryTokens(info);
  const beside = sizeOf(options, [asking]);
  const room = info.contextWindow === null ? Infinity : info.contextWindow - output - beside;
  // As it was sent before, where that fits: what was measured of it counts.
  const whole = estimateInput({...conversation, history: head}, options) + estimateText(ask);
  const isWhole = target === Infinity && (info.contextWindow === null || whole + output <= info.contextWindow);
  const history = isWhole ? head : shrinkTo(head, Math.min(target, room));
  const inputTokens = isWhole ? whole : sizeOf(options, [...history, asking]);
  const maxTokens = Math.min(output, roomFor(info, inputTokens));
  const none = {paid: nothingSpent};
  if (maxTokens < minOutputTokens)
    return {...none, isTooLarge: true, why: `The window of ${info.name} has no room for a summary.`};
  const attempts = yield* book(options, work, {
    inputTokens,
    maxTokens,
    price: info.price,
    model: info.id,
    purpose: 'step',
  });
  if (!attempts.accepted) return {...none, isTooLarge: true, why: attempts.message};
  try {
    return yield* quietly(
      send(options, run, {
        attempts,
        work,
        sink: deaf,
        messages: forModel([...history, asking], info),
        toolChoice: mayCall ? 'auto' : 'none',
        yieldsToReport: true,
      }),
    );
  } catch (error) {
    if (!(error instanceof ProviderError) || error.kind !== 'context_exceeded') throw error;
    const why = `It is too long even to be summed up: ${error.message}`;
    return {paid: attempts.close(), isTooLarge: true, why};
  }
}
