/**
 * The program's REPL in a pty with a terminal emulator: opened until the prompt is painted, asked, watched.
 */
import {setTimeout as pause} from 'node:timers/promises';
import {openTerminal, type Terminal} from '../test/support/terminal.js';
import {ending} from './answers.js';
import {agentCommand, type Bench} from './bench.js';
import {cpuMs, residentMegabytes} from './process-state.js';

/** The composer's prompt sign at the beginning of a row, with or without a frame. */
const painted = /^[│|]? ?[>❯›](?: |$)/m;

export interface Repl {
  readonly terminal: Terminal;
  /** From the start of the process to the first painted prompt. */
  readonly paintedMs: number;
}

/** Starts the REPL in a 120×40 terminal, hands it to `work` once the prompt is painted, and closes it. */
export async function withRepl<T>(
  bench: Bench,
  url: string,
  work: (repl: Repl) => Promise<T>,
  given: readonly string[] = [],
): Promise<T> {
  const {argv, cwd, env} = agentCommand(bench, given, url);
  const [command = '', ...args] = argv;
  const startedAt = performance.now();
  const terminal = openTerminal({command, args, cwd, env, cols: 120, rows: 40});
  try {
    await terminal.waitFor(painted);
    return await work({terminal, paintedMs: performance.now() - startedAt});
  } finally {
    await terminal.close();
  }
}

const written = ({terminal}: Repl): number => Buffer.byteLength(terminal.bytes());

/** Waits until the program has written nothing for half a second. */
export async function settled(repl: Repl): Promise<void> {
  for (let before = -1; before !== written(repl); await pause(500)) before = written(repl);
}

export interface Use {
  readonly cpuMs: number;
  readonly bytes: number;
  /** How far resident memory rose above what it was. */
  readonly growthMegabytes: number;
}

/** What the program uses of the machine while `work` runs. */
export async function used(repl: Repl, work: () => Promise<void>): Promise<Use> {
  const {pid} = repl.terminal;
  const before = {cpuMs: cpuMs(pid), bytes: written(repl), resident: residentMegabytes(pid)};
  let highest = before.resident;
  const sampler = setInterval(() => {
    highest = Math.max(highest, residentMegabytes(pid));
  }, 50);
  try {
    await work();
  } finally {
    clearInterval(sampler);
  }
  return {
    cpuMs: cpuMs(pid) - before.cpuMs,
    bytes: written(repl) - before.bytes,
    growthMegabytes: Math.max(highest, residentMegabytes(pid)) - before.resident,
  };
}

/** Types a prompt and waits until the end of the answer is on the screen and nothing moves any more. */
export async function ask(repl: Repl): Promise<void> {
  const prompt = 'tell me about the loop';
  repl.terminal.type(prompt);
  await repl.terminal.waitFor(prompt);
  repl.terminal.press('enter');
  await repl.terminal.waitFor(ending, {timeoutMs: 120_000});
  await settled(repl);
}
