/** Where a caret goes in a text: by character as a person sees it, by word, by line. Offsets are UTF-16 units. */
import {graphemes} from '../text/width.js';

/** Far enough to hold any one grapheme that occurs in practice. */
const neighbourhood = 64;

export function previousCharacter(text: string, offset: number): number {
  const before = graphemes(text.slice(Math.max(0, offset - neighbourhood), offset)).at(-1);
  return offset - (before?.length ?? 0);
}

export function nextCharacter(text: string, offset: number): number {
  const [after] = graphemes(text.slice(offset, offset + neighbourhood));
  return offset + (after?.length ?? 0);
}

export function lineStart(text: string, offset: number): number {
  return offset === 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1;
}

export function lineEnd(text: string, offset: number): number {
  const end = text.indexOf('\n', offset);
  return end < 0 ? text.length : end;
}

const wordCharacter = /[\p{L}\p{N}\p{M}_]/u;
const notSpace = /\S/;

/** Start of the word (or, with `bySpace`, of the run without spaces) that ends at or before the offset. */
export function wordBefore(text: string, offset: number, bySpace = false): number {
  const belongs = bySpace ? notSpace : wordCharacter;
  let at = offset;
  while (at > 0 && !belongs.test(characterBefore(text, at))) at -= characterBefore(text, at).length;
  while (at > 0 && belongs.test(characterBefore(text, at))) at -= characterBefore(text, at).length;
  return at;
}

/** End of the word that starts at or after the offset. */
export function wordAfter(text: string, offset: number): number {
  let at = offset;
  while (at < text.length && !wordCharacter.test(characterAfter(text, at))) at += characterAfter(text, at).length;
  while (at < text.length && wordCharacter.test(characterAfter(text, at))) at += characterAfter(text, at).length;
  return at;
}

function characterAfter(text: string, offset: number): string {
  return String.fromCodePoint(text.codePointAt(offset) ?? 0);
}

function characterBefore(text: string, offset: number): string {
  const last = text.charCodeAt(offset - 1);
  const isPair = last >= 0xdc00 && last <= 0xdfff && offset > 1;
  return text.slice(offset - (isPair ? 2 : 1), offset);
}
