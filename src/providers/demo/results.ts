/** Reads what the tools return, and writes what the demo model shows of it. */

/** A line of a file as Read numbers it. */
export interface NumberedLine {
  readonly number: number;
  readonly text: string;
}

/** The numbered lines of a Read result; notes around them are left out. */
export function numberedLines(result: string): readonly NumberedLine[] {
  return result.split('\n').flatMap(line => {
    const match = /^\s*(\d+)\t(.*)$/.exec(line);
    return match ? [{number: Number(match[1]), text: match[2] ?? ''}] : [];
  });
}

/** A file and a number, as Grep counts. */
export interface FileCount {
  readonly path: string;
  readonly count: number;
}

/** The `path:count` lines of a Grep result. */
export function fileCounts(result: string): readonly FileCount[] {
  return result.split('\n').flatMap(line => {
    const match = /^(.+):(\d+)$/.exec(line);
    return match?.[1] === undefined ? [] : [{path: match[1], count: Number(match[2])}];
  });
}

/** The paths of a Glob result, which ends in notes where it is not all there is. */
export function listedPaths(result: string): readonly string[] {
  const [list = ''] = result.split('\n\n');
  return list === 'No files.' ? [] : list.split('\n').filter(line => line !== '');
}

/** The tool's own word at the end of a result that is not all there is: `[250 of 900 files shown. …]`. */
export function cutNote(result: string): string | null {
  return /\n\[([^\]]+)\]\s*$/.exec(result)?.[1] ?? null;
}

/** What a person is told where a listing is not all there is: how much of it was seen, or why no more. Null if it is all. */
export function partNote(result: string): string | null {
  const note = cutNote(result);
  if (note === null) return null;
  const [, shown, all, noun] = /^(\d+) of (\d+) (\w+) shown/.exec(note) ?? [];
  if (shown && all)
    return `I saw ${Number(shown).toLocaleString('en-US')} of ${Number(all).toLocaleString('en-US')} ${noun}.`;
  const [stopped] = /^The search was stopped[^:.]*/.exec(note) ?? [];
  return stopped === undefined ? 'There is more that I have not seen.' : `${stopped}.`;
}

/** A code block around any text: the fence is longer than every fence inside. */
export function fenced(text: string, language = ''): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
}

/** `1 file`, `1,200 files`. */
export function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`;
}

/** A line short enough for a terminal. */
export function shortened(line: string, width = 100): string {
  const text = line.trim();
  return text.length <= width ? text : `${text.slice(0, width - 1)}…`;
}

/** The language for a code block, from a file's name. */
export function languageOf(path: string): string {
  return /\.([a-z0-9]+)$/i.exec(path)?.[1]?.toLowerCase() ?? '';
}
