/**
 * A record as one line of a log: JSON that ends with a checksum of itself, so that a line which was cut or changed is
 * told from a whole one.
 */

export interface Numbered {
  /** Its place in the log; counts from 1. */
  readonly n: number;
  readonly record: object;
}

/** `,"sum":"0123abcd"}` */
const sealLength = 18;

// Not imported: a program that keeps no log would load it at its start for nothing.
const crc32 = (data: string | Buffer): number => process.getBuiltinModule('node:zlib').crc32(data);

const sealOf = (body: string): string => `,"sum":"${crc32(body).toString(16).padStart(8, '0')}"}`;

/** Without a line feed: JSON has none within it. */
export function toLine({n, record}: Numbered): string {
  const body = JSON.stringify({n, ...record}).slice(0, -1);
  return body + sealOf(body);
}

/** What a whole line is known by. */
export interface Mark {
  readonly n: number;
  /** Empty where it does not stand at its head. */
  readonly type: string;
  /** Tells apart lines that have the same number. */
  readonly seal: number;
}

/** Of `{"n":12,"type":"entry"`; longer than any. */
const headLength = 64;

/** Null for what is not a whole line as it was written. */
export function toMark(bytes: Buffer, from: number, to: number): Mark | null {
  const body = to - sealLength;
  const [, sum] = body > from ? (/^,"sum":"([0-9a-f]{8})"\}$/.exec(bytes.toString('latin1', body, to)) ?? []) : [];
  if (sum === undefined) return null;
  const seal = Number.parseInt(sum, 16);
  if (crc32(bytes.subarray(from, body)) !== seal) return null;
  const [, n, type] =
    /^\{"n":(\d{1,15}),"type":"(\w+)"[,}]/.exec(bytes.toString('latin1', from, from + headLength)) ?? [];
  if (n !== undefined && type !== undefined) return {n: Number(n), type, seal};
  const read = numbered(`${bytes.toString('utf8', from, body)}}`);
  return read && {n: read.n, type: '', seal};
}

/** What a whole line holds; null where that is no record. Changes the bytes. */
export function parseLine(bytes: Buffer, from: number, to: number): object | null {
  const body = to - sealLength;
  if (body <= from) return null;
  bytes[body] = closingBrace;
  return numbered(bytes.toString('utf8', from, body + 1))?.record ?? null;
}

const closingBrace = 0x7d;

/** Null for what is not a whole line as it was written. What the record holds is for its reader to judge. */
export function fromLine(line: string): Numbered | null {
  const body = line.slice(0, -sealLength);
  return line.slice(-sealLength) === sealOf(body) ? numbered(`${body}}`) : null;
}

function numbered(json: string): Numbered | null {
  try {
    const {n, ...record}: {readonly n?: unknown} = JSON.parse(json);
    return typeof n === 'number' ? {n, record} : null;
  } catch {
    return null;
  }
}
