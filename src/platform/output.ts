/**
 * A command's output, bounded in memory however much comes: its beginning and its end are held, and as soon as they
 * are not all of it the bytes go to a file, up to a limit of its own. What a person or a model gets is plain text.
 */
import {closeSync, openSync, writeSync} from 'node:fs';
import {toPlainText} from './plain-text.js';

/** A file with the first `bytes` bytes of an output, as they came. */
export interface OutputFile {
  readonly path: string;
  readonly bytes: number;
  /** The system's code for why no more could be written, if it could not. */
  readonly fault?: string;
}

interface CollectedOutput {
  /** Where it was cut, a line says so. */
  readonly text: string;
  readonly isCut: boolean;
  readonly totalBytes: number;
  readonly totalLines: number;
  /** Null when it was not needed, or could not be written. */
  readonly file: OutputFile | null;
}

export interface Output {
  push(chunk: Buffer): void;
  /** From now on all of it goes to a file: its path; null if that cannot be made. */
  keep(): string | null;
  /** What came so far, also after it was collected. */
  text(): string;
  /** What came so far, once. With `keepFile` there is a file in any case, and what comes later goes there. */
  collect(options: {readonly keepFile: boolean}): CollectedOutput;
  /** Nothing more comes. */
  close(): void;
}

/** Characters of the text: about 8,000 tokens, what users of other agents are used to. */
const maxCharacters = 30_000;
/** Held of the beginning and of the end: 15,000 characters of three bytes, and some escape sequences. */
const edgeBytes = 64 * 1024;
const lineFeed = 10;
const maxFileBytes = 100 * 1024 * 1024;

/** @param path where the file is made if it comes to that; its folder exists. */
export function createOutput(path: string): Output {
  let totalBytes = 0;
  const count = createLineCount();
  let head: Buffer | null = null;
  /** All that came while there is no head; after that, at least the last `edgeBytes`. */
  let last: Buffer[] = [];
  let lastBytes = 0;
  let file: LimitedFile | null = null;
  let collected: string | null = null;
  let isClosed = false;

  function push(chunk: Buffer): void {
    totalBytes += chunk.length;
    count.add(chunk);
    file?.write(chunk);
    if (collected !== null) return;
    last.push(chunk);
    lastBytes += chunk.length;
    if (lastBytes > 2 * edgeBytes) shorten();
  }

  function shorten(): void {
    const held = Buffer.concat(last);
    if (head === null) {
      file ??= createLimitedFile(path, held);
      head = Buffer.from(held.subarray(0, edgeBytes));
    }
    last = [Buffer.from(held.subarray(-edgeBytes))];
    lastBytes = edgeBytes;
  }

  function look(): {readonly text: string; readonly isCut: boolean} {
    const held = Buffer.concat(last);
    const [start, end] =
      head === null
        ? [decode(held), null]
        : [decode(head, {isEndCut: true}), decode(held.subarray(-edgeBytes), {isStartCut: true})];
    const isCut = end !== null || start.length > maxCharacters;
    const total = `${counted(count.lines())} lines, ${counted(totalBytes)} bytes`;
    return {text: isCut ? join(start, end ?? start, total) : start, isCut};
  }

  function keep(): string | null {
    file ??= createLimitedFile(path, Buffer.concat(last));
    return file.state()?.path ?? null;
  }

  function collect({keepFile}: {readonly keepFile: boolean}): CollectedOutput {
    const {text, isCut} = look();
    if (isCut || keepFile) keep();
    if (isClosed) file?.close();
    collected = text;
    head = null;
    last = [];
    return {
      text,
      isCut,
      totalBytes,
      totalLines: count.lines(),
      file: file?.state() ?? null,
    };
  }

  function close(): void {
    isClosed = true;
    file?.close();
  }

  return {push, keep, text: () => collected ?? look().text, collect, close};
}

/** The first and the last characters of an output, in whole lines where lines are not too long. */
function join(start: string, end: string, total: string): string {
  const half = maxCharacters / 2;
  const head = start.slice(0, half);
  const headEnd = head.lastIndexOf('\n') + 1;
  const tail = end.slice(-half);
  const tailStart = tail.indexOf('\n') + 1;
  return [
    // A cut may fall into a surrogate pair, and half a pair is no text.
    headEnd > half / 2 ? head.slice(0, headEnd) : `${head.replace(/[\uD800-\uDBFF]$/, '')}\n`,
    `[… cut here: ${total} in all …]\n`,
    tailStart > 0 && tailStart < half / 2 ? tail.slice(tailStart) : tail.replace(/^[\uDC00-\uDFFF]/, ''),
  ].join('');
}

const counted = (amount: number): string => amount.toLocaleString('en');

/** How many lines the bytes make; what follows the last line feed is one as well. */
function createLineCount(): {add(chunk: Buffer): void; lines(): number} {
  let feeds = 0;
  let isEnded = true;
  return {
    add(chunk) {
      for (const byte of chunk) if (byte === lineFeed) feeds += 1;
      if (chunk.length > 0) isEnded = chunk.at(-1) === lineFeed;
    },
    lines: () => feeds + (isEnded ? 0 : 1),
  };
}

/** Bytes as UTF-8; invalid ones become U+FFFD, but what a cut left of a character is dropped. */
function decode(bytes: Buffer, {isStartCut = false, isEndCut = false} = {}): string {
  let start = 0;
  while (isStartCut && start < 3 && ((bytes[start] ?? 0) & 0xc0) === 0x80) start += 1;
  const decoder = new TextDecoder('utf-8', {ignoreBOM: true});
  return toPlainText(decoder.decode(bytes.subarray(start), {stream: isEndCut}));
}

interface LimitedFile {
  write(chunk: Buffer): void;
  state(): OutputFile | null;
  close(): void;
}

/** A new private file that takes bytes up to its limit, or up to the first error: a full disk must not stop a command. */
function createLimitedFile(path: string, first: Buffer): LimitedFile {
  let descriptor: number | null = null;
  let bytes = 0;
  let fault: string | null = null;

  function write(chunk: Buffer): void {
    const end = Math.min(chunk.length, maxFileBytes - bytes);
    try {
      for (let at = 0; descriptor !== null && at < end; ) {
        const written = writeSync(descriptor, chunk, at, end - at);
        at += written;
        bytes += written;
      }
    } catch (error) {
      fault = error instanceof Error && 'code' in error ? String(error.code) : String(error);
      close();
    }
    if (bytes >= maxFileBytes) close();
  }
  function close(): void {
    if (descriptor !== null) closeSync(descriptor);
    descriptor = null;
  }

  try {
    descriptor = openSync(path, 'wx', 0o600);
  } catch {
    return {write, state: () => null, close};
  }
  write(first);
  return {write, state: () => ({path, bytes, ...(fault !== null && {fault})}), close};
}
