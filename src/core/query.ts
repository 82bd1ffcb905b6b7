/**
 * The loop: one for REPL, one-shot, library and subagents. It yields facts, returns the outcome and throws only bugs.
 * An abort of the turn's scope is an outcome. Whoever breaks off leaves no process, no listener and no call without
 * its result in the history.
 */
import {bookAttempts} from './attempts.js';
import type {Budget} from './budget.js';
import {race, type Scope} from './cancel.js';
import {Interrupted, ProviderError} from './errors.js';
import type {Mailbox} from './mailbox.js';
import type {Model, ToolDefinition} from './ports.js';
import {type Reply, streamReply} from './reply.js';
import type {CallDeps} from './run-call.js';
import {type Batch, openBatch} from './run-tools.js';
import {append, callsOf, createEntry, estimate, forModel, type Measured, repair, textOf} from './transcript.js';
import type {
  AgentEvent,
  Effort,
  EndReason,
  Entry,
  Mail,
  RunOutcome,
  StopReason,
  ToolResultBlockParam,
  Usage,
} from './types.js';
import {addUsage, noUsage} from './usage.js';

/** An agent's memory, grown by its runs. Only `query` and its session write it. */
export interface Conversation {
  history: readonly Entry[];
  /** What the provider last counted, to estimate the next request from. */
  measured: Measured;
}

export interface QueryOptions extends CallDeps {
  readonly conversation: Conversation;
  readonly model: Model;
  readonly effort: Effort | null;
  readonly system: string;
  /** What the model is told of the tools, the same bytes in every request. */
  readonly definitions: readonly ToolDefinition[];
  /** The scope of this turn; the run ends it. */
  readonly turn: Scope;
  readonly budget: Budget;
  readonly inbox: Mailbox<Mail>;
  /** Requests this run may make; null for no limit. */
  readonly maxSteps: number | null;
  newId(): string;
  /** Told the outcome in any case, also when nobody reads the events to their end. */
  settled(outcome: RunOutcome): void;
}

type End = Pick<RunOutcome, 'reason' | 'error'>;

interface Run {
  steps: number;
  usage: Usage;
  costUsd: number | null;
  text: string;
  stopReason: StopReason | null;
  /** The last reply broke off in its text: the next one goes on with it. */
  isContinued: boolean;
  /** Replies in a row that the output limit cut. */
  cuts: number;
  /** Replies in a row that the server paused. */
  pauses: number;
  /** Stop hooks in a row that kept the turn going. */
  stopBlocks: number;
  /** The last reply's batch, and whether its results are still missing in the history. */
  batch: Batch | null;
  isOpen: boolean;
}

/** A request asks for no more output than this, so that a budget is not booked out by one request. */
const maxOutputTokens = 64_000;
/** Below it a window is full: there is no room for an answer. */
const minOutputTokens = 1_000;
/** Cut replies in a row after which a run ends: one that only talks is asked once to go on. */
const maxCuts = {talking: 2, calling: 4};
/** A server that only ever pauses is not waited for without end. */
const maxPauses = 10;
/** Stop hooks that object to every end must not hold an agent for ever. */
const maxStopBlocks = 8;

/** Runs one turn of an agent over its conversation, from the messages that are already there to the outcome. */
export async function* query(options: QueryOptions): AsyncGenerator<AgentEvent, RunOutcome> {
  const {conversation, turn, newId} = options;
  const {history} = conversation;
  const run: Run = {
    steps: 0,
    usage: noUsage,
    costUsd: 0,
    text: '',
    stopReason: null,
    isContinued: false,
    cuts: 0,
    pauses: 0,
    stopBlocks: 0,
    batch: null,
    isOpen: false,
  };
  let end: End = {reason: 'aborted'};
  try {
    yield {type: 'run_started', model: options.model.info.id};
    end = yield* loop(options, run);
  } catch (error) {
    end = toEnd(error, turn.signal);
    if (!turn.signal.aborted && !(error instanceof ProviderError)) throw error;
  } finally {
    // No yield in here: a generator that was broken off would stay suspended in it and never clean up.
    turn.abort(new Interrupted('the turn is over'));
    const results = await run.batch?.settle();
    if (run.isOpen && results) conversation.history = append(conversation.history, toResults(newId(), results));
    conversation.history = [...history, ...repair(conversation.history.slice(history.length), newId)];
    options.settled(toOutcome(run, end));
  }
  const outcome = toOutcome(run, end);
  yield {type: 'run_finished', ...outcome};
  return outcome;
}

function toOutcome({steps, usage, costUsd, text, stopReason}: Run, end: End): RunOutcome {
  return {...end, text, steps, usage, costUsd, stopReason};
}

async function* loop(options: QueryOptions, run: Run): AsyncGenerator<AgentEvent, End> {
  const {conversation, inbox, turn} = options;
  while (true) {
    for (const mail of inbox.drain()) yield record(conversation, toUser(options.newId(), mail.text), 'mail');
    if (turn.signal.aborted) return {reason: 'aborted'};
    const reply = yield* step(options, run);
    if ('reason' in reply) return reply;

    const {entry} = reply;
    const calls = entry ? callsOf(entry.message) : [];
    run.stopReason = reply.stopReason;
    const said = entry ? textOf(entry.message) : '';
    run.text = run.isContinued ? run.text + said : said;
    run.isContinued = calls.length === 0 && (reply.stopReason === 'max_tokens' || reply.stopReason === 'pause_turn');
    run.cuts = reply.stopReason === 'max_tokens' ? run.cuts + 1 : 0;
    run.pauses = reply.stopReason === 'pause_turn' ? run.pauses + 1 : 0;
    const ended = toEarlyEnd(reply, run, calls.length > 0);
    // Its calls do not run, but each gets its result, and those that started early tell their end.
    if (ended) turn.abort(new Interrupted('the reply ended the turn'));

    if (calls.length > 0 && run.batch) {
      const {results, stop} = yield* run.batch.finish();
      run.isOpen = false;
      yield record(conversation, toResults(options.newId(), results), 'results');
      if (ended) return ended;
      if (stop !== null) return {reason: 'stopped', error: {kind: 'hook', message: stop}};
      run.stopBlocks = 0;
    } else if (ended) return ended;
    else if (turn.signal.aborted) return {reason: 'aborted'};
    else if (reply.stopReason === 'max_tokens') yield record(conversation, goOn(options.newId()), 'runtime');
    else if (reply.stopReason === 'pause_turn' || !inbox.isEmpty()) continue;
    else {
      if (!entry) yield {type: 'notice', level: 'warning', text: 'The model ended its turn without a word.'};
      const objection = await stopHook(options, run);
      if (objection === null) return {reason: 'completed'};
      yield record(conversation, toUser(options.newId(), objection), 'runtime');
    }
  }
}

/** One request: limits, budget, stream. The reply's calls wait in `run.batch`. */
async function* step(options: QueryOptions, run: Run): AsyncGenerator<AgentEvent, Reply | End> {
  const {conversation, model, budget, maxSteps} = options;
  if (maxSteps !== null && run.steps >= maxSteps) {
    const message = `Stopped at the limit of ${maxSteps} steps. Raise --max-turns, or ask it to go on.`;
    return {reason: 'max_steps', error: {kind: 'max_steps', message}};
  }
  const inputTokens = estimateInput(options);
  const room = roomFor(options, inputTokens);
  if (room < minOutputTokens) {
    const message = `The conversation (about ${inputTokens} tokens) fills the window of ${model.info.name}. Shorten the prompt, or start a new one.`;
    return {reason: 'context_exceeded', error: {kind: 'context_exceeded', message}};
  }
  const attempts = bookAttempts(budget, {inputTokens, maxTokens: room, price: model.info.price});
  if (!attempts.accepted) return overBudget(attempts.message);

  const batch = openBatch(options, options.turn);
  run.batch = batch;
  let cost: number | null = null;
  let refusal: string | null = null;
  let reply: Reply;
  run.steps += 1;
  try {
    yield {type: 'request_started', step: run.steps};
    reply = yield* streamReply({
      model,
      request: {
        system: options.system,
        tools: options.definitions,
        messages: forModel(conversation.history, model.info),
        maxTokens: attempts.maxTokens,
        effort: options.effort,
        toolChoice: 'auto',
      },
      signal: options.turn.signal,
      sink: batch,
      newId: options.newId,
      isKnownCall: callId => conversation.history.some(({message}) => callsOf(message).some(({id}) => id === callId)),
      spent: attempts.spent,
      mayRepeat() {
        refusal = attempts.repeat();
        return refusal === null;
      },
    });
  } finally {
    const paid = attempts.close();
    cost = paid.costUsd;
    run.usage = addUsage(run.usage, paid.usage);
    run.costUsd = run.costUsd === null || cost === null ? null : run.costUsd + cost;
  }
  if (refusal !== null) return overBudget(refusal);
  if (!reply.entry) return reply;
  conversation.history = append(conversation.history, reply.entry);
  run.isOpen = callsOf(reply.entry.message).length > 0;
  if (reply.isWhole) conversation.measured = measure(reply.usage, conversation.history.length);
  const {entry, stopReason, usage} = reply;
  yield {type: 'reply_finished', entry, stopReason, usage, costUsd: cost};
  return reply;
}

function overBudget(message: string): End {
  return {reason: 'budget', error: {kind: 'budget', message}};
}

/** Endings that are outcomes of their own, calls or not. Null: the loop goes on as usual. */
function toEarlyEnd({stopReason, isWhole}: Reply, run: Run, isCalling: boolean): End | null {
  if (!isWhole) return null;
  const end = (reason: EndReason, message: string): End => ({reason, error: {kind: reason, message}});
  if (stopReason === 'refusal')
    return end('refused', 'The model refused to answer. Rephrase the request, or start a new conversation.');
  if (stopReason === 'model_context_window_exceeded') {
    return end('context_exceeded', 'The conversation fills the model’s window. Start a new one.');
  }
  if (run.pauses >= maxPauses)
    return end('truncated', 'The server paused its answer again and again. Ask for the rest.');
  if (run.cuts >= (isCalling ? maxCuts.calling : maxCuts.talking)) {
    return end('truncated', 'The answer is longer than one reply may be, and was cut. Ask for the rest.');
  }
  return null;
}

async function stopHook({hooks, agentId, turn}: QueryOptions, run: Run): Promise<string | null> {
  if (!hooks?.matches('Stop') || run.stopBlocks >= maxStopBlocks) return null;
  const input = {event: 'Stop', agentId, text: run.text, repeated: run.stopBlocks > 0} as const;
  const said = await race(hooks.run(input, turn.signal), turn.signal);
  if (said.decision !== 'deny' || said.stop !== undefined) return null;
  run.stopBlocks += 1;
  return `Stop hook feedback:\n${said.reason ?? 'The work is not done yet.'}`;
}

function toEnd(error: unknown, signal: AbortSignal): End {
  if (signal.aborted) return {reason: 'aborted'};
  if (!(error instanceof ProviderError)) return {reason: 'error', error: {kind: 'bug', message: String(error)}};
  const {message, kind, status} = error;
  const reason = kind === 'context_exceeded' ? 'context_exceeded' : 'error';
  return {reason, error: {message, kind, ...(status !== undefined && {status})}};
}

type Origin = Extract<AgentEvent, {type: 'entry_appended'}>['origin'];

/** Appends before it tells: an event that was seen is never missing from the history. */
function record(conversation: Conversation, entry: Entry, origin: Origin): AgentEvent {
  conversation.history = append(conversation.history, entry);
  return {type: 'entry_appended', entry, origin};
}

function estimateInput({conversation: {history, measured}, system, definitions}: QueryOptions): number {
  const fresh = measured.entries === 0 ? Math.ceil((system.length + JSON.stringify(definitions).length) / 4) : 0;
  return fresh + estimate(history, measured);
}

function roomFor({model: {info}}: QueryOptions, inputTokens: number): number {
  const most = Math.min(info.maxOutputTokens, maxOutputTokens);
  return info.contextWindow === null ? most : Math.min(most, info.contextWindow - inputTokens);
}

function measure({input, output, cacheRead, cacheWrite}: Usage, entries: number): Measured {
  return {entries, tokens: input + output + cacheRead + cacheWrite};
}

function toUser(id: string, text: string): Entry {
  return createEntry(id, {role: 'user', content: [{type: 'text', text}]});
}

function goOn(id: string): Entry {
  return toUser(id, 'The output limit cut your answer. Continue exactly where it stopped.');
}

function toResults(id: string, results: readonly ToolResultBlockParam[]): Entry {
  return createEntry(id, {role: 'user', content: [...results]});
}
