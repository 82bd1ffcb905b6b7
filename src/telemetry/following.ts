/** What follows the events of a session and makes something of them. */
import type {StampedEvent} from '../core/types.js';

export interface Following {
  follow(event: StampedEvent): void;
  /** Nothing more comes: what is still open ends. */
  end(): void;
}

/** What all that is sent of a session has in common. */
export interface SessionFacts {
  readonly sessionId: string;
  /** Whose models it asks, in the words of the conventions where they have one. */
  readonly provider: string;
}

/** The offline model is nobody's. */
export const providerOf = (model: string, {provider}: SessionFacts): string => (model === 'demo' ? 'demo' : provider);
