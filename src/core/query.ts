/**
 * The loop: one for REPL, one-shot, library and subagents. It yields facts, returns the outcome and throws only bugs.
 * An abort of the turn's scope is an outcome. Whoever breaks off leaves no process, no listener and no call without
 * its result in the history.
 */
import {book} from './admission.js';
import type {Budget} from './budget.js';
import type {CallDeps} from './call-context.js';
import type {Scope} from './cancel.js';
import {type Deadline, startDeadline} from './deadline.js';
import {type End, maxRefusals, onlyRefused, overBudget, overSteps, stoppedByHook, toEnd, woundDown} from './endings.js';
import {Interrupted, ProviderError} from './errors.js';
import type {Answering} from './fallback.js';
import {addMail, addNote, addResults, type Growing, keepReport, toResults} from './growth.js';
import {heedEnd, heedRefusal, heedWindow, type Windowed} from './heed-window.js';
import {heedBudget, isNearEnd, leaveOneRequest} from './last-steps.js';
import type {Mailbox} from './mailbox.js';
import {toOutcome} from './outcome.js';
import {overWindow} from './overflow.js';
import {forModel} from './readable.js';
import {isRejected, type Mended, mend} from './rejection.js';
import type {Reply} from './reply.js';
import {send} from './request.js';
import {type Run, startRun, takeReply} from './run.js';
import {openBatch} from './run-tools.js';
import {heedStopHooks} from './stop-hook.js';
import {callsOf} from './transcript.js';
import type {AgentEvent, Effort, Entry, Mail, RunOutcome} from './types.js';
import {estimateInput, measure, minOutputTokens, roomFor} from './window.js';

export interface QueryOptions extends CallDeps, Growing, Windowed {
  readonly effort: Effort | null;
  /** Gives the model and its effort, which are other ones once that does not answer. */
  readonly answering: Pick<Answering, 'isReplaceable' | 'replace'>;
  /** The scope of this turn; the run ends it. */
  readonly turn: Scope;
  readonly budget: Budget;
  readonly inbox: Mailbox<Mail>;
  /** Mail that comes once the work is done is for a later run; without one it bounces, instead of never being read. */
  readonly keepsMail: boolean;
  /** Requests this run may make; null for no limit. */
  readonly maxSteps: number | null;
  /** That is the limit of a type of agents, its own or that of one above it. */
  readonly isTypeLimited: boolean;
  /** Leaves the history again if no request with it is accepted: whoever wrote it has it back. Null: all stays, in words. */
  readonly prompt: Entry | null;
  /** How many agents below this one live: it does not end before them. */
  liveChildren(): number;
  /** Settles when none does any more; `Interrupted` if `signal` aborts before that. */
  childrenEnded(signal: AbortSignal): Promise<void>;
  /** Told the outcome in any case, also when nobody reads the events to their end. */
  settled(outcome: RunOutcome): void;
}

const goOn = 'The output limit cut your answer. Continue exactly where it stopped.';

/** Runs one turn of an agent over its conversation, from the messages that are already there to the outcome. */
export async function* query(options: QueryOptions): AsyncGenerator<AgentEvent, RunOutcome> {
  const {conversation, turn, newId} = options;
  const run = startRun();
  let end: End = {reason: 'aborted'};
  let mended: Mended | null = null;
  try {
    yield {type: 'run_started', model: options.model.info.id, price: options.model.info.price};
    end = yield* loop(options, run);
  } catch (error) {
    end = toEnd(error, turn.signal);
    if (!turn.signal.aborted && !(error instanceof ProviderError)) throw error;
  } finally {
    // No yield in here: a generator that was broken off would stay suspended in it and never clean up.
    turn.abort(new Interrupted('the turn is over'));
    const results = await run.batch?.settle();
    if (run.isOpen && results) conversation.add(toResults(newId(), results), 'results');
    if (isRejected(end)) {
      mended = mend(conversation.history, options.prompt);
      conversation.become(mended.history);
    }
    options.budget.close();
    options.settled(toOutcome(run, end));
  }
  for (const event of mended?.events ?? []) yield event;
  const outcome = toOutcome(run, end);
  yield {type: 'run_finished', ...outcome};
  return outcome;
}

async function* loop(options: QueryOptions, run: Run): AsyncGenerator<AgentEvent, End> {
  const {inbox, turn} = options;
  while (true) {
    if (turn.signal.aborted) return {reason: 'aborted'};
    // Who sends no further request reads no mail either: what has come is for the next turn, or for whoever is left above.
    if (options.maxSteps !== null && run.steps >= options.maxSteps) return yield* endBySteps(options, run);
    const mails = inbox.drain();
    if (mails.some(({kind}) => kind === 'wind_down')) run.closing ??= woundDown;
    for (const event of addMail(options, mails, run.steps > 0)) yield event;
    if (run.closing && options.liveChildren() > 0) {
      yield* waitForMail(options);
      continue;
    }
    const told = heedBudget(options, run);
    if (told) yield told;
    if (told && run.closing) continue;
    const overflow = yield* heedWindow(options, run);
    if (overflow) return overflow;
    const deadline = startDeadline(options, run.closing !== null);
    let reply: Reply | End | null;
    try {
      reply = yield* request(options, run, deadline);
    } catch (error) {
      deadline.close();
      const refused = yield* heedRefusal(options, run, error);
      if (refused) return refused;
      continue;
    }
    if (reply === null || 'reason' in reply) {
      deadline.close();
      if (reply) return reply;
      continue;
    }
    const ended = heedEnd(options, run, takeReply(run, reply));
    // Its calls do not run, but each gets its result, and those that started early tell their end.
    if (ended) turn.abort(new Interrupted('the reply ended the turn'));
    const calls = run.isOpen && run.batch ? yield* run.batch.finish() : null;
    deadline.close();
    if (calls) {
      const added = addResults(options, calls.results);
      run.isOpen = false;
      yield added;
    }
    if (ended) return ended;
    if (calls && calls.stop !== null) return stoppedByHook(calls.stop);
    if (turn.signal.aborted) return {reason: 'aborted'};
    if (deadline.excess && !run.isAnswered) {
      if (run.closing) return run.closing;
      yield leaveOneRequest(options, run, overBudget(deadline.excess.message));
    } else if (calls) {
      run.stopBlocks = 0;
      run.refusals = calls.refusal === null ? 0 : run.refusals + 1;
      if (calls.refusal !== null && run.refusals >= maxRefusals)
        yield leaveOneRequest(options, run, onlyRefused(calls.refusal));
    } else {
      const end = yield* goOnOrEnd(options, run, reply);
      if (end) return end;
    }
  }
}

/** After a reply that calls nothing: what is left to do or to wait for, or the end if there is nothing. */
async function* goOnOrEnd(options: QueryOptions, run: Run, reply: Reply): AsyncGenerator<AgentEvent, End | null> {
  const {inbox} = options;
  if (run.crowding.full) return null;
  if (reply.stopReason === 'max_tokens') yield addNote(options, goOn);
  else if (reply.stopReason === 'pause_turn' || !inbox.isEmpty()) return null;
  else if (options.liveChildren() > 0) yield* waitForMail(options);
  else {
    if (!reply.entry) yield {type: 'notice', level: 'warning', text: 'The model ended its turn without a word.'};
    const isHeld = yield* heedStopHooks(options, run);
    if (!isHeld && inbox.isEmpty()) {
      if (!options.keepsMail) inbox.close();
      return {reason: 'completed'};
    }
  }
  return null;
}

/** An agent ends after its children: until then it waits for what they have to say. */
async function* waitForMail({inbox, turn, liveChildren}: QueryOptions): AsyncGenerator<AgentEvent, void> {
  yield {type: 'waiting_for_agents', count: liveChildren()};
  await inbox.wait(turn.signal);
}

/** It has no request left. One that had answered did its work, and waited only to hear of others. */
async function* endBySteps(options: QueryOptions, run: Run): AsyncGenerator<AgentEvent, End> {
  const count = options.liveChildren();
  if (count > 0) yield {type: 'waiting_for_agents', count};
  await options.childrenEnded(options.turn.signal);
  return run.closing ?? (run.isAnswered ? {reason: 'completed'} : overSteps(run.steps, options.isTypeLimited));
}

/** One request: limits, budget, stream. The reply's calls wait in `run.batch`. Null: something is to be said to it first. */
async function* request(
  options: QueryOptions,
  run: Run,
  {work, waiting}: Deadline,
): AsyncGenerator<AgentEvent, Reply | End | null> {
  const {conversation, model} = options;
  const {closing} = run;
  const inputTokens = estimateInput(conversation, options);
  const room = roomFor(model.info, inputTokens);
  if (room < minOutputTokens) return closing ?? overWindow(inputTokens, model.info.name, run.crowding.whyNot);
  const purpose = closing ? 'report' : 'step';
  const wanted = {inputTokens, maxTokens: room, price: model.info.price, model: model.info.id, purpose} as const;
  const attempts = yield* book(options, work, wanted);
  if (!attempts.accepted) {
    if (closing) return closing;
    const over = overBudget(attempts.message);
    if (run.steps === 0) return over;
    yield leaveOneRequest(options, run, over);
    return null;
  }
  // What others left while it waited may be little.
  if (!closing && run.warnedAt === null && isNearEnd(options, run)) {
    attempts.close();
    return null;
  }

  const batch = openBatch(options, {work, waiting});
  run.batch = batch;
  run.steps += 1;
  yield {type: 'request_started', step: run.steps};
  const {reply, paid, refusal, replaced, isGivenUp} = yield* send(options, run, {
    attempts,
    work,
    sink: batch,
    messages: forModel(conversation.history, model.info),
    toolChoice: closing ? 'none' : 'auto',
    yieldsToReport: closing === null,
  });
  run.last = paid;
  if (replaced !== null || isGivenUp) {
    // Nothing was said: the same step is asked of another model, or a report instead of it.
    run.steps -= 1;
    await batch.settle();
    if (replaced !== null) yield replaced;
    return null;
  }
  if (refusal !== null) return overBudget(refusal);
  if (!reply.entry) return reply;
  conversation.add(reply.entry, 'reply');
  run.isOpen = callsOf(reply.entry.message).length > 0;
  if (reply.isWhole) {
    conversation.measured = measure(reply.usage, conversation.history.length);
    conversation.answeredAt = options.clock.now();
    // The answer might have been longer: what was kept to read that is free, also for those below.
    if (!closing) keepReport(options);
  }
  const {entry, stopReason, usage} = reply;
  yield {type: 'reply_finished', entry, stopReason, usage, costUsd: paid.costUsd};
  return reply;
}
