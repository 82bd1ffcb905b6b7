/**
 * Who gets how many rows. The live region stays below the terminal's height, and the part that only shows what will
 * be printed anyway, the window on the running turn, never takes more than half: a shrinking terminal pushes the
 * top rows into the scrollback, where nothing can take them back.
 */
import {composerHeight} from './composer/composer-lines.js';
import {liveAgents} from './panes/tree.js';
import type {Screen, Size} from './screen.js';

/** Columns of the composer before its text: mark and space. */
export const promptIndent = 2;

/** The status rule. */
const ruleRows = 1;
/** From so many rows on, blank ones stand above and between the parts. */
const airyFrom = 8;
/** In a lower terminal a draft leaves its rows to a question that has the keys. */
const draftFrom = 16;

/** Rows of each part. `state` is the line that says what runs and what stops it, `queued` what was typed ahead. */
export interface Shares {
  readonly window: number;
  readonly state: number;
  readonly queued: number;
  readonly panel: number;
  readonly composer: number;
}

/** Rows that each part would like to have; `tree`: those that a panel leaves to the tree of agents. */
export interface Wants extends Shares {
  readonly tree: number;
}

/** Columns a draft has on the screen; one stays free for the caret behind a full row. */
export function promptColumns({columns}: Size): number {
  return Math.max(1, columns - promptIndent - 1);
}

export function isAiry({rows}: Size): boolean {
  return rows >= airyFrom;
}

/** Of what was typed ahead, at most so much is shown. */
const mostQueued = 3;

/** Rows for what was typed ahead. */
export function queuedRows({steered}: Screen): number {
  return Math.min(mostQueued, steered.length);
}

/** In a lower terminal a question leaves the tree no row that it needs itself. */
const treeFrom = 12;

/** Rows that a panel leaves to the tree of agents: one for an agent, one for how many are hidden. */
export function treeRows({view, size}: Screen): number {
  return size.rows < treeFrom ? 0 : Math.min(2, liveAgents(view));
}

/** Rows that the draft would like to have. */
export function draftRows({composer, size, answering}: Screen): number {
  const isElsewhere = answering?.hasFocus && !answering.kept;
  return isElsewhere && size.rows < draftFrom ? 1 : composerHeight(composer, promptColumns(size));
}

/** The composer, the state and what waits for a person come first, the window last. */
export function share(size: Size, wants: Wants): Shares {
  const {rows} = size;
  const blanks = isAiry(size) ? (wants.panel > 0 && wants.state + wants.queued > 0 ? 2 : 1) : 0;
  let left = Math.max(1, rows - 1 - ruleRows - blanks);
  const take = (wanted: number, most: number): number => {
    const given = Math.max(0, Math.min(wanted, most, left));
    left -= given;
    return given;
  };
  const composer = take(Math.max(1, wants.composer), Math.max(1, Math.floor(rows / 3)));
  const state = take(wants.state, 1);
  const panel = take(wants.panel, Math.min(Math.floor((rows * 2) / 3), left - wants.tree));
  const queued = take(wants.queued, wants.queued);
  const window = take(wants.window, Math.floor(rows / 2));
  return {composer, state, panel, queued, window};
}
