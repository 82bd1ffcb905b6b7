/** How hooks are named, and how what they say reaches the model and the person: in the words of Claude Code, bounded. */
import type {HookInput} from '../core/policy.js';
import {toPlainText} from '../platform/plain-text.js';

/** Characters of one text of a hook that the model gets. */
const maxModelCharacters = 10_000;
/** Characters of one output of a hook that programs get. */
const maxProgramCharacters = 100_000;
/** Characters of one text of a hook that the person gets. */
const maxPersonCharacters = 1_000;

/** What matchers are held against; null where a hook of the event always listens. */
export function subjectOf(input: HookInput): string | null {
  switch (input.event) {
    case 'PreToolUse':
    case 'PermissionRequest':
    case 'PostToolUse':
    case 'PostToolUseFailure':
      return input.call.tool;
    case 'SubagentStart':
    case 'SubagentStop':
      return input.kind;
    case 'SessionStart':
      return input.source;
    case 'SessionEnd':
      return input.reason;
    case 'Notification':
      return input.about;
    case 'PreCompact':
    case 'PostCompact':
      return input.trigger;
    case 'UserPromptSubmit':
    case 'Stop':
      return null;
    default:
      return input satisfies never;
  }
}

/** `PreToolUse:Bash`, `Stop`. */
export function hookName(input: HookInput): string {
  const subject = subjectOf(input);
  return subject === null ? input.event : `${input.event}:${subject}`;
}

export const toReminder = (text: string): string => `<system-reminder>\n${text}\n</system-reminder>`;

/** A text for the model: what was cut is said to be. */
export const forModel = (text: string): string => shorten(toPlainText(text).trim(), maxModelCharacters);

/** What a hook printed, for programs that watch. */
export const forProgram = (text: string): string => shorten(text, maxProgramCharacters);

/** A text for the person's screen. */
export const forPerson = (text: string): string => shorten(toPlainText(text).trim(), maxPersonCharacters);

function shorten(text: string, most: number): string {
  if (text.length <= most) return text;
  // A cut may fall into a surrogate pair; half a pair is no text.
  const kept = text.slice(0, most).replace(/[\uD800-\uDBFF]$/, '');
  return `${kept}\n[… ${text.length - kept.length} characters left out …]`;
}

/** A command in a sentence: one line, not too long. */
export function toLabel(command: string): string {
  const [line = '', ...rest] = toPlainText(command).trim().split('\n');
  return rest.length > 0 || line.length > 120 ? `${line.slice(0, 120)}…` : line;
}
