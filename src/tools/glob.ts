/**
 * Glob: finds files by name, newest first. What is ignored is found only where nothing else is.
 */
import {isAbsolute, join} from 'node:path';
import {defineTool} from '../core/tool.js';
import {facts} from './facts.js';
import {about, optional, parameters, text} from './parameters.js';
import {resolvePath} from './paths.js';
import {ripgrep} from './ripgrep.js';
import {findSearchPlace} from './search-place.js';
import {defaultLines, showLines} from './shown-lines.js';

interface Pattern {
  /** The leading folders, which have no wildcard; empty if there are none. */
  readonly folder: string;
  /** What is left, anchored to the folder if there is one. */
  readonly glob: string;
}

/** The leading folders are searched themselves: a glob that fits a folder overrides that something in it is ignored. */
function splitPattern(pattern: string): Pattern {
  const whole = pattern.replace(/^(\.\/)+/, '').replace(/\/$/, '/**');
  const [folder = ''] = /^(?:[^/*?[\]{}\\!]*\/)*/.exec(whole) ?? [];
  const rest = whole.slice(folder.length);
  return {folder, glob: folder === '' ? rest : `/${rest}`};
}

/** A glob that fits every file is none, for the same reason. */
function globArguments(glob: string): readonly string[] {
  if (/^(\/?\*\*|\/?\*\*\/\*|\*)$/.test(glob)) return [];
  return [`--glob=${glob.replace(/^!/, '\\!')}`];
}

const isWhole = (folder: string): boolean => isAbsolute(folder) || folder.startsWith('~/');

function placeOf(path: string | undefined, folder: string): string | undefined {
  if (path === undefined || isWhole(folder)) return folder === '' ? path : folder;
  return join(path, folder);
}

export const globTool = defineTool({
  ...facts.glob,
  description:
    'Finds files by a glob pattern such as "src/**/*.ts", newest first. What .gitignore names is left out, unless nothing else is found.',
  input: parameters({
    pattern: text(),
    path: optional(about(text(), 'Folder; default: the working directory')),
  }),
  title: ({pattern, path}) => (path === undefined ? pattern : `${pattern} in ${path}`),
  subjects({pattern, path}, {cwd}) {
    const place = placeOf(path, splitPattern(pattern).folder) ?? '.';
    return [{type: 'path', access: 'read', path: resolvePath(cwd, place)}];
  },
  async run({pattern, path}, context) {
    const {folder, glob} = splitPattern(pattern);
    const place = await findSearchPlace(context, placeOf(path, folder));
    const args = ['--files', '--sortr=modified', ...globArguments(glob)];
    const regular = await ripgrep(args, place, context);
    const {output, note} = regular.output === '' ? await ripgrep(['--no-ignore', ...args], place, context) : regular;
    const files = output.split('\0').filter(found => found !== '' && !place.hides(found));
    if (files.length === 0) return {content: 'No files.', display: {summary: 'no files'}};
    const notes = [
      ...(regular.output === '' ? ['\n\n[These files are ignored, by .gitignore or the like.]'] : []),
      ...(note === '' ? [] : [`\n${note}`]),
    ];
    const shown = showLines(files.map(place.toShown), {
      limit: defaultLines,
      what: 'files',
      more: 'They are the newest; narrow the pattern for others.',
    });
    return {
      content: shown + notes.join(''),
      display: {summary: files.length === 1 ? '1 file' : `${files.length} files`},
    };
  },
});
