/**
 * Runs bin/agent.js as users do, with pipes: a clean environment, a home of its own, everything it writes collected.
 * The program must be built.
 */
import {type ChildProcessByStdio, spawn} from 'node:child_process';
import {once} from 'node:events';
import {existsSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import type {Readable, Writable} from 'node:stream';
import {text} from 'node:stream/consumers';
import {fileURLToPath} from 'node:url';
import {createFolder as createScratch} from './folder.js';

export const launcher = fileURLToPath(new URL('../../bin/agent.js', import.meta.url));

export interface Finished {
  /** Null when a signal ended the program. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface StartOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Given at once and ended; null leaves standard input open and silent. Empty by default. */
  readonly stdin?: string | Uint8Array | null;
  /** A shell script that starts the program as "$0" "$@". */
  readonly through?: string;
}

export interface Program {
  readonly child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly finished: Promise<Finished>;
}

const inherited = ['PATH', 'LANG', 'TMPDIR', 'SHELL'];

/** What the program finds: no keys, no colours, no settings. */
function cleanEnvironment(added: Readonly<Record<string, string>> = {}): Record<string, string> {
  const own = inherited.flatMap(name => (process.env[name] === undefined ? [] : [[name, process.env[name]]]));
  return {...Object.fromEntries(own), HOME: '/nonexistent', ...added};
}

export function startAgent(args: readonly string[], {cwd, env = {}, stdin = '', through}: StartOptions): Program {
  const command = [process.execPath, launcher, ...args];
  const [file = '', ...rest] = through === undefined ? command : ['/bin/sh', '-c', through, ...command];
  const child = spawn(file, rest, {
    cwd,
    env: cleanEnvironment(env),
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  // A program that ends without reading leaves nobody to write to.
  child.stdin.on('error', () => {});
  if (stdin !== null) child.stdin.end(stdin);
  const output = Promise.all([text(child.stdout), text(child.stderr)]);
  const finished = once(child, 'exit').then(async ([code, signal]) => {
    const [stdout, stderr] = await output;
    return {code, signal, stdout, stderr};
  });
  return {child, finished};
}

export function runAgent(args: readonly string[], options: StartOptions): Promise<Finished> {
  return startAgent(args, options).finished;
}

/** The environment that leads to a model server of the test. */
export const served = (url: string): Readonly<Record<string, string>> => ({
  ANTHROPIC_API_KEY: 'test-key',
  ANTHROPIC_BASE_URL: url,
});

export interface Folder {
  readonly path: string;
  read(name: string): string;
  has(name: string): boolean;
  write(name: string, content: string): void;
}

/** A folder with these files, removed when the test has finished. */
export function createFolder(files: Readonly<Record<string, string>> = {}): Folder {
  const path = createScratch();
  const write = (name: string, content: string): void => {
    mkdirSync(dirname(join(path, name)), {recursive: true});
    writeFileSync(join(path, name), content);
  };
  for (const [name, content] of Object.entries(files)) write(name, content);
  return {
    path,
    write,
    read: name => readFileSync(join(path, name), 'utf8'),
    has: name => existsSync(join(path, name)),
  };
}

/** The messages of stream-json, one a line. Throws if a line is none. */
export function jsonLines(stdout: string): readonly Record<string, unknown>[] {
  if (!stdout.endsWith('\n')) throw new Error(`the last line is not whole: ${stdout.slice(-200)}`);
  return stdout
    .slice(0, -1)
    .split('\n')
    .map(line => JSON.parse(line));
}
