/**
 * Lines for whoever looks for a fault: what a session does, as it does it, without secrets. In one-shot they go to standard
 * error, in a conversation to a file, because the screen is the conversation's; to a file as well where one is named.
 */
import {closeSync, constants, fstatSync, mkdirSync, openSync, writeSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {UsageError} from '../../core/errors.js';
import {agentHome} from '../../platform/home.js';
import type {Session} from '../../session.js';
import {debugFolder} from '../../store/places.js';
import {type DebugCategory, debugCategories} from './categories.js';
import {watchHttp} from './http.js';
import {categoryOf, toLine} from './lines.js';
import {createRedactor} from './redact.js';

export interface DebugOptions {
  readonly session: Pick<Session, 'id' | 'model' | 'cwd' | 'mode' | 'tools' | 'hooks' | 'warnings' | 'env' | 'observe'>;
  /** Null: all. */
  readonly categories: ReadonlySet<DebugCategory> | null;
  /** Null: a file of ours in a conversation, else standard error. */
  readonly file: string | null;
  readonly isConversation: boolean;
  readonly version: string;
  /** Writes a line to standard error. */
  readonly note: (line: string) => void;
}

export interface Debug {
  /** Where the lines go; null for standard error. */
  readonly path: string | null;
  close(): void;
}

/** From now on. Throws `UsageError` where the file cannot be written. */
export function openDebug({session, categories, file, isConversation, version, note}: DebugOptions): Debug {
  const wanted = categories ?? new Set<DebugCategory>(debugCategories);
  const path = file ?? (isConversation ? ownFile(session) : null);
  const descriptor = path === null ? null : openFile(path);
  const redact = createRedactor({...process.env, ...session.env});
  let isFull = false;

  function write(category: DebugCategory, text: string): void {
    if (!wanted.has(category)) return;
    const line = `${new Date().toISOString()} [${category}] ${redact(text)}`;
    if (descriptor === null) {
      note(line);
      return;
    }
    try {
      if (!isFull) writeSync(descriptor, `${line}\n`);
    } catch {
      // A full disk stops these lines, and nothing else.
      isFull = true;
    }
  }

  const {model, cwd, mode, tools, hooks, warnings, id} = session;
  write('session', `agent ${version}, Node ${process.version}, ${process.platform} ${process.arch}`);
  write('session', `session ${id} in ${cwd}, model ${model.id}, mode ${mode}`);
  write('tools', `offered: ${tools.join(', ')}`);
  write(
    'hooks',
    hooks.length === 0 ? 'none listen' : `listening: ${hooks.map(each => JSON.stringify(each)).join(' ')}`,
  );
  for (const warning of warnings) write('session', `warning: ${warning}`);
  const events = session.observe({filter: event => categoryOf(event) !== null});
  const follow = (): void => {
    for (const event of events.drain()) write(categoryOf(event) ?? 'session', toLine(event));
  };
  const stop = events.onWake(follow);
  const deafen = wanted.has('api') ? watchHttp(line => write('api', line)) : () => {};
  return {
    path,
    close() {
      follow();
      stop();
      deafen();
      events.close();
      if (descriptor !== null) closeSync(descriptor);
    },
  };
}

function ownFile({id, env}: DebugOptions['session']): string {
  const home = agentHome(env);
  if (home === null) throw new UsageError('There is no home folder for the debug lines. Name a file: --debug-file.');
  return join(debugFolder(home), `${id}.log`);
}

/** For the person's eyes only. Never waits for a reader, as a pipe would. */
function openFile(path: string): number {
  const {O_APPEND, O_CREAT, O_NONBLOCK, O_WRONLY} = constants;
  try {
    mkdirSync(dirname(path), {recursive: true, mode: 0o700});
    const descriptor = openSync(path, O_APPEND | O_CREAT | O_NONBLOCK | O_WRONLY, 0o600);
    if (fstatSync(descriptor).isFile() || fstatSync(descriptor).isCharacterDevice()) return descriptor;
    closeSync(descriptor);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new UsageError(`The debug lines cannot be written to ${path}: ${code}. Name another file: --debug-file.`);
  }
  throw new UsageError(`The debug lines cannot be written to ${path}: it is no file. Name another: --debug-file.`);
}
