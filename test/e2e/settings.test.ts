/** Settings as a one-shot run meets them: what they cost, what is said on standard error, how it ends. */
import {join} from 'node:path';
import {beforeEach, describe, expect, it} from 'vitest';
import {createFolder, type Folder, runAgent} from '../support/agent.js';

let folder: Folder;
let home: Folder;
beforeEach(() => {
  folder = createFolder();
  home = createFolder();
});

const run = (args: readonly string[] = [], env: Readonly<Record<string, string>> = {}) =>
  runAgent(['-p', 'hi', '--model', 'demo', ...args], {cwd: folder.path, env: {HOME: home.path, ...env}});

/** The program's own files that a run reads. */
async function chunks(): Promise<string> {
  home.write(
    'watch.cjs',
    `const fs = require('node:fs');
     const read = fs.readFileSync;
     const seen = [];
     fs.readFileSync = (path, ...more) => { seen.push(String(path)); return read(path, ...more); };
     process.on('exit', () => fs.writeSync(2, seen.filter(path => path.endsWith('.cjs')).join(' ')));`,
  );
  const {stderr} = await run([], {NODE_OPTIONS: `--require ${join(home.path, 'watch.cjs')}`});
  return stderr;
}

describe('settings in one-shot', () => {
  it('cost nothing where there are none: what checks them is not even loaded', async () => {
    const checks = /schema-\w+\.cjs|project-limits-\w+\.cjs/;
    const without = await chunks();
    expect(without).toMatch(/main-\w+\.cjs/);
    expect(without).not.toMatch(checks);
    home.write('.agent/settings.json', '{"effort": "low"}');
    expect(await chunks()).toMatch(checks);
  });

  it('of a folder that is not trusted are told in one line, and are not where it is', async () => {
    const hooks = {Stop: [{hooks: [{type: 'command', command: 'true'}]}]};
    folder.write('.claude/settings.json', JSON.stringify({hooks, env: {A: '1', B: '2'}}));
    const line =
      'This folder is not trusted, so these of its settings have no effect: 1 hook, 2 variables. ' +
      '--trust accepts them for one run; a conversation in a terminal asks once.\n';
    expect(await run()).toMatchObject({code: 0, stderr: line});
    for (const option of ['--trust', '--setting-sources=project', '--setting-sources=user']) {
      expect(await run([option])).toMatchObject({code: 0, stderr: ''});
    }
  });

  it('that are misspelt are told, and those that are wrong end it with 2', async () => {
    expect(await run(['--settings', '{"modle": "opus"}'])).toMatchObject({
      code: 0,
      stderr: 'The JSON of --settings:1:11: there is no setting "modle"; is "model" meant?\n',
    });
    expect(await run(['--settings', '{"effort": "hihg"}'])).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('The JSON of --settings:1:12 is broken: effort: '),
    });
    expect(await run(['--settings', 'absent.json'])).toMatchObject({code: 2, stdout: ''});
  });
});
