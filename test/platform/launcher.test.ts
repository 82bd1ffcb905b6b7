/**
 * Whatever ends a shell that was started ahead, or what started it: no command waits for ever, the next one works, and
 * nothing is left of either.
 */
import {spawnSync} from 'node:child_process';
import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {createFolder} from '../support/folder.js';
import {
  createOwnProcesses,
  createSleep,
  isAhead,
  type OwnProcesses,
  pidsWith,
  runShell,
  until,
} from '../support/processes.js';

/**
 * The launchers of this program, first those that fork the others; it may have some of another test's, which are about to
 * go.
 */
function launchers(): readonly number[] {
  const {stdout} = spawnSync('ps', ['-A', '-o', 'pid=,ppid=,args='], {encoding: 'utf8'});
  const lines = stdout.split('\n').map(line => line.trim().split(/\s+/));
  const named = lines
    .filter(words => words.includes('agent-launcher'))
    .map(([pid, parent]) => [Number(pid), Number(parent)] as const);
  const origins = named.filter(([, parent]) => parent === process.pid).map(([pid]) => pid);
  return [...origins, ...named.filter(([, parent]) => origins.includes(parent)).map(([pid]) => pid)];
}

/** Kills all launchers. Resolves when this program has been told. */
async function killLaunchers(signal: NodeJS.Signals): Promise<void> {
  const pids = launchers();
  kill(pids, signal);
  await until('they are gone', () => pids.every(pid => !exists(pid)));
}

/** Also the dead, until their parent has been told. */
function exists(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

function kill(pids: readonly number[], signal: NodeJS.Signals): void {
  for (const pid of pids) process.kill(pid, signal);
}

/** Lets the event loop turn. */
async function pass(turns: number): Promise<void> {
  for (let turn = 0; turn < turns; turn += 1) await new Promise(resolve => setImmediate(resolve));
}

describe('a launcher that is killed', () => {
  it.each(['TERM', 'KILL'])('by its command, with %s, ends that command and no other', async signal => {
    const processes = createOwnProcesses();
    const {command, pids} = createSleep();
    await runShell(processes, 'true');
    // Without a shell started ahead this would end the tests.
    const outcome = await runShell(processes, `[ "$PPID" = ${process.pid} ] || kill -${signal} $PPID; ${command}`);
    expect(outcome).toMatchObject({exitCode: 137, interrupted: false, timedOut: false});
    await until('the command is gone', () => pids().length + processes.live('main') === 0);
    expect(await runShell(processes, 'echo next')).toMatchObject({exitCode: 0, output: 'next\n'});
  });

  it('while a shell waits costs the next command nothing but that shell', async () => {
    const processes = createOwnProcesses();
    for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
      await runShell(processes, 'true');
      await killLaunchers(signal);
      expect(await runShell(processes, 'echo next')).toMatchObject({exitCode: 0, output: 'next\n'});
    }
    expect(await isAhead(processes)).toBe(true);
  });

  it('does not let its shell take the command of another owner', async () => {
    const processes = createOwnProcesses();
    const [one, two] = [createFolder(), createFolder()];
    for (let round = 0; round < 5; round += 1) {
      await runShell(processes, 'true', {owner: 'one', cwd: one});
      await killLaunchers('SIGKILL');
      await runShell(processes, 'true', {owner: 'two', cwd: two});
      const {output} = await runShell(processes, 'pwd; echo "$AGENT_RUN_ID"', {owner: 'two', cwd: two});
      expect(output).toBe(`${two}\n${processes.runId}.two\n`);
    }
  });

  it('or stopped by its command goes with the program', async () => {
    const processes = createOwnProcesses();
    await runShell(processes, 'true');
    const before = launchers();
    const stopping = runShell(processes, `[ "$PPID" = ${process.pid} ] || kill -STOP $PPID`, {timeoutMs: 300});
    expect((await stopping).timedOut).toBe(true);
    await processes.close();
    await until('it is gone', () => before.every(pid => !exists(pid)));
  });

  it('at any moment leaves the next command working', async () => {
    const processes = createOwnProcesses();
    await fc.assert(
      fc.asyncProperty(fc.integer({min: 0, max: 30}), async turns => {
        const running = runShell(processes, 'echo one');
        await pass(turns);
        await killLaunchers('SIGKILL');
        const {exitCode, output, leftRunning} = await running;
        expect([0, 137]).toContain(exitCode);
        expect({output: exitCode === 0 ? output : 'one\n', leftRunning}).toEqual({output: 'one\n', leftRunning: false});
        expect(await runShell(processes, 'echo two')).toMatchObject({exitCode: 0, output: 'two\n'});
      }),
      {numRuns: 20},
    );
  });
});

/** The shells of the run and what runs in them. */
const ofRun = ({runId}: OwnProcesses): readonly number[] => pidsWith('environ', `AGENT_RUN_ID=${runId}.`);

// Only Linux shows every process's environment, by which shells that wait can be found.
if (process.platform === 'linux') {
  describe('a shell that waits', () => {
    it.each(['SIGKILL', 'SIGTERM', 'SIGHUP'] as const)('may get %s: the next command works', async signal => {
      const processes = createOwnProcesses();
      await runShell(processes, 'true');
      await until('a shell waits', () => ofRun(processes).length === 1);
      kill(ofRun(processes), signal);
      const next = await runShell(processes, 'echo next');
      expect(next).toMatchObject({exitCode: 0, output: 'next\n', leftRunning: false});
      expect(await isAhead(processes)).toBe(true);
    });

    it('ends with its owner, and no other with it', async () => {
      const processes = createOwnProcesses();
      await runShell(processes, 'true', {owner: 'one'});
      await runShell(processes, 'true', {owner: 'two'});
      await until('both wait', () => ofRun(processes).length === 2);
      await processes.end('one');
      expect(pidsWith('environ', `${processes.runId}.one`)).toEqual([]);
      expect(ofRun(processes)).toHaveLength(1);
      expect(await isAhead(processes, {owner: 'two'})).toBe(true);
    });

    it('does not begin to wait when its owner ends, even if the last command has moved to another folder', async () => {
      const processes = createOwnProcesses();
      const {command, pids} = createSleep();
      await runShell(processes, 'true');
      const running = runShell(processes, `cd /; ${command}`);
      await until('it runs', () => pids().length === 1);
      await processes.end('main');
      expect((await running).cwd).toBe('/');
      await pass(100);
      expect(ofRun(processes)).toEqual([]);
    });

    it('is gone when the program closes, and its launcher too', async () => {
      const processes = createOwnProcesses();
      const before = launchers();
      await runShell(processes, 'true', {owner: 'one'});
      await runShell(processes, 'true', {owner: 'two'});
      await until('both wait', () => ofRun(processes).length === 2);
      await processes.close();
      expect(ofRun(processes)).toEqual([]);
      await until('the launchers are gone', () => launchers().every(pid => before.includes(pid)), 1_000);
    });

    it('is gone when everything is killed', async () => {
      const processes = createOwnProcesses();
      await runShell(processes, 'true');
      await until('it waits', () => ofRun(processes).length === 1);
      processes.killAll();
      await until('it is gone', () => ofRun(processes).length === 0, 1_000);
    });
  });

  it('nothing is left of a command that was aborted at any moment, and the next one works', async () => {
    const processes = createOwnProcesses();
    const {command, pids} = createSleep();
    await fc.assert(
      fc.asyncProperty(fc.integer({min: 0, max: 60}), fc.boolean(), async (turns, moves) => {
        const controller = new AbortController();
        const reason = new Error('stopped');
        const running = runShell(processes, `${moves ? 'cd /;' : ''} ${command}`, {signal: controller.signal});
        const settled = running.catch((error: unknown) => error);
        await pass(turns);
        controller.abort(reason);
        const outcome = await settled;
        if (outcome !== reason) expect(outcome).toMatchObject({interrupted: true, exitCode: null, leftRunning: false});
        expect(pids()).toEqual([]);
        expect(await runShell(processes, 'echo next')).toMatchObject({exitCode: 0, output: 'next\n'});
      }),
      {numRuns: 30},
    );
    await processes.end('main');
    expect(ofRun(processes)).toEqual([]);
  });

  it('a command whose signal aborts before it has its shell does not run', async () => {
    const processes = createOwnProcesses();
    await runShell(processes, 'true');
    const reason = new Error('stopped');
    const controller = new AbortController();
    const running = runShell(processes, 'touch started', {signal: controller.signal});
    controller.abort(reason);
    await expect(running).rejects.toBe(reason);
    expect((await runShell(processes, '[ -e started ]')).exitCode).toBe(1);
  });
}
