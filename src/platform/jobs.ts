/**
 * Which process groups there are and whose they are. A job is a started program with all it starts; it is running until
 * the program itself exits, then left as long as something of it lives, and gone when its owner ends at the latest.
 */
import {type ChildProcess, spawn} from 'node:child_process';
import {once} from 'node:events';
import type {Environment} from './environment.js';
import type {Exit} from './launcher.js';
import type {Supervisor} from './supervisor.js';
import {findSurvivors, killNow, newestPid, pidsSince, type Target, terminate} from './survivors.js';

export interface Job {
  readonly owner: string;
  /** Of the process group, and of its first process. */
  readonly pid: number;
  readonly target: Target;
  readonly exited: Promise<Exit>;
}

export interface Start {
  readonly file: string;
  readonly args: readonly string[];
  readonly owner: string;
  readonly cwd: string;
  readonly env: Environment;
  readonly stdio: readonly ('ignore' | 'pipe' | number)[];
}

/** What a job has in its environment, to be found by. */
export type Marks = Readonly<Record<'AGENT_RUN_ID' | 'AGENT_JOB_ID', string>>;

/** A started program. */
export interface Program {
  readonly pid: number;
  readonly exited: Promise<Exit>;
}

export interface StartedJob {
  readonly job: Job;
  readonly child: ChildProcess;
}

export interface Jobs {
  /** Rejects if the program cannot be started. */
  start(options: Start): Promise<StartedJob>;
  /** For a program that somebody else starts: its marks, no other has the same. */
  nextMarks(owner: string): Marks;
  /** From now on such a program is a job. Throws if nothing may start any more. */
  add(owner: string, program: Program, marks: Marks): Job;
  /**
   * To be called once the program has exited: whether it left something running.
   *
   * @param since what it started has a process id after this; by default after its own.
   */
  settle(job: Job, since?: number): boolean;
  /** The group dies with the program, though it is no job. Returns how to take that back. */
  guard(group: number): () => void;
  /** Looks again at a job that was left. */
  look(job: Job): void;
  /** Ends the job and all it started. */
  stop(job: Job): Promise<void>;
  /** How many jobs of the owner were left and still run, at this moment. */
  left(owner: string): number;
  onChange(listener: (owner: string, left: number) => void): () => void;
  /** Ends all jobs of the owner. */
  end(owner: string): Promise<void>;
  endAll(): Promise<void>;
  /** The same for everyone, at once, without TERM and without waiting. */
  killAll(): void;
}

export interface JobsOptions {
  readonly runId: string;
  readonly env: Environment;
  /** Throws if nothing may start any more. */
  supervisor(): Supervisor;
}

/** How often jobs that were left are looked at, while there are any: nothing tells of the end of a grandchild. */
const lookMs = 1_000;

/**
 * What is left of a job whose program has exited. A process that forked and went while this looked has a child that is newer
 * than all it looked at: so it looks again, until no process is.
 */
function leftOf(target: Target, since: number): ReturnType<typeof findSurvivors> {
  for (let round = 0; round < 3; round += 1) {
    const newest = newestPid();
    const found = findSurvivors(target, pidsSince(since));
    if (found.reach.length > 0 || newestPid() === newest) return found;
  }
  return findSurvivors(target);
}

/** What the environment of every child of the run contains. */
export const runMark = (runId: string): string => `AGENT_RUN_ID=${runId}.`;

export function createJobs({runId, env, supervisor}: JobsOptions): Jobs {
  const jobs = new Set<Job>();
  /** Jobs whose program has exited, with the processes that were seen last. */
  const left = new Map<Job, readonly number[]>();
  const listeners = new Set<(owner: string, left: number) => void>();
  let watch: Supervisor | null = null;
  let count = 0;
  let timer: NodeJS.Timeout | null = null;

  function nextMarks(owner: string): Marks {
    // It is there before there is anything to end.
    watch = supervisor();
    count += 1;
    return {AGENT_RUN_ID: `${runId}.${owner}`, AGENT_JOB_ID: `${runId}.${count}`};
  }

  async function start({file, args, owner, cwd, env: more, stdio}: Start): Promise<StartedJob> {
    const marks = nextMarks(owner);
    const child = spawn(file, [...args], {
      cwd,
      detached: true,
      stdio: [...stdio],
      env: {...env, ...more, PWD: cwd, ...marks},
    });
    const exited = new Promise<Exit>(resolve => {
      child.once('exit', (exitCode, signal) => resolve({exitCode, signal}));
    });
    if (child.pid === undefined) throw (await once(child, 'error'))[0];
    return {job: add(owner, {pid: child.pid, exited}, marks), child};
  }

  function add(owner: string, {pid, exited}: Program, {AGENT_JOB_ID}: Marks): Job {
    watch = supervisor();
    watch.add(pid);
    const job = {owner, pid, exited, target: {groups: [pid], mark: `AGENT_JOB_ID=${AGENT_JOB_ID}\0`}};
    jobs.add(job);
    return job;
  }

  function settle(job: Job, since = job.pid): boolean {
    const {pids, reach} = leftOf(job.target, since);
    if (reach.length === 0 || !jobs.has(job)) {
      forget(job);
      return false;
    }
    left.set(job, pids);
    timer ??= setInterval(() => [...left.keys()].forEach(look), lookMs).unref();
    announce(job.owner);
    return true;
  }

  function look(job: Job): void {
    const known = left.get(job);
    if (!known || findSurvivors(job.target, known).reach.length > 0) return;
    const {pids, reach} = findSurvivors(job.target);
    if (reach.length > 0) left.set(job, pids);
    else forget(job);
  }

  function forget(job: Job): void {
    for (const group of job.target.groups) watch?.remove(group);
    jobs.delete(job);
    if (left.delete(job)) announce(job.owner);
    if (left.size > 0 || !timer) return;
    clearInterval(timer);
    timer = null;
  }

  const countLeft = (owner: string): number => [...left.keys()].filter(job => job.owner === owner).length;

  function announce(owner: string): void {
    for (const listener of listeners) listener(owner, countLeft(owner));
  }

  async function stop(job: Job): Promise<void> {
    await terminate(() => findSurvivors(job.target));
    forget(job);
  }

  const groupsOf = (some: Iterable<Job>): readonly number[] => [...some].flatMap(({target}) => target.groups);
  const everything = (): Target => ({groups: groupsOf(jobs), mark: runMark(runId)});

  async function end(owner: string): Promise<void> {
    const own = [...jobs].filter(job => job.owner === owner);
    // Of jobs that are none any more nothing lives: each was looked at when its program had exited.
    if (own.length === 0) return;
    const target = {groups: groupsOf(own), mark: `${runMark(runId)}${owner}\0`};
    await terminate(() => findSurvivors(target));
    own.forEach(forget);
  }

  async function endAll(): Promise<void> {
    if (jobs.size === 0) return;
    await terminate(() => findSurvivors(everything()));
    [...jobs].forEach(forget);
  }

  return {
    start,
    nextMarks,
    add,
    settle,
    guard(group) {
      watch = supervisor();
      watch.add(group);
      return () => watch?.remove(group);
    },
    look,
    stop,
    left(owner) {
      for (const job of [...left.keys()]) if (job.owner === owner) look(job);
      return countLeft(owner);
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    end,
    endAll,
    killAll() {
      // Twice, because what was just being forked is not yet in the first list.
      for (let round = 0; round < 2 && count > 0; round += 1) killNow(findSurvivors(everything()));
    },
  };
}
