/** Going back to before a message of the person, as the screen knows it: what there is to go back to, and what it would do. */
import {plural} from '../format.js';
import {cleanLine} from '../text/clean.js';

/** A message of the person. */
export interface RewindPoint {
  readonly id: string;
  readonly text: string;
}

export interface RewindFiles {
  readonly files: readonly {
    readonly path: string;
    readonly becomes: 'changed' | 'deleted' | 'created';
    /** Null of what is no text. */
    readonly added: number | null;
    readonly removed: number | null;
  }[];
  readonly refused: readonly {readonly path: string; readonly why: string}[];
  /** Why it is not known what commands have changed. */
  readonly unwatched: string | null;
}

/** What goes back. */
export interface RewindScope {
  readonly files: boolean;
  readonly conversation: boolean;
}

export interface Rewinding {
  /** The oldest first. */
  points(): readonly RewindPoint[];
  preview(id: string): Promise<RewindFiles>;
  /** Rejects where a turn runs. `ended`: agents that were started since. */
  rewind(id: string, scope: RewindScope): Promise<RewindFiles & {readonly ended: number}>;
}

export const nothingToRewind = 'There is no message to go back to yet.';

/** In one line. */
export const pointWords = ({text}: RewindPoint): string => cleanLine(text.replace(/\s+/g, ' ').trim());

/** Which files stay, which a person would expect to go back, and what happens to the others. */
export function fileWords({files, refused, unwatched}: RewindFiles): readonly string[] {
  return [
    ...(unwatched === null ? [] : [`What commands have changed is not known: ${cleanLine(unwatched)}`]),
    ...refused.map(({path, why}) => `${cleanLine(path)} stays: it ${why}`),
    ...files.map(file => `${cleanLine(file.path)}  ${changeWords(file)}`),
  ];
}

function changeWords({becomes, added, removed}: RewindFiles['files'][number]): string {
  const lines = added === null || removed === null ? 'no text' : `+${added} −${removed}`;
  return becomes === 'changed' ? lines : `${becomes === 'deleted' ? 'is deleted' : 'is made again'}, ${lines}`;
}

/** What was done; that the conversation went back, it says itself. Empty where there is nothing more to say. */
export function doneWords(done: RewindFiles & {readonly ended: number}, scope: RewindScope): string {
  const {files, ended} = done;
  const back = files.length === 0 ? 'No file had to change.' : `${plural(files.length, 'file')} brought back:`;
  return [
    ...(ended === 0 ? [] : [`${plural(ended, 'agent')} stopped.`]),
    ...(scope.files ? [back, ...fileWords(done)] : []),
  ].join('\n');
}
