/**
 * The one path of a tool call, for every agent at every depth: validate, PreToolUse, permission, run, PostToolUse,
 * truncate. Whatever goes wrong on it, the call gets exactly one result; only the batch decides when it starts.
 */
import {createScope, interruption, race} from './cancel.js';
import type {OfferedCall} from './draft.js';
import {Interrupted, ToolError} from './errors.js';
import type {Clock, Commands, Files, Hooks, Permissions, Place, Tool} from './ports.js';
import {namesOf} from './tool-names.js';
import {denied, type Settled, toDisplay, toFailure, toResultBlock, withNotes} from './tool-result.js';
import type {AgentEvent, AgentId, CallInfo, ToolDisplay, ToolResult, ToolResultBlockParam} from './types.js';

export interface CallDeps {
  readonly agentId: AgentId;
  readonly tools: ReadonlyMap<string, Tool>;
  readonly place: Place;
  readonly files: Files;
  readonly commands: Commands;
  readonly hooks: Hooks | null;
  readonly permissions: Permissions;
  readonly clock: Clock;
}

/** The call's place in its batch. */
export interface CallHandle {
  readonly signal: AbortSignal;
  tell(event: AgentEvent): void;
  /** Settles once whoever reads the events has taken this one. */
  announce(event: AgentEvent): Promise<void>;
  whenKept(effect: () => void): void;
}

export interface CallEnd {
  readonly block: ToolResultBlockParam;
  /** Set when a hook asked that the turn end here. */
  readonly stop: string | null;
}

/** How long an aborted call may take to hand back what it had: TERM, half a second, KILL, and some air. */
const graceMs = 1_000;

/** What a call is about, if it may start while its reply still streams: a read that nobody has a say in. */
export function toEarlyCall({block, fault}: OfferedCall, deps: CallDeps): CallInfo | null {
  const tool = deps.tools.get(block.name);
  if (tool?.effect !== 'reads' || fault !== undefined) return null;
  const events = ['PreToolUse', 'PostToolUse', 'PostToolUseFailure'] as const;
  if (events.some(event => deps.hooks?.matches(event, tool.name))) return null;
  try {
    const info = toInfo(block.id, tool, tool.parse(block.input), block.input, deps.place);
    const {verdict} = deps.permissions.decide({...info, agentId: deps.agentId, effect: tool.effect});
    return verdict === 'allow' ? info : null;
  } catch {
    // Said when the call is run: whatever is wrong with it becomes its result.
    return null;
  }
}

/** Runs one call to its end. Never throws: also a bug in a tool becomes this call's error result. */
export async function runCall(
  call: OfferedCall,
  deps: CallDeps,
  handle: CallHandle,
  isAnnounced: boolean,
): Promise<CallEnd> {
  const {id, name} = call.block;
  const end = ({outcome, result, stop, durationMs = 0}: Settled): CallEnd => {
    const block = toResultBlock(id, result);
    const display = toDisplay(result);
    handle.tell({type: 'tool_finished', callId: id, result: block, display, outcome, durationMs});
    return {block, stop: stop ?? null};
  };
  try {
    return end(await walk(call, deps, handle, isAnnounced));
  } catch (error) {
    return end(toFailure(error, name, handle.signal));
  }
}

/** The result of a call that is not even tried. */
export function refuseCall({block}: OfferedCall, reason: string, handle: Pick<CallHandle, 'tell'>): CallEnd {
  const result: ToolResultBlockParam = {type: 'tool_result', tool_use_id: block.id, content: reason, is_error: true};
  const display = {summary: reason};
  handle.tell({type: 'tool_finished', callId: block.id, result, display, outcome: 'denied', durationMs: 0});
  return {block: result, stop: null};
}

async function walk(
  {block, fault}: OfferedCall,
  deps: CallDeps,
  handle: CallHandle,
  isAnnounced: boolean,
): Promise<Settled> {
  if (handle.signal.aborted) throw interruption(handle.signal);
  const tool = deps.tools.get(block.name);
  if (!tool) {
    throw new ToolError(`There is no tool "${block.name}" here. The tools are: ${namesOf(deps.tools).join(', ')}.`);
  }
  if (fault !== undefined) throw new ToolError(`${fault} Call ${tool.name} again with one JSON object.`);
  let input = tool.parse(block.input);
  let info = toInfo(block.id, tool, input, block.input, deps.place);

  let isAllowedByHook = false;
  let mustAsk = false;
  const notes: string[] = [];
  if (deps.hooks?.matches('PreToolUse', tool.name)) {
    const {agentId} = deps;
    const said = await race(deps.hooks.run({event: 'PreToolUse', agentId, call: info}, handle.signal), handle.signal);
    if (said.decision === 'deny' || said.stop !== undefined) {
      return denied(said.reason ?? said.stop ?? 'A hook refused this call.', said.stop);
    }
    if (said.updatedInput !== undefined) {
      input = tool.parse(said.updatedInput);
      info = toInfo(block.id, tool, input, said.updatedInput, deps.place);
    }
    isAllowedByHook = said.decision === 'allow';
    mustAsk = said.decision === 'ask';
    if (said.context) notes.push(said.context);
  }

  const {files, commands, place, agentId} = deps;
  const {signal} = handle;
  const callId = block.id;
  const progress = (text: string): void => handle.tell({type: 'tool_progress', callId, text});
  const context = {agentId, callId, signal, place, files, commands, progress, whenKept: handle.whenKept};

  const request = {...info, agentId, effect: tool.effect};
  let verdict = deps.permissions.decide(request);
  if (mustAsk && verdict.verdict === 'allow') verdict = {verdict: 'ask'};
  if (verdict.verdict === 'ask' && !isAllowedByHook) {
    const preview = await race(tool.preview?.(input, context) ?? Promise.resolve(undefined), signal);
    verdict = await ask(info, preview, handle, () => deps.permissions.ask(request, signal));
  }
  if (verdict.verdict === 'deny') return denied(verdict.message);

  if (!isAnnounced) await race(handle.announce({type: 'tool_started', ...info}), signal);
  const startedAt = deps.clock.now();
  const settled = await runTool(() => tool.run(input, context), tool.name, handle.signal, deps.clock);
  const ran = {...settled, durationMs: deps.clock.now() - startedAt, result: withNotes(settled.result, notes)};
  return afterwards(ran, info, deps, handle);
}

async function ask(
  info: CallInfo,
  preview: ToolDisplay | undefined,
  handle: CallHandle,
  question: () => ReturnType<Permissions['ask']>,
): ReturnType<Permissions['ask']> {
  // The question is open before it is told, so that whoever hears of it can answer at once.
  const answer = question();
  handle.tell({type: 'question_asked', ...info, ...(preview && {preview})});
  try {
    const verdict = await race(answer, handle.signal);
    handle.tell({type: 'question_answered', callId: info.callId, verdict: verdict.verdict});
    return verdict;
  } catch (error) {
    handle.tell({type: 'question_answered', callId: info.callId, verdict: 'cancelled'});
    throw error;
  }
}

async function runTool(
  run: () => Promise<ToolResult>,
  name: string,
  signal: AbortSignal,
  clock: Clock,
): Promise<Settled> {
  try {
    const result = await finishOrAbandon(run(), signal, clock);
    if (!result.isError) return {outcome: 'ok', result};
    return {outcome: signal.aborted ? 'interrupted' : 'failed', result};
  } catch (error) {
    return toFailure(error, name, signal);
  }
}

/** As `work`; once the signal aborts, `work` has `graceMs` to hand back what it has, then it is left alone. */
async function finishOrAbandon<T>(work: Promise<T>, signal: AbortSignal, clock: Clock): Promise<T> {
  try {
    return await race(work, signal);
  } catch (error) {
    if (!signal.aborted) throw error;
    const patience = createScope();
    const giveUp = clock.sleep(graceMs, patience.signal).then(() => Promise.reject(interruption(signal)));
    try {
      return await Promise.race([work, giveUp]);
    } finally {
      patience.abort();
    }
  }
}

async function afterwards(
  ran: Settled,
  call: CallInfo,
  {hooks, agentId}: CallDeps,
  {signal}: CallHandle,
): Promise<Settled> {
  const event = ran.outcome === 'ok' ? 'PostToolUse' : 'PostToolUseFailure';
  if (!hooks?.matches(event, call.tool) || signal.aborted) return ran;
  try {
    const said = await race(hooks.run({event, agentId, call, result: ran.result}, signal), signal);
    const blocked = said.decision === 'deny' && said.reason ? [said.reason] : [];
    return {
      ...ran,
      result: withNotes(ran.result, [...blocked, ...(said.context ? [said.context] : [])]),
      stop: said.stop,
    };
  } catch (error) {
    // The call itself is done: an interrupt that comes now must not hide its result.
    if (error instanceof Interrupted) return ran;
    throw error;
  }
}

function toInfo(callId: string, tool: Tool, parsed: unknown, input: unknown, place: Place): CallInfo {
  return {callId, tool: tool.name, title: tool.title(parsed, place), input};
}
