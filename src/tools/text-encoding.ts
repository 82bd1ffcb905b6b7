/**
 * Bytes to text and back without loss: whatever the bytes, `encodeText(decodeText(bytes))` gives them again, and so an
 * edit of the text touches no byte outside of it.
 *
 * UTF-8 and UTF-16 are themselves. A file of single bytes (Latin-1, Windows-1252) is read as Windows-1252, a superset
 * of Latin-1 in what is printed. UTF-8 with stray bytes keeps each stray byte as a lone surrogate, U+DC00 + byte.
 */
import {isUtf8} from 'node:buffer';
import {ToolError} from '../core/errors.js';

export interface TextEncoding {
  readonly name: 'UTF-8' | 'UTF-16LE' | 'UTF-16BE' | 'Windows-1252' | 'UTF-8 with stray bytes';
  /** The byte order mark that opens the file; the text is without it. */
  readonly mark: readonly number[];
}

export interface DecodedText {
  readonly text: string;
  readonly encoding: TextEncoding;
}

export const plainUtf8: TextEncoding = {name: 'UTF-8', mark: []};

const marks: readonly TextEncoding[] = [
  {name: 'UTF-8', mark: [0xef, 0xbb, 0xbf]},
  {name: 'UTF-16LE', mark: [0xff, 0xfe]},
  {name: 'UTF-16BE', mark: [0xfe, 0xff]},
];

/** What Windows-1252 prints for 0x80 to 0x9F; the five it leaves open are the control characters of Latin-1. */
const windowsRow = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';
const windowsByte = new Map([...windowsRow].map((character, index) => [character, String.fromCharCode(0x80 + index)]));

/** The Windows-1252 character of a byte from 0x80. */
export const windowsCharacter = (byte: number): string => windowsRow[byte - 0x80] ?? String.fromCharCode(byte);

/** The encoding by the byte order mark; without one, UTF-8 if the bytes are valid, else what they most look like. */
export function detectEncoding(bytes: Uint8Array): TextEncoding {
  const marked = marks.find(({mark}) => mark.every((byte, index) => bytes[index] === byte));
  if (marked?.name === 'UTF-8' && isUtf8(bytes)) return marked;
  if (marked && marked.name !== 'UTF-8' && bytes.length % 2 === 0) return marked;
  return detectUnmarked(bytes);
}

/** As `detectEncoding`, for bytes from within a file. */
export function detectUnmarked(bytes: Uint8Array): TextEncoding {
  if (isUtf8(bytes)) return plainUtf8;
  const {multibyte, stray} = countSequences(bytes);
  return {name: multibyte > 0 && multibyte >= stray ? 'UTF-8 with stray bytes' : 'Windows-1252', mark: []};
}

export function decodeText(bytes: Uint8Array, encoding: TextEncoding = detectEncoding(bytes)): DecodedText {
  const body = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).subarray(encoding.mark.length);
  return {text: decodeBody(body, encoding.name), encoding};
}

function decodeBody(body: Buffer, name: TextEncoding['name']): string {
  switch (name) {
    case 'UTF-8':
      return body.toString('utf8');
    case 'UTF-16LE':
      return body.toString('utf16le');
    case 'UTF-16BE':
      return Buffer.from(body).swap16().toString('utf16le');
    case 'Windows-1252':
      return body.toString('latin1').replace(/[\x80-\x9f]/g, control => windowsCharacter(control.charCodeAt(0)));
    case 'UTF-8 with stray bytes':
      return decodeStray(body);
    default:
      return name satisfies never;
  }
}

/** Throws `ToolError` if the encoding has no bytes for a character of the text. */
export function encodeText({text, encoding}: DecodedText): Uint8Array {
  return Buffer.concat([Buffer.from(encoding.mark), encodeBody(text, encoding.name)]);
}

function encodeBody(text: string, name: TextEncoding['name']): Buffer {
  switch (name) {
    case 'UTF-8':
      return Buffer.from(text, 'utf8');
    case 'UTF-16LE':
      return Buffer.from(text, 'utf16le');
    case 'UTF-16BE':
      return Buffer.from(text, 'utf16le').swap16();
    case 'Windows-1252':
      return encodeWindows(text);
    case 'UTF-8 with stray bytes':
      return encodeStray(text);
    default:
      return name satisfies never;
  }
}

function encodeWindows(text: string): Buffer {
  const narrow = text.replace(/[^\0-\x7f\xa0-\xff]/gu, character => {
    const byte = windowsByte.get(character);
    if (byte !== undefined) return byte;
    throw new ToolError(
      `The file is encoded in Windows-1252 (Latin-1), which has no “${character}”. Leave that character out, or convert the file to UTF-8 first.`,
    );
  });
  return Buffer.from(narrow, 'latin1');
}

const isBetween = (byte: number | undefined, low: number, high: number): boolean =>
  byte !== undefined && byte >= low && byte <= high;

/** The length of the valid UTF-8 sequence at `index`, or 0 if the byte there is stray. */
function sequenceLength(bytes: Uint8Array, index: number): number {
  const first = bytes[index] ?? 0;
  if (first < 0x80) return 1;
  const length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  if (!isBetween(first, 0xc2, 0xf4)) return 0;
  const low = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
  const high = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
  if (!isBetween(bytes[index + 1], low, high)) return 0;
  for (let next = 2; next < length; next++) if (!isBetween(bytes[index + next], 0x80, 0xbf)) return 0;
  return length;
}

function countSequences(bytes: Uint8Array): {readonly multibyte: number; readonly stray: number} {
  let multibyte = 0;
  let stray = 0;
  for (let index = 0; index < bytes.length; ) {
    const length = sequenceLength(bytes, index);
    if (length === 0) stray++;
    else if (length > 1) multibyte++;
    index += length || 1;
  }
  return {multibyte, stray};
}

function decodeStray(bytes: Buffer): string {
  const parts: string[] = [];
  let start = 0;
  for (let index = 0; index < bytes.length; ) {
    const length = sequenceLength(bytes, index);
    if (length === 0) {
      parts.push(bytes.toString('utf8', start, index), String.fromCharCode(0xdc00 + (bytes[index] ?? 0)));
      start = index + 1;
    }
    index += length || 1;
  }
  parts.push(bytes.toString('utf8', start));
  return parts.join('');
}

/** A stray byte as it stands in decoded text: a low surrogate without its high one. */
const strayPattern = /[\udc80-\udcff]/u;

function encodeStray(text: string): Buffer {
  const parts = text.split(new RegExp(`(${strayPattern.source})`, 'u'));
  return Buffer.concat(
    parts.map(part => (strayPattern.test(part) ? Buffer.from([part.charCodeAt(0) - 0xdc00]) : Buffer.from(part))),
  );
}

/** Throws if text from the model cannot be written in any encoding. `parameter` names it. */
export function checkWritable(text: string, parameter: string): void {
  if (/\p{Surrogate}/u.test(text)) {
    throw new ToolError(`\`${parameter}\` holds half of a surrogate pair, which is no character. Send it again whole.`);
  }
}
