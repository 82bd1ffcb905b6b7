/**
 * Explores a folder, alone or with an agent for its largest part; and a whole repository with several agents at once, of
 * which the last works in the background. What the agents report is all that the summary is made of.
 */
import {kindTable, largestLine} from './look-around.js';
import {type CallResult, type Heard, type Move, type Plan, type PlannedCall, take, takeOne} from './plan.js';
import {counted, type FileCount, fileCounts, numberedLines, partNote, shortened} from './results.js';
import {type Part, partsOf, shareOut} from './share-out.js';

const readLines = 150;
/** How many files are opened, and how many where it is to be thorough. */
const fewFiles = 2;
const manyFiles = 8;
const shownDefinitions = 4;

const census = (folder: string | null): PlannedCall => ({
  name: 'Grep',
  input: {pattern: '^', output_mode: 'count', head_limit: 0, ...(folder !== null && {path: folder})},
});

const read = (path: string): PlannedCall => ({name: 'Read', input: {file_path: path, limit: readLines}});

const agent = (type: string, folder: string, prompt: string, background = false): PlannedCall => ({
  name: 'Agent',
  input: {
    description: `look through ${folder}`,
    prompt,
    subagent_type: type,
    ...(background && {run_in_background: true}),
  },
});

/** The phrase for a folder, whatever its name holds. */
const phraseFor = (folder: string): string => `explore ${/^[\w./-]+$/.test(folder) ? folder : JSON.stringify(folder)}`;

const largest = (files: readonly FileCount[]): readonly string[] =>
  files.toSorted((a, b) => b.count - a.count || (a.path < b.path ? -1 : 1)).map(({path}) => path);

/** What a file says of itself: its first words of prose. */
function firstWords(path: string, result: CallResult): string {
  if (result.isError) return `- \`${path}\` could not be read: ${shortened(result.text)}`;
  const lines = numberedLines(result.text).map(({text}) => text.replace(/^[\s/*#<!-]+/, '').trim());
  const words = lines.find(line => /^\p{L}.* .*/u.test(line));
  return `- \`${path}\`: ${words === undefined ? 'nothing in words' : `“${shortened(words)}”`}`;
}

function definitions(result: CallResult): string {
  const counts = fileCounts(result.text);
  const total = counts.reduce((sum, {count}) => sum + count, 0);
  if (result.isError || total === 0) return '- No exported or public definitions';
  const most = largest(counts).slice(0, shownDefinitions);
  return `- ${counted(total, 'exported or public definition')} in ${counted(counts.length, 'file')}, most in ${most.map(path => `\`${path}\``).join(', ')}`;
}

/** What there is in the folder, by a count of it. */
function found(folder: string, counts: CallResult): string {
  const files = fileCounts(counts.text);
  const lines = files.reduce((sum, {count}) => sum + count, 0);
  const note = partNote(counts.text);
  return `**${folder}**: ${counted(files.length, 'file')}, ${counted(lines, 'line')}${note === null ? '' : `. ${note}`}`;
}

/** The plan of `explore <folder>`: counts, opens the largest files, counts what it defines. */
export function* explore(folder: string, isThorough: boolean): Plan {
  const counts = yield* takeOne(`I count what is in ${folder} first.`, census(folder));
  const files = fileCounts(counts.text);
  if (counts.isError) return `I could not look into ${folder}: ${counts.text}`;
  if (files.length === 0) return `${folder} holds no text files that I can see.`;
  const opened = largest(files).slice(0, isThorough ? manyFiles : fewFiles);
  const texts: CallResult[] = [];
  for (const path of opened) {
    texts.push(
      yield* takeOne(
        `${path} is ${texts.length === 0 ? 'the largest' : 'the next'} of them; I read how it begins.`,
        read(path),
      ),
    );
  }
  const defined = yield* takeOne('Now what the folder offers to others.', {
    name: 'Grep',
    input: {pattern: '^\\s*(export|pub|public|def|func) ', output_mode: 'count', head_limit: 0, path: folder},
  });
  return [
    found(folder, counts),
    '',
    largestLine(files, path => path),
    definitions(defined),
    ...opened.map((path, at) => firstWords(path, texts[at] ?? {text: 'no result', isError: true})),
  ].join('\n');
}

/** The plan of `explore <folder> with an agent`: its largest part goes to an agent below. */
export function* exploreWithAgent(folder: string): Plan {
  const counts = yield* takeOne(`I count what is in ${folder}, to give a part of it away.`, census(folder));
  const files = fileCounts(counts.text);
  const [part] = partsOf(files, folder);
  if (counts.isError) return `I could not look into ${folder}: ${counts.text}`;
  if (part === undefined) return `${found(folder, counts)}\n\nNo folder is below it that an agent could take.`;
  const own = largest(files.filter(file => !part.files.includes(file))).slice(0, 1);
  const [report, ...texts] = yield* take(
    `${part.folder} is the largest part of it: that goes to an agent of mine, and I look at the rest.`,
    agent('explore', part.folder, phraseFor(part.folder)),
    ...own.map(read),
  );
  return [
    found(folder, counts),
    '',
    ...own.map((path, at) => firstWords(path, texts[at] ?? {text: 'no result', isError: true})),
    '',
    `My agent for ${part.folder} reports:`,
    '',
    wordsOf(report),
  ].join('\n');
}

/** What an agent said, without the figures below it. */
const wordsOf = (report: CallResult | undefined): string =>
  report?.text.replace(/\n+agentId: [\s\S]*$/, '').trim() ?? 'nothing';

/** The id under which an agent in the background was started. */
const idOf = ({text, isError}: CallResult): string | null =>
  isError ? null : (/^agentId: (\S+)$/m.exec(text)?.[1] ?? null);

/** Waits for the mail with which an agent ends, and gives what it says. */
function* reportOf(id: string, before: readonly string[]): Generator<Move, string, Heard> {
  const isOf = (mail: string): boolean => mail.startsWith(`Agent ${id} (`);
  let report = before.find(isOf);
  while (report === undefined) {
    const {mails} = yield {
      text: `The others are back; ${id} still works in the background, and I wait for it.`,
      calls: [],
    };
    report = mails.find(isOf);
  }
  return report.slice(report.indexOf('\n')).trim();
}

/** The largest part goes to an agent that starts one of its own, the last to one in the background that takes its time. */
function callFor({folder, files}: Part, at: number, count: number): PlannedCall {
  if (at === 0 && partsOf(files, folder).length > 0) {
    return agent('general-purpose', folder, `${phraseFor(folder)} with an agent`);
  }
  if (at === count - 1 && count > 1) return agent('explore', folder, `${phraseFor(folder)} thoroughly`, true);
  return agent('explore', folder, phraseFor(folder));
}

/** The plan of `explore this repository with three agents`. */
export function* exploreWithAgents(wanted: number): Plan {
  const counts = yield* takeOne('I count the files first, to share them out.', census(null));
  const files = fileCounts(counts.text);
  if (counts.isError) return `I could not list the files here: ${counts.text}`;
  const parts = shareOut(files, wanted);
  if (parts.length === 0) return 'There are no folders here that agents could share; try: look around this repository';
  const fewer = parts.length < wanted ? ` There are no more folders than ${parts.length}.` : '';
  const heard: Heard = yield {
    text: `${counted(files.length, 'file')}.${fewer} ${counted(parts.length, 'agent')} look at once: ${parts.map(({folder}) => folder).join(', ')}.`,
    calls: parts.map((part, at) => callFor(part, at, parts.length)),
  };
  const reports: string[] = [];
  for (const [at] of parts.entries()) {
    const result = heard.results[at] ?? {text: 'no result', isError: true};
    const id = idOf(result);
    const isBackground = result.text.startsWith('Started in the background');
    reports.push(isBackground && id !== null ? yield* reportOf(id, heard.mails) : wordsOf(result));
  }
  const sections = parts.map(({folder}, at) => `## ${folder}\n\n${reports[at]}`);
  return [kindTable(files), partNote(counts.text), ...sections].filter(part => part !== null).join('\n\n');
}
