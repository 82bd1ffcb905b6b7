/** What stands on the screen, one after the other: prompts, replies, calls, notices, ends of turns. Plain data. */
import type {EndReason, ToolDisplay} from '../core/types.js';

export type CallState =
  /** The reply is still writing its input. */
  | 'preparing'
  /** Written, not started. */
  | 'queued'
  | 'asking'
  | 'running'
  | 'ok'
  | 'failed'
  | 'denied'
  | 'interrupted';

export interface CallItem {
  readonly type: 'call';
  readonly id: string;
  /** The reply it belongs to; empty if none was seen. */
  readonly entryId: string;
  /** Its reply is whole: it can no longer be taken back. */
  readonly isWhole: boolean;
  readonly tool: string;
  readonly title: string;
  readonly state: CallState;
  /** The person was asked and said no. */
  readonly isRefused: boolean;
  /** Characters of input written so far. */
  readonly inputLength: number;
  /** The end of what a running call printed. */
  readonly output: string;
  readonly display: ToolDisplay | null;
  /** Milliseconds since the epoch; null before the start. */
  readonly startedAt: number | null;
  readonly durationMs: number;
}

/** Text or thinking of a reply. */
export interface TextItem {
  readonly type: 'text' | 'thinking';
  readonly id: string;
  readonly entryId: string;
  readonly text: string;
  readonly isWhole: boolean;
}

/** What a turn came to. Tokens are those newly read or written: cached input is not counted again. */
export interface EndItem {
  readonly type: 'end';
  readonly id: string;
  readonly reason: EndReason;
  readonly durationMs: number;
  readonly tokens: number;
  readonly costUsd: number | null;
  readonly message: string;
}

export interface NoticeItem {
  readonly type: 'notice';
  readonly id: string;
  readonly level: 'info' | 'warning' | 'error';
  readonly text: string;
}

export interface PromptItem {
  readonly type: 'prompt' | 'mail';
  readonly id: string;
  readonly text: string;
}

export type Item = PromptItem | TextItem | CallItem | NoticeItem | EndItem;

/** Whether nothing that may still happen changes the item. */
export function isFinal(item: Item): boolean {
  switch (item.type) {
    case 'text':
    case 'thinking':
      return item.isWhole;
    case 'call':
      return item.isWhole && hasEnded(item);
    case 'prompt':
    case 'mail':
    case 'notice':
    case 'end':
      return true;
    default:
      return item satisfies never;
  }
}

export function hasEnded({state}: CallItem): boolean {
  return state === 'ok' || state === 'failed' || state === 'denied' || state === 'interrupted';
}
