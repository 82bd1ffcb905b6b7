/**
 * What is kept of an agent beside its conversation: its place in the tree, its runs, its mail, what it asked and what it saw. Each
 * stands in the log of the agent that it is about; mail in that of whom it is for.
 */
import type {BudgetLimits} from './tree.js';
import type {AgentId, EndState, Entry, Mail, RunOutcome} from './types.js';

/** Times are milliseconds since the epoch. */
export type TreeRecord =
  /** Once, before anything else. */
  | {
      readonly type: 'agent_spawned';
      readonly at: number;
      readonly parentId: AgentId;
      readonly callId: string;
      readonly kind: string;
      readonly name: string | null;
      readonly description: string;
      readonly background: boolean;
      readonly limits: BudgetLimits;
      /** The model's id. */
      readonly model: string;
      /** A working tree of its own, or of one above it. */
      readonly worktree?: string;
    }
  /** It had ended, and goes on, in the background. `run` counts from 1, the first included. */
  | {
      readonly type: 'agent_resumed';
      readonly at: number;
      readonly parentId: AgentId;
      readonly run: number;
      readonly worktree?: string;
    }
  | AgentEnded
  /** These ended with what they were a part of, and cannot go on. */
  | {readonly type: 'agents_dropped'; readonly agents: readonly AgentId[]}
  /** Mail came into its inbox. */
  | {readonly type: 'mail_queued'; readonly mail: Mail}
  /** It joined the history, in one line with the word that it did: so it does once. `seq` is the mail's. */
  | {readonly type: 'mail_read'; readonly entry: Entry; readonly mailId: string; readonly seq: number}
  /** It never will be read. */
  | {readonly type: 'mail_withdrawn'; readonly mailId: string}
  /** A call waits for a person; it has not begun. */
  | {readonly type: 'question_asked' | 'question_answered'; readonly callId: string}
  /** It knows this content of the file, by its hash; null: of none any more. */
  | {readonly type: 'file_seen'; readonly path: string; readonly hash: string | null};

/** A run came to its end. `paused`: the program ended first. */
export interface AgentEnded {
  readonly type: 'agent_ended';
  readonly at: number;
  readonly run: number;
  /** Above it then: it may have moved up. */
  readonly parentId: AgentId;
  readonly state: EndState | 'paused';
  readonly outcome: RunOutcome;
  /** Of this run, as its time. */
  readonly toolCalls: number;
  readonly durationMs: number;
}
