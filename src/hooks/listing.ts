/** What a session shows of its hooks, and tells them at its end. Types only: they are part of the library's. */

/** What is to be seen of a hook: a row of `/hooks`. */
export interface HookListing {
  readonly event: string;
  readonly matcher: string | null;
  /** The command, or the name of a function. */
  readonly command: string;
  readonly timeoutMs: number | null;
  readonly onFailure: 'allow' | 'block';
  /** The file it is from, `--settings`, or `function`. */
  readonly source: string;
}

/** Why a session ends. */
export type EndingReason = 'clear' | 'prompt_input_exit' | 'other';
