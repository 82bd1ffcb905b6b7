/** Commands that read a text: over real shells, well-behaved and not. */
import {join} from 'node:path';
import {describe, expect, it} from 'vitest';
import type {FilterOptions} from '../../src/platform/processes.js';
import {createOwnProcesses, createSleep, until} from '../support/processes.js';

function open() {
  const processes = createOwnProcesses();
  const filter = (command: string, options: Partial<FilterOptions> = {}) =>
    processes.filter(command, {
      owner: 'main',
      cwd: processes.folder,
      env: {},
      input: 'hello\n',
      timeoutMs: 20_000,
      maxBytes: 100_000,
      floodBytes: 100_000,
      signal: new AbortController().signal,
      ...options,
    });
  return {processes, filter};
}

const megabyte = 'x'.repeat(1024 * 1024);

describe('a command that reads a text', () => {
  it('gets it whole and then the end, and has its outputs kept apart', async () => {
    const {filter} = open();
    const outcome = await filter('tr a-z A-Z; echo "$GREETING" >&2; exit 3', {env: {GREETING: 'mind'}});
    expect(outcome).toEqual({
      exitCode: 3,
      signal: null,
      stopped: null,
      stdout: 'HELLO\n',
      isCut: false,
      stderr: 'mind\n',
    });
    expect((await filter('wc -c', {input: megabyte})).stdout.trim()).toBe(String(megabyte.length));
  });

  it('need not read it', async () => {
    const {filter} = open();
    expect(await filter('exec true', {input: megabyte})).toMatchObject({exitCode: 0, stopped: null});
    expect(await filter('exec 0<&-; echo done', {input: megabyte})).toMatchObject({stdout: 'done\n'});
  });

  it('is over when its shell exits, whoever still holds its outputs; that one ends with its owner', async () => {
    const {processes, filter} = open();
    const sleep = createSleep();
    expect(await filter(`${sleep.command} & echo started`)).toMatchObject({exitCode: 0, stdout: 'started\n'});
    expect(processes.live('main')).toBe(1);
    await processes.end('main');
    expect(sleep.pids()).toEqual([]);
  });

  it('is stopped with all it started when its time is over, also what has left its group', async () => {
    const {filter} = open();
    const sleep = createSleep();
    const outcome = await filter(`setsid ${sleep.command} & ${sleep.command}`, {timeoutMs: 300});
    expect(outcome.stopped).toBe('timed out');
    expect(sleep.pids()).toEqual([]);
  });

  it('is stopped with all it started, however many it forked', async () => {
    const {filter} = open();
    const sleep = createSleep();
    const outcome = await filter(
      `i=0; while [ $i -lt 150 ]; do (${sleep.command}) & i=$((i + 1)); done; trap '' TERM; while :; do wait; done`,
      {timeoutMs: 1_000},
    );
    expect(outcome.stopped).toBe('timed out');
    expect(sleep.pids()).toEqual([]);
  });

  it.each(['yes', 'yes >&2'])(
    'is stopped when it writes too much, of which the beginning is kept: %s',
    async command => {
      const outcome = await open().filter(command);
      expect(outcome.stopped).toBe('overflow');
      expect(`${outcome.stdout}${outcome.stderr}`).toHaveLength(100_000);
    },
  );

  it('goes on to its own end where it writes more than is kept', async () => {
    const outcome = await open().filter('yes | head -c 3000000; exit 2', {floodBytes: 4_000_000});
    expect(outcome).toMatchObject({exitCode: 2, stopped: null, isCut: true});
    expect(outcome.stdout).toHaveLength(100_000);
  });

  it('rejects when it is aborted, after all it started is gone', async () => {
    const {filter} = open();
    const sleep = createSleep();
    const control = new AbortController();
    const running = filter(sleep.command, {signal: control.signal});
    await until('it runs', () => sleep.pids().length > 0);
    control.abort(new Error('enough'));
    await expect(running).rejects.toThrow('enough');
    expect(sleep.pids()).toEqual([]);
  });

  it('tells the signal that ended it', async () => {
    expect(await open().filter('kill -KILL $$')).toMatchObject({exitCode: null, signal: 'SIGKILL', stopped: null});
  });

  it('is not started in a folder that is gone', async () => {
    const {processes, filter} = open();
    await expect(filter('true', {cwd: join(processes.folder, 'gone')})).rejects.toThrow('does not exist');
  });
});
