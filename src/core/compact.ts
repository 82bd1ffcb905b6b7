/**
 * Makes a summary the beginning of a history that is too long. What comes of it has to be much shorter, or the history stays
 * what it was.
 */
import {gather, type Known, openTodos} from './carried.js';
import {divide, leastTokens} from './divide.js';
import {estimate} from './estimate.js';
import {addNote, type Growing} from './growth.js';
import {type Heard, hear} from './hear.js';
import type {Caller} from './question.js';
import {givenUp, noWords, requestSummary, type SummaryMeans, tooLong} from './request-summary.js';
import type {Run} from './run.js';
import {clearOld} from './shrink.js';
import {addSpending} from './spending.js';
import {askForSummary, toSummary} from './summary.js';
import {createEntry} from './transcript.js';
import type {Agents} from './tree.js';
import type {AgentEvent, CompactionTrigger, Entry} from './types.js';
import {nothingSpent} from './usage.js';
import {estimateInput, sizeOf} from './window.js';

export interface Compacting extends SummaryMeans, Omit<Growing, 'budget'>, Heard, Known, Pick<Caller, 'lineage'> {
  readonly agents: Agents;
}

export interface CompactionWish {
  readonly trigger: CompactionTrigger;
  readonly instructions: string | null;
  /** So much the provider says is too long, whatever it was estimated at. */
  readonly isRefused: boolean;
}

/** The part of what it sums up that a summary may take: 40 % and more come free. */
const mostLeft = 0.6;
/** The part of a history that is tried again after it was too long. */
const nextPart = 0.6;
/** For so long a provider keeps what it has read. */
const cacheMs = 5 * 60_000;

/** Null once it is done; else why it is not, which was told as well. Throws as a request does. */
export async function* compact(
  options: Compacting,
  run: Pick<Run, 'usage' | 'costUsd'>,
  {trigger, instructions, isRefused}: CompactionWish,
): AsyncGenerator<AgentEvent, string | null> {
  const {conversation, turn} = options;
  const before = estimateInput(conversation, options);
  const {head, tail} = divide(conversation.history);
  const size = estimate(head);
  let paid = nothingSpent;
  const fail = (message: string) => ({type: 'compaction_failed', trigger, message, ...paid}) as const;

  if (size < leastTokens) {
    const message = `There is little to sum up: about ${size.toLocaleString('en-US')} tokens.`;
    yield fail(message);
    return message;
  }
  const said = await hear(options, {event: 'PreCompact', trigger, instructions}, turn.signal, trigger);
  if (said?.decision === 'deny' || said?.stop !== undefined) {
    const message = `A hook is against it: ${said.stop ?? said.reason ?? 'it gave no reason.'}`;
    yield fail(message);
    return message;
  }
  if (trigger === 'auto' && isCold(options)) {
    const cleared = clear(options, before);
    if (cleared) {
      yield cleared;
      return null;
    }
  }
  yield {type: 'compaction_started', trigger, tokens: before};
  const wishes = [instructions, said?.context].filter(text => text?.trim()).join('\n') || null;
  let target = isRefused ? size * nextPart : Infinity;
  let why = '';
  for (const isShort of [false, true]) {
    const ask = askForSummary(wishes, isShort && why === tooLong);
    const asked = yield* requestSummary(options, run, {head, ask, target, mayCall: why !== noWords});
    paid = addSpending(paid, asked.paid);
    if ('why' in asked) {
      why = asked.why;
      if (why === givenUp) break;
      if (asked.isTooLarge) target = Math.min(size, target) * nextPart;
      continue;
    }
    const entry = toEntry(options, {words: asked.words, head, isUnderWay: trigger === 'auto' && tail.length === 0});
    if (estimate([entry]) > size * mostLeft) {
      why = tooLong;
      continue;
    }
    const entries = [entry, ...tail];
    const after = sizeOf(options, entries);
    conversation.turnInto(entries, [{type: 'compacted', at: options.clock.now(), trigger, entries, before, after}]);
    yield {type: 'compaction_finished', trigger, entry, before, after, ...paid};
    yield* hearAfter(options, trigger, asked.words);
    return null;
  }
  yield fail(why);
  return why;
}

const isCold = ({conversation, clock}: Compacting): boolean =>
  conversation.answeredAt !== null && clock.now() - conversation.answeredAt >= cacheMs;

/** What old calls returned leaves the history, if that is enough by itself. */
function clear(options: Compacting, before: number): AgentEvent | null {
  const {conversation} = options;
  const size = estimate(conversation.history);
  const {entries, count} = clearOld(conversation.history);
  const changed = new Map(entries.map(entry => [entry.id, entry]));
  const next = conversation.history.map(entry => changed.get(entry.id) ?? entry);
  if (estimate(next) > size * mostLeft) return null;
  conversation.turnInto(
    next,
    entries.map(entry => ({type: 'entry_cleared', entry})),
  );
  return {type: 'results_cleared', count, before, after: sizeOf(options, next)};
}

interface Made {
  readonly words: string;
  readonly head: readonly Entry[];
  readonly isUnderWay: boolean;
}

function toEntry(options: Compacting, {words, head, isUnderWay}: Made): Entry {
  const carried = gather(head, options);
  const agents = options.agents.below().filter(({endedAt}) => endedAt === null);
  const text = toSummary({words, carried, todos: openTodos(options), agents, isUnderWay});
  return {...createEntry(options.newId(), {role: 'user', content: [{type: 'text', text}]}), carried};
}

/** The hooks that hear of it. What they say to a conversation that begins, they say to this one. */
async function* hearAfter(
  options: Compacting,
  trigger: CompactionTrigger,
  summary: string,
): AsyncGenerator<AgentEvent, void> {
  const {signal} = options.turn;
  await hear(options, {event: 'PostCompact', trigger, summary}, signal, trigger);
  if (options.lineage.length > 1) return;
  const said = await hear(options, {event: 'SessionStart', source: 'compact'}, signal, 'compact');
  if (said?.context?.trim()) yield addNote(options, said.context);
}
