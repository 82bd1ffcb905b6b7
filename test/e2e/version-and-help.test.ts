/** What is answered without a session, on standard output in the hands of others. */
import {beforeEach, describe, expect, it} from 'vitest';
import {createFolder, type Folder, runAgent} from '../support/agent.js';

let folder: Folder;
beforeEach(() => {
  folder = createFolder();
});

/** Starts the program when the reader of its pipe has left; its exit code goes to standard error. */
const readByNobody = `trap '' PIPE; { while printf x; do :; done 2>/dev/null; "$0" "$@"; echo "exit code $?" >&2; } | true`;

describe.each([
  ['--version', /^\d+\.\d+\.\d+\n$/],
  ['--help', /^Usage: agent .*\n$/s],
])('agent %s', (flag, answer) => {
  it('answers on standard output, and standard error is silent', async () => {
    const run = await runAgent([flag], {cwd: folder.path});
    expect(run).toMatchObject({code: 0, stdout: expect.stringMatching(answer), stderr: ''});
  });

  it('on a full disk is an error, in one line', async () => {
    const run = await runAgent([flag], {cwd: folder.path, through: '"$0" "$@" > /dev/full'});
    expect(run.code).toBe(1);
    expect(run.stderr).toMatch(/^Standard output cannot be written: ENOSPC[^\n]*\n$/);
  });

  it('ends quietly when nobody reads any more', async () => {
    const run = await runAgent([flag], {cwd: folder.path, through: readByNobody});
    expect(run.stderr).toBe('exit code 0\n');
  });
});
