/** Standard output in the hands of others: slow readers, readers that leave, full disks, many runs at once. */
import {beforeEach, describe, expect, it} from 'vitest';
import {createFolder, type Folder, jsonLines, runAgent, served, startAgent} from '../support/agent.js';
import {deltasReply, type ModelServer, textReply, toolReply} from '../support/model-server.js';
import {serveModel} from '../support/serve-model.js';

let folder: Folder;
let server: ModelServer;
beforeEach(() => {
  folder = createFolder({'notes.txt': 'one\n'});
});

/** The program piped into a reader; its exit code, which the pipe swallows, goes to standard error. */
const readBy = (reader: string): string => `{ "$0" "$@"; echo "exit code $?" >&2; } | ${reader}`;

const megabyte = 1024 * 1024;

describe('standard output', () => {
  it.each(['text', 'json', 'stream-json'])('gets an answer of 10 MB whole through a slow pipe, as %s', async format => {
    server = await serveModel([deltasReply(640, 'x'.repeat(16 * 1024))]);
    const args = ['-p', 'x', '--output-format', format];
    const {child, finished} = startAgent(args, {cwd: folder.path, env: served(server.url)});
    // A reader with other things to do: it takes nothing until the whole answer was sent, then a little at a time.
    child.stdout.pause();
    await (await server.request(0)).abandoned;
    child.stdout.resume();
    const {code, stdout} = await finished;
    expect(code).toBe(0);
    if (format === 'text') expect(stdout.length).toBe(10 * megabyte + 1);
    else expect(String(jsonLines(stdout).at(-1)?.result).length).toBe(10 * megabyte);
  });

  it('may be closed by a reader that has seen enough: the run ends quietly, and nothing goes on behind its back', async () => {
    server = await serveModel([
      toolReply([{name: 'Read', input: {file_path: `${folder.path}/notes.txt`}}], {text: 'I read.'}),
      toolReply([{name: 'Bash', input: {command: `sleep 30; touch ${folder.path}/canary`}}]),
    ]);
    const args = ['-p', 'x', '--output-format', 'stream-json', '--dangerously-skip-permissions'];
    const run = await runAgent(args, {cwd: folder.path, env: served(server.url), through: readBy('head -n 1')});
    expect(run.stderr).toBe('exit code 0\n');
    expect(jsonLines(run.stdout)).toMatchObject([{subtype: 'init'}]);
    expect(folder.has('canary')).toBe(false);
  });

  it('closed before the answer comes ends the run quietly with exit code 0', async () => {
    server = await serveModel([textReply('Done.')]);
    const run = await runAgent(['-p', 'x'], {cwd: folder.path, env: served(server.url), through: readBy('true')});
    expect([run.stdout, run.stderr]).toEqual(['', 'exit code 0\n']);
  });

  it('on a full disk is an error, not a success', async () => {
    server = await serveModel([textReply('Done.')]);
    const script = '"$0" "$@" > /dev/full';
    const run = await runAgent(['-p', 'x'], {cwd: folder.path, env: served(server.url), through: script});
    expect(run.code).toBe(1);
    expect(run.stderr).toMatch(/^Standard output cannot be written: ENOSPC/);
  });

  it('of many runs at once is whole JSON each, with the right exit code', async () => {
    server = await serveModel(() => textReply('y'.repeat(200_000)));
    const {url} = server;
    const runs = await Promise.all(
      Array.from({length: 12}, () =>
        runAgent(['-p', 'x', '--output-format', 'json'], {cwd: folder.path, env: served(url)}),
      ),
    );
    for (const {code, stdout} of runs) {
      expect(code).toBe(0);
      expect(jsonLines(stdout)).toMatchObject([{type: 'result', subtype: 'success'}]);
    }
  });
});
