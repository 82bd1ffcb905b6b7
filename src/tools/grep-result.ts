/**
 * What ripgrep found as Grep gives it, sorted, so that the same search says the same: lines and counts by path, files
 * by age.
 */
import {stat} from 'node:fs/promises';
import {join} from 'node:path';
import type {ToolResult} from '../core/types.js';
import type {SearchPlace} from './search-place.js';
import {showLines} from './shown-lines.js';

/** Beyond so many files, the newest are not looked for. */
const maxDated = 5_000;
const divider = '--';
const narrow = 'Raise head_limit, or narrow the search with path, glob or the pattern.';

/** One file's part of ripgrep's output. */
interface FileMatches {
  readonly path: string;
  readonly lines: string[];
}

/** What a search without a match says. */
export const nothing: ToolResult = {content: 'No matches.', display: {summary: 'no matches'}};

/** Output lines "path NUL line", by file in the order of the paths. A divider stays with the file before it. */
function groupByFile(output: string, {hides}: SearchPlace): readonly FileMatches[] {
  const files = new Map<string, FileMatches>();
  let last: FileMatches | undefined;
  for (const line of output.split('\n')) {
    const nul = line.indexOf('\0');
    if (nul === -1) {
      if (line === divider) last?.lines.push(line);
      continue;
    }
    const path = line.slice(0, nul);
    last = files.get(path) ?? {path, lines: []};
    files.set(path, last);
    last.lines.push(line.slice(nul + 1).replace(/\r$/, ''));
  }
  return [...files.values()].filter(({path}) => !hides(path)).sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** A line of ripgrep's: its number, a colon if it matches or a hyphen if it is context, its text. */
function toShownLine(path: string, line: string, numbered: boolean): string {
  if (line === divider) return line;
  const [, number = '', mark = ':', text = ''] = /^(\d+)([:-])(.*)$/s.exec(line) ?? [];
  return numbered ? `${path}${mark}${number}${mark}${text}` : `${path}${mark}${text}`;
}

const counted = (count: number, one: string, several: string): string => `${count} ${count === 1 ? one : several}`;

const inFiles = (matches: number, files: number): string =>
  `${counted(matches, 'match', 'matches')} in ${counted(files, 'file', 'files')}`;

/** Every line that matches, and those around it that were asked for. */
export function showMatches(
  output: string,
  place: SearchPlace,
  {limit, numbered}: {readonly limit: number; readonly numbered: boolean},
): ToolResult {
  const files = groupByFile(output, place);
  if (files.length === 0) return nothing;
  const isDivided = files.some(({lines}) => lines.includes(divider));
  const lines = files.flatMap((file, index) => {
    const path = place.toShown(file.path);
    // Between which files ripgrep wrote a divider, the sorting has made meaningless.
    const own = file.lines.at(-1) === divider ? file.lines.slice(0, -1) : file.lines;
    const between = isDivided && index > 0 ? [divider] : [];
    return [...between, ...own.map(line => toShownLine(path, line, numbered))];
  });
  const matches = files.flatMap(file => file.lines).filter(line => /^\d+:/.test(line)).length;
  return {
    content: showLines(lines, {limit, what: 'lines', more: narrow}),
    display: {summary: inFiles(matches, files.length)},
  };
}

/** How many lines match, by file. */
export function showCounts(output: string, place: SearchPlace, limit: number): ToolResult {
  const files = groupByFile(output, place);
  if (files.length === 0) return nothing;
  const matches = files.reduce((sum, {lines: [count]}) => sum + Number(count), 0);
  const lines = files.map(({path, lines: [count]}) => `${place.toShown(path)}:${count}`);
  return {
    content: showLines(lines, {limit, what: 'files', more: narrow}),
    display: {summary: inFiles(matches, files.length)},
  };
}

/** Newest first; of very many files, those beyond the bound follow by name. */
async function byAge(folder: string, paths: readonly string[]): Promise<readonly string[]> {
  const modified = (path: string): Promise<number> =>
    stat(join(folder, path)).then(
      ({mtimeMs}) => mtimeMs,
      () => 0,
    );
  const dated = await Promise.all(paths.slice(0, maxDated).map(async path => ({path, modified: await modified(path)})));
  const sorted = dated.sort((a, b) => b.modified - a.modified).map(({path}) => path);
  return [...sorted, ...paths.slice(maxDated)];
}

/** The files that match. */
export async function showFiles(
  output: string,
  {folder, toShown, hides}: SearchPlace,
  limit: number,
): Promise<ToolResult> {
  const found = output.split('\0').filter(path => path !== '' && !hides(path));
  if (found.length === 0) return nothing;
  const paths = await byAge(folder, found.sort());
  return {
    content: showLines(paths.map(toShown), {limit, what: 'files', more: narrow}),
    display: {summary: counted(paths.length, 'file', 'files')},
  };
}
