import {type ChildProcess, spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdtempSync, readdirSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {build} from 'esbuild';
import fc from 'fast-check';
import {afterAll, beforeAll, describe, expect, it, onTestFinished} from 'vitest';
import {createFolder} from '../support/folder.js';
import {createOwnProcesses, createSleep, pidsWith, until} from '../support/processes.js';

let built = '';

beforeAll(async () => {
  built = mkdtempSync(join(tmpdir(), 'program-'));
  await build({
    entryPoints: [fileURLToPath(new URL('../support/program.ts', import.meta.url))],
    outfile: join(built, 'program.mjs'),
    bundle: true,
    platform: 'node',
    format: 'esm',
  });
});
afterAll(() => rmSync(built, {recursive: true}));

interface Program {
  readonly child: ChildProcess;
  readonly folder: string;
  /** Its exit code or the signal that ended it, once its output is closed. */
  readonly ended: Promise<number | string>;
  output(): string;
}

function start(commands: readonly string[], afterwards: string): Program {
  const folder = createFolder();
  const child = spawn(process.execPath, [join(built, 'program.mjs'), folder, afterwards], {
    // Its children have the folder in their environment too, to be found by.
    env: {...process.env, PROGRAM_FOLDER: folder, PROGRAM_COMMANDS: JSON.stringify(commands)},
    // A group of its own, as a terminal's foreground program has.
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let output = '';
  child.stdout?.setEncoding('utf8').on('data', text => {
    output += text;
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const ended = once(child, 'close').then(([exitCode, signal]) => exitCode ?? signal);
  return {child, folder, ended, output: () => output};
}

/** Who left its session is found on Linux only. */
const outsiders = process.platform === 'linux' ? 3 : 0;

/** Programs in the background: plain, deaf to TERM, in a pipeline, without environment, and some that left the session. */
function family(): {readonly script: string; readonly sleeps: readonly ReturnType<typeof createSleep>[]} {
  const sleeps = Array.from({length: 4 + outsiders}, () => createSleep());
  const [plain, deaf, piped, bare, away, deafAway, forked] = sleeps.map(({command}) => command);
  const script = [
    `${plain} &`,
    `( trap '' TERM HUP INT; ${deaf} ) &`,
    `${piped} | cat &`,
    `env -i ${bare} &`,
    ...(outsiders ? [`setsid ${away} >/dev/null 2>&1 &`, `setsid sh -c "trap '' TERM; ${deafAway}; :" &`] : []),
    ...(outsiders ? [`( ( setsid ${forked} & ) & )`] : []),
  ];
  return {script: script.join('\n'), sleeps};
}

const survivors = (sleeps: ReturnType<typeof family>['sleeps']): number =>
  sleeps.reduce((count, {pids}) => count + pids().length, 0);

describe.each([
  ['while a command runs', '\nwait'],
  ['when a command has left them running', ''],
])('no process outlives the program, %s', (_, ending) => {
  it.each([
    ['SIGKILL', 'SIGKILL'],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
    ['SIGINT', 130],
  ] as const)('and it gets %s', async (signal, expected) => {
    const {script, sleeps} = family();
    const program = start([script + ending], 'stay');
    await until('all run', () => sleeps.every(({pids}) => pids().length > 0));
    if (ending === '') await until('the command has returned', () => program.output().includes('exitCode'));
    process.kill(program.child.pid ?? 0, signal);
    expect(await program.ended).toBe(expected);
    await until('no survivor', () => survivors(sleeps) === 0, 3_000);
    await until('the supervisor is gone', () => pidsWith('cmdline', program.folder).length === 0, 3_000);
    expect(readdirSync(program.folder)).toEqual([]);
  });
});

describe('no process outlives the program that has left some running', () => {
  it.each([
    ['exits', 'exit', 7],
    ['crashes', 'crash', 1],
    ['comes to its end, which they do not delay', 'nothing', 0],
  ])('and %s', async (_, afterwards, expected) => {
    const {script, sleeps} = family();
    const program = start([script], afterwards);
    expect(await program.ended).toBe(expected);
    expect(JSON.parse(program.output())).toEqual({output: '', exitCode: 0});
    await until('no survivor', () => survivors(sleeps) === 0, 3_000);
    await until('the supervisor is gone', () => pidsWith('cmdline', program.folder).length === 0, 3_000);
    expect(readdirSync(program.folder)).toEqual([]);
  });
});

describe('the children and the supervisor of a program', () => {
  it('do not get the SIGINT of its terminal', async () => {
    const program = start(['echo ready; until [ -e go ]; do sleep 0.01; done; echo done'], 'ignore SIGINT');
    await until('the command runs', () => program.output() === 'ready\n');
    process.kill(-(program.child.pid ?? 0), 'SIGINT');
    writeFileSync(join(program.folder, 'go'), '');
    expect(await program.ended).toBe(0);
    expect(program.output()).toContain(JSON.stringify({output: 'ready\ndone\n', exitCode: 0}));
  });

  it('hold nothing of its output: it is closed while they still live', async () => {
    const {command, pids} = createSleep();
    const program = start([`${command} &`], 'stay');
    await until('the command has returned', () => program.output() !== '' && pids().length > 0);
    const supervisor = supervisorOf(program);
    process.kill(supervisor, 'SIGSTOP');
    program.child.kill('SIGKILL');
    expect(await program.ended).toBe('SIGKILL');
    expect(pids()).toHaveLength(1);
    process.kill(supervisor, 'SIGCONT');
    await until('no survivor', () => pids().length === 0, 3_000);
  });

  it('are no children of the run that the program itself runs in: its end leaves the supervisor its work', async () => {
    const {command, pids} = createSleep();
    const outer = createOwnProcesses({...process.env, PROGRAM_COMMANDS: JSON.stringify([command])});
    const controller = new AbortController();
    const running = outer.shell(`${process.execPath} ${join(built, 'program.mjs')} . 'ignore SIGTERM'`, {
      owner: 'main',
      cwd: outer.folder,
      timeoutMs: 60_000,
      signal: controller.signal,
      onOutput: () => {},
    });
    await until('the inner command runs', () => pids().length === 1);
    controller.abort();
    expect((await running).interrupted).toBe(true);
    await until('no survivor', () => pids().length === 0, 3_000);
  });

  it('are looked after also when somebody told the supervisor to end', async () => {
    const {command, pids} = createSleep();
    const program = start([`${command} &`], 'stay');
    await until('the command has returned', () => program.output() !== '' && pids().length === 1);
    for (const signal of ['SIGTERM', 'SIGHUP', 'SIGINT']) process.kill(supervisorOf(program), signal);
    program.child.kill('SIGKILL');
    await until('no survivor', () => pids().length === 0, 3_000);
  });

  it('do without the first supervisor when it was killed: the next knows all there is', async () => {
    const [first, last] = [createSleep(), createSleep()];
    const wait = 'until [ -e go ]; do sleep 0.01; done';
    const program = start([`${first.command} &`, wait, `${last.command} &`], 'stay');
    await until('the first runs', () => first.pids().length === 1);
    process.kill(supervisorOf(program), 'SIGKILL');
    writeFileSync(join(program.folder, 'go'), '');
    await until('the last runs', () => last.pids().length === 1);
    program.child.kill('SIGKILL');
    await until('no survivor', () => first.pids().length + last.pids().length === 0, 3_000);
  });
});

/** All that the program has started, with itself. */
const processesOf = ({folder}: Program): number =>
  pidsWith('environ', `PROGRAM_FOLDER=${folder}`).length + pidsWith('cmdline', folder).length;

describe('a shell that waits for a command does not outlive the program', () => {
  it.each([
    ['exits', 'exit', 7],
    ['crashes', 'crash', 1],
    ['comes to its end, which it does not delay', 'nothing', 0],
  ])('that %s', async (_, afterwards, expected) => {
    const program = start(['echo one', 'echo two', 'sleep 0.1'], afterwards);
    expect(await program.ended).toBe(expected);
    await until('nothing of it runs', () => processesOf(program) === 0, 3_000);
    expect(readdirSync(program.folder)).toEqual([]);
  });

  it('that is killed, nor does what started the shell if a command has stopped that', async () => {
    const {command, pids} = createSleep();
    const program = start(['true', `kill -STOP $PPID; ${command}`], 'stay');
    await until('it is stopped', () => pids().length === 1);
    program.child.kill('SIGKILL');
    expect(await program.ended).toBe('SIGKILL');
    await until('nothing of it runs', () => processesOf(program) === 0, 3_000);
  });

  it('that is killed at any moment, nor does what started the shell', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({min: 1, max: 300}), async count => {
        const commands = Array.from({length: count + 100}, (_, index) => `echo ${index}`);
        const program = start(commands, 'stay');
        await until('enough commands have run', () => program.output().split('\n').length > count);
        program.child.kill('SIGKILL');
        expect(await program.ended).toBe('SIGKILL');
        await until('nothing of it runs', () => processesOf(program) === 0, 3_000);
        expect(readdirSync(program.folder)).toEqual([]);
      }),
      {numRuns: 12},
    );
  }, 60_000);
});

/** It has a name of its own, and the program's folder among its arguments. */
function supervisorOf({folder}: Program): number {
  const named = pidsWith('cmdline', 'agent-supervisor');
  const [pid, ...others] = pidsWith('cmdline', folder).filter(found => named.includes(found));
  expect(others).toEqual([]);
  return pid ?? Number.NaN;
}
