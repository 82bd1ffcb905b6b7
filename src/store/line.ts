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
const crc32 = (text: string): number => process.getBuiltinModule('node:zlib').crc32(text);

const sealOf = (body: string): string => `,"sum":"${crc32(body).toString(16).padStart(8, '0')}"}`;

/** Without a line feed: JSON has none within it. */
export function toLine({n, record}: Numbered): string {
  const body = JSON.stringify({n, ...record}).slice(0, -1);
  return body + sealOf(body);
}

/** Tells apart lines that have the same number. */
export const sealIn = (line: string): string => line.slice(-sealLength);

/** Null for what is not a whole line as it was written. What the record holds is for its reader to judge. */
export function fromLine(line: string): Numbered | null {
  const body = line.slice(0, -sealLength);
  if (sealIn(line) !== sealOf(body)) return null;
  try {
    const {n, ...record}: {readonly n?: unknown} = JSON.parse(`${body}}`);
    return typeof n === 'number' ? {n, record} : null;
  } catch {
    return null;
  }
}
