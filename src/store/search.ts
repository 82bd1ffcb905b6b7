/** Looks for words in what was said in a conversation: not in what every conversation is told, nor in how logs are written. */
import {createReadStream} from 'node:fs';
import {fromLine} from './line.js';
import {toRecord} from './to-record.js';

/** Characters of a line that stand before a hit and behind it. */
const around = 30;

/**
 * Where the words stand first, with what is around them on one line; null: nowhere. Rejects if the log cannot be read, or with the
 * signal's reason.
 *
 * @param words in lower case.
 */
export async function searchLog(path: string, words: string, signal: AbortSignal): Promise<string | null> {
  // As it stands in the file.
  const encoded = JSON.stringify(words).slice(1, -1);
  let rest = '';
  for await (const chunk of createReadStream(path, {encoding: 'utf8', highWaterMark: 1 << 20, signal})) {
    const pieces = (rest + chunk).split('\n');
    rest = pieces.pop() ?? '';
    for (const line of pieces) {
      const hit = hitIn(line, encoded, words);
      if (hit !== null) return hit;
    }
  }
  return hitIn(rest, encoded, words);
}

function hitIn(line: string, encoded: string, words: string): string | null {
  // Most lines have nothing of it, and are not read further.
  if (!line.toLowerCase().includes(encoded)) return null;
  const read = fromLine(line);
  const record = read && toRecord(read.record);
  if (record?.type !== 'entry' && record?.type !== 'entry_changed') return null;
  for (const text of textsIn(record.entry.message.content)) {
    const at = text.toLowerCase().indexOf(words);
    if (at === -1) continue;
    const from = Math.max(0, at - around);
    const to = at + words.length + around;
    return `${from > 0 ? '…' : ''}${text.slice(from, to)}${to < text.length ? '…' : ''}`
      .replace(/\s+/g, ' ')
      .toWellFormed();
  }
  return null;
}

/** Fields that a person reads, or that a call was given. */
const spoken: ReadonlySet<string> = new Set(['text', 'thinking', 'content']);

function* textsIn(value: unknown, isSpoken = true): Generator<string> {
  if (typeof value === 'string') {
    if (isSpoken) yield value;
  } else if (Array.isArray(value)) {
    for (const each of value) yield* textsIn(each, isSpoken);
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, each] of Object.entries(value)) {
      if (key === 'input') yield* inputTexts(each);
      else if (spoken.has(key)) yield* textsIn(each);
    }
  }
}

function* inputTexts(value: unknown): Generator<string> {
  if (typeof value === 'string') yield value;
  else if (typeof value === 'object' && value !== null)
    for (const each of Object.values(value)) yield* inputTexts(each);
}
