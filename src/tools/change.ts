/**
 * A change of one file that is worked out but not made: what Edit and Write share. It is made only if the file still
 * has the content it was worked out from.
 */
import {ToolError} from '../core/errors.js';
import type {FileContent, Place, ToolContext} from '../core/ports.js';
import type {ToolDisplay, ToolResult} from '../core/types.js';
import {isWithin} from '../platform/paths.js';
import {realTarget} from '../platform/real-target.js';
import {conflict} from './conflict.js';
import {diffFile, summarize} from './file-diff.js';
import {detectKind} from './file-kind.js';
import {shortPath} from './paths.js';

/** Files are changed in memory. */
export const maxChangedBytes = 50 * 1024 * 1024;

export interface Change {
  /** Absolute. */
  readonly path: string;
  /** The content the change was worked out from; null if there is no file. */
  readonly before: (FileContent & {readonly text: string}) | null;
  readonly after: {readonly text: string; readonly bytes: Uint8Array};
  /** The hash that the agent last saw, which may be of a file deleted since; null if it saw none. */
  readonly expected: string | null;
  /** What the model should know of how it was done. */
  readonly note?: string;
}

/** An agent with a working tree of its own changes nothing outside of it, nor through a link. */
export function requireOwnTree(path: string, {worktree}: Place): void {
  if (worktree === undefined || isWithin(realTarget(path), worktree)) return;
  throw new ToolError(
    `${path} is outside of the worktree that you work in, ${worktree}. Change the file of that name in there.`,
  );
}

/** The present content of an existing file, if the agent has seen it as it is. Throws `ToolError` if it has not. */
export async function readSeen(path: string, context: ToolContext): Promise<FileContent> {
  const {agentId, files, signal} = context;
  const content = await files.read(path, {maxBytes: maxChangedBytes, signal});
  const seen = files.marked(agentId, path);
  if (seen === undefined) throw new ToolError(`You have not read ${path} yet. Read it first, then change it.`);
  if (seen !== content.hash) throw await conflict(path, seen, content, context);
  return content;
}

/** The change as a person is shown it; of what was no text, the size alone. */
export async function displayOf({path, before, after}: Change, {place}: ToolContext): Promise<ToolDisplay> {
  if (before && detectKind(before.bytes).type !== 'text') return {summary: `${after.bytes.length} bytes`};
  const diff = await diffFile(shortPath(place.root, path), before?.text ?? '', after.text);
  return {summary: summarize(diff), diff};
}

/** Makes the change. */
export async function makeChange(change: Change, context: ToolContext): Promise<ToolResult> {
  const {path, before, after, expected, note} = change;
  const display = await displayOf(change, context);
  try {
    await context.files.write(path, after.bytes, {agentId: context.agentId, expected});
  } catch (error) {
    // Somebody was quicker: who, and with what.
    if (error instanceof ToolError && before) await readSeen(path, context);
    throw error;
  }
  const done = `${before ? 'Changed' : 'Created'} ${shortPath(context.place.cwd, path)} (${display.summary}).`;
  return {content: note === undefined ? done : `${done} ${note}`, display};
}
