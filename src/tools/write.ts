/**
 * Write: a new file, or the whole content of one that the agent has read. An existing file keeps its encoding and its
 * byte order mark.
 */
import {ToolError} from '../core/errors.js';
import type {Place, ToolContext} from '../core/ports.js';
import {defineTool} from '../core/tool.js';
import {isFolder, isWithin} from '../platform/paths.js';
import {type Change, displayOf, makeChange, readSeen, requireOwnTree} from './change.js';
import {facts} from './facts.js';
import {parameters, text} from './parameters.js';
import {resolvePath, shortPath} from './paths.js';
import {checkWritable, type DecodedText, decodeText, encodeText, plainUtf8} from './text-encoding.js';

interface WriteInput {
  readonly file_path: string;
  readonly content: string;
}

/** Missing folders are made, but not those that the agent stands in: that would hide that they were deleted, or moved. */
function requireFolders({root, cwd}: Place, given: string): void {
  const path = resolvePath(cwd, given);
  if (isWithin(path, root) && !isFolder(root)) {
    const gone = `The folder you work in, ${root}, no longer exists, so nothing was written.`;
    throw new ToolError(`${gone} Ask the user what happened to it.`);
  }
  if (path !== resolvePath(root, given) && !isFolder(cwd)) {
    throw new ToolError(
      `The working directory ${cwd} no longer exists, so nothing was written. Give an absolute path.`,
    );
  }
}

const nothing: DecodedText = {text: '', encoding: plainUtf8};

async function plan({file_path, content}: WriteInput, context: ToolContext): Promise<Change> {
  checkWritable(content, 'content');
  const {agentId, files, place} = context;
  requireFolders(place, file_path);
  const path = resolvePath(place.cwd, file_path);
  requireOwnTree(path, place);
  const present = (await files.exists(path)) ? await readSeen(path, context) : null;
  const {text: before, encoding} = present ? decodeText(present.bytes) : nothing;
  // The mark is the encoding's: a model that repeats it means the same one.
  const text = encoding.mark.length > 0 && content.startsWith('\ufeff') ? content.slice(1) : content;
  return {
    path,
    before: present && {...present, text: before},
    after: {text, bytes: encodeText({text, encoding})},
    expected: present?.hash ?? files.marked(agentId, path) ?? null,
  };
}

export const writeTool = defineTool({
  ...facts.write,
  description:
    'Writes a whole file, making missing folders. To replace an existing file, Read it first. To change a part of it, use Edit.',
  input: parameters({file_path: text(), content: text()}),
  title: ({file_path}, {root, cwd}) => shortPath(root, resolvePath(cwd, file_path)),
  subjects: ({file_path}, {cwd}) => [{type: 'path', access: 'write', path: resolvePath(cwd, file_path)}],
  preview: async (input, context) => displayOf(await plan(input, context), context),
  run: async (input, context) => makeChange(await plan(input, context), context),
});
