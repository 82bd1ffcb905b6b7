/**
 * Tells of a command's output while it comes: a few times a second, as plain text, and never more at a time than a
 * screen can show. A command that ends at once is not told of at all; its result says everything.
 */
import {toPlainText} from './plain-text.js';

export interface LiveOutput {
  push(chunk: Buffer): void;
  /** Tells nothing more. */
  close(): void;
}

const intervalMs = 100;
/** Told at a time; of more, only the end. */
const maxBytes = 8 * 1024;
/** What the next bytes may still change: a carriage return, which may belong to a line end, or half an escape sequence. */
const unfinished = /(?:\r|\x1b(?:\[[0-?]*[ -/]*)?)$/;

/** @param tell gets text to be appended to what it got before. */
export function createLiveOutput(tell: (text: string) => void): LiveOutput {
  let pending: Buffer[] = [];
  let pendingBytes = 0;
  let hasGap = false;
  let held = '';
  /** Made when something is to be told: most commands end before. */
  let decoder: InstanceType<typeof TextDecoder> | null = null;
  let timer: NodeJS.Timeout | null = null;

  function push(chunk: Buffer): void {
    pending.push(chunk);
    pendingBytes += chunk.length;
    if (pendingBytes > 2 * maxBytes) shorten();
    timer ??= setTimeout(flush, intervalMs);
  }

  function shorten(): void {
    pending = [Buffer.from(Buffer.concat(pending).subarray(-maxBytes))];
    pendingBytes = maxBytes;
    hasGap = true;
  }

  function flush(): void {
    timer = null;
    if (pendingBytes > maxBytes) shorten();
    if (hasGap) {
      decoder = null;
      held = '\n[…]\n';
    }
    decoder ??= new TextDecoder('utf-8', {ignoreBOM: true});
    const text = held + decoder.decode(Buffer.concat(pending), {stream: true});
    held = unfinished.exec(text)?.[0] ?? '';
    pending = [];
    pendingBytes = 0;
    hasGap = false;
    // What was told cannot be overwritten, so each version of a progress line becomes a line.
    const ready = toPlainText(text.slice(0, text.length - held.length).replace(/\r+\n?/g, '\n'));
    if (ready !== '') tell(ready);
  }

  function close(): void {
    if (timer) clearTimeout(timer);
    timer = null;
    tell = () => {};
  }

  return {push, close};
}
