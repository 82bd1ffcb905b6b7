/** A conversation in a terminal: wires a session to the screen, and ends with the exit code of how it was left. */
import {createSession} from '../compose.js';
import {toPlainText} from '../platform/plain-text.js';
import {createTerminalGuard} from '../platform/terminal-guard.js';
import {boundYoungHeap} from '../platform/young-heap.js';
import {demoPhrases} from '../providers/demo/phrases.js';
import type {Session} from '../session.js';
import type {FolderItems} from '../settings/load.js';
import {type Repl, startRepl} from '../ui/repl.js';
import type {Arguments} from './arguments.js';
import {createCommands} from './commands.js';
import type {Debug} from './debug/debug.js';
import {loadDebug} from './debug/start.js';
import {demoNotice, isDemoForWantOfKey, localAdvice} from './demo-notice.js';
import {exitCodes} from './exit-codes.js';
import {createRewinding} from './rewinding.js';
import {toSessionOptions} from './session-options.js';
import {createStatus} from './status.js';
import {createTurns} from './turns.js';

export interface ConverseOptions {
  readonly given: Arguments;
  readonly version: string;
}

export async function converse({given: asked, version}: ConverseOptions): Promise<number> {
  const given = asked.choose ? await chosen(asked) : asked;
  if (typeof given === 'number') return given;
  boundYoungHeap();
  const startDebug = await loadDebug(given);
  const session = await createSession({...toSessionOptions(given), interactive: true, askTrust: ask});
  const debug = await startDebug({session, version, note: () => {}, isConversation: true});
  const closing = new AbortController();
  const isDemo = isDemoForWantOfKey(session, given.model);
  const status = createStatus(session, {budgetUsd: given.maxBudgetUsd ?? null, signal: closing.signal});
  const ending = createEnding();
  const events = session.observe();

  const turns = createTurns({session, onEnd: () => void status.refresh(), onFailure: ending.fail});
  const guard = createTerminalGuard(process.stdout.fd, process.env);
  let repl: Repl | null = null;
  // Before the screen is there: a signal that came between would leave the terminal as the screen needs it.
  process.on('SIGTERM', () => ending.end(exitCodes.SIGTERM));
  process.on('SIGHUP', () => ending.end(exitCodes.SIGHUP));
  process.on('SIGINT', () => repl?.pressCtrlC());
  process.on('uncaughtException', ending.fail);
  repl = startRepl({
    stdin: process.stdin,
    stdout: process.stdout,
    env: process.env,
    screenReader: given.screenReader,
    events,
    agents: session.agents,
    status,
    history: given.prompt?.trim() ? [given.prompt] : [],
    banner: bannerLines(session, version, isDemo, debug),
    commands: createCommands({
      session,
      compact: turns.compact,
      onChange: status.refresh,
      edit: path => edit(path, session, repl),
      send: turns.send,
    }),
    help: () => (session.model.id === 'demo' ? demoPhrases.map(({phrase, meaning}) => [phrase, meaning] as const) : []),
    ...turns,
    rewinding: createRewinding(session),
    answer: (callId, answer) => void session.answer(callId, answer),
    setMode: session.setMode,
    onModes: guard.hold,
    onSubmit: () => {},
  });
  repl.exited.then(how => ending.end(how === 'left' ? exitCodes.done : exitCodes.SIGHUP), ending.fail);
  session.replay(shownTurns).catch(ending.fail);
  void status.refresh();
  if (isDemo) void adviseLate(repl);
  if (given.prompt?.trim()) turns.send(given.prompt);
  let isLeft = false;
  try {
    const code = await ending.code;
    isLeft = code === exitCodes.done;
    return code;
  } catch (error) {
    // It may be the screen that failed.
    repl.close();
    throw error;
  } finally {
    // However it is left: what runs is seen to end, as by Ctrl-C.
    repl.leave();
    closing.abort();
    await session.close(isLeft ? 'prompt_input_exit' : 'other');
    debug?.close();
    await turns.ended();
    repl.close();
    guard.dismiss();
  }
}

/** With the conversation that the person chose, or the exit code if they left. */
async function chosen(given: Arguments): Promise<Arguments | number> {
  const {pickSession} = await import('./pick-session.js');
  const picked = await pickSession({env: process.env, screenReader: given.screenReader});
  return 'id' in picked ? {...given, resume: picked.id} : picked.code;
}

/** Loaded only where a folder brings something. */
async function ask(found: FolderItems): Promise<boolean> {
  const {askTrust} = await import('./ask-trust.js');
  return askTrust(found, {input: 0, write: text => void process.stdout.write(text)});
}

/** The screen gives the terminal away, and comes back when the editor ends. */
async function edit(path: string, {env, projectFolder}: Session, repl: Repl | null): Promise<string | null> {
  const {openEditor} = await import('./editor.js');
  let problem: string | null = null;
  await repl?.lend(async () => {
    problem = await openEditor(path, env, projectFolder);
  });
  return problem;
}

/** How the conversation ends: the first of several ways counts. */
function createEnding(): {readonly code: Promise<number>; end(code: number): void; fail(error: unknown): void} {
  let end: (code: number) => void = () => {};
  let fail: (error: unknown) => void = () => {};
  const code = new Promise<number>((resolve, reject) => {
    end = resolve;
    fail = reject;
  });
  return {code, end, fail};
}

/** Nothing waits for a local server's answer, so it may take as long as a busy machine needs. */
const localPatienceMs = 2_000;

/** Says how to use a server of this machine, once it has answered. Its command can be copied though it has two lines. */
async function adviseLate(repl: Repl): Promise<void> {
  const advice = await localAdvice(localPatienceMs);
  if (advice !== null) repl.tell(`${advice.words}\n${advice.command.join(' \\\n')}`);
}

/** Of a conversation that is gone on with: what was before them nobody scrolls to. */
const shownTurns = 30;

/** Warnings that stand above the first prompt; one-shot mode says them all. */
const shownWarnings = 5;

function bannerLines(session: Session, version: string, isDemo: boolean, debug: Debug | null): readonly string[] {
  const more = session.warnings.length - shownWarnings;
  return [
    `agent ${version}`,
    ...session.notes,
    ...(debug?.path ? [`What goes on is written to ${toPlainText(debug.path)}.`] : []),
    ...(isDemo ? [demoNotice({hint: ' (/help lists them)'})] : []),
    // Names of files and what stands in them: none of it is to steer the terminal.
    ...session.warnings.slice(0, shownWarnings).map(toPlainText),
    ...(more > 0 ? [`${more} more like these: agent doctor lists them all.`] : []),
  ];
}
