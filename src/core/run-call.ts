/**
 * The one path of a tool call, for every agent at every depth: validate, PreToolUse, permission, run, PostToolUse,
 * truncate. Whatever goes wrong on it, the call gets exactly one result; only the batch decides when it starts.
 */
import {type CallDeps, type CallHandle, toContext} from './call-context.js';
import {interruption, race} from './cancel.js';
import type {OfferedCall} from './draft.js';
import {Interrupted, ToolError} from './errors.js';
import {hear} from './hear.js';
import {finishOrAbandon} from './patience.js';
import {type Asking, permit, toRequest} from './permit.js';
import type {Clock, Place, Tool} from './ports.js';
import {withFitParts} from './result-parts.js';
import {namesOf} from './tool-names.js';
import {denied, type Settled, toDisplay, toFailure, toResultBlock, toUnstarted, withNotes} from './tool-result.js';
import type {CallInfo, ToolResult, ToolResultBlockParam} from './types.js';

export interface CallEnd {
  readonly block: ToolResultBlockParam;
  /** Set when a hook asked that the turn end here. */
  readonly stop: string | null;
  /** A limit, a rule or a hook said no, or there is no such tool. */
  readonly isRefused: boolean;
}

/**
 * How long an aborted call may take to hand back what it had: TERM, half a second, KILL, and some air. Whoever waits for
 * an agent waits for such calls, and for nothing else.
 */
const graceMs = {reads: 1_000, changes: 1_000, spawns: 2_000};

const unexplained = 'This call was not allowed, and nothing was done. Go on without it, or ask what to do instead.';

/** What judges calls may be another program's: only what is exactly an allowance allows. */
const notUnderstood = {
  message:
    'What judges calls here gave an answer that is not understood: the call was refused, and nothing was done. Tell the user.',
  summary: 'the permissions gave an answer that is not understood',
};

/** What a call is about, if it may start while its reply still streams: a read that nobody has a say in. */
export function toEarlyCall({block, fault}: OfferedCall, deps: CallDeps): CallInfo | null {
  const tool = deps.tools.get(block.name);
  if (tool?.effect !== 'reads' || fault !== undefined) return null;
  const events = ['PreToolUse', 'PostToolUse', 'PostToolUseFailure'] as const;
  if (events.some(event => deps.hooks?.matches(event, tool.name))) return null;
  try {
    const input = tool.parse(block.input);
    const info = toInfo(block.id, tool, input, block.input, deps.place);
    const decision = deps.permissions.decide(toRequest({info, tool, input}, deps));
    return 'verdict' in decision && decision.verdict === 'allow' ? info : null;
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
    handle.tell({type: 'tool_finished', callId: id, result: block, display: toDisplay(result), outcome, durationMs});
    return {block, stop: stop ?? null, isRefused: outcome === 'denied' || !deps.tools.has(name)};
  };
  try {
    return end(await walk(call, deps, handle, isAnnounced));
  } catch (error) {
    return end(toUnstarted(error, name, handle.signal));
  }
}

/** The result of a call that is not even tried. */
export function refuseCall({block}: OfferedCall, reason: string, handle: Pick<CallHandle, 'tell'>): CallEnd {
  const result: ToolResultBlockParam = {type: 'tool_result', tool_use_id: block.id, content: reason, is_error: true};
  const display = {summary: reason};
  handle.tell({type: 'tool_finished', callId: block.id, result, display, outcome: 'denied', durationMs: 0});
  return {block: result, stop: null, isRefused: true};
}

/** Throws only before the tool has run. */
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

  const replace = (by: unknown): void => {
    input = tool.parse(by);
    info = toInfo(block.id, tool, input, by, deps.place);
  };

  let word: 'allow' | 'ask' | undefined;
  const notes: string[] = [];
  const said = await hear(deps, {event: 'PreToolUse', call: info}, handle.signal, tool.name);
  if (said) {
    if (said.decision === 'deny' || said.stop !== undefined) {
      return denied(said.reason ?? said.stop ?? 'A hook refused this call.', said.stop);
    }
    if (said.updatedInput !== undefined) replace(said.updatedInput);
    word = said.decision;
    if (said.context) notes.push(said.context);
  }

  const {signal} = handle;
  const context = toContext(block.id, tool.name, deps, handle);
  const asking: Asking = {
    permissions: deps.permissions,
    signal,
    why: said?.reason,
    tell: handle.tell,
    hear: deps.hooks?.matches('PermissionRequest', tool.name)
      ? open => hear(deps, {event: 'PermissionRequest', call: info}, open, tool.name)
      : null,
    preview: async () => tool.preview?.(input, context),
  };
  let verdict = await permit(toRequest({info, tool, input}, deps), word, asking);
  if (verdict.verdict === 'allow' && verdict.updatedInput !== undefined) {
    // A hook answered with another input than was asked about: rules may refuse that, and nobody is asked again.
    replace(verdict.updatedInput);
    verdict = await permit(toRequest({info, tool, input}, deps), 'allow', asking);
  }
  if (verdict.verdict !== 'allow') {
    const {message, summary} = verdict.verdict === 'deny' ? verdict : notUnderstood;
    const refused = denied(message || unexplained);
    return summary === undefined ? refused : {...refused, result: {...refused.result, display: {summary}}};
  }

  if (!isAnnounced) await race(handle.announce({type: 'tool_started', ...info}), signal);
  const startedAt = deps.clock.now();
  const settled = await runTool(tool, () => tool.run(input, context), signal, deps.clock);
  const ran = {...settled, durationMs: deps.clock.now() - startedAt, result: withNotes(settled.result, notes)};
  return afterwards(ran, info, deps, handle);
}

async function runTool(
  {name, effect}: Tool,
  run: () => Promise<ToolResult>,
  signal: AbortSignal,
  clock: Clock,
): Promise<Settled> {
  try {
    const result = withFitParts(
      await finishOrAbandon(run(), signal, patience => clock.sleep(graceMs[effect], patience)),
    );
    if (result.isRefused) return {outcome: 'denied', result};
    if (!result.isError) return {outcome: 'ok', result};
    return {outcome: signal.aborted ? 'interrupted' : 'failed', result};
  } catch (error) {
    return toFailure(error, name, signal);
  }
}

async function afterwards(ran: Settled, call: CallInfo, deps: CallDeps, {signal}: CallHandle): Promise<Settled> {
  const event = ran.outcome === 'ok' ? 'PostToolUse' : 'PostToolUseFailure';
  if (signal.aborted) return ran;
  try {
    const {result, durationMs = 0} = ran;
    const said = await hear(deps, {event, call, result, durationMs}, signal, call.tool);
    if (!said) return ran;
    const blocked = said.decision === 'deny' && said.reason ? [said.reason] : [];
    return {
      ...ran,
      result: withNotes(ran.result, [...blocked, ...(said.context ? [said.context] : [])]),
      stop: said.stop,
    };
  } catch (error) {
    // The call itself is done: an interrupt that comes now must not hide its result.
    return error instanceof Interrupted ? ran : toFailure(error, call.tool, signal);
  }
}

function toInfo(callId: string, tool: Tool, parsed: unknown, input: unknown, place: Place): CallInfo {
  return {callId, tool: tool.name, title: tool.title(parsed, place), input};
}
