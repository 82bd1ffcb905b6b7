/**
 * Grep: searches the content of files with ripgrep.
 */
import * as z from 'zod';
import {defineTool} from '../core/tool.js';
import type {ToolResult} from '../core/types.js';
import {showCounts, showFiles, showMatches} from './grep-result.js';
import {flag, wholeNumber} from './parameters.js';
import {ripgrep} from './ripgrep.js';
import {findSearchPlace, type SearchPlace} from './search-place.js';
import {defaultLines} from './shown-lines.js';

/** Characters of a line; ripgrep says when it cuts. */
const maxColumns = 500;

const input = z.strictObject({
  pattern: z.string().describe('Regular expression (Rust)'),
  path: z.string().describe('File or folder; default: the working directory').optional(),
  glob: z.string().describe('Files to search, as "*.{ts,tsx}"').optional(),
  type: z.string().describe('ripgrep file type, as "py"').optional(),
  output_mode: z.enum(['files_with_matches', 'content', 'count']).optional(),
  '-A': wholeNumber(0).optional(),
  '-B': wholeNumber(0).optional(),
  '-C': wholeNumber(0).optional(),
  '-n': flag().optional(),
  '-i': flag().optional(),
  multiline: flag().describe('Lets . and the pattern span lines').optional(),
  head_limit: wholeNumber(0).describe(`Lines given; default ${defaultLines}, 0 for all`).optional(),
});
type GrepInput = z.infer<typeof input>;

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
  name: 'Grep',
  description:
    'Searches file contents with ripgrep; use it rather than grep or rg in Bash. Gives the files that match, newest first; output_mode "content" gives the lines, "count" the number per file. What .gitignore names is left out, unless path points into it.',
  effect: 'reads',
  input,
  title: ({pattern, path}) => (path === undefined ? pattern : `${pattern} in ${path}`),
  async run(request, context) {
    const place = await findSearchPlace(context.place, request.path);
    const {output, truncated} = await ripgrep(toArguments(request, place), place, context);
    if (output === '') return {content: 'No matches.', display: {summary: 'no matches'}};
    const result = await show(output, request, place);
    const cut = truncated ? '\n[There are more matches than could be taken: narrow the search.]' : '';
    return {...result, content: result.content + cut};
  },
});
