/**
 * Looks around a repository with tools that only read: counts its files and lines, opens what it says of itself,
 * counts the notes its authors left, and sums up.
 */
import {kindOf} from './kinds.js';
import {type CallResult, type Plan, type PlannedCall, take, takeOne} from './plan.js';
import {counted, cutNote, type FileCount, fileCounts, numberedLines, partNote, shortened} from './results.js';

/** Files in which a project says how it is built and tested. */
const manifests = [
  'package.json',
  'pyproject.toml',
  'Cargo.toml',
  'go.mod',
  'pom.xml',
  'Gemfile',
  'composer.json',
  'Makefile',
];

const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
const depthOf = (path: string): number => path.split('/').length;

/** The file nearest to the top whose name fits. */
function nearest(files: readonly FileCount[], fits: (name: string) => boolean): string | null {
  const found = files.map(({path}) => path).filter(path => fits(nameOf(path)));
  return found.toSorted((a, b) => depthOf(a) - depthOf(b) || a.localeCompare(b))[0] ?? null;
}

/** The path as seen from the folder that holds everything found. */
function seenFrom(files: readonly FileCount[]): (path: string) => string {
  const folders = files.map(({path}) => path.split('/').slice(0, -1));
  const first = folders[0] ?? [];
  const shared = first.findIndex((part, at) => folders.some(folder => folder[at] !== part));
  const depth = shared === -1 ? first.length : shared;
  return path => path.split('/').slice(depth).join('/');
}

export function kindTable(files: readonly FileCount[]): string {
  const rows = new Map<string, {files: number; lines: number}>();
  for (const {path, count} of files) {
    const row = rows.get(kindOf(path)) ?? {files: 0, lines: 0};
    rows.set(kindOf(path), {files: row.files + 1, lines: row.lines + count});
  }
  const sorted = [...rows].toSorted(([, a], [, b]) => b.lines - a.lines);
  const number = (value: number): string => value.toLocaleString('en-US');
  const shown = sorted.slice(0, 8).map(([kind, row]) => `| ${kind} | ${number(row.files)} | ${number(row.lines)} |`);
  if (sorted.length > 8) shown.push(`| ${sorted.length - 8} more kinds | | |`);
  return ['| Kind | Files | Lines |', '| --- | ---: | ---: |', ...shown].join('\n');
}

/** The first heading and the first paragraph of a Markdown or plain text. */
function introduction(result: CallResult): string | null {
  if (result.isError) return null;
  const lines = numberedLines(result.text).map(({text}) => text.trim());
  const title = lines.find(line => /^#+ /.test(line))?.replace(/^#+ /, '');
  const isProse = (line: string): boolean => /^[\p{L}\p{N}"'`*_(]/u.test(line) && !/^[-=*_]+$/.test(line);
  const start = lines.findIndex(isProse);
  const rest = start === -1 ? [] : lines.slice(start);
  const end = rest.findIndex(line => line === '' || line.startsWith('#'));
  const paragraph = shortened((end === -1 ? rest : rest.slice(0, end)).join(' '), 400);
  return [title && `**${title}**`, paragraph].filter(Boolean).join(': ') || null;
}

/** What a manifest says: name, version and scripts of a package.json; of others that it is there, and its size. */
function manifestLine(path: string, result: CallResult): string | null {
  if (result.isError) return null;
  const lines = numberedLines(result.text);
  if (nameOf(path) !== 'package.json') return `- \`${path}\`: ${counted(lines.length, 'line')}`;
  try {
    const {name, version, scripts} = JSON.parse(lines.map(({text}) => text).join('\n'));
    const commands = Object.keys(scripts ?? {}).map(script => `\`${script}\``);
    const identity = [name, version].filter(part => typeof part === 'string').join(' ') || 'no name';
    return `- \`${path}\`: ${identity}; ${commands.length > 0 ? `scripts ${commands.join(', ')}` : 'no scripts'}`;
  } catch {
    return `- \`${path}\` is not valid JSON`;
  }
}

export function largestLine(files: readonly FileCount[], shown: (path: string) => string): string {
  const largest = files.toSorted((a, b) => b.count - a.count).slice(0, 3);
  return `- Largest: ${largest.map(({path, count}) => `\`${shown(path)}\` (${counted(count, 'line')})`).join(', ')}`;
}

function notesLine(result: CallResult): string {
  const notes = fileCounts(result.text);
  const total = notes.reduce((sum, {count}) => sum + count, 0);
  return total === 0
    ? '- No TODO or FIXME notes'
    : `- Notes to come back to (TODO, FIXME): ${total.toLocaleString('en-US')} in ${counted(notes.length, 'file')}`;
}

const notes: PlannedCall = {
  name: 'Grep',
  input: {pattern: '\\b(TODO|FIXME)\\b', output_mode: 'count', head_limit: 0},
};

/** The plan of `look around this repository`. */
export function* lookAround(): Plan {
  const census = yield* takeOne('I count the files first.', {
    name: 'Grep',
    input: {pattern: '^', output_mode: 'count', head_limit: 0},
  });
  const files = fileCounts(census.text);
  if (census.isError) return `I could not list the files here: ${census.text}`;
  if (files.length === 0) return 'This folder holds no text files that I can see.';

  // Another search of everything would take as long.
  const isTooMuch = cutNote(census.text)?.startsWith('The search was stopped') ?? false;
  const readme = nearest(files, name => /^readme(\.|$)/i.test(name));
  const manifest = nearest(files, name => manifests.includes(name));
  const opened = [readme, manifest].filter(path => path !== null);
  const calls: readonly PlannedCall[] = [
    ...opened.map(path => ({name: 'Read', input: {file_path: path}})),
    ...(isTooMuch ? [] : [notes]),
  ];
  const count = `${counted(files.length, 'file')}${isTooMuch ? ' until the search was stopped' : ''}`;
  const aim =
    opened.length === 0
      ? ', but no README. I look for what the authors left to do.'
      : `. Now what the project says of itself${isTooMuch ? '' : ', and what its authors left to do'}.`;
  const results = calls.length === 0 ? [] : yield* take(`${count}${aim}`, ...calls);
  return summary({
    files,
    part: partNote(census.text),
    readme,
    manifest,
    answers: new Map(opened.map((path, at) => [path, results[at]])),
    notes: isTooMuch ? undefined : results.at(-1),
  });
}

interface Findings {
  readonly files: readonly FileCount[];
  /** How much of the files that is, if it is not all. */
  readonly part: string | null;
  readonly readme: string | null;
  readonly manifest: string | null;
  readonly answers: ReadonlyMap<string, CallResult | undefined>;
  readonly notes: CallResult | undefined;
}

function summary({files, part, readme, manifest, answers, notes}: Findings): string {
  const shown = seenFrom(files);
  const about = readme === null ? undefined : answers.get(readme);
  const built = manifest === null ? undefined : answers.get(manifest);
  const facts = [
    manifest && built && manifestLine(shown(manifest), built),
    largestLine(files, shown),
    notes && !notes.isError && notesLine(notes),
  ];
  return [about && introduction(about), kindTable(files), part, facts.filter(Boolean).join('\n')]
    .filter(Boolean)
    .join('\n\n');
}
