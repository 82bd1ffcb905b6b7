/**
 * A scratch folder in which commands can really be run: its `bin` is all of PATH and holds programs that do no harm, and
 * five that only note that they were started. Nothing outside is named by what is run here.
 */
import {spawnSync} from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type {CommandContext} from '../../../src/permissions/shell/types.js';
import {expandGlob} from '../../../src/permissions/shell-glob.js';
import {fixedContext} from './fixed.js';

const noting = ['denied-a', 'denied-b', 'allowed-a', 'allowed-c', 'other-a'];
const harmless = (
  'sh bash dash env timeout nice nohup stdbuf setsid xargs find cat ls head tail echo printf grep true false test sleep base64 seq wc ' +
  'sort uniq tr cut diff basename dirname tee git tar awk sed split perl m4 make touch cp ln install dd chmod mkdir node python3 zip'
).split(' ');

export interface Shims {
  readonly context: CommandContext;
  /** Runs the command in a real bash, and answers with the names of the noting programs that were started. */
  run(command: string): readonly string[];
  remove(): void;
}

const places = ['/usr/bin', '/bin'];

export function createShims(): Shims {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'shims-')));
  const [bin, work, notes] = [join(folder, 'work', 'bin'), join(folder, 'work'), join(folder, 'notes')];
  mkdirSync(bin, {recursive: true});
  for (const name of ['a.ts', 'b.ts']) writeFileSync(join(work, name), 'x\n');
  for (const name of noting) {
    writeFileSync(join(bin, name), `#!/bin/sh\nprintf '%s\\n' ${name} >> '${notes}'\n`);
    chmodSync(join(bin, name), 0o755);
  }
  for (const name of harmless) {
    const real = places.map(place => join(place, name)).find(existsSync);
    if (real !== undefined) symlinkSync(real, join(bin, name));
  }
  spawnSync('git', ['init', '-q', work]);
  for (const setting of ['user.name me', 'user.email me@example.com']) {
    spawnSync('git', ['-C', work, 'config', ...setting.split(' ')]);
  }
  spawnSync('git', ['-C', work, 'add', 'a.ts']);
  for (const message of ['one', 'two']) spawnSync('git', ['-C', work, 'commit', '-qm', message, '--allow-empty']);
  const bash = places.map(place => join(place, 'bash')).find(existsSync) ?? 'bash';
  const inside = (path: string): boolean => path === work || path.startsWith(`${work}/`);
  return {
    context: {
      ...fixedContext,
      cwd: work,
      home: work,
      path: (access, path) => ({
        verdict: access === 'read' && inside(path) ? 'allow' : 'ask',
        rule: null,
        reason: 'as the test says',
      }),
      variable: name => (name === 'HOME' ? work : undefined),
      glob: expandGlob,
    },
    run(command) {
      writeFileSync(notes, '');
      spawnSync(bash, ['--norc', '-c', command], {
        cwd: work,
        env: {PATH: bin, HOME: work},
        // With pipes it waits for what was left in the background, so that no note comes late.
        stdio: ['ignore', 'pipe', 'pipe'],
        timeout: 5_000,
        killSignal: 'SIGKILL',
      });
      return [
        ...new Set(
          readFileSync(notes, 'utf8')
            .split('\n')
            .filter(line => line !== ''),
        ),
      ];
    },
    remove: () => rmSync(folder, {recursive: true, force: true}),
  };
}
