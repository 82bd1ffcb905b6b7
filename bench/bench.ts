/**
 * What every row works with: the program, the yardstick `node -e 0`, a scratch place, and how often to repeat.
 */
import {type Command, type Cost, peakMegabytes, run} from './command.js';
import type {Figure, Sample} from './figure.js';
import type {Scratch} from './scratch.js';

export interface Bench {
  /** Node and the program's file. */
  readonly program: readonly [string, string];
  readonly scratch: Scratch;
  /** Fewer rounds and shorter streams: for a look while working, not for the record. */
  readonly quick: boolean;
}

export interface Row {
  /** What `npm run bench -- <name>` calls it. */
  readonly name: string;
  measure(bench: Bench): Promise<readonly Figure[]>;
}

/** The program with these arguments, in the scratch place. With `url`, that server is its model. */
export function agentCommand({program, scratch}: Bench, args: readonly string[], url?: string): Command {
  const model = url === undefined ? {} : {ANTHROPIC_BASE_URL: url, ANTHROPIC_API_KEY: 'test'};
  return {argv: [...program, ...args], cwd: scratch.cwd, env: {...scratch.env, ...model}};
}

const yardstick = ({program, scratch}: Bench): Command => ({
  argv: [program[0], '-e', '0'],
  cwd: scratch.cwd,
  env: scratch.env,
});

/** What `node -e 0` costs now. */
export const runYardstick = (bench: Bench): Promise<Cost> => run(yardstick(bench));

/** How many rounds: `usual`, or a few when in a hurry. */
export const rounds = ({quick}: Bench, usual: number): number => (quick ? Math.min(3, usual) : usual);

/** Calls `once` that many times, one after the other. */
export async function repeat<T>(times: number, once: () => Promise<T>): Promise<readonly T[]> {
  const results: T[] = [];
  for (let round = 0; round < times; round += 1) results.push(await once());
  return results;
}

export interface PairedCosts {
  readonly cpu: readonly Sample[];
  readonly wall: readonly Sample[];
}

/** Runs `node -e 0` and the command in turns, so that a machine that speeds up or slows down does so for both. */
export async function runInTurns(bench: Bench, usual: number, command: Command): Promise<PairedCosts> {
  await run(command);
  const pairs = await repeat(rounds(bench, usual), async () => {
    const base = await runYardstick(bench);
    return {base, cost: await run(command)};
  });
  return {
    cpu: pairs.map(({base, cost}) => ({value: cost.cpuMs, base: base.cpuMs})),
    wall: pairs.map(({base, cost}) => ({value: cost.wallMs, base: base.wallMs})),
  };
}

/** Peaks of memory of `node -e 0` and the command, in turns. */
export function peaksInTurns(bench: Bench, usual: number, command: Command): Promise<readonly Sample[]> {
  return repeat(rounds(bench, usual), async () => ({
    base: await peakMegabytes(yardstick(bench)),
    value: await peakMegabytes(command),
  }));
}
