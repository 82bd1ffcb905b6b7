/**
 * What a call comes to, as the model and the screen get it: failures in words, notes of hooks, bounds.
 */
import {Interrupted, ToolError} from './errors.js';
import {LimitError} from './limits.js';
import {interruptedResult, unstartedResult} from './transcript.js';
import type {AgentEvent, ToolDisplay, ToolResult, ToolResultBlockParam} from './types.js';

export type CallOutcome = Extract<AgentEvent, {type: 'tool_finished'}>['outcome'];
export interface Settled {
  readonly outcome: CallOutcome;
  readonly result: ToolResult;
  readonly stop?: string | undefined;
  /** How long the tool itself ran, without questions and hooks. */
  readonly durationMs?: number;
}

/** Characters of a result that reach the model. Tools bound their own output below it; this catches the rest. */
const maxResultCharacters = 100_000;

/** An error as a result: what a tool says to the model, an interrupt, or a bug that costs only this call. */
export function toFailure(error: unknown, tool: string, signal: AbortSignal): Settled {
  if (isInterrupt(error, signal)) return interrupted(interruptedResult(''), 'interrupted');
  if (error instanceof LimitError) return denied(error.message);
  if (error instanceof ToolError) return {outcome: 'failed', result: {content: error.message, isError: true}};
  const reason = error instanceof Error ? error.message : String(error);
  const content = `${tool} failed in a way it should not: ${reason}. Try another way.`;
  return {outcome: 'failed', result: {content, isError: true}};
}

/** As `toFailure`, of a call whose tool has not run. */
export function toUnstarted(error: unknown, tool: string, signal: AbortSignal): Settled {
  return isInterrupt(error, signal) ? interrupted(unstartedResult(''), 'not started') : toFailure(error, tool, signal);
}

const isInterrupt = (error: unknown, signal: AbortSignal): boolean => error instanceof Interrupted || signal.aborted;

function interrupted({content = ''}: ToolResultBlockParam, summary: string): Settled {
  return {outcome: 'interrupted', result: {content, isError: true, display: {summary}}};
}

export function denied(message: string, stop?: string): Settled {
  return {outcome: 'denied', result: {content: message, isError: true}, stop};
}

/** The result with text that hooks have for the model. */
export function withNotes(result: ToolResult, notes: readonly string[]): ToolResult {
  if (notes.length === 0) return result;
  const {content} = result;
  if (typeof content === 'string') return {...result, content: [content, ...notes].filter(Boolean).join('\n\n')};
  return {...result, content: [...content, ...notes.map(text => ({type: 'text', text}) as const)]};
}

/** The block that goes into the history: bounded, without blank texts, which the API refuses, and never empty. */
export function toResultBlock(callId: string, {content, isError}: ToolResult): ToolResultBlockParam {
  const bounded =
    typeof content === 'string'
      ? truncate(content)
      : content
          .filter(part => part.type !== 'text' || part.text.trim() !== '')
          .map(part => (part.type === 'text' ? {...part, text: truncate(part.text)} : part));
  const kept = bounded.length > 0 ? bounded : '(no output)';
  return {type: 'tool_result', tool_use_id: callId, content: kept, ...(isError && {is_error: true})};
}

const truncate = (text: string): string =>
  text.length <= maxResultCharacters ? text : shorten(text, maxResultCharacters, '');

/** The beginning and the end of a text, together so many characters of it, and between them what is left out, and why. */
export function shorten(text: string, characters: number, why: string): string {
  const half = Math.floor(characters / 2);
  // A cut may fall into a surrogate pair; half a pair is no text that the API takes.
  const head = text.slice(0, half).replace(/[\uD800-\uDBFF]$/, '');
  const tail = text.slice(text.length - half).replace(/^[\uDC00-\uDFFF]/, '');
  return `${head}\n[… ${text.length - 2 * half} characters left out${why} …]\n${tail}`;
}

/** Characters of a failure that the screen gets. */
const maxReasonCharacters = 2_000;

/** What the screen shows when the tool said nothing about it: the first line; of a failure the others as well. */
export function toDisplay({display, content, isError}: ToolResult): ToolDisplay {
  if (display) return display;
  const text = typeof content === 'string' ? content : content.map(part => ('text' in part ? part.text : '')).join('');
  const [summary = '', ...rest] = text.split('\n', isError ? undefined : 1);
  if (!isError) return {summary: summary.slice(0, 200)};
  const output = rest.join('\n').slice(0, maxReasonCharacters);
  return {summary: summary.slice(0, maxReasonCharacters), ...(output.trim() !== '' && {output})};
}
