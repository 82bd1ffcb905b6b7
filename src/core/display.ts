/** What the screen shows of a call and of a changed file, as plain data. */

/** One line of a diff: kept, removed or added. `before`/`after` are line numbers from 1. */
export type DiffLine =
  | {readonly type: 'kept'; readonly text: string; readonly before: number; readonly after: number}
  | {readonly type: 'removed'; readonly text: string; readonly before: number}
  | {readonly type: 'added'; readonly text: string; readonly after: number};

/** A change of one file as a person reads it; `hunks` are runs of neighbouring lines. */
export interface FileDiff {
  readonly path: string;
  readonly added: number;
  readonly removed: number;
  readonly hunks: readonly (readonly DiffLine[])[];
}

/** What the screen shows of a call's result, or of what a call is about to do. */
export interface ToolDisplay {
  /** One line: "120 lines", "14 matches in 6 files", "+2 −1". */
  readonly summary: string;
  readonly diff?: FileDiff;
  /** Text the screen folds, such as a command's output; `cut` if it is not whole: the lines of all, and where that is. */
  readonly output?: string;
  readonly cut?: {readonly lines: number; readonly note: string};
}

/** How a call ended. */
export type ToolOutcome = 'ok' | 'failed' | 'denied' | 'interrupted';
