/** Messages between agents, and from the person. */

/** Identifies one agent within its session; the root is `main`. */
export type AgentId = string;

/** Delivered at a step boundary, exactly once. */
export interface Mail {
  readonly id: string;
  /** Counts per recipient from 1. */
  readonly seq: number;
  readonly from: AgentId | 'user';
  readonly to: AgentId;
  readonly kind: 'steer' | 'message' | 'wind_down' | 'agent_finished' | 'command_ended';
  readonly text: string;
  /** Whether it wakes an agent that waits. */
  readonly wake: boolean;
  /** Of `agent_finished`: which run of that agent it tells of, from 1. */
  readonly run?: number;
}

/** The answer to a push: at which place of the queue it stands, or why it was refused. */
export type Receipt =
  | {readonly accepted: true; readonly id: string; readonly seq: number; readonly position: number}
  | {readonly accepted: false; readonly reason: 'unknown' | 'stopped' | 'full'};

/** What an inbox held when the program ended, and how many had come into it by then. */
export interface KeptMail {
  readonly unread: readonly Mail[];
  readonly count: number;
}

/** Of the mail of one inbox with that number. */
export const mailIdOf = (to: AgentId, seq: number): string => `mail-${to}-${seq}`;
