/**
 * Named pipes of one folder, made several at a time by one `mkfifo` and used again and again.
 */
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdirSync} from 'node:fs';
import {join} from 'node:path';

export interface NamedPipes {
  /** A path that nobody else uses until it is given back, and what `open` makes of it. */
  open<T>(open: (path: string) => T): Promise<T>;
  giveBack(path: string): void;
  /** From now on nothing is made in the folder. Settles when what is being made there is. */
  close(): Promise<void>;
}

/** Made at a time. */
const batch = 16;

export interface NamedPipesOptions {
  /** Nothing else is in it; made with the first pipes. */
  readonly folder: string;
  /** Where programs are found. */
  readonly path: string;
}

export function createNamedPipes({folder, path}: NamedPipesOptions): NamedPipes {
  let free: string[] = [];
  let made = 0;
  let making: Promise<void> | null = null;
  let isClosed = false;

  async function make(): Promise<void> {
    if (isClosed) throw new Error('the program is ending');
    const paths = Array.from({length: batch}, (_, index) => join(folder, String(made + index)));
    made += batch;
    mkdirSync(folder, {recursive: true, mode: 0o700});
    const child = spawn('mkfifo', ['-m', '600', ...paths], {stdio: 'ignore', env: {PATH: path}});
    const [exitCode] = await once(child, 'exit').catch((error: NodeJS.ErrnoException) => {
      const reason = error.code === 'ENOENT' ? 'the program mkfifo is not in PATH' : error.message;
      throw new Error(`no pipe for the output can be made: ${reason}`, {cause: error});
    });
    if (exitCode !== 0) throw new Error(`mkfifo could not make named pipes in ${folder}`);
    free.push(...paths);
  }

  async function take(): Promise<string> {
    while (true) {
      const path = free.pop();
      if (path !== undefined) return path;
      making ??= make().finally(() => {
        making = null;
      });
      await making;
    }
  }

  return {
    async open(open) {
      try {
        return open(await take());
      } catch (error) {
        if (isClosed || !isMissing(error)) throw error;
        // Systems clear old files out of their temporary folder, also while a program runs.
        free = [];
        return open(await take());
      }
    },
    giveBack: path => void free.push(path),
    async close() {
      isClosed = true;
      await making?.catch(() => {});
    },
  };
}

const isMissing = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT';
