export interface ReplaceOptions {
  /** Files by which programs begin, in the order in which they are put in place, after all others. */
  readonly entries: readonly string[];
  /** How long a file stays that is no longer among those of the source. */
  readonly keepForMs: number;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export function replaceFolder(source: string, target: string, options: ReplaceOptions): void;
