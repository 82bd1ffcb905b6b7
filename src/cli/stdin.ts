/**
 * Reads what is piped into the program: all of it, as text, without ever hanging on a pipe that nobody writes to
 * when there is a prompt already.
 */
import {fstatSync} from 'node:fs';
import type {Readable} from 'node:stream';

/** More than a request to a model can hold. */
export const maxBytes = 32 * 1024 * 1024;

export type PipedInput =
  /** `text` is null when nothing is piped. */
  {readonly ok: true; readonly text: string | null} | {readonly ok: false; readonly fault: string};

export interface StdinOptions {
  readonly stream: Readable;
  /** With a prompt of its own the program goes on without input that does not begin in time. */
  readonly hasPrompt: boolean;
  /** How long input may take to begin. */
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

type Ending = 'end' | 'silent' | 'too large' | Error;

/** Collects chunks until the input ends, fails, proves too large, or does not begin in time. */
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
    const timer = setTimeout(() => {
      const seconds = Math.round(patienceMs / 1000);
      if (bytes > 0) note('Still reading standard input; the work begins when it ends.');
      else if (!hasPrompt) note('Waiting for a prompt on standard input.');
      else {
        note(
          `Standard input is open but gave nothing for ${seconds} s; going on without it. Add < /dev/null to not wait.`,
        );
        settle('silent');
      }
    }, patienceMs);
    stream.on('data', onData).on('end', onEnd).on('error', settle);
  });
}

/** Text, or null where the bytes are no text: NUL bytes, or more than a few that are not UTF-8. */
function decode(bytes: Buffer): string | null {
  if (bytes.includes(0)) return null;
  const text = new TextDecoder().decode(bytes);
  const strange = text.length - text.replaceAll('\uFFFD', '').length;
  return strange * 20 > text.length ? null : text;
}

/** Reads standard input whole. Never rejects. */
export async function readPipedInput(options: StdinOptions): Promise<PipedInput> {
  const chunks: Buffer[] = [];
  const ending = await collect(options, chunks);
  if (ending instanceof Error) return refuse(`cannot be read: ${ending.message}`);
  if (ending === 'silent') return {ok: true, text: null};
  if (ending === 'too large') return refuse(`is larger than ${maxBytes / 1024 / 1024} MB, more than a model can take`);
  const text = decode(Buffer.concat(chunks));
  return text === null ? refuse('is not text') : {ok: true, text};
}

const refuse = (problem: string): PipedInput => ({
  ok: false,
  fault: `Standard input ${problem}. Save it to a file and name the file in the prompt.`,
});
