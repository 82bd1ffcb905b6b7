/**
 * Who gets how many rows. The live region stays below the terminal's height, and the part that only shows what will
 * be printed anyway, the window on the running turn, never takes more than half: a shrinking terminal pushes the
 * top rows into the scrollback, where nothing can take them back.
 */
import type {Size} from './screen.js';

/** Columns of the composer before its text: mark and space. */
export const promptIndent = 2;

/** Rows of the status rule and of the blank lines above and between the parts. */
const frameRows = 3;

export interface Shares {
  readonly window: number;
  readonly activity: number;
  readonly panel: number;
  readonly composer: number;
}

/** Rows that each part would like to have. */
export type Wants = Shares;

/** Columns a draft has on the screen; one stays free for the caret behind a full row. */
export function promptColumns({columns}: Size): number {
  return Math.max(1, columns - promptIndent - 1);
}

/** The composer and what waits for a person come first, then the activity, then the window. */
export function share({rows}: Size, wants: Wants): Shares {
  let left = Math.max(1, rows - 1 - frameRows);
  const take = (wanted: number, most: number): number => {
    const given = Math.max(0, Math.min(wanted, most, left));
    left -= given;
    return given;
  };
  const composer = take(Math.max(1, wants.composer), Math.max(1, Math.floor(rows / 3)));
  const panel = take(wants.panel, Math.floor((rows * 2) / 3));
  const activity = take(wants.activity, wants.activity);
  const window = take(wants.window, Math.floor(rows / 2));
  return {composer, panel, activity, window};
}
