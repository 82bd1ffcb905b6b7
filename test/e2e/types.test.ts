import {execFile} from 'node:child_process';
import {cpSync, writeFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {dirname, join} from 'node:path';
import {promisify} from 'node:util';
import {expect, it} from 'vitest';
import {launcher} from '../support/agent.js';
import {createFolder} from '../support/folder.js';

const typescript = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc');
const types = join(dirname(launcher), '../dist/types');

/** What the compiler says of a caller's file where neither Node's types nor the SDK, which brings them, are there. */
async function compile(text: string): Promise<string> {
  const folder = createFolder();
  cpSync(types, join(folder, 'types'), {recursive: true});
  writeFileSync(join(folder, 'caller.ts'), `import {createSession} from './types/index.js';\n${text}\n`);
  const options = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2023', '--lib', 'es2023,dom'];
  const args = [typescript, ...options, '--typeRoots', folder, 'caller.ts'];
  const said = await promisify(execFile)(process.execPath, args, {cwd: folder}).catch(failure => failure);
  return String(said.stdout)
    .split('\n')
    .filter(line => !line.includes("Cannot find module '@anthropic-ai/sdk/"))
    .join('\n');
}

it('the types of the package need no types of Node', async () => {
  expect(await compile("void createSession({cwd: '.', env: {HOME: '/'}});")).toBe('');
  expect(await compile('void createSession({env: {HOME: 1}});')).toContain("'number' is not assignable");
});
