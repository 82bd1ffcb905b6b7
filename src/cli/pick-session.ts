/** `--resume` without a name: a list to choose from. */
import {UsageError} from '../core/errors.js';
import type {Environment} from '../platform/environment.js';
import {agentHome} from '../platform/home.js';
import {createTerminalGuard} from '../platform/terminal-guard.js';
import {findSessionsOf, type KeptSession} from '../store/find.js';
import {sizeOf} from '../store/footprint.js';
import {projectPlace} from '../store/places.js';
import {noSession} from '../store/resolve.js';
import {searchLog} from '../store/search.js';
import {age, plural, size} from '../ui/format.js';
import {pick} from '../ui/picker/pick.js';
import type {Choice} from '../ui/picker/picker.js';
import {readCapabilities} from '../ui/terminal/capabilities.js';
import {revealLine} from '../ui/text/reveal.js';
import {exitCodes} from './exit-codes.js';
import {readLine} from './read-line.js';
import {shortId, toTable, wordsOf} from './sessions/list.js';
import {workingFolder} from './working-folder.js';

/** Those of this folder, the newest first. Throws `UsageError` where there is none. */
function sessionsHere(env: Environment): readonly KeptSession[] {
  const home = agentHome(env);
  const root = workingFolder();
  const sessions = home === null ? [] : findSessionsOf(projectPlace(home, root), root);
  if (sessions.length === 0) throw new UsageError(noSession);
  return sessions;
}

const toListed = (session: KeptSession) => ({...session, bytes: sizeOf(session), isOpen: false});

/** Where nobody can choose: what there is to name. */
export function whichSession(env: Environment, columns: number): string {
  const sessions = sessionsHere(env);
  const most = 20;
  const more = sessions.length - most;
  return [
    'Which conversation? Give the beginning of its id, or words of it, after --resume:',
    ...toTable(sessions.slice(0, most).map(toListed), Date.now(), columns),
    ...(more > 0 ? [`… and ${more} more: agent sessions list`] : []),
  ].join('\n');
}

export interface PickSessionOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly screenReader: boolean;
}

/** The id of the one that was chosen, or the exit code of how the list was left. */
export type PickedSession = {readonly id: string} | {readonly code: number};

const left = {code: exitCodes.done};

/** Throws `UsageError` where there is none to choose. */
export async function pickSession({env, screenReader}: PickSessionOptions): Promise<PickedSession> {
  const sessions = sessionsHere(env);
  return screenReader || readCapabilities(env).dumb ? pickInWords(sessions) : pickOnScreen(sessions, env);
}

async function pickOnScreen(sessions: readonly KeptSession[], env: NodeJS.ProcessEnv): Promise<PickedSession> {
  const guard = createTerminalGuard(process.stdout.fd, env);
  const paths = new Map(sessions.map(({id, path}) => [id, path]));
  const ending = new AbortController();
  let ended: PickedSession = left;
  const end = (signal: 'SIGTERM' | 'SIGHUP' | 'SIGINT'): void => {
    ended = {code: exitCodes[signal]};
    ending.abort();
  };
  for (const signal of ['SIGTERM', 'SIGHUP', 'SIGINT'] as const) process.on(signal, end);
  try {
    const picked = await pick({
      stdin: process.stdin,
      stdout: process.stdout,
      env,
      choices: sessions.map(session => toChoice(session, Date.now())),
      async search(words, ids, found, signal) {
        for (const id of ids) {
          const excerpt = await searchLog(paths.get(id) ?? '', words, signal).catch(() => null);
          if (signal.aborted) return;
          if (excerpt !== null) found(id, `"${revealLine(excerpt)}"`);
        }
      },
      onModes: guard.hold,
      signal: ending.signal,
    });
    return picked.type === 'picked' ? picked : ended;
  } finally {
    for (const signal of ['SIGTERM', 'SIGHUP', 'SIGINT'] as const) process.off(signal, end);
    guard.dismiss();
  }
}

function toChoice(session: KeptSession, now: number): Choice {
  const {id, title, prompt, branch, messages, at} = session;
  const begins = title === null || prompt === '' ? [] : [`begins: ${revealLine(prompt.replace(/\s+/g, ' '), 60)}`];
  return {
    id,
    title: wordsOf(session),
    facts: [
      age(now - at),
      ...(branch === null ? [] : [revealLine(branch)]),
      plural(messages, 'message'),
      size(sizeOf(session)),
      shortId(id),
      ...begins,
    ],
    searched: [id, title ?? '', prompt, branch ?? '']
      .join('\n')
      .toLowerCase()
      .replace(/[^\S\n]+/g, ' '),
  };
}

/** Line by line, for whom the screen is read out. */
async function pickInWords(sessions: readonly KeptSession[]): Promise<PickedSession> {
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  const most = 20;
  const now = Date.now();
  for (const [at, session] of sessions.slice(0, most).entries()) {
    say(`${at + 1}  ${wordsOf(session)} (${toChoice(session, now).facts.slice(0, -1).join(', ')})`);
  }
  for (;;) {
    process.stdout.write('The number of a conversation, or Enter to leave: ');
    const answer = await readLine(0);
    if (answer === null || answer === '') return left;
    const chosen = /^\d+$/.test(answer) ? sessions[Number(answer) - 1] : undefined;
    if (chosen) return chosen;
    say(`There is no number ${revealLine(answer)}.`);
  }
}
