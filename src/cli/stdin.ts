/**
 * Reads what is piped into the program: all of it, as text, however late it comes. A pipe that nobody will write to
 * cannot be told from one whose writer still works, and an answer that lacks half its question would be silently wrong:
 * so it is waited for, and the person told how to go on without.
 */
import {fstatSync} from 'node:fs';
import type {Readable} from 'node:stream';
import {decodeText} from '../tools/text-encoding.js';

/** More than a request to a model can hold. */
export const maxBytes = 32 * 1024 * 1024;

export type PipedInput = {readonly ok: true; readonly text: string} | {readonly ok: false; readonly fault: string};

export interface StdinOptions {
  readonly stream: Readable;
  /** Whether there is a prompt besides: then somebody may have left the input open without meaning any. */
  readonly hasPrompt: boolean;
  /** After how long the person is told what is waited for. */
  readonly patienceMs: number;
  /** Tells the person why nothing happens. */
  readonly note: (line: string) => void;
}

/** Whether something is piped in at all: a closed standard input, a terminal and /dev/null give nothing. */
export function isPiped(descriptor = 0): boolean {
  try {
    return !fstatSync(descriptor).isCharacterDevice();
  } catch {
    return false;
  }
}

type Ending = 'end' | 'too large' | Error;

/** Collects chunks until the input ends, fails or proves too large. */
function collect({stream, hasPrompt, patienceMs, note}: StdinOptions, chunks: Buffer[]): Promise<Ending> {
  return new Promise(resolve => {
    let bytes = 0;
    const settle = (ending: Ending): void => {
      clearTimeout(timer);
      stream.off('data', onData).off('end', onEnd).off('error', settle).pause();
      resolve(ending);
    };
    const onEnd = (): void => settle('end');
    const onData = (chunk: Buffer): void => {
      bytes += chunk.length;
      if (bytes > maxBytes) settle('too large');
      else chunks.push(chunk);
    };
    const timer = setTimeout(() => note(waitingLine(bytes > 0, hasPrompt)), patienceMs);
    stream.on('data', onData).on('end', onEnd).on('error', settle);
  });
}

function waitingLine(hasBegun: boolean, hasPrompt: boolean): string {
  if (hasBegun) return 'Still reading standard input; the work begins when it ends.';
  if (!hasPrompt) return 'Waiting for a prompt on standard input.';
  return 'Waiting for standard input, which is open; the work begins when it ends. To go on without it, add < /dev/null.';
}

/** Characters that no text has; tab, line ends, form feed and the escape of coloured output it may. */
const controls = /[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]/;

/** Text, or null where the bytes are no text: control characters among bytes that are not UTF-8, or too many of those. */
function decode(bytes: Buffer): string | null {
  if (bytes.includes(0)) return null;
  const {text, encoding} = decodeText(bytes);
  if (encoding.name === 'UTF-8') return text;
  if (encoding.name === 'Windows-1252') {
    const letters = text.match(/[^\x00-\x7f]/g)?.length ?? 0;
    return controls.test(text) || letters * 2 > text.length ? null : text;
  }
  const strange = text.match(/\p{Surrogate}/gu)?.length ?? 0;
  return strange * 20 > text.length ? null : text.replace(/^\uFEFF/, '').toWellFormed();
}

/** Reads standard input whole. Never rejects. */
export async function readPipedInput(options: StdinOptions): Promise<PipedInput> {
  const chunks: Buffer[] = [];
  const ending = await collect(options, chunks);
  if (ending instanceof Error) return refuse(`cannot be read: ${ending.message}`);
  if (ending === 'too large') return refuse(`is larger than ${maxBytes / 1024 / 1024} MB, more than a model can take`);
  const text = decode(Buffer.concat(chunks));
  return text === null ? refuse('is not text') : {ok: true, text};
}

const refuse = (problem: string): PipedInput => ({
  ok: false,
  fault: `Standard input ${problem}. Save it to a file and name the file in the prompt.`,
});
