/**
 * An answer to a question as a program gives it, which may be written without types or come from elsewhere. Only what is
 * exactly an allowance allows; what is neither that nor a refusal is no answer.
 */
import type {Verdict} from '../core/policy.js';
import {type PermissionMode, permissionModes, type Reach} from '../core/question.js';

const reaches: readonly Reach[] = ['session', 'subtree', 'project'];

/** Throws `TypeError` for anything else. */
export function checkVerdict(given: unknown): Verdict {
  const {verdict, reach, mode, message, summary} = toFields(given);
  if (verdict === 'deny') {
    return {
      verdict,
      ...(message !== undefined && {message: toText('message', message)}),
      ...(summary !== undefined && {summary: toText('summary', summary)}),
    };
  }
  if (verdict !== 'allow') throw new TypeError(`The answer's verdict is ${show(verdict)}, not "allow" or "deny".`);
  return {
    verdict,
    ...(reach !== undefined && {reach: toOneOf<Reach>('reach', reach, reaches)}),
    ...(mode !== undefined && {mode: toOneOf<PermissionMode>('mode', mode, permissionModes)}),
  };
}

function toFields(given: unknown): Readonly<Record<string, unknown>> {
  if (typeof given === 'object' && given !== null) return {...given};
  throw new TypeError(`The answer is ${show(given)}, not an object with a verdict.`);
}

function toText(name: string, value: unknown): string {
  if (typeof value === 'string') return value;
  throw new TypeError(`The answer's ${name} is ${show(value)}, not a text.`);
}

function toOneOf<Word extends string>(name: string, value: unknown, words: readonly Word[]): Word {
  const found = words.find(word => word === value);
  if (found !== undefined) return found;
  throw new TypeError(`The answer's ${name} is ${show(value)}, not one of ${words.join(', ')}.`);
}

const show = (value: unknown): string => JSON.stringify(value) ?? String(value);
