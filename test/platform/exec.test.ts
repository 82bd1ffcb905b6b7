import {join} from 'node:path';
import {describe, expect, it} from 'vitest';
import type {ExecOptions, ExecOutcome} from '../../src/platform/processes.js';
import {createOwnProcesses, createSleep, type OwnProcesses, until} from '../support/processes.js';

function exec(
  processes: OwnProcesses,
  [file, ...args]: readonly [string, ...string[]],
  options: Partial<ExecOptions> = {},
): Promise<ExecOutcome> {
  const {signal} = new AbortController();
  return processes.exec(file, args, {
    owner: 'main',
    cwd: processes.folder,
    maxBytes: 1_000_000,
    timeoutMs: 60_000,
    signal,
    ...options,
  });
}

describe('a program without a shell', () => {
  it('gives both its streams and its exit code, and gets its arguments as they are', async () => {
    const outcome = await exec(createOwnProcesses(), [
      'sh',
      '-c',
      'echo "$1"; echo two >&2; pwd; exit 3',
      '',
      '$HOME  ;',
    ]);
    expect(outcome).toMatchObject({exitCode: 3, signal: null, stderr: 'two\n', truncated: false});
    expect(outcome.stdout).toMatch(/^\$HOME {2};\n\/.*agent-test-/);
  });

  it('is stopped when it writes more than asked for, and what was asked for is there', async () => {
    const processes = createOwnProcesses();
    const {stdout, truncated} = await exec(processes, ['yes', '€'], {maxBytes: 10_000});
    expect({stdout, truncated}).toEqual({stdout: '€\n'.repeat(2_500), truncated: true});
    expect(processes.live('main')).toBe(0);
  });

  it('is not cut when it writes exactly as much, and never within a character', async () => {
    const processes = createOwnProcesses();
    const args = ['printf', '%s', '€€'] as const;
    expect(await exec(processes, args, {maxBytes: 6})).toMatchObject({stdout: '€€', truncated: false});
    expect(await exec(processes, args, {maxBytes: 5})).toMatchObject({stdout: '€', truncated: true});
  });

  it('gives large output whole', async () => {
    const {stdout, truncated} = await exec(createOwnProcesses(), ['seq', '1', '200000'], {maxBytes: 10_000_000});
    expect(stdout.endsWith('\n200000\n')).toBe(true);
    expect({lines: stdout.split('\n').length, truncated}).toEqual({lines: 200_001, truncated: false});
  });

  it('rejects with the reason when its signal aborts, after it is gone', async () => {
    const processes = createOwnProcesses();
    const {command, pids} = createSleep();
    const controller = new AbortController();
    const running = exec(processes, ['sh', '-c', `trap "" TERM; ${command}; :`], {signal: controller.signal});
    await until('it runs', () => pids().length > 0);
    const reason = new Error('stopped');
    controller.abort(reason);
    await expect(running).rejects.toBe(reason);
    expect(pids()).toEqual([]);
  });

  it('is stopped when its time is over, and what it wrote until then is there', async () => {
    const processes = createOwnProcesses();
    const {command, pids} = createSleep();
    const running = exec(processes, ['sh', '-c', `echo one; ${command}`], {timeoutMs: 300});
    expect(await running).toMatchObject({stdout: 'one\n', exitCode: null, timedOut: true, truncated: false});
    expect(pids()).toEqual([]);
  });

  it('does not wait for those who hold its output open', async () => {
    const processes = createOwnProcesses();
    const {command, pids} = createSleep();
    expect((await exec(processes, ['sh', '-c', `${command} & echo done`])).stdout).toBe('done\n');
    expect(processes.live('main')).toBe(1);
    await until('it runs', () => pids().length === 1);
  });

  it('says that there is no such program, or no such folder', async () => {
    const processes = createOwnProcesses();
    await expect(exec(processes, ['no-such-program'])).rejects.toMatchObject({code: 'ENOENT'});
    const cwd = join(processes.folder, 'gone');
    await expect(exec(processes, ['true'], {cwd})).rejects.toThrow(`the folder ${cwd} does not exist`);
  });
});
