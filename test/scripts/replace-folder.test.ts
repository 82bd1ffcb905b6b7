import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setImmediate as nextTurn} from 'node:timers/promises';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {replaceFolder} from '../../scripts/replace-folder.js';

const hour = 3_600_000;
let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'agent-replace-'));
});
afterEach(() => rmSync(root, {recursive: true, force: true}));

const target = (): string => join(root, 'dist');
const listed = (): readonly string[] =>
  readdirSync(target(), {recursive: true, withFileTypes: true})
    .filter(entry => entry.isFile())
    .map(({name}) => name)
    .sort();

/** Builds these files, the entry among them, and puts them in place. */
function put(files: Readonly<Record<string, string>>, now: number, keepForMs = hour): void {
  const source = join(root, 'next');
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(source, name, '..'), {recursive: true});
    writeFileSync(join(source, name), text);
  }
  replaceFolder(source, target(), {entries: ['cli'], keepForMs, now});
}

describe('replacing a folder', () => {
  it('puts the new files in the place of the old ones', () => {
    put({cli: 'one', 'library/same': 'old'}, 0);
    put({cli: 'two', 'library/same': 'new', more: 'x'}, 1);
    expect(listed()).toEqual(['cli', 'more', 'same']);
    expect(readFileSync(join(target(), 'library/same'), 'utf8')).toBe('new');
    expect(readFileSync(join(target(), 'cli'), 'utf8')).toBe('two');
  });

  it('keeps what is out of use for a while after it came to be so', () => {
    put({cli: 'one', 'chunk-1': ''}, 0);
    put({cli: 'two', 'chunk-2': ''}, 5 * hour);
    expect(listed()).toEqual(['chunk-1', 'chunk-2', 'cli', 'out-of-use.json']);
    put({cli: 'three', 'chunk-3': ''}, 5.5 * hour);
    expect(listed()).toEqual(['chunk-1', 'chunk-2', 'chunk-3', 'cli', 'out-of-use.json']);
    put({cli: 'four', 'chunk-3': ''}, 6.2 * hour);
    expect(listed()).toEqual(['chunk-2', 'chunk-3', 'cli', 'out-of-use.json']);
    put({cli: 'five', 'chunk-3': ''}, 7 * hour);
    expect(listed()).toEqual(['chunk-3', 'cli']);
  });

  it('begins to count anew for what comes into use again', () => {
    put({cli: 'one', 'chunk-1': ''}, 0);
    put({cli: 'two', 'chunk-2': ''}, hour);
    put({cli: 'one', 'chunk-1': ''}, 1.1 * hour);
    put({cli: 'two', 'chunk-2': ''}, 2.5 * hour);
    expect(listed()).toEqual(['chunk-1', 'chunk-2', 'cli', 'out-of-use.json']);
  });

  it('keeps nothing that is out of use if it is asked to', () => {
    put({cli: 'one', 'chunk-1': ''}, 0);
    put({cli: 'two', 'chunk-2': ''}, 1, 0);
    expect(listed()).toEqual(['chunk-2', 'cli']);
  });

  it('leaves no moment in which a program that starts does not find what it needs', async () => {
    put({cli: '0', 'chunk-0': ''}, 0);
    const module = new URL('../../scripts/replace-folder.js', import.meta.url).href;
    const builder = `
      import {mkdirSync, writeFileSync} from 'node:fs';
      import {replaceFolder} from ${JSON.stringify(module)};
      const [source, target] = process.argv.slice(1);
      for (let build = 1; build <= 100; build++) {
        mkdirSync(source, {recursive: true});
        writeFileSync(source + '/cli', String(build));
        writeFileSync(source + '/chunk-' + build, '');
        replaceFolder(source, target, {entries: ['cli'], keepForMs: 3_600_000, now: Date.now()});
      }`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', builder, join(root, 'next'), target()], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const exited = once(child, 'exit');
    const seen = new Set<string>();
    while (child.exitCode === null) {
      const build = readFileSync(join(target(), 'cli'), 'utf8');
      seen.add(build);
      readFileSync(join(target(), `chunk-${build}`));
      await nextTurn();
    }
    expect(await exited).toEqual([0, null]);
    expect(seen.size).toBeGreaterThan(1);
  });
});
