/** How a log begins: what it is of. */
import type {AgentId} from '../core/types.js';

export interface Header {
  readonly type: 'opened';
  /** Of how a log is written. */
  readonly version: 1;
  readonly sessionId: string;
  readonly agentId: AgentId;
  /** The folder that is worked in. */
  readonly root: string;
  /** Of its repository, when it began; null outside of one, or where no branch is checked out. */
  readonly branch: string | null;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** Null for what is none. */
export function toHeader(value: object): Header | null {
  const {type, root, at} = value as Partial<Record<keyof Header, unknown>>;
  return type === 'opened' && typeof root === 'string' && typeof at === 'number' ? (value as Header) : null;
}
