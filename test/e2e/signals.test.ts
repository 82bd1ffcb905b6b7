/** What signals do to a one-shot run: the exit code, the last message, and that no process is left. */
import {once} from 'node:events';
import {readFileSync} from 'node:fs';
import {watch} from 'node:fs/promises';
import {beforeEach, describe, expect, it} from 'vitest';
import {createFolder, type Folder, jsonLines, type Program, served, startAgent} from '../support/agent.js';
import {type ModelServer, silentReply, toolReply} from '../support/model-server.js';
import {serveModel} from '../support/serve-model.js';

let folder: Folder;
let server: ModelServer;
beforeEach(() => {
  folder = createFolder();
});

const allFormats = ['--output-format', 'stream-json', '--dangerously-skip-permissions'];

/** Resolves when the file is there. */
async function appeared(name: string): Promise<void> {
  const watching = new AbortController();
  const events = watch(folder.path, {signal: watching.signal});
  const waiting = (async () => {
    for await (const _ of events) if (folder.has(name)) return;
  })();
  if (!folder.has(name)) await waiting;
  watching.abort();
  await waiting.catch(() => {});
}

/** Whether a process runs; one that ended and was not yet collected by its parent has no command line any more. */
function isAlive(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8') !== '';
  } catch {
    return false;
  }
}

/** A run whose command has started a grandchild that ignores SIGTERM; both process ids are in the file `pids`. */
async function startBusy(): Promise<Program & {readonly pids: readonly number[]}> {
  const command = `(trap '' TERM; sleep 300) & echo $$ $! > pids.new; mv pids.new pids; wait`;
  server = await serveModel([toolReply([{name: 'Bash', input: {command}}])]);
  const program = startAgent(['-p', 'x', ...allFormats], {cwd: folder.path, env: served(server.url)});
  await appeared('pids');
  return {...program, pids: folder.read('pids').trim().split(' ').map(Number)};
}

describe('a signal', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)(
    '%s ends the run with %i, its command and the children of that, and the output is still whole',
    async (signal, expected) => {
      const {child, finished, pids} = await startBusy();
      child.kill(signal);
      const {code, stdout, stderr} = await finished;
      expect([code, stderr]).toEqual([expected, '']);
      expect(pids.filter(isAlive)).toEqual([]);
      expect(jsonLines(stdout).at(-1)).toMatchObject({
        type: 'result',
        subtype: 'error_during_execution',
        is_error: true,
        terminal_reason: 'aborted_tools',
      });
    },
  );

  it('that cannot be caught leaves nothing behind either', async () => {
    const {child, finished, pids} = await startBusy();
    child.kill('SIGKILL');
    expect(await finished).toMatchObject({code: null, signal: 'SIGKILL'});
    await expect.poll(() => pids.filter(isAlive), {timeout: 3_000}).toEqual([]);
  });

  it('aborts a request that the server does not answer', async () => {
    server = await serveModel([silentReply]);
    const {child, finished} = startAgent(['-p', 'x', ...allFormats], {cwd: folder.path, env: served(server.url)});
    const request = await server.request(0);
    child.kill('SIGINT');
    expect((await finished).code).toBe(130);
    expect(await request.abandoned).toBe(true);
  });

  it('given twice ends the program at once, and still nothing is left behind', async () => {
    const {child, finished, pids} = await startBusy();
    child.kill('SIGINT');
    child.kill('SIGINT');
    expect((await finished).code).toBe(130);
    await expect.poll(() => pids.filter(isAlive), {timeout: 3_000}).toEqual([]);
  });

  it('before there is anything to stop just ends the program', async () => {
    server = await serveModel([]);
    const {child, finished} = startAgent(['-p'], {cwd: folder.path, env: served(server.url), stdin: null});
    const [told] = await once(child.stderr, 'data');
    expect(String(told)).toContain('Waiting for a prompt');
    child.kill('SIGTERM');
    expect((await finished).code).toBe(143);
  });
});
