/** Why a file is not changed that is not what the agent has seen: who changed it since, and what, as far as that is known. */
import {ToolError} from '../core/errors.js';
import type {FileContent, ToolContext} from '../core/ports.js';
import type {FileDiff} from '../core/types.js';
import {diffFile} from './file-diff.js';
import {detectKind} from './file-kind.js';
import {shortPath} from './paths.js';
import {decodeText} from './text-encoding.js';

/** Lines of a difference that a model is told. */
const maxToldLines = 60;

/** @param seen the hash of what the agent has seen. */
export async function conflict(
  path: string,
  seen: string,
  {bytes, writer}: FileContent,
  {agentId, files, place}: ToolContext,
): Promise<ToolError> {
  const by = writer === null || writer === agentId ? '' : ` by agent ${writer}`;
  const before = files.contentOf(seen);
  const isText = before !== null && [before, bytes].every(each => detectKind(each).type === 'text');
  const diff = isText
    ? await diffFile(shortPath(place.root, path), decodeText(before).text, decodeText(bytes).text)
    : null;
  const told = diff ? ` What changed:\n${diffText(diff)}\n` : ' ';
  return new ToolError(`${path} was changed${by} since you read it.${told}Read it again, then repeat your change.`);
}

/** As a unified diff, bounded. */
function diffText({hunks}: FileDiff): string {
  const signs = {kept: ' ', removed: '-', added: '+'} as const;
  const lines = hunks.flatMap(hunk => {
    const [first] = hunk;
    const at = first && ('before' in first ? first.before : first.after);
    return [`@@ line ${at ?? 1} @@`, ...hunk.map(({type, text}) => signs[type] + text)];
  });
  const more = lines.length - maxToldLines;
  return [...lines.slice(0, maxToldLines), ...(more > 0 ? [`… and ${more} more lines`] : [])].join('\n');
}
