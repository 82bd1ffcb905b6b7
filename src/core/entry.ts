/** One message of a history, with what is known of it beside its words. */
import type {MessageParam} from '@anthropic-ai/sdk/resources/messages';

/** `id` is unique within the session. */
export interface Entry {
  readonly id: string;
  readonly message: MessageParam;
  /** So many texts at its end are from hooks, not from whom the message is from. */
  readonly notes?: number;
  /** The model that wrote an assistant message; its thinking is dropped when another model reads it. */
  readonly model?: string;
  /** Asks for something: a prompt, or what the person wrote into the work on one. A summary has it word for word. */
  readonly request?: 'prompt' | 'steer';
  /** What stands in this summary beside the model's own words; the next summary begins with it. */
  readonly carried?: Carried;
}

/** What no summary may lose, the oldest first. */
export interface Carried {
  /** The last prompt, and what the person wrote after it. */
  readonly requests: readonly string[];
  /** Paths of files. */
  readonly changed: readonly string[];
  readonly read: readonly string[];
  /** Calls that failed, with the first line of why. */
  readonly failures: readonly string[];
}
