/**
 * What identifies a request of a recorded conversation: its messages, its tools, and whether it may call them. The
 * system text with its date and its state of git, the effort and the limit of the answer belong to the day, not to the
 * conversation; nor do the names count that a run gave the files of its own, and how long an agent took.
 */
import type {ModelRequest} from '../core/ports.js';
import {renaming} from './recorded-files.js';

/** The identity as JSON text. */
export const identityOf = ({messages, tools, toolChoice}: ModelRequest): string =>
  JSON.stringify({messages, tools, toolChoice}).replace(/(?<=duration_ms: )\d+/g, '0');

export interface Difference {
  readonly path: string;
  readonly was: string;
  readonly is: string;
}

/** Where the identities of two requests first differ; null if they are the same. */
export function differenceOf(was: string, is: string): Difference | null {
  const renamed = renaming(was, is)(was);
  return renamed === is ? null : differenceIn(JSON.parse(renamed), JSON.parse(is));
}

/** The first place where two JSON values differ, or null. */
function differenceIn(was: unknown, is: unknown, path = ''): Difference | null {
  if (Object.is(was, is)) return null;
  if (!isContainer(was) || !isContainer(is) || Array.isArray(was) !== Array.isArray(is)) {
    const from = commonStart(was, is);
    return {path, was: show(was, from), is: show(is, from)};
  }
  for (const key of new Set([...Object.keys(was), ...Object.keys(is)])) {
    const step = Array.isArray(was) ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`;
    const difference = differenceIn(was[key], is[key], step);
    if (difference) return difference;
  }
  return null;
}

const isContainer = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

/** Characters before the first one that differs, if both are texts. */
function commonStart(was: unknown, is: unknown): number {
  if (typeof was !== 'string' || typeof is !== 'string') return 0;
  let at = 0;
  while (at < was.length && was[at] === is[at]) at += 1;
  return at;
}

/** A value for a message: short, and of a text the part from shortly before the difference. */
function show(value: unknown, from: number): string {
  const begin = Math.max(0, from - 20);
  const text = value === undefined ? 'absent' : JSON.stringify(typeof value === 'string' ? value.slice(begin) : value);
  const shown = text.length > 60 ? `${text.slice(0, 59)}…` : text;
  return begin > 0 ? `…${shown}` : shown;
}
