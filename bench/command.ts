/**
 * Runs a command to its end and tells what it cost. bash's `time` asks the kernel (wait4), so that CPU and wall are exact to
 * a millisecond, include the command's own children and add nothing to it; the peak of memory comes from a run of its
 * own, with a hook loaded into the process.
 */
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {Readable} from 'node:stream';
import {text} from 'node:stream/consumers';

export interface Command {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Milliseconds, children included. */
export interface Cost {
  readonly cpuMs: number;
  readonly wallMs: number;
  readonly stdout: string;
}

// The command's own stderr goes to 2, the figures of `time` to 3.
const timed = `TIMEFORMAT='%3U %3S %3R'; { time "$@" 2>&4; } 4>&2 2>&3`;

/** Runs the command with empty input. Throws if it fails: the cost of an error is no figure. */
export async function run({argv, cwd, env}: Command): Promise<Cost> {
  const child = spawn('bash', ['--norc', '-c', timed, 'bash', ...argv], {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  const [, ...outputs] = child.stdio;
  const [[stdout = '', stderr = '', figures = ''], [code]] = await Promise.all([
    Promise.all(outputs.map(stream => (stream instanceof Readable ? text(stream) : ''))),
    once(child, 'exit'),
  ]);
  if (code !== 0) throw new Error(`${argv.join(' ')} ended with ${code}: ${stderr.trim() || stdout.trim()}`);
  const [user = Number.NaN, system = Number.NaN, wall = Number.NaN] = figures.trim().split(' ').map(Number);
  return {cpuMs: (user + system) * 1000, wallMs: wall * 1000, stdout};
}

// VmHWM and not getrusage's figure: that one starts with the size of the process that forked.
const peakHook = `
const {appendFileSync, readFileSync} = require('node:fs');
process.once('exit', () => {
  const peak = process.platform === 'linux'
    ? Number(/VmHWM:\\s*(\\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1])
    : process.resourceUsage().maxRSS;
  appendFileSync(process.env.BENCH_PEAK_FILE, peak + '\\n');
});
`;

/** The greatest resident size, in MB, that any Node process of the command reached. */
export async function peakMegabytes(command: Command): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-peak-'));
  try {
    const [hook, peaks] = [join(folder, 'hook.cjs'), join(folder, 'peaks')];
    writeFileSync(hook, peakHook);
    await run({...command, env: {...command.env, NODE_OPTIONS: `--require=${hook}`, BENCH_PEAK_FILE: peaks}});
    return Math.max(...readFileSync(peaks, 'utf8').trim().split('\n').map(Number)) / 1024;
  } finally {
    rmSync(folder, {recursive: true});
  }
}
