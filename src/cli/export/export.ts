/** Writes a conversation to a file of the person's own. */
import {writeFileSync} from 'node:fs';
import {resolve} from 'node:path';
import {UsageError} from '../../core/errors.js';
import {writeAtomically} from '../../platform/atomic-write.js';
import {codeOf} from '../../platform/text-file.js';
import type {Conversation} from './conversation.js';
import {toHtml} from './html.js';
import {toJson} from './json.js';
import {toMarkdown} from './markdown.js';

export const exportFormats = ['markdown', 'html', 'json'] as const;
export type ExportFormat = (typeof exportFormats)[number];

const writers = {markdown: toMarkdown, html: toHtml, json: toJson} as const;
const endings = {markdown: 'md', html: 'html', json: 'json'} as const;

export const toText = (conversation: Conversation, format: ExportFormat): string => writers[format](conversation);

/** The one that a file's name asks for. */
function formatOf(file: string | null): ExportFormat {
  if (file !== null && /\.html?$/i.test(file)) return 'html';
  return file !== null && /\.json$/i.test(file) ? 'json' : 'markdown';
}

export interface ExportWish {
  /** Where relative paths begin. */
  readonly cwd: string;
  /** Null: named after the session. */
  readonly file: string | null;
  /** Null: the one that the file's name asks for. */
  readonly format: ExportFormat | null;
  /** Whether a file that is there is replaced. */
  readonly overwrite: boolean;
}

/** What a person said and did is theirs to show. */
const fileMode = 0o600;

/** Gives the path that was written. Throws `UsageError` where it cannot be. */
export async function exportConversation(
  conversation: Conversation,
  {cwd, file, format, overwrite}: ExportWish,
): Promise<string> {
  const wanted = format ?? formatOf(file);
  const path = resolve(cwd, file ?? `conversation-${conversation.id.slice(0, 8)}.${endings[wanted]}`);
  const text = toText(conversation, wanted);
  try {
    if (overwrite) await writeAtomically(path, Buffer.from(text), {check: async () => {}, mode: fileMode});
    else writeFileSync(path, text, {flag: 'wx', mode: fileMode});
    return path;
  } catch (error) {
    if (codeOf(error) === 'EEXIST')
      throw new UsageError(`${path} is there already. Give another name, or --force to replace it.`);
    throw new UsageError(`${path} cannot be written (${codeOf(error)}).`, {cause: error});
  }
}
