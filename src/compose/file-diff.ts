/** The difference of two contents of a file, where both are text. */
import type {FileDiff} from '../core/types.js';
import {diffFile} from '../tools/file-diff.js';
import {detectKind} from '../tools/file-kind.js';
import {decodeText} from '../tools/text-encoding.js';

/** Null of what is no text. @param before null: no file. */
export async function diffContents(
  path: string,
  before: Uint8Array | null,
  after: Uint8Array | null,
): Promise<FileDiff | null> {
  const [one, other] = [textOf(before), textOf(after)];
  return one === null || other === null ? null : diffFile(path, one, other);
}

function textOf(bytes: Uint8Array | null): string | null {
  if (bytes === null) return '';
  return detectKind(bytes).type === 'text' ? decodeText(bytes).text : null;
}
