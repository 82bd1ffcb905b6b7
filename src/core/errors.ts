/**
 * The four error classes. Anything else that is thrown is a bug.
 *
 * A `ToolError` is read by the model and says what to do next; a `ProviderError` is what a model's server did;
 * `Interrupted` means that the signal of the caller's scope aborted; a `UsageError` is the caller's to mend.
 */

/** A tool could not do what it was asked. The model reads the message. */
export class ToolError extends Error {
  override readonly name = 'ToolError';
}

export type ProviderErrorKind =
  | 'authentication'
  | 'permission'
  | 'not_found'
  | 'invalid_request'
  | 'context_exceeded'
  | 'rate_limited'
  | 'overloaded'
  | 'server_error'
  | 'network'
  /** The stream ended before `message_stop`. */
  | 'cut'
  /** The server sent what is no answer of this API. */
  | 'garbage'
  /** No byte came for too long. */
  | 'timeout';

export interface ProviderErrorOptions extends ErrorOptions {
  readonly kind: ProviderErrorKind;
  /** HTTP status, if there was an answer. */
  readonly status?: number;
  /** How long the server asks to wait. */
  readonly retryAfterMs?: number;
  /** The server's own word on whether to try again, where it gives one; else the kind decides. */
  readonly isTransient?: boolean;
}

const transientKinds: ReadonlySet<ProviderErrorKind> = new Set([
  'rate_limited',
  'overloaded',
  'server_error',
  'network',
  'cut',
  'garbage',
  'timeout',
]);

/** A model's server refused, failed or fell silent. The message is one line for a person. */
export class ProviderError extends Error {
  override readonly name = 'ProviderError';
  readonly kind: ProviderErrorKind;
  readonly status: number | undefined;
  readonly retryAfterMs: number | undefined;
  /** Whether the same request may succeed later. */
  readonly isTransient: boolean;

  constructor(message: string, options: ProviderErrorOptions) {
    super(message, options);
    this.kind = options.kind;
    this.status = options.status;
    this.retryAfterMs = options.retryAfterMs;
    this.isTransient = options.isTransient ?? transientKinds.has(options.kind);
  }
}

/** The scope that the work hung on was aborted. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';

  constructor(message = 'interrupted', options?: ErrorOptions) {
    super(message, options);
  }
}

/** What was asked for cannot be: an unknown tool, a missing key, broken settings. Nothing was started. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
