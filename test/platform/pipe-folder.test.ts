/** One folder holds the pipes of all of a user's runs, whatever others put in its place. */
import {existsSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {describe, expect, it} from 'vitest';
import {makePipeFolder, removePipeFolder} from '../../src/platform/pipe-folder.js';
import {createFolder} from '../support/folder.js';

describe('the folder for pipes', () => {
  it('lies beside those of the user’s other runs, where nobody else can look', () => {
    const temp = createFolder();
    const [one, other] = [makePipeFolder(temp, '/tmp/agent-one'), makePipeFolder(temp, '/tmp/agent-other')];
    expect(dirname(one)).toBe(dirname(other));
    expect([one, dirname(one)].map(folder => statSync(folder).mode & 0o777)).toEqual([0o700, 0o700]);
  });

  it('goes with its run, and the one of all with the last', () => {
    const temp = createFolder();
    const [one, other] = [makePipeFolder(temp, '/tmp/agent-one'), makePipeFolder(temp, '/tmp/agent-other')];
    removePipeFolder(one);
    expect([existsSync(one), existsSync(other)]).toEqual([false, true]);
    removePipeFolder(other);
    expect(readdirSync(temp)).toEqual([]);
    removePipeFolder(other);
  });

  it.each([
    ['a folder that others may look into', (path: string) => mkdirSync(path, {mode: 0o755})],
    ['a file', (path: string) => writeFileSync(path, '')],
    ['a link to a folder', (path: string) => symlinkSync(dirname(path), path)],
  ])('is not made in what somebody else put in its place: %s', (_, put) => {
    const temp = createFolder();
    const first = makePipeFolder(temp, '/tmp/agent-one');
    removePipeFolder(first);
    put(dirname(first));
    const second = makePipeFolder(temp, '/tmp/agent-one');
    expect(dirname(second)).toBe(`${dirname(first)}-1`);
    expect(dirname(makePipeFolder(temp, '/tmp/agent-other'))).toBe(dirname(second));
    expect(join(dirname(second), 'agent-one')).toBe(second);
  });
});
