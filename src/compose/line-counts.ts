/** How many lines come and go between two contents of a file; neither is known of what is no text. */
import {diffFile} from '../tools/file-diff.js';
import {detectKind} from '../tools/file-kind.js';
import {decodeText} from '../tools/text-encoding.js';

export interface LineCounts {
  readonly added: number | null;
  readonly removed: number | null;
}

export async function countLines(
  path: string,
  before: Uint8Array | null,
  after: Uint8Array | null,
): Promise<LineCounts> {
  const [one, other] = [textOf(before), textOf(after)];
  if (one === null || other === null) return {added: null, removed: null};
  const {added, removed} = await diffFile(path, one, other);
  return {added, removed};
}

function textOf(bytes: Uint8Array | null): string | null {
  if (bytes === null) return '';
  return detectKind(bytes).type === 'text' ? decodeText(bytes).text : null;
}
