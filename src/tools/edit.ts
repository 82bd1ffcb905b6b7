/**
 * Edit: replaces one text in a file by another, exactly that or nothing. The bytes around it stay as they are, in
 * whatever encoding and with whatever line endings the file has.
 */
import {ToolError} from '../core/errors.js';
import type {ToolContext} from '../core/ports.js';
import {defineTool} from '../core/tool.js';
import {type Change, displayOf, makeChange, maxChangedBytes, readSeen, requireOwnTree} from './change.js';
import {closestRegion, numbered} from './closest-region.js';
import {facts} from './facts.js';
import {type NearMatch, nearMatch} from './near-match.js';
import {flag, optional, parameters, text} from './parameters.js';
import {resolvePath, shortPath} from './paths.js';
import {type Replacement, replaceText, type Tolerance} from './replace-text.js';
import {checkWritable, decodeText, encodeText, plainUtf8, type TextEncoding} from './text-encoding.js';

interface EditInput {
  readonly file_path: string;
  readonly old_string: string;
  readonly new_string: string;
  readonly replace_all?: boolean | undefined;
}

const notes: Readonly<Record<Tolerance, string | undefined>> = {
  nothing: undefined,
  'line endings':
    'The file ends its lines in another way than old_string; new_string was given the line endings of the file.',
  'look-alike characters':
    'old_string matched but for quotation marks, dashes or blanks that look alike; those of the file were kept.',
  'indentation or trailing blanks':
    'old_string matched but for indentation or trailing blanks; new_string was indented as the file is.',
};

const encoded = (text: string, encoding: TextEncoding): Change['after'] => ({
  text,
  bytes: encodeText({text, encoding}),
});

/** A file made, or an empty one filled: what an empty old_string is for. */
async function planCreation(path: string, {new_string}: EditInput, context: ToolContext): Promise<Change> {
  const {agentId, files, signal} = context;
  if (!(await files.exists(path))) {
    return {path, before: null, after: encoded(new_string, plainUtf8), expected: files.marked(agentId, path) ?? null};
  }
  const present = await files.read(path, {maxBytes: maxChangedBytes, signal});
  const {text, encoding} = decodeText(present.bytes);
  if (text !== '') {
    throw new ToolError(`${path} exists and is not empty. Give the text to replace in old_string, or use Write.`);
  }
  return {path, before: {...present, text}, after: encoded(new_string, encoding), expected: present.hash};
}

/** Whether every line begins with a number and a tab, as Read shows lines. */
const hasLineNumbers = (text: string): boolean =>
  text
    .trimEnd()
    .split('\n')
    .every(line => /^ *\d+\t/.test(line));

function hint(text: string, wanted: string): string {
  if (hasLineNumbers(wanted)) return 'It holds the line numbers that Read shows: leave them out.';
  const [inFile, given] = [text.replaceAll('\r\n', '\n'), wanted.replaceAll('\r\n', '\n')];
  const near = nearMatch(inFile, given);
  if (near) return nearHint(inFile, near);
  const region = closestRegion(inFile, given);
  if (region === '') return 'Nothing in the file is like it: Read the file again.';
  return `The closest lines, with → for a tab and · for a trailing blank:\n${region}\nUse the file's own text in old_string.`;
}

/** An accent that is a character of its own looks as it does in its letter: it can only be named. */
function nearHint(text: string, {start, count, despite}: NearMatch): string {
  const lines = text.split('\n');
  const isApart = lines.slice(start, start + count).some(line => line !== line.normalize('NFC'));
  const how = isApart ? 'as characters of their own, like e and U+0301 for é' : 'as one character with their letter';
  const accents =
    despite === 'blanks' ? '' : `\nThe file writes accents ${how}. Do so too, or replace the text beside them.`;
  return `But for its ${despite} it is there:\n${numbered(lines, start, count)}${accents}\nUse the file's own text in old_string.`;
}

const isExact = (despite: Tolerance): boolean => despite === 'nothing' || despite === 'line endings';

function whyNot(path: string, text: string, wanted: string, outcome: Exclude<Replacement, {type: 'replaced'}>): string {
  switch (outcome.type) {
    case 'ambiguous':
      return isExact(outcome.despite)
        ? `old_string is in ${path} ${outcome.count} times. Add lines around it until it fits one place only, or set replace_all to change every place.`
        : `old_string is not in ${path}; but for ${outcome.despite} it fits ${outcome.count} places. Give the file's own text of one of them, with lines around it.`;
    case 'missing':
      return `old_string was not found in ${path}. ${hint(text, wanted)}`;
    case 'too large':
      return `The edit would make ${path} too large.`;
    default:
      return outcome satisfies never;
  }
}

async function plan(input: EditInput, context: ToolContext): Promise<Change> {
  const {file_path, old_string, new_string, replace_all = false} = input;
  const path = resolvePath(context.place.cwd, file_path);
  requireOwnTree(path, context.place);
  if (old_string === new_string) throw new ToolError('old_string and new_string are the same: nothing to change.');
  checkWritable(new_string, 'new_string');
  if (old_string === '') return planCreation(path, input, context);
  const present = await readSeen(path, context);
  const {text, encoding} = decodeText(present.bytes);
  const outcome = replaceText(text, {oldText: old_string, newText: new_string, all: replace_all});
  if (outcome.type !== 'replaced') throw new ToolError(whyNot(path, text, old_string, outcome));
  if (outcome.text === text) throw new ToolError(`The edit would leave ${path} as it is.`);
  const note = notes[outcome.despite];
  return {
    path,
    before: {...present, text},
    after: encoded(outcome.text, encoding),
    expected: present.hash,
    ...(note !== undefined && {note}),
  };
}

export const editTool = defineTool({
  ...facts.edit,
  description:
    'Replaces old_string by new_string in a file you have Read. old_string must be the exact text, without line numbers, and fit one place only: add lines around it, or set replace_all to change every place. An empty old_string makes a new file.',
  input: parameters({
    file_path: text(),
    old_string: text(),
    new_string: text(),
    replace_all: optional(flag()),
  }),
  title: ({file_path}, {root, cwd}) => shortPath(root, resolvePath(cwd, file_path)),
  subjects: ({file_path}, {cwd}) => [{type: 'path', access: 'write', path: resolvePath(cwd, file_path)}],
  preview: async (input, context) => displayOf(await plan(input, context), context),
  run: async (input, context) => makeChange(await plan(input, context), context),
});
