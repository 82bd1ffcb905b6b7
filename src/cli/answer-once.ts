/** One-shot mode from the command line: gathers the prompt, opens a session, runs it once. */
import {fstatSync} from 'node:fs';
import {clock} from '../compose/clock.js';
import {createSession} from '../compose.js';
import {findCredential} from '../providers/credential.js';
import type {Session} from '../session.js';
import type {Arguments} from './arguments.js';
import {loadDebug} from './debug/start.js';
import {demoNotice, isDemoForWantOfKey, localAdvice} from './demo-notice.js';
import {exitCodes} from './exit-codes.js';
import {runOneShot} from './one-shot.js';
import {createOutput} from './output.js';
import type {ProgressLine} from './progress-line.js';
import {composePrompt, type Prompt} from './prompt.js';
import {toSessionOptions} from './session-options.js';
import type {Signals} from './signals.js';
import {isPiped, readPipedInput} from './stdin.js';

/** After how long a person wonders why nothing happens. */
const stdinPatienceMs = 3_000;

/** The answer waits for no local server that takes longer. */
const localPatienceMs = 100;

/** As it was started, so that the line can be copied: npx leaves no `agent` in PATH. */
const program = process.env.npm_command === 'exec' ? 'npx agent' : 'agent';
const oneShotForm = `${program} -p "look around this repository"`;

/** Of a list that goes into a file or a pipe. */
const listColumns = 120;

export interface AnswerOnceOptions {
  readonly given: Arguments;
  readonly version: string;
  readonly note: (line: string) => void;
  readonly signals: Signals;
}

type Gathered = {readonly prompt: Prompt} | {readonly fault: string};

async function gatherPrompt({given, note}: AnswerOnceOptions): Promise<Gathered> {
  let piped: string | null = null;
  // Asked of the descriptor: process.stdin takes 2 ms to make.
  if (isPiped()) {
    const hasPrompt = Boolean(given.prompt?.trim());
    const input = await readPipedInput({stream: process.stdin, hasPrompt, patienceMs: stdinPatienceMs, note});
    if (!input.ok) return input;
    piped = input.text;
  }
  const prompt = composePrompt(given.prompt, piped);
  if (prompt !== null) return {prompt};
  const empty = piped === null ? '' : 'Standard input is empty. ';
  if (given.print) return {fault: `${empty}One-shot mode needs a prompt: ${oneShotForm}`};
  return {
    fault: `${empty}A conversation needs a terminal, and there is none here. For a single answer: ${oneShotForm}`,
  };
}

export async function answerOnce(options: AnswerOnceOptions): Promise<number> {
  const {given, version, note, signals} = options;
  if (given.choose) {
    const {whichSession} = await import('./pick-session.js');
    note(whichSession(process.env, process.stderr.columns ?? listColumns));
    return exitCodes.usage;
  }
  const gathered = await gatherPrompt(options);
  if ('fault' in gathered) {
    note(gathered.fault);
    return exitCodes.usage;
  }
  const startDebug = await loadDebug(given);
  const session = await createSession({...toSessionOptions(given), interactive: false});
  signals.onFirst(() => void session.abort());
  const debug = await startDebug({session, version, note, isConversation: false});
  for (const line of [...session.notes, ...session.warnings]) note(line);
  if (session.withheld.length > 0) note((await import('./withheld.js')).withheldLine(session.withheld));
  const credential = findCredential(session.env);
  if (isDemoForWantOfKey(session, given.model)) {
    note(demoNotice({advice: await localAdvice(localPatienceMs)}));
  }
  const progress = debug?.path === null ? null : await showProgress(given, session);
  const code = await runOneShot({
    session,
    progress,
    prompt: gathered.prompt,
    format: given.outputFormat,
    partialMessages: given.includePartialMessages,
    hookEvents: given.includeHookEvents,
    maxTurns: given.maxTurns ?? null,
    apiKeySource: credential?.source ?? 'none',
    version,
    isTerminal: process.stdout.isTTY === true,
    verbose: given.verbose,
    output: createOutput(process.stdout),
    clock,
    note(line) {
      progress?.clear();
      note(line);
    },
  });
  debug?.close();
  return signals.exitCode() ?? code;
}

/**
 * Null where no person sees it, or each event is told (debug lines tell it too), or a line that is rewritten would be read out again and again. What reads
 * the answer through a pipe may be a pager, whose screen it would disturb.
 */
async function showProgress(
  {verbose, screenReader, outputFormat}: Arguments,
  {agents}: Pick<Session, 'agents'>,
): Promise<ProgressLine | null> {
  const isToldAnyway = verbose || outputFormat === 'stream-json';
  if (!process.stderr.isTTY || isToldAnyway || screenReader || process.env.TERM === 'dumb') return null;
  if (fstatSync(process.stdout.fd).isFIFO()) return null;
  const {createProgressLine} = await import('./progress-line.js');
  const {write} = createOutput(process.stderr);
  return createProgressLine({agents, clock, columns: () => process.stderr.columns, write: text => void write(text)});
}
