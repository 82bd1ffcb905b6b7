/** What is packed and installed: a program, or a clear line that says what is missing. */
import {spawnSync} from 'node:child_process';
import {cpSync, readFileSync} from 'node:fs';
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

it('an older Node is told which one it takes', () => {
  const older = "Object.defineProperty(process, 'versions', {value: {...process.versions, node: '20.18.3'}})";
  const args = [
    '--import',
    `data:text/javascript,${encodeURIComponent(older)}`,
    join(root, 'bin/agent.js'),
    '--version',
  ];
  const {status, stdout, stderr} = spawnSync(process.execPath, args, {encoding: 'utf8'});
  const told = 'agent needs Node 20.19 or newer; this is 20.18.3. Install a newer Node and try again.\n';
  expect({status, stdout, stderr}).toEqual({status: 1, stdout: '', stderr: told});
});

it('the package is what its users and the README take it for, and its sources are checked strictly', () => {
  const json = (name: string) => JSON.parse(readFileSync(join(root, name), 'utf8'));
  expect(json('package.json')).toMatchObject({
    name: 'agent-runtime',
    license: 'MIT',
    type: 'module',
    engines: {node: '>=20.19'},
    bin: {agent: 'bin/agent.js'},
    exports: {'.': {types: './dist/types/index.d.ts', default: './dist/index.js'}},
    scripts: {
      check: 'biome check . && tsc --noEmit && knip',
      test: 'npm run -s build && npm run -s check && vitest run',
    },
  });
  expect(json('tsconfig.json')).toMatchObject({
    compilerOptions: {strict: true, noUncheckedIndexedAccess: true, exactOptionalPropertyTypes: true},
    include: expect.arrayContaining(['src', 'test', 'bench']),
  });
});
