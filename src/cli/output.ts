/**
 * Standard output that loses nothing: writes wait for a slow reader, `flush` resolves when the last byte was handed
 * over, and a reader who leaves ends the writing without a word.
 */
import {once} from 'node:events';
import type {Writable} from 'node:stream';
import {isLostTerminal} from './lost-terminal.js';

export interface Output {
  /** Resolves when the reader has taken enough to go on. Writes after the reader left do nothing. */
  write(text: string): Promise<void>;
  /** Resolves when everything written was handed over, or cannot be any more. */
  flush(): Promise<void>;
  /** Aborts when the reader left or writing failed. */
  readonly ended: AbortSignal;
  /** Why writing failed, as one line; null if it did not, or if the reader just left. */
  fault(): string | null;
}

const readerLeft = new Set(['EPIPE', 'ECONNRESET', 'ERR_STREAM_DESTROYED']);

/** A disk says EIO too, when it fails; then it is told. */
const isTerminalGone = (stream: Writable, code = ''): boolean =>
  code === 'EIO' && 'fd' in stream && typeof stream.fd === 'number' && isLostTerminal(stream.fd);

export function createOutput(stream: Writable): Output {
  const ending = new AbortController();
  let fault: string | null = null;
  const end = (error: NodeJS.ErrnoException): void => {
    const hasLeft = readerLeft.has(error.code ?? '') || isTerminalGone(stream, error.code);
    if (!hasLeft) fault ??= `Standard output cannot be written: ${error.message}.`;
    ending.abort();
  };
  stream.on('error', end);
  const untilTaken = async (): Promise<void> => {
    await once(stream, 'drain', {signal: ending.signal}).catch(() => {});
  };
  return {
    async write(text) {
      if (ending.signal.aborted || text === '') return;
      if (!stream.write(text, error => error && end(error))) await untilTaken();
    },
    flush: () =>
      new Promise(done => {
        if (ending.signal.aborted) return done();
        ending.signal.addEventListener('abort', () => done(), {once: true});
        // An empty write is called back after all writes before it.
        stream.write('', error => {
          if (error) end(error);
          done();
        });
      }),
    ended: ending.signal,
    fault: () => fault,
  };
}
