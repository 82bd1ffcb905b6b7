/**
 * Read: a file's lines, numbered, or an image. Notes what was seen, so that Edit and Write know it.
 */
import {ToolError} from '../core/errors.js';
import type {Place, Told} from '../core/ports.js';
import {defineTool} from '../core/tool.js';
import type {ToolResult} from '../core/types.js';
import {facts} from './facts.js';
import {detectKind, type FileKind} from './file-kind.js';
import {optional, parameters, text, wholeNumber} from './parameters.js';
import {resolvePath, shortPath} from './paths.js';
import {maxImageBytes, toImageResult} from './read-image.js';
import {createTextReader} from './read-text.js';

const defaultLimit = 2_000;
/** About a second of reading and hashing. */
const maxBytes = 1024 ** 3;

const description = `Reads a file: lines as "<number><tab><text>", without the line's break, or an image. Gives the first ${defaultLimit} lines; offset (a line number from 1) and limit choose others in a large file. Read a file before you Edit or Write it. For folders use Glob.`;

/** Collects what a file's kind asks for while its chunks pass by. */
function createReader(window: {readonly offset: number; readonly limit: number}) {
  const text = createTextReader(window);
  const pieces: Buffer[] = [];
  let kind: FileKind | null = null;
  let kept = 0;
  return {
    push(chunk: Uint8Array): void {
      kind ??= detectKind(chunk);
      if (kind.type === 'text') text.push(chunk);
      if (kind.type === 'image' && kept <= maxImageBytes) {
        pieces.push(Buffer.from(chunk));
        kept += chunk.length;
      }
    },
    async finish(path: string, size: number): Promise<ToolResult> {
      if (kind?.type === 'image') {
        return toImageResult(path, {bytes: Buffer.concat(pieces), size, mediaType: kind.mediaType});
      }
      if (kind?.type === 'binary') {
        throw new ToolError(
          `${path} is no text but ${kind.name}, ${size} bytes. Look at it with a fitting command in Bash.`,
        );
      }
      return text.finish();
    },
  };
}

/** What the file's folders ask of whoever works there stands behind what it holds. */
function withInstructions({content, display, ...result}: ToolResult, {words, paths}: Told, {root}: Place): ToolResult {
  const names = paths.map(path => shortPath(root, path)).join(', ');
  return {
    ...result,
    content: typeof content === 'string' ? `${content}\n\n${words}` : [...content, {type: 'text', text: words}],
    ...(display && {display: {...display, summary: `${display.summary} · with ${names}`}}),
  };
}

export const readTool = defineTool({
  ...facts.read,
  description,
  input: parameters({
    file_path: text(),
    offset: optional(wholeNumber(0)),
    limit: optional(wholeNumber(1)),
  }),
  title: ({file_path}, {root, cwd}) => shortPath(root, resolvePath(cwd, file_path)),
  subjects: ({file_path}, {cwd}) => [{type: 'path', access: 'read', path: resolvePath(cwd, file_path)}],
  async run({file_path, offset = 1, limit = defaultLimit}, context) {
    const {agentId, files, place, signal, whenKept} = context;
    const path = resolvePath(place.cwd, file_path);
    const reader = createReader({offset: Math.max(1, offset), limit});
    const {size, hash} = await files.scan(path, {maxBytes, signal, onChunk: reader.push});
    const result = await reader.finish(path, size);
    whenKept(() => files.mark(agentId, path, hash));
    const told = await context.instructions(path);
    return told === null ? result : withInstructions(result, told, place);
  },
});
