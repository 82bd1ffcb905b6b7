/** What is packed and installed: a program, or a clear line that says what is missing. */
import {spawnSync} from 'node:child_process';
import {cpSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {expect, it} from 'vitest';
import {createFolder} from '../support/folder.js';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** A copy of parts of the project, and what Node says to one of its files. */
function run(file: string, ...parts: readonly string[]) {
  const folder = createFolder();
  for (const part of ['package.json', ...parts]) cpSync(join(root, part), join(folder, part), {recursive: true});
  const {status, stdout, stderr} = spawnSync(process.execPath, [join(folder, file)], {encoding: 'utf8'});
  return {status, stdout, stderr};
}

it('packing fails in one line where there is nothing to build with', () => {
  const stderr = 'There is nothing to pack yet. Run "npm ci" here first, then pack again.\n';
  expect(run('scripts/prepack.js', 'scripts')).toEqual({status: 1, stdout: '', stderr});
});

it('a change of what is installed builds nothing, and says nothing, where there is nothing to build with', () => {
  expect(run('scripts/build-if-possible.js', 'scripts')).toEqual({status: 0, stdout: '', stderr: ''});
});

it('a checkout that is not built says how to', () => {
  const stderr = 'agent is not built yet. Run "npm ci" in its folder, then try again.\n';
  expect(run('bin/agent.js', 'bin', 'scripts')).toEqual({status: 1, stdout: '', stderr});
});

it('an installed package without the program says that it was packed so', () => {
  const stderr =
    'This package of agent was packed without the program. Run "npm ci" where it was packed, pack and install it again.\n';
  expect(run('bin/agent.js', 'bin')).toEqual({status: 1, stdout: '', stderr});
});
