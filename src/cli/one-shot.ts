/**
 * Answers one prompt and ends. Standard output gets the answer and nothing else, its last part only after every
 * process of the session is gone; standard error gets what a person should know meanwhile.
 */

import type {Clock} from '../core/ports.js';
import type {RunOutcome, StampedEvent} from '../core/types.js';
import type {Session} from '../session.js';
import {exitCodeOf, exitCodes} from './exit-codes.js';
import {createNotices, type Notices} from './notices.js';
import type {Output} from './output.js';
import {createPrinter, type Printer, type PrinterOptions} from './printers.js';
import type {ProgressLine} from './progress-line.js';
import type {Prompt} from './prompt.js';
import {createStillWaiting} from './still-waiting.js';
import {wholeTurn} from './whole-turn.js';

export interface OneShotOptions extends Omit<PrinterOptions, 'session' | 'now'> {
  readonly session: Pick<
    Session,
    | 'id'
    | 'model'
    | 'cwd'
    | 'tools'
    | 'agentTypes'
    | 'mode'
    | 'spent'
    | 'send'
    | 'compact'
    | 'logOf'
    | 'observe'
    | 'agents'
    | 'abort'
    | 'close'
  >;
  readonly prompt: Prompt;
  readonly verbose: boolean;
  readonly output: Output;
  readonly clock: Clock;
  /** Writes one line to standard error. */
  readonly note: (line: string) => void;
  /** Stopped before the answer is written; null where nobody would see it. */
  readonly progress: Pick<ProgressLine, 'stop'> | null;
}

/** The outcome of a turn that threw, which is a bug: whoever reads messages is still owed a last one. */
function brokenOutcome(error: unknown): RunOutcome {
  const message = error instanceof Error ? error.message : String(error);
  const usage = {input: 0, output: 0, cacheRead: 0, cacheWrite: 0};
  return {reason: 'error', text: '', steps: 0, usage, costUsd: null, stopReason: null, error: {kind: 'bug', message}};
}

/** Runs the turn to its outcome and closes the session, printing as it goes. */
async function follow(options: OneShotOptions, notices: Notices, printer: Printer): Promise<RunOutcome> {
  const {session, prompt, output, note, format, clock} = options;
  const waiting = createStillWaiting(clock, text => {
    if (format !== 'stream-json') note(text);
    else void output.write(printer.event({...ofRoot, type: 'notice', level: 'info', text}));
  });
  const show = async (event: StampedEvent): Promise<void> => {
    waiting.hear(event);
    const line = notices.toLine(event);
    if (line !== null && format !== 'stream-json') note(line);
    const text = printer.event(event);
    if (text !== '') await output.write(text);
  };
  const turn = wholeTurn(session, prompt);
  let step = await turn.next();
  try {
    for (; !step.done; step = await turn.next()) await show(step.value);
  } finally {
    waiting.stop();
    options.progress?.stop();
  }
  // What is said to the end of the session comes after all turns.
  const last = session.observe({filter: ({type}) => spokenLast.has(type)});
  await session.close();
  for (const event of last.drain()) await show(event);
  last.close();
  return step.value;
}

/** Where what only the command line knows stands among what the session says. */
const ofRoot = {agentId: 'main', parentId: null, depth: 0, seq: 0} as const;

const spokenLast: ReadonlySet<string> = new Set(['notice', 'command_ended', 'hook_started', 'hook_finished']);

async function runTurn(options: OneShotOptions, notices: Notices): Promise<RunOutcome> {
  const {output} = options;
  const printer = createPrinter({...options, now: Date.now});
  await output.write(printer.begin());
  try {
    const outcome = await follow(options, notices, printer);
    await output.write(printer.end(outcome));
    return outcome;
  } catch (error) {
    await output.write(printer.end(brokenOutcome(error)));
    await output.flush();
    throw error;
  }
}

/** Whoever has the answer in a shell has nobody to ask for more. */
const toGoOn = 'agent -c -p "go on" lets it go on from there.';

/** Gives the exit code. A reader that leaves ends the run quietly: whoever reads no more wants no more. */
export async function runOneShot(options: OneShotOptions): Promise<number> {
  const {session, output, note, format, verbose} = options;
  const notices = createNotices({verbose});
  output.ended.addEventListener('abort', () => void session.abort(), {once: true});
  try {
    const outcome = await runTurn(options, notices);
    await output.flush();
    const fault = output.fault();
    if (fault !== null) {
      note(fault);
      return exitCodes.error;
    }
    if (output.ended.aborted) return exitCodes.done;
    if (outcome.reason !== 'completed' && format !== 'stream-json') {
      note(notices.toFault(outcome));
      if (outcome.reason === 'max_steps' && session.logOf('main') !== null) note(toGoOn);
    }
    return exitCodeOf(outcome);
  } finally {
    await session.close();
  }
}
