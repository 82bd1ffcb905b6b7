/**
 * Where a text that was not found stands but for what the eye hardly sees: how many blanks are between its words, or whether
 * an accent is a part of its letter or a character of its own.
 */

export interface NearMatch {
  /** Index of its first line. */
  readonly start: number;
  /** How many lines it has. */
  readonly count: number;
  readonly despite: 'blanks' | 'accents' | 'blanks and accents';
}

const withoutRuns = (line: string): string => line.replace(/[^\S\n]+/g, ' ').trim();
const composed = (line: string): string => line.normalize('NFC');

const folds = [
  ['blanks', withoutRuns],
  ['accents', composed],
  ['blanks and accents', (line: string) => withoutRuns(composed(line))],
] as const;

/** The first place, null if there is none. Line breaks of both are LF. */
export function nearMatch(text: string, wanted: string): NearMatch | null {
  if (wanted.trim() === '') return null;
  const [lines, wantedLines] = [text.split('\n'), wanted.split('\n')];
  for (const [despite, fold] of folds) {
    const folded = lines.map(fold).join('\n');
    const at = folded.indexOf(wantedLines.map(fold).join('\n'));
    if (at !== -1) return {start: folded.slice(0, at).split('\n').length - 1, count: wantedLines.length, despite};
  }
  return null;
}
