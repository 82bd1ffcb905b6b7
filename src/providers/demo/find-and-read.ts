/** Finds a text, reads a file, runs a command: one tool each, and a second look where the first finds nothing. */
import {type CallResult, type Plan, type PlannedCall, takeOne} from './plan.js';
import {counted, fenced, languageOf, listedPaths, numberedLines, partNote, shortened} from './results.js';

/** How many matches and lines an answer shows. */
const shownMatches = 20;
const shownLines = 12;
const shownOutputLines = 20;

interface Match {
  readonly path: string;
  readonly line: string;
  readonly text: string;
}

/** The `path:line:text` lines of a Grep result. */
const matchesOf = (result: CallResult): readonly Match[] =>
  result.text.split('\n').flatMap(line => {
    const [, path, number, text] = /^(.+?):(\d+):(.*)$/.exec(line) ?? [];
    return path && number ? [{path, line: number, text: text ?? ''}] : [];
  });

function matchList(text: string, matches: readonly Match[]): string {
  const files = new Set(matches.map(({path}) => path)).size;
  const lines = matches
    .slice(0, shownMatches)
    .map(match => `- \`${match.path}:${match.line}\` ${inlineCode(match.text)}`);
  const more = matches.length - lines.length;
  return [
    `“${text}” is in ${counted(matches.length, 'line')} of ${counted(files, 'file')}:`,
    '',
    ...lines,
    ...(more > 0 ? [`- and ${more} more`] : []),
  ].join('\n');
}

const inlineCode = (text: string): string => `\`${shortened(text).replaceAll('`', "'")}\``;

/** The plan of `find "text"`, with the folder or file to look in if one was named. */
export function* find(text: string, path: string | null): Plan {
  const pattern = text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  const grep = (more: Readonly<Record<string, unknown>>): PlannedCall => ({
    name: 'Grep',
    input: {pattern, output_mode: 'content', '-n': true, ...(path !== null && {path}), ...more},
  });
  const exact = yield* takeOne(`I search for “${text}”.`, grep({}));
  if (exact.isError) return `The search failed: ${exact.text}`;
  if (matchesOf(exact).length > 0) return matchList(text, matchesOf(exact));
  const loose = yield* takeOne('Nothing; I look again, upper and lower case alike.', grep({'-i': true}));
  if (loose.isError) return `The search failed: ${loose.text}`;
  const matches = matchesOf(loose);
  return matches.length > 0
    ? matchList(text, matches)
    : `“${text}” is nowhere ${path === null ? 'here' : `in ${path}`}.`;
}

const isDefinition = (text: string): boolean =>
  /^(#{1,3} |(export |pub |public |async |abstract |static )*(function\*?|class|interface|type|enum|def|fn|func|struct|trait|impl) )/.test(
    text,
  );

function description(path: string, result: CallResult): string {
  const lines = numberedLines(result.text);
  if (lines.length === 0) return `\`${path}\` has no lines to show: ${shortened(result.text)}`;
  const start = lines.slice(0, shownLines).map(({text}) => text);
  const outline = lines.filter(({text}) => isDefinition(text)).slice(0, shownMatches);
  return [
    `I read ${counted(lines.length, 'line')} of \`${path}\`. It begins:`,
    fenced(start.join('\n'), languageOf(path)),
    ...(outline.length > 0 ? ['Its outline:'] : []),
    outline.map(({number, text}) => `- ${number}: ${inlineCode(text)}`).join('\n'),
  ]
    .filter(part => part !== '')
    .join('\n\n');
}

/** The plan of `read <file>`: a name that is no path is looked for. */
export function* readFile(path: string): Plan {
  const read = (file_path: string): PlannedCall => ({name: 'Read', input: {file_path}});
  const result = yield* takeOne(`I read ${path}.`, read(path));
  if (!result.isError) return description(path, result);
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (['', '.', '..'].includes(name) || result.text.includes('is a folder')) return yield* readFolder(path, result);
  const found = yield* takeOne('That did not work; I look for a file of that name.', {
    name: 'Glob',
    input: {pattern: `**/${name}`},
  });
  const candidates = found.isError
    ? []
    : listedPaths(found.text).filter(found => found === name || found.endsWith(`/${name}`));
  const [only] = candidates;
  if (only === undefined) return `I could not read \`${path}\`: ${result.text}`;
  if (candidates.length > 1) {
    return [
      `There are several; read which one?`,
      '',
      ...candidates.slice(0, shownMatches).map(file => `- \`${file}\``),
    ].join('\n');
  }
  const second = yield* takeOne(`It is ${only}.`, read(only));
  return second.isError ? `I could not read \`${only}\`: ${second.text}` : description(only, second);
}

/** Says what is in a folder, which the attempt to read it has shown it to be. */
function* readFolder(path: string, attempt: CallResult): Plan {
  const found = yield* takeOne('That is no file; I look what is in it.', {name: 'Glob', input: {pattern: '*', path}});
  if (found.isError) return `I could not read \`${path}\`: ${attempt.text}`;
  const paths = listedPaths(found.text);
  if (paths.length === 0) return `\`${path}\` is a folder without files.`;
  const shown = paths.slice(0, shownMatches).map(file => `- \`${file}\``);
  const rest = paths.length - shown.length;
  const note = partNote(found.text);
  return [
    `\`${path}\` is a folder. Files in it and below, the newest first:`,
    '',
    ...shown,
    ...(rest > 0 ? [`- and ${rest} more`] : []),
    ...(note === null ? [] : ['', note]),
  ].join('\n');
}

/** The plan of `run <command>`. */
export function* run(command: string): Plan {
  const result = yield* takeOne('I run it.', {name: 'Bash', input: {command}});
  if (result.isRefused) return `I did not run it: ${result.text}`;
  const lines = result.text.trimEnd().split('\n');
  const output = fenced(lines.slice(-shownOutputLines).join('\n'));
  const heading = result.isError ? 'It did not succeed:' : 'It ran; the output:';
  const [, total = `${counted(lines.length, 'line')}`] = /^\[… cut here: (.*) in all …\]$/m.exec(result.text) ?? [];
  const cut =
    lines.length > shownOutputLines ? `(the last ${shownOutputLines} lines of what the tool says, of ${total})` : '';
  return [heading, output, cut].filter(part => part !== '').join('\n\n');
}
