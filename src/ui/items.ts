/**
 * What stands on the screen, one after the other: prompts, mail, replies, calls, agents that ended, notices, ends of
 * turns. Plain data.
 */
import type {AgentId, EndReason, EndState, ToolDisplay} from '../core/types.js';
import type {GrowingText} from './growing-text.js';

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
  /** What the title is made from: all of a command, for example. */
  readonly subject: string;
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
  /** The agent that this call waits for, and what that came to. */
  readonly agent: {readonly id: AgentId; readonly end: AgentItem | null} | null;
  /** The equal refusals after it that it stands for as well, and whether all were about the same. */
  readonly more: {readonly count: number; readonly areSame: boolean} | null;
}

/** What an agent came to. Its figures are its own, without those of the agents below it. */
export interface AgentItem {
  readonly type: 'agent';
  readonly id: string;
  readonly agentId: AgentId;
  readonly kind: string;
  readonly description: string;
  readonly state: EndState;
  readonly toolCalls: number;
  readonly durationMs: number;
  readonly tokens: number;
  readonly costUsd: number | null;
  /** `failed: 400 …`; empty if it is done. */
  readonly why: string;
  /** Its last words; empty if there were none. */
  readonly text: string;
  /** The agents below it that ended before it. */
  readonly below: readonly AgentItem[];
}

/** Text or thinking of a reply. */
export interface TextItem extends GrowingText {
  readonly type: 'text' | 'thinking';
  readonly id: string;
  readonly entryId: string;
  readonly isWhole: boolean;
}

/** What a turn came to; the root's with the agents below. */
export interface EndItem {
  readonly type: 'end';
  readonly id: string;
  readonly reason: EndReason;
  readonly durationMs: number;
  readonly tokens: number;
  readonly costUsd: number | null;
  readonly message: string;
  /** How many agents below have a part in the figures. */
  readonly agents: number;
}

export interface NoticeItem {
  readonly type: 'notice';
  readonly id: string;
  readonly level: 'info' | 'warning' | 'error';
  readonly text: string;
}

export interface PromptItem {
  readonly type: 'prompt';
  readonly id: string;
  readonly text: string;
}

/** A message that reached the agent while it worked, or waits to; what waits when the agent ends is not delivered. */
export interface MailItem {
  readonly type: 'mail';
  readonly id: string;
  readonly from: AgentId | 'user';
  readonly text: string;
  readonly state: 'queued' | 'delivered' | 'undelivered';
  /** Since when, in milliseconds since the epoch. */
  readonly at: number;
}

export type Item = PromptItem | MailItem | TextItem | CallItem | AgentItem | NoticeItem | EndItem;

/** The texts among them: what a parser lays out. */
export function textsOf(items: readonly Item[]): readonly string[] {
  return items.flatMap(item => (item.type === 'text' ? [item.text] : []));
}

/** Whether nothing that may still happen changes the item. */
export function isFinal(item: Item): boolean {
  switch (item.type) {
    case 'text':
    case 'thinking':
      return item.isWhole;
    case 'call':
      return item.isWhole && hasEnded(item) && item.agent?.end !== null;
    case 'mail':
      return item.state !== 'queued';
    case 'prompt':
    case 'agent':
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
