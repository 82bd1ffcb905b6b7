/** Files of instructions as they lie on a disk: which are read, in which order, and what keeps them from being read. */
import {execFileSync} from 'node:child_process';
import {symlinkSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, it} from 'vitest';
import {type LoadOptions, loadMemory} from '../../../src/prompt/memory/load.js';
import {findMemory, type MemoryPlacesOptions} from '../../../src/prompt/memory/places.js';
import {createFolder} from '../../support/agent.js';

const shut: LoadOptions = {home: null, mayImport: () => false, hides: () => false};

/** A home, a project in it and a folder in that, with these files. */
function createScene(files: Readonly<Record<string, string>>) {
  const folder = createFolder({'home/.keep': '', 'work/shop/src/.keep': '', ...files});
  const at = (name: string): string => join(folder.path, name);
  const where = (): MemoryPlacesOptions => ({
    cwd: at('work/shop/src'),
    root: at('work/shop'),
    env: {HOME: at('home')},
    sources: undefined,
  });
  const load = (options: Partial<LoadOptions> = {}, sources?: MemoryPlacesOptions['sources']) =>
    loadMemory(findMemory({...where(), sources}), {...shut, ...options});
  const paths = async (options?: Partial<LoadOptions>) =>
    (await load(options)).files.map(({path}) => path.slice(folder.path.length + 1));
  return {at, load, paths, folder};
}

describe('files of instructions', () => {
  it('are the user’s, then those of each folder from the outermost to the one that is worked in', async () => {
    const {load, paths} = createScene({
      'home/.agent/AGENTS.md': 'own',
      'home/.claude/CLAUDE.md': 'own, for Claude',
      'work/AGENTS.md': 'above',
      'work/shop/AGENTS.md': 'project',
      'work/shop/CLAUDE.md': 'project, for Claude',
      'work/shop/.claude/CLAUDE.md': 'project, hidden',
      'work/shop/CLAUDE.local.md': 'mine',
      'work/shop/src/AGENTS.md': 'source',
    });
    const all = [
      'home/.agent/AGENTS.md',
      'home/.claude/CLAUDE.md',
      'work/AGENTS.md',
      'work/shop/AGENTS.md',
      'work/shop/CLAUDE.md',
      'work/shop/.claude/CLAUDE.md',
      'work/shop/CLAUDE.local.md',
      'work/shop/src/AGENTS.md',
    ];
    expect(await paths()).toEqual(all);
    const {files} = await load({}, ['user', 'local']);
    expect(files.map(({scope, text}) => [scope, text])).toEqual([
      ['user', 'own'],
      ['user', 'own, for Claude'],
      ['local', 'mine'],
    ]);
  });

  it('are read once where one is a link to the other, says the same, or only imports it', async () => {
    const linked = createScene({'work/shop/AGENTS.md': 'rules'});
    symlinkSync('AGENTS.md', linked.at('work/shop/CLAUDE.md'));
    expect(await linked.paths()).toEqual(['work/shop/AGENTS.md']);
    const same = createScene({'work/shop/AGENTS.md': 'rules\n', 'work/shop/CLAUDE.md': 'rules'});
    expect(await same.paths()).toEqual(['work/shop/AGENTS.md']);
    const imported = createScene({'work/shop/AGENTS.md': 'rules', 'work/shop/CLAUDE.md': '@AGENTS.md\nand more'});
    expect(await imported.paths()).toEqual(['work/shop/AGENTS.md', 'work/shop/CLAUDE.md']);
  });

  it('bring in others, also in a circle, and each once', async () => {
    const {load, paths, at} = createScene({
      'work/shop/AGENTS.md': '@docs/a.md @docs/b.md',
      'work/shop/docs/a.md': 'a @b.md',
      'work/shop/docs/b.md': 'b @a.md @../AGENTS.md',
    });
    expect(await paths()).toEqual(['work/shop/AGENTS.md', 'work/shop/docs/a.md', 'work/shop/docs/b.md']);
    const {files, reports} = await load();
    expect(files.map(({importedBy}) => importedBy)).toEqual([
      null,
      at('work/shop/AGENTS.md'),
      at('work/shop/docs/a.md'),
    ]);
    expect(reports).toEqual([]);
  });

  it('bring in others five deep and no deeper', async () => {
    const chain = Object.fromEntries([1, 2, 3, 4, 5, 6].map(n => [`work/shop/${n}.md`, `${n} @${n + 1}.md`]));
    const {load, paths, at} = createScene({'work/shop/AGENTS.md': '@1.md', ...chain});
    expect((await paths()).slice(1)).toEqual([1, 2, 3, 4, 5].map(n => `work/shop/${n}.md`));
    expect((await load()).reports).toEqual([
      `The file ${at('work/shop/6.md')}, which ${at('work/shop/5.md')} imports, is skipped: imports go 5 deep at most.`,
    ]);
  });

  it('say what they import and is not there, where it is meant as a file', async () => {
    const {load, at} = createScene({'work/shop/AGENTS.md': 'ask @ada about @types/node; @docs/gone.md'});
    expect((await load()).reports).toEqual([
      `The file ${at('work/shop/docs/gone.md')}, which ${at('work/shop/AGENTS.md')} imports, is skipped: it cannot be read (ENOENT).`,
    ]);
  });

  it('bring in nothing from outside of the project unless they may, by a path or by a link', async () => {
    const {load, paths, at} = createScene({
      'home/secret': 'secret',
      'work/own.md': 'own @more.md',
      'work/more.md': 'more',
      'work/shop/AGENTS.md': '@../own.md @linked.md',
    });
    symlinkSync(at('home/secret'), at('work/shop/linked.md'));
    symlinkSync(at('home/secret'), at('work/shop/CLAUDE.md'));
    const file = at('work/shop/AGENTS.md');
    const {files, outside} = await load();
    expect(files.map(({path}) => path)).toEqual([file]);
    expect(outside).toEqual([
      {file, target: at('work/own.md')},
      {file, target: at('home/secret')},
    ]);
    expect(await paths({mayImport: target => target === at('work/own.md')})).toEqual([
      'work/shop/AGENTS.md',
      'work/own.md',
      'work/more.md',
    ]);
  });

  it('above the project bring in only what lies beside or below them, and the user’s own anything', async () => {
    const {load, at} = createScene({
      'home/.agent/AGENTS.md': '@../../work/shop/notes.md',
      'work/AGENTS.md': '@rules.md @../home/secret.md',
      'work/rules.md': 'rules',
      'home/secret.md': 'secret',
      'work/shop/notes.md': 'notes',
    });
    const {files, outside} = await load();
    expect(files.map(({text}) => text.at(0))).toEqual(['@', 'n', '@', 'r']);
    expect(outside).toEqual([{file: at('work/AGENTS.md'), target: at('home/secret.md')}]);
  });

  it('are passed over where rules hide them', async () => {
    const {paths} = createScene({'work/shop/AGENTS.md': '@.env', 'work/shop/.env': 'KEY=1'});
    expect(await paths()).toHaveLength(2);
    expect(await paths({hides: path => path.endsWith('.env')})).toEqual(['work/shop/AGENTS.md']);
  });

  it('are bounded, and what is cut or no text is said', async () => {
    const {load, at, folder} = createScene({
      'work/AGENTS.md': 'x'.repeat(300_000),
      'work/CLAUDE.md': 'a\0b',
      'work/shop/AGENTS.md': `${'y'.repeat(50_000)}`,
      'work/shop/CLAUDE.md': '  \n',
    });
    execFileSync('mkfifo', [join(folder.path, 'work/shop/CLAUDE.local.md')]);
    const {files, reports} = await load();
    expect(files.map(({text, characters}) => [text.length, characters])).toEqual([[40_000, 50_000]]);
    expect(reports).toEqual([
      `The file of instructions ${at('work/AGENTS.md')} is skipped: it is larger than 256 kB.`,
      `The file of instructions ${at('work/CLAUDE.md')} is skipped: it is no text.`,
      `The file of instructions ${at('work/shop/AGENTS.md')} is too long: only its first 40000 characters are read.`,
      `The file of instructions ${at('work/shop/CLAUDE.local.md')} is skipped: it is no regular file.`,
    ]);
  });

  it('are cut between characters: half of one is no text to send', async () => {
    const {load} = createScene({'work/shop/AGENTS.md': `x${'🙂'.repeat(25_000)}`});
    const {files} = await load();
    expect(files.map(({text}) => [text.length, text.isWellFormed()])).toEqual([[39_999, true]]);
  });
});
