/** `agent sessions`: which conversations are kept, what was said in them, and deleting them. */
import {dirname} from 'node:path';
import {UsageError} from '../../core/errors.js';
import type {Environment} from '../../platform/environment.js';
import {agentHome} from '../../platform/home.js';
import {codeOf} from '../../platform/text-file.js';
import {
  describeLog,
  type FoundLog,
  findLogs,
  findPlaces,
  findSessions,
  findSessionsOf,
  type KeptSession,
} from '../../store/find.js';
import {deleteSession, isOpen, sizeOf} from '../../store/footprint.js';
import {readSession} from '../../store/load.js';
import {outdated} from '../../store/outdated.js';
import {projectPlace, sessionsFolder} from '../../store/places.js';
import {plural, size} from '../../ui/format.js';
import {revealLine} from '../../ui/text/reveal.js';
import {exitCodes} from '../exit-codes.js';
import {type Conversation, toConversation} from '../export/conversation.js';
import {exportConversation, toText} from '../export/export.js';
import {parseSessionArguments, type SessionArguments} from './arguments.js';
import {type ListedSession, shortId, toJsonList, toTable, wordsOf} from './list.js';

export interface SessionsOptions {
  readonly words: readonly string[];
  /** Without links in its path. Throws `UsageError` where it is gone: what needs none works there too. */
  readonly cwd: () => string;
  readonly env: Environment;
  /** Of the terminal, for tables. */
  readonly columns: number;
}

interface Means extends SessionsOptions {
  readonly given: SessionArguments;
  /** Of all projects. */
  readonly folder: string;
  print(text: string): Promise<void>;
  note(line: string): void;
}

/** Gives the exit code. `note` is for what does not belong to the answer. Throws `UsageError`. */
export async function manageSessions(
  options: SessionsOptions,
  print: (text: string) => Promise<void>,
  note: (line: string) => void,
): Promise<number> {
  const given = parseSessionArguments(options.words);
  const home = agentHome(options.env);
  if (home === null) throw new UsageError('There is no home folder, so no conversation is kept.');
  const means: Means = {...options, given, folder: sessionsFolder(home), print, note};
  try {
    return await verbs[given.verb](means);
  } catch (error) {
    if (error instanceof UsageError || codeOf(error) === '') throw error;
    throw new UsageError(`What is kept in ${means.folder} cannot be read (${codeOf(error)}).`, {cause: error});
  }
}

const verbs = {list, show, export: toFile, delete: deleteNamed, prune} as const;

async function list({given, cwd, columns, print, note, ...means}: Means): Promise<number> {
  const now = Date.now();
  const sessions = wanted({...means, given, cwd}).map(toListed);
  if (given.json) {
    await print(toJsonList(sessions));
    return exitCodes.done;
  }
  if (sessions.length === 0) {
    note(
      given.all
        ? 'No conversation is kept.'
        : 'No conversation of this folder is kept. --all lists those of all folders.',
    );
    return exitCodes.done;
  }
  for (const root of new Set(sessions.map(session => session.root))) {
    const group = sessions.filter(session => session.root === root);
    if (given.all) await print(`${revealLine(root ?? '(a folder that cannot be read)')}\n`);
    await print(`${toTable(group, now, columns).join('\n')}\n${given.all ? '\n' : ''}`);
  }
  return exitCodes.done;
}

const toListed = (session: KeptSession): ListedSession => ({
  ...session,
  bytes: sizeOf(session),
  isOpen: isOpen(session),
});

/** Of this folder, or of all. */
function wanted({given, folder, cwd}: Pick<Means, 'given' | 'folder' | 'cwd'>): readonly KeptSession[] {
  if (given.all)
    return findPlaces(folder)
      .flatMap(findSessions)
      .sort((one, other) => other.at - one.at);
  const root = cwd();
  return findSessionsOf(projectPlace(dirname(folder), root), root);
}

async function show(means: Means): Promise<number> {
  const {given, print} = means;
  const {conversation} = await read(means, given.words[0] ?? '');
  await print(toText(conversation, given.json ? 'json' : 'markdown'));
  return exitCodes.done;
}

async function toFile(means: Means): Promise<number> {
  const {given, cwd, print} = means;
  const [id = '', file = null] = given.words;
  const {conversation} = await read(means, id);
  const path = await exportConversation(conversation, {cwd: cwd(), file, format: given.format, overwrite: given.force});
  await print(`${path}\n`);
  return exitCodes.done;
}

async function read(means: Means, id: string): Promise<{readonly conversation: Conversation}> {
  const session = describeLog(named(means, id));
  if (!session) throw new UsageError(`The conversation ${id} cannot be read.`);
  const loaded = await readSession(session, 'conversation');
  const bad = loaded.ends.get('main')?.badLines.length ?? 0;
  if (bad > 0) means.note(`Damaged, and left out: ${plural(bad, 'line')} of ${session.path}.`);
  return {conversation: toConversation(loaded, {folder: session.root, at: session.at})};
}

/** The one of that id, or the only one whose id begins so: of any folder, but where several have it, of this one. */
function named({folder, cwd}: Pick<Means, 'folder' | 'cwd'>, id: string, least = 1): FoundLog {
  const logs = findPlaces(folder).flatMap(findLogs);
  const exact = logs.filter(log => log.id === id);
  const begun = id.length < least ? [] : logs.filter(log => log.id.toLowerCase().startsWith(id.toLowerCase()));
  const all = exact.length > 0 ? exact : begun;
  const isHere = ({place}: FoundLog): boolean => place === projectPlace(dirname(folder), cwd());
  const own = exact.length > 1 ? all.filter(isHere) : [];
  const fitting = own.length > 0 ? own : all;
  const [first, second] = fitting;
  if (first && !second) return first;
  if (first && exact.length > 0)
    throw new UsageError(
      `Conversations of ${fitting.length} folders have the id "${id}". Change to the folder of the one that is meant.`,
    );
  if (first) throw new UsageError(`${fitting.length} conversations have ids that begin with "${id}". Give more of it.`);
  const short = id.length < least ? ` Give at least ${least} characters of it.` : '';
  throw new UsageError(`No conversation has the id "${id}".${short} agent sessions list --all lists them.`);
}

/** Whoever deletes by a part of an id means no other. */
const leastToDelete = 8;

async function deleteNamed(means: Means): Promise<number> {
  const {given, print, note} = means;
  // All of them are known before the first goes.
  const logs = given.words.map(id => named(means, id, leastToDelete));
  let code: number = exitCodes.done;
  for (const log of new Map(logs.map(each => [each.path, each])).values()) {
    const bytes = sizeOf(log);
    const fault = deleted(log);
    if (fault === null) await print(`Deleted ${log.id} (${size(bytes)}).\n`);
    else {
      note(fault);
      code = exitCodes.error;
    }
  }
  return code;
}

/** A line for the person if it could not be. */
function deleted(log: FoundLog): string | null {
  try {
    return deleteSession(log) ? null : `A program has ${log.id} open. Leave that first.`;
  } catch (error) {
    return `${log.path} cannot be deleted (${codeOf(error)}).`;
  }
}

async function prune(means: Means): Promise<number> {
  const {given, print, note} = means;
  if (given.olderThan === null && given.maxSize === null)
    throw new UsageError('Say what goes: agent sessions prune --older-than 30d, or --max-size 1GB, or both.');
  const now = Date.now();
  const sessions = wanted(means).map(toListed);
  const going = outdated(sessions, {age: given.olderThan, bytes: given.maxSize}, now);
  let [count, bytes, code]: [number, number, number] = [0, 0, exitCodes.done];
  for (const session of going) {
    const fault = session.isOpen || !given.dryRun ? deletedUnless(given.dryRun, session) : null;
    if (fault !== null) {
      note(fault);
      if (!session.isOpen) code = exitCodes.error;
      continue;
    }
    count += 1;
    bytes += session.bytes;
    await print(
      `${given.dryRun ? 'Would delete' : 'Deleted'} ${shortId(session.id)}  ${size(session.bytes)}  ${wordsOf(session)}\n`,
    );
  }
  const verb = given.dryRun ? 'would be deleted' : 'deleted';
  const left = sessions.length - count;
  await print(
    `${plural(count, 'conversation')} ${verb} (${size(bytes)}), ${left} ${given.dryRun ? 'would be kept' : 'kept'}.\n`,
  );
  return code;
}

const deletedUnless = (isDry: boolean, session: ListedSession): string | null =>
  isDry ? `A program has ${session.id} open: it would be kept.` : deleted(session);
