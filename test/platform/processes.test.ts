import {getEventListeners} from 'node:events';
import {readdirSync} from 'node:fs';
import {constants} from 'node:os';
import {describe, expect, it} from 'vitest';
import {createProcesses, type ShellOptions, type ShellOutcome} from '../../src/platform/processes.js';
import {createOwnProcesses, createSleep, type OwnProcesses, pidsWith, until} from '../support/processes.js';

type Start = readonly [string, (command: string) => string];

/** Ways to start a program, in the background, so that it is hard to end. Who left the session is found on Linux only. */
const escapes: readonly Start[] = [
  ['in the background', command => `${command} &`],
  ['in a pipeline', command => `${command} | cat &`],
  ['twice forked, away from its output', command => `( ( ${command} >/dev/null 2>&1 & ) & )`],
  ['without its environment', command => `env -i ${command} &`],
  ['deaf to TERM', command => `( trap '' TERM; ${command} ) &`],
  ...(process.platform === 'linux' ? outsiders() : []),
];

function outsiders(): readonly Start[] {
  return [
    ['in a session of its own', command => `setsid ${command} >/dev/null 2>&1 &`],
    ['in a session of its own, deaf to TERM and HUP', command => `setsid sh -c "trap '' TERM HUP; ${command}; :" &`],
  ];
}

/** Once its shell has exited, the kernel itself ends it; so it is no escape for long. */
const stopped: Start = ['stopped', command => `sh -c 'kill -STOP $$; ${command}' &`];

function run(processes: OwnProcesses, command: string, options: Partial<ShellOptions> = {}): Promise<ShellOutcome> {
  const {signal} = new AbortController();
  const defaults = {owner: 'main', cwd: processes.folder, timeoutMs: 60_000, signal, onOutput: () => {}};
  return processes.shell(command, {...defaults, ...options});
}

describe('an aborted command', () => {
  it.each([...escapes, stopped])('is gone within a second with what it started: %s', async (_, start) => {
    const processes = createOwnProcesses();
    const {command, pids} = createSleep();
    const controller = new AbortController();
    const running = run(processes, `${start(command)}\n${command}`, {signal: controller.signal});
    await until('both run', () => pids().length >= 2);
    const abortedAt = performance.now();
    controller.abort();
    const outcome = await running;
    expect(performance.now() - abortedAt).toBeLessThan(1_000);
    expect(pids()).toEqual([]);
    expect(outcome).toMatchObject({
      exitCode: null,
      interrupted: true,
      timedOut: false,
      leftRunning: false,
    });
  });

  it('takes nothing with it of what earlier commands left, nor of what others run', async () => {
    const processes = createOwnProcesses();
    const [earlier, aborted, other] = [createSleep(), createSleep(), createSleep()];
    await run(processes, `${earlier.command} &`);
    const controller = new AbortController();
    const running = run(processes, aborted.command, {signal: controller.signal});
    const others = run(processes, other.command, {owner: 'other'});
    await until('all run', () => [earlier, aborted, other].every(({pids}) => pids().length === 1));
    controller.abort();
    await running;
    expect([earlier, aborted, other].map(({pids}) => pids().length)).toEqual([1, 0, 1]);
    await processes.end('other');
    expect((await others).exitCode).toBe(128 + constants.signals.SIGTERM);
  });

  it('can clean up first', async () => {
    const processes = createOwnProcesses();
    const {command, pids} = createSleep();
    const controller = new AbortController();
    const script = `trap 'echo cleaned; exit' TERM; ${command} & wait`;
    const running = run(processes, script, {signal: controller.signal});
    await until('it runs', () => pids().length === 1);
    controller.abort();
    expect((await running).output).toBe('cleaned\n');
  });
});

describe('a command whose time is over', () => {
  it('is ended with all it started, and gives what it wrote', async () => {
    const processes = createOwnProcesses();
    const {command, pids} = createSleep();
    const outcome = await run(processes, `echo begun; ${command} & ${command} | cat`, {timeoutMs: 300});
    expect(outcome).toMatchObject({exitCode: null, timedOut: true, interrupted: false, output: 'begun\n'});
    expect(pids()).toEqual([]);
  });

  it('leaves no listener behind, nor does one that ended in time', async () => {
    const processes = createOwnProcesses();
    const {signal} = new AbortController();
    await run(processes, 'true', {signal});
    await run(processes, createSleep().command, {signal, timeoutMs: 100});
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });
});

describe('what commands left running', () => {
  it.each(escapes)('is counted, and ends with its owner: %s', async (_, start) => {
    const processes = createOwnProcesses();
    const {command, pids} = createSleep();
    const changes: (readonly [string, number])[] = [];
    processes.onChange((owner, live) => changes.push([owner, live]));
    expect(await run(processes, start(command))).toMatchObject({exitCode: 0, leftRunning: true});
    await until('it runs', () => pids().length >= 1);
    expect(processes.live('main')).toBe(1);
    await processes.end('main');
    expect(pids()).toEqual([]);
    expect(changes).toEqual([
      ['main', 1],
      ['main', 0],
    ]);
  });

  it.each([
    ['holding the output', '&'],
    ['away from the output', '>/dev/null 2>&1 &'],
  ])('is noticed when it ends by itself: %s', async (_, way) => {
    const processes = createOwnProcesses();
    const {command, pids} = createSleep();
    await run(processes, `${command} ${way}`);
    await until('it runs', () => pids().length === 1);
    const counts: number[] = [];
    processes.onChange((__, live) => counts.push(live));
    for (const pid of pids()) process.kill(pid);
    await until('it is noticed', () => counts.length > 0);
    expect(counts).toEqual([0]);
  });

  it('is gone for whoever asked for its end, also for the second to ask', async () => {
    const processes = createOwnProcesses();
    const {command, pids} = createSleep();
    await run(processes, `( trap '' TERM; ${command} ) &`);
    await until('it runs', () => pids().length === 1);
    void processes.end('main');
    await processes.end('main');
    expect(pids()).toEqual([]);
  });

  it('is counted by commands, for each owner', async () => {
    const processes = createOwnProcesses();
    const {command} = createSleep();
    await run(processes, `${command} & ${command} &`);
    await run(processes, `${command} &`);
    await run(processes, `${command} &`, {owner: 'other'});
    expect(['main', 'other', 'nobody'].map(processes.live)).toEqual([2, 1, 0]);
    await processes.end('main');
    expect(['main', 'other', 'nobody'].map(processes.live)).toEqual([0, 1, 0]);
  });

  // Elsewhere the dead cannot be told from the living of a group, nor is there a setsid.
  if (process.platform === 'linux') {
    it('is nothing when all that is left are the dead that nobody waits for', async () => {
      const processes = createOwnProcesses();
      const {command, pids} = createSleep();
      // The sleep, which left group and mark behind, never waits for the child it had before it became a sleep.
      const sleeping = `true & exec setsid env -i sh -c '>ready; exec ${command}'`;
      const waiting = 'until [ -e ready ]; do sleep 0.01; done';
      const {leftRunning} = await run(processes, `(${sleeping}) >/dev/null 2>&1 & ${waiting}`);
      await until('it runs', () => pids().length === 1);
      expect(leftRunning).toBe(false);
    });
  }

  it('is not told to who does not listen any more', async () => {
    const processes = createOwnProcesses();
    const counts: number[] = [];
    const leave = processes.onChange((_, live) => counts.push(live));
    await run(processes, `${createSleep().command} &`);
    leave();
    await processes.end('main');
    expect(counts).toEqual([1]);
  });
});

describe('the end of a program', () => {
  it('ends what all owners run and left, removes the folder, and leaves no supervisor', async () => {
    const processes = createOwnProcesses();
    const sleeps = escapes.map(() => createSleep());
    for (const [index, [, start]] of escapes.entries()) {
      await run(processes, start(sleeps[index]?.command ?? ''), {owner: `agent-${index % 2}`});
    }
    const running = run(processes, `${sleeps[0]?.command}; echo not reached`);
    await until('all run', () => sleeps.every(({pids}, index) => pids().length >= (index === 0 ? 2 : 1)));
    expect(pidsWith('cmdline', processes.folder).length).toBe(1);
    await processes.close();
    expect(sleeps.flatMap(({pids}) => pids())).toEqual([]);
    expect(await running).toMatchObject({exitCode: 128 + constants.signals.SIGTERM, output: ''});
    expect(readdirSync(processes.folder)).toEqual([]);
    await until('the supervisor is gone', () => pidsWith('cmdline', processes.folder).length === 0);
  });

  it('lets nothing start after it', async () => {
    const processes = createOwnProcesses();
    await processes.close();
    await expect(run(processes, 'true')).rejects.toThrow('the program is ending');
    expect(readdirSync(processes.folder)).toEqual([]);
  });

  it('lets nothing start that was about to', async () => {
    const processes = createOwnProcesses();
    const running = run(processes, 'touch started');
    await Promise.all([processes.close(), expect(running).rejects.toThrow('the program is ending')]);
    expect(readdirSync(processes.folder)).toEqual([]);
  });

  it('can kill everything at once, without waiting', async () => {
    const processes = createOwnProcesses();
    const sleeps = escapes.map(() => createSleep());
    for (const [index, [, start]] of escapes.entries()) await run(processes, start(sleeps[index]?.command ?? ''));
    await until('all run', () => sleeps.every(({pids}) => pids().length >= 1));
    processes.killAll();
    await until('all are gone', () => sleeps.every(({pids}) => pids().length === 0), 1_000);
    expect(readdirSync(processes.folder)).toEqual([]);
  });

  it('costs nothing when nothing was started', async () => {
    const processes = createOwnProcesses();
    await processes.end('main');
    await processes.close();
    processes.killAll();
    expect(readdirSync(processes.folder)).toEqual([]);
  });

  it('touches no process of another run', async () => {
    const [one, two] = [createOwnProcesses(), createOwnProcesses()];
    const {command, pids} = createSleep();
    await run(one, 'true');
    await run(two, `${command} &`);
    await until('it runs', () => pids().length === 1);
    await one.close();
    one.killAll();
    expect(pids()).toHaveLength(1);
  });
});

it('private folders hold what the run writes', async () => {
  const processes = createOwnProcesses();
  const {output} = await run(processes, `ls -ld ${processes.folder}/agent-* ${processes.folder}/agent-*/agent-*/0`);
  expect(output.match(/^drwx------/gm)).toHaveLength(2);
  expect(output).toMatch(/\nprw-------/);
});

it('a temporary folder that cannot be written is named, with what to do', async () => {
  const tempFolder = '/proc/nowhere';
  const processes = createProcesses({runId: 'no-folder', env: process.env, tempFolder});
  const {signal} = new AbortController();
  const options = {owner: 'main', cwd: '/', timeoutMs: 1_000, signal, onOutput: () => {}};
  await expect(processes.shell('true', options)).rejects.toThrow(/\/proc\/nowhere \(ENOENT\); set TMPDIR/);
});
