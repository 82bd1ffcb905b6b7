/**
 * Lines of a text file as the Read tool shows them: numbered, in one encoding, long lines cut, the whole bounded, and a
 * word on what is not shown.
 */
import type {ToolResult} from '../core/types.js';
import {isUtf16} from './file-kind.js';
import {createLineWindow, type LineWindow, type WindowLine} from './line-window.js';
import {toShown} from './look-alikes.js';
import {decodeText, detectUnmarked} from './text-encoding.js';

/** Characters shown of one line, and of all: with a last line and a note, fewer than the 100,000 of any result. */
const maxLineCharacters = 2_000;
const maxCharacters = 95_000;
/** The most bytes that a UTF-16 code unit takes in UTF-8, rounded up: what must be kept to show so many characters. */
const bytesPerCharacter = 4;

/** Takes the chunks of a text file, from its first. */
export interface TextReader {
  push(chunk: Uint8Array): void;
  finish(): ToolResult;
}

const asBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Chunks of UTF-16 as chunks of UTF-8; a pair or a code unit may be cut between two chunks. */
function createUtf16Converter(bigEndian: boolean): (chunk: Uint8Array) => Buffer {
  const decoder = new TextDecoder(bigEndian ? 'utf-16be' : 'utf-16le');
  return chunk => Buffer.from(decoder.decode(chunk, {stream: true}));
}

/** Without the rest of a character that was cut. */
function wholeCharacters({bytes, length}: WindowLine): Buffer {
  if (bytes.length === length) return bytes;
  let end = bytes.length;
  while (end > 0 && ((bytes[end - 1] ?? 0) & 0xc0) === 0x80) end--;
  return end > 0 && (bytes[end - 1] ?? 0) >= 0xc0 ? bytes.subarray(0, end - 1) : bytes;
}

const lineBreak = Buffer.from('\n');

/** The lines as text, all in the encoding that they together look most like. */
function decodeLines(lines: readonly WindowLine[]): readonly string[] {
  const bytes = Buffer.concat(lines.flatMap(line => [wholeCharacters(line), lineBreak]));
  return toShown(decodeText(bytes, detectUnmarked(bytes)).text)
    .split('\n')
    .slice(0, lines.length);
}

function showLine(text: string, {length}: WindowLine): string {
  const line = text.endsWith('\r') ? text.slice(0, -1) : text;
  if (line.length <= maxLineCharacters) return line;
  const end = /[\ud800-\udbff]/.test(line[maxLineCharacters - 1] ?? '') ? maxLineCharacters - 1 : maxLineCharacters;
  return `${line.slice(0, end)}… [cut: the line has ${length} bytes]`;
}

function toResult({lines, totalLines}: ReturnType<LineWindow['finish']>, offset: number): ToolResult {
  if (totalLines === 0) return {content: '[The file is empty.]', display: {summary: 'empty'}};
  if (lines.length === 0) {
    return {
      content: `[The file has ${totalLines} lines; offset ${offset} is past its end.]`,
      display: {summary: 'past the end'},
    };
  }
  const shown: string[] = [];
  let characters = 0;
  decodeLines(lines).every((text, index) => {
    const line = lines[index];
    if (line === undefined || characters >= maxCharacters) return false;
    const numbered = `${offset + index}\t${showLine(text, line)}`;
    characters += numbered.length + 1;
    return shown.push(numbered);
  });
  const last = offset + shown.length - 1;
  const more =
    last < totalLines ? `\n\n[Lines ${offset} to ${last} of ${totalLines}; go on with offset ${last + 1}.]` : '';
  const part = shown.length < totalLines ? `lines ${offset}–${last} of ${totalLines}` : `${totalLines} lines`;
  return {content: shown.join('\n') + more, display: {summary: totalLines === 1 ? '1 line' : part}};
}

export function createTextReader({offset, limit}: {readonly offset: number; readonly limit: number}): TextReader {
  const window = createLineWindow({
    offset,
    limit,
    maxLineBytes: maxLineCharacters * bytesPerCharacter,
    maxBytes: maxCharacters * bytesPerCharacter,
  });
  let convert: ((chunk: Uint8Array) => Buffer) | null = null;
  return {
    push(chunk) {
      if (convert === null) {
        convert = isUtf16(chunk) ? createUtf16Converter(chunk[0] === 0xfe) : asBuffer;
        const marked = chunk[0] === 0xef && chunk[1] === 0xbb && chunk[2] === 0xbf;
        window.push(convert(marked ? chunk.subarray(3) : chunk));
      } else window.push(convert(chunk));
    },
    finish: () => toResult(window.finish(), offset),
  };
}
