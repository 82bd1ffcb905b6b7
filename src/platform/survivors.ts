/**
 * Finds what still runs of a command and ends it. A command is a process group; a child that called `setsid` left the
 * group, but carries the command's mark in its environment, which Linux shows in /proc. macOS shows no other process's
 * environment: there the group is all that is found. Who left the group and cleared its environment is not found at all.
 */
import {existsSync, openSync, readdirSync, readFileSync, readSync} from 'node:fs';
import {setTimeout} from 'node:timers/promises';

/** What to look for. `mark` is text of the environment block, where entries are separated by NUL. */
export interface Target {
  readonly groups: readonly number[];
  readonly mark: string;
}

/** What was found alive. */
export interface Survivors {
  /** Process ids; empty where only groups can be seen. */
  readonly pids: readonly number[];
  /** What `process.kill` takes to reach them all, each once: groups as negative numbers, processes outside of them. */
  readonly reach: readonly number[];
}

const termMs = 500;
const killMs = 1_000;

/**
 * Looks for what is alive; the dead that nobody has waited for yet do not count.
 *
 * @param among where to look for processes; by default everywhere, which takes about 2 ms.
 */
export function findSurvivors({groups, mark}: Target, among?: readonly number[]): Survivors {
  if (!hasProc()) return {pids: [], reach: groups.filter(group => send(-group, 0)).map(group => -group)};
  const pids: number[] = [];
  const reach = new Set<number>();
  for (const pid of among ?? everyPid()) {
    const group = livingGroupOf(pid);
    const isMember = group !== null && groups.includes(group);
    if (group === null || !(isMember || carries(pid, mark))) continue;
    pids.push(pid);
    reach.add(isMember ? -group : pid);
  }
  return {pids, reach: [...reach]};
}

/** The newest process's id; null without /proc. Asked with every command, so the file stays open. */
export function newestPid(): number | null {
  if (!hasProc()) return null;
  loadavg ??= openSync('/proc/loadavg', 'r');
  const length = readSync(loadavg, line, 0, line.length, 0);
  return Number(line.toString('latin1', line.lastIndexOf(' ', length), length));
}

let loadavg: number | undefined;
const line = Buffer.alloc(128);

/**
 * The processes that started after `pid` and may be its descendants: Linux counts upwards. Empty without /proc; undefined
 * if they are too many to be worth telling from all others.
 */
export function pidsSince(pid: number): readonly number[] | undefined {
  const last = newestPid();
  if (last === null) return [];
  const count = last - pid;
  return count >= 0 && count < 200 ? Array.from({length: count}, (_, index) => pid + 1 + index) : undefined;
}

/** Ends all that `find` finds: TERM, half a second, KILL. Resolves when nothing is found any more, or nothing helps. */
export async function terminate(find: () => Survivors): Promise<void> {
  if (await signalUntilGone('SIGTERM', find, termMs)) return;
  await signalUntilGone('SIGKILL', find, killMs);
}

/** Kills without waiting. */
export function killNow({reach}: Pick<Survivors, 'reach'>): void {
  for (const target of reach) send(target, 'SIGKILL');
}

async function signalUntilGone(
  signal: 'SIGTERM' | 'SIGKILL',
  find: () => Survivors,
  withinMs: number,
): Promise<boolean> {
  const told = new Set<number>();
  const deadline = performance.now() + withinMs;
  // There is no event for the death of a process that is not our child, so this looks, ever less often.
  for (let pauseMs = 2; ; pauseMs = Math.min(2 * pauseMs, 50)) {
    const {reach} = find();
    if (reach.length === 0) return true;
    const left = deadline - performance.now();
    if (left <= 0) return false;
    for (const target of reach) {
      if (!told.has(target)) send(target, signal);
      told.add(target);
    }
    await setTimeout(Math.min(pauseMs, left));
  }
}

/** Whether there was somebody to get the signal. */
function send(target: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(target, signal);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

let proc: boolean | undefined;

function hasProc(): boolean {
  proc ??= existsSync('/proc/loadavg');
  return proc;
}

function everyPid(): readonly number[] {
  return readdirSync('/proc').map(Number).filter(Number.isInteger);
}

/** Null for the dead. */
function livingGroupOf(pid: number): number | null {
  // "pid (name) state parent group …"; the name may hold spaces and parentheses.
  const stat = read(`/proc/${pid}/stat`).toString('latin1');
  const [state, , group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return stat === '' || state === 'Z' || state === 'X' ? null : Number(group);
}

const carries = (pid: number, mark: string): boolean => read(`/proc/${pid}/environ`).includes(mark);

/** Empty when the process is gone, or another user's. */
function read(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch {
    return Buffer.alloc(0);
  }
}
