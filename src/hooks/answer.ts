/**
 * What one hook says: its exit code and output, read by the contract of Claude Code. JSON that is not understood is
 * plain text, and a fault that the person hears of.
 */
import type {HookInput, HookOutcome} from '../core/policy.js';
import {forModel, forPerson, hookName, toReminder} from './words.js';

/** Like a merged outcome, with what is for the person. `context` stands as the model gets it. */
export interface Answer extends HookOutcome {
  readonly message?: string;
}

/** Why a hook's word is not to be had. `kind` tells one sort from another, so that each is told once. */
export interface Fault {
  readonly kind: string;
  /** Goes on after the hook's name: "failed with exit code 3: …". */
  readonly text: string;
}

export interface Said {
  readonly answer: Answer;
  readonly fault: Fault | null;
}

export interface Printed {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

type Event = HookInput['event'];
type Fields = Readonly<Record<string, unknown>>;

/** Whose `deny` counts. */
const blockable: ReadonlySet<Event> = new Set<Event>([
  'PreToolUse',
  'PermissionRequest',
  'PostToolUse',
  'PostToolUseFailure',
  'UserPromptSubmit',
  'PreCompact',
  'Stop',
  'SubagentStop',
]);
/** Who has the model's ear. */
const heardByModel: ReadonlySet<Event> = new Set<Event>([
  'PreToolUse',
  'PostToolUse',
  'PostToolUseFailure',
  'UserPromptSubmit',
  'SessionStart',
  'SubagentStart',
  'PreCompact',
]);
/** Whose plain output is for the model. */
const plainContext: ReadonlySet<Event> = new Set<Event>(['UserPromptSubmit', 'SessionStart', 'PreCompact']);

const nothing: Said = {answer: {}, fault: null};

/** Reads what a command printed that exited by itself. */
export function readPrinted(input: HookInput, command: string, {exitCode, stdout, stderr}: Printed): Said {
  switch (exitCode) {
    case 0:
      return readOutput(input, command, stdout.trim());
    case 2: {
      const reason = `[${command}]: ${forModel(stderr) || 'No stderr output'}`;
      if (!blockable.has(input.event)) return {answer: {message: forPerson(stderr) || reason}, fault: null};
      return {answer: {decision: 'deny', reason: toReason(input, command, reason, true)}, fault: null};
    }
    default:
      return {answer: {}, fault: toExitFault(exitCode, stderr)};
  }
}

function toExitFault(exitCode: number | null, stderr: string): Fault {
  const [first = ''] = forPerson(stderr).split('\n');
  const what = exitCode === 127 ? 'was not found (exit code 127)' : `failed with exit code ${exitCode}`;
  return {kind: `exit ${exitCode}`, text: first === '' ? what : `${what}: ${first}`};
}

function readOutput(input: HookInput, command: string, output: string): Said {
  if (!output.startsWith('{'))
    return plainContext.has(input.event) ? {...nothing, answer: toContext(input, output)} : nothing;
  try {
    return readAnswer(input, command, JSON.parse(output));
  } catch {
    const fault = {kind: 'broken JSON', text: 'printed JSON that is broken: it was taken for plain text'};
    return {answer: plainContext.has(input.event) ? toContext(input, output) : {}, fault};
  }
}

function toContext(input: HookInput, output: string): Answer {
  return output === '' ? {} : {context: toReminder(`${hookName(input)} hook success: ${forModel(output)}`)};
}

/** Reads an answer in the shape that commands print. */
export function readAnswer(input: HookInput, command: string, value: unknown): Said {
  const problems: string[] = [];
  const fields = toFields(value) ?? {};
  const specific = readSpecific(input, fields, problems);
  const reason = textAt(specific, 'permissionDecisionReason', problems) ?? textAt(fields, 'reason', problems);
  const decided = readDecision(input, fields, specific, problems);
  const context = heardByModel.has(input.event) ? textAt(specific, 'additionalContext', problems) : undefined;
  const stopReason = textAt(fields, 'stopReason', problems);
  const message = textAt(fields, 'systemMessage', problems);
  const answer: Answer = {
    ...decided,
    ...(decided.decision === 'deny' && {reason: toReason(input, command, decided.reason ?? reason, false)}),
    ...(decided.decision === 'ask' && reason?.trim() && {reason: forPerson(reason)}),
    ...(context?.trim() && {context: toReminder(`${hookName(input)} hook additional context: ${forModel(context)}`)}),
    ...(fields.continue === false && {stop: forPerson(stopReason ?? '') || 'A hook ended the turn.'}),
    ...(message?.trim() && {message: forPerson(message)}),
  };
  const fault =
    problems.length === 0
      ? null
      : {kind: 'answer', text: `gave an answer that is not understood: ${problems.join('; ')}`};
  return {answer, fault};
}

/** The part of an answer that is for its event alone. */
function readSpecific({event}: HookInput, fields: Fields, problems: string[]): Fields {
  const {hookSpecificOutput: given} = fields;
  if (given === undefined || given === null) return {};
  const specific = toFields(given);
  if (!specific) problems.push('hookSpecificOutput is no object');
  const name = specific?.hookEventName ?? event;
  if (name === event) return specific ?? {};
  problems.push(`hookEventName is ${JSON.stringify(name)} in an answer to ${event}`);
  return {};
}

type Decided = Pick<Answer, 'decision' | 'reason' | 'updatedInput'>;

function readDecision(input: HookInput, fields: Fields, specific: Fields, problems: string[]): Decided {
  switch (input.event) {
    case 'PreToolUse': {
      const {permissionDecision: given = null, updatedInput} = specific;
      const decision = given === null ? readOldStyle(fields, problems) : toPermission(given, problems);
      return {...(decision && {decision}), ...readInput(updatedInput, problems)};
    }
    case 'PermissionRequest': {
      const nested = toFields(specific.decision);
      if (!nested) return withDecision(readOldStyle(fields, problems));
      const {behavior, updatedInput} = nested;
      const reason = textAt(nested, 'message', problems);
      const isKnown = behavior === 'allow' || behavior === 'deny';
      if (!isKnown) problems.push(`behavior is ${JSON.stringify(behavior)}, not "allow" or "deny"`);
      if (behavior === 'allow') return {decision: behavior, ...readInput(updatedInput, problems)};
      return isKnown ? {decision: behavior, ...(reason !== undefined && {reason})} : {};
    }
    default: {
      const decision = readOldStyle(fields, problems);
      return decision === 'deny' && blockable.has(input.event) ? {decision} : {};
    }
  }
}

const withDecision = (decision: Decided['decision']): Decided => (decision ? {decision} : {});

function toPermission(given: unknown, problems: string[]): Decided['decision'] {
  if (given === 'allow' || given === 'ask' || given === 'deny') return given;
  problems.push(`permissionDecision is ${JSON.stringify(given)}, not "allow", "deny" or "ask"`);
  return undefined;
}

/** `block` and `approve`, as hooks said it first. */
function readOldStyle({decision = null}: Fields, problems: string[]): Decided['decision'] {
  if (decision === null) return undefined;
  if (decision === 'block') return 'deny';
  if (decision === 'approve') return 'allow';
  problems.push(`decision is ${JSON.stringify(decision)}, not "block" or "approve"`);
  return undefined;
}

function readInput(updatedInput: unknown, problems: string[]): Decided {
  if (updatedInput === undefined || updatedInput === null) return {};
  if (toFields(updatedInput)) return {updatedInput};
  problems.push('updatedInput is no object');
  return {};
}

function textAt(fields: Fields, name: string, problems: string[]): string | undefined {
  const value = fields[name];
  if (value === undefined || value === null || typeof value === 'string') return value ?? undefined;
  problems.push(`${name} is no text`);
  return undefined;
}

function toFields(value: unknown): Fields | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? {...value} : null;
}

/** @param isExit the hook said it with exit code 2, and `said` begins with its command. */
function toReason(input: HookInput, command: string, said: string | undefined, isExit: boolean): string {
  const reason = isExit ? (said ?? '') : forModel(said ?? '');
  switch (input.event) {
    case 'PreToolUse':
      if (isExit) return `${hookName(input)} hook error: ${reason}`;
      return reason || `${hookName(input)} hook refused this call, and nothing was done.`;
    case 'PostToolUse':
    case 'PostToolUseFailure':
      return toReminder(
        `${hookName(input)} hook blocking error from command: "${command}": ${reason || 'no reason given'}`,
      );
    default:
      return reason || 'A hook refused it without a reason.';
  }
}
