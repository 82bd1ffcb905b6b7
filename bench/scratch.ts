/**
 * Where the measured program works: a small repository, an empty home, an environment without anything of this machine's
 * but PATH.
 */
import {execFileSync} from 'node:child_process';
import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

export interface Scratch {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  remove(): void;
}

const identity = ['-c', 'user.name=bench', '-c', 'user.email=bench@localhost', '-c', 'init.defaultBranch=main'];

/** Makes a repository of a few files with one commit. */
export function createScratch(): Scratch {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  const [cwd, home] = [join(folder, 'shop'), join(folder, 'home')];
  mkdirSync(join(cwd, 'src'), {recursive: true});
  mkdirSync(home);
  writeFileSync(join(cwd, 'README.md'), '# Shop\n\nSells things.\n');
  for (const name of ['basket', 'order', 'stock']) {
    writeFileSync(join(cwd, 'src', `${name}.js`), `export const ${name} = [];\n`);
  }
  for (const args of [
    ['init', '-q'],
    ['add', '-A'],
    ['commit', '-qm', 'Open the shop'],
  ]) {
    execFileSync('git', [...identity, ...args], {cwd});
  }
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: home,
    AGENT_HOME: join(home, '.agent'),
    LANG: 'C.UTF-8',
    TERM: 'xterm-256color',
  };
  return {cwd, env, remove: () => rmSync(folder, {recursive: true, force: true})};
}
