/**
 * Grep: searches the content of files with ripgrep.
 */
import {defineTool, type InputOf} from '../core/tool.js';
import type {ToolResult} from '../core/types.js';
import {facts} from './facts.js';
import {nothing, showCounts, showFiles, showMatches} from './grep-result.js';
import {about, flag, oneOf, optional, parameters, text, wholeNumber} from './parameters.js';
import {resolvePath} from './paths.js';
import {ripgrep} from './ripgrep.js';
import {findSearchPlace, type SearchPlace} from './search-place.js';
import {defaultLines} from './shown-lines.js';

/** Characters of a line; ripgrep says when it cuts. */
const maxColumns = 500;

const input = parameters({
  pattern: about(text(), 'Regular expression (Rust)'),
  path: optional(about(text(), 'File or folder; default: the working directory')),
  glob: optional(about(text(), 'Files to search, as "*.{ts,tsx}"')),
  type: optional(about(text(), 'ripgrep file type, as "py"')),
  output_mode: optional(oneOf(['files_with_matches', 'content', 'count'])),
  '-A': optional(wholeNumber(0)),
  '-B': optional(wholeNumber(0)),
  '-C': optional(wholeNumber(0)),
  '-n': optional(flag()),
  '-i': optional(flag()),
  multiline: optional(about(flag(), 'Lets . and the pattern span lines')),
  head_limit: optional(about(wholeNumber(0), `Lines given; default ${defaultLines}, 0 for all`)),
});
type GrepInput = InputOf<typeof input>;

/** Several globs in one, divided by commas outside of braces. */
const splitGlobs = (globs: string): readonly string[] =>
  (globs.match(/(?:\{[^}]*\}|[^,])+/g) ?? []).map(glob => glob.trim()).filter(Boolean);

const fitsEverything = (glob: string): boolean => /^(\*\*\/)*\*{1,2}$/.test(glob);

/**
 * Globs as ripgrep matches them, relative to the folder searched; one that begins with that folder is meant relative to
 * where the agent works. One that fits every file is left out: it would override what is ignored.
 */
function globArguments(globs: string, {toShown}: SearchPlace): readonly string[] {
  const prefix = `${toShown('.')}/`;
  return splitGlobs(globs).flatMap(given => {
    const glob = given.replace(/^(\.\/)+/, '');
    const meant = glob.startsWith(prefix) ? [glob, glob.slice(prefix.length)] : [glob];
    return meant.some(fitsEverything) ? [] : meant.map(one => `--glob=${one}`);
  });
}

function toArguments(request: GrepInput, place: SearchPlace): readonly string[] {
  const {pattern, glob, type, output_mode: mode, multiline} = request;
  const context = (['-A', '-B', '-C'] as const).flatMap(name => {
    const lines = request[name];
    return lines === undefined ? [] : [`${name}${lines}`];
  });
  const content = ['--line-number', '--no-heading', `--max-columns=${maxColumns}`, '--max-columns-preview', ...context];
  const wanted = mode === 'content' ? content : [mode === 'count' ? '--count' : '--files-with-matches'];
  return [
    ...wanted,
    '--with-filename',
    ...(request['-i'] ? ['--ignore-case'] : []),
    ...(multiline ? ['--multiline', '--multiline-dotall'] : []),
    ...(type === undefined ? [] : [`--type=${type}`]),
    ...(glob === undefined ? [] : globArguments(glob, place)),
    `--regexp=${pattern}`,
  ];
}

function show(output: string, request: GrepInput, place: SearchPlace): ToolResult | Promise<ToolResult> {
  const {head_limit: given = defaultLines, '-n': numbered = true} = request;
  const limit = given || Number.POSITIVE_INFINITY;
  switch (request.output_mode) {
    case 'content':
      return showMatches(output, place, {limit, numbered});
    case 'count':
      return showCounts(output, place, limit);
    default:
      return showFiles(output, place, limit);
  }
}

export const grepTool = defineTool({
  ...facts.grep,
  description:
    'Searches file contents with ripgrep; use it rather than grep or rg in Bash. Gives the files that match, newest first; output_mode "content" gives the lines, "count" the number per file. What .gitignore names is left out, unless path points into it.',
  input,
  title: ({pattern, path}) => (path === undefined ? pattern : `${pattern} in ${path}`),
  subjects: ({path = '.'}, {cwd}) => [{type: 'path', access: 'read', path: resolvePath(cwd, path)}],
  async run(request, context) {
    const place = await findSearchPlace(context, request.path);
    const {output, note} = await ripgrep(toArguments(request, place), place, context);
    if (output === '') return nothing;
    const result = await show(output, request, place);
    return {...result, content: result.content + note};
  },
});
