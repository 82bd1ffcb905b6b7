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
  const folder = createFolder({'home/.keep': '', 'code/shop/src/.keep': '', ...files});
  const at = (name: string): string => join(folder.path, name);
  const where = (): MemoryPlacesOptions => ({
    cwd: at('code/shop/src'),
    root: at('code/shop'),
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
      'code/AGENTS.md': 'above',
      'code/shop/AGENTS.md': 'project',
      'code/shop/CLAUDE.md': 'project, for Claude',
      'code/shop/.claude/CLAUDE.md': 'project, hidden',
      'code/shop/CLAUDE.local.md': 'mine',
      'code/shop/src/AGENTS.md': 'source',
    });
    const all = [
      'home/.agent/AGENTS.md',
      'home/.claude/CLAUDE.md',
      'code/AGENTS.md',
      'code/shop/AGENTS.md',
      'code/shop/CLAUDE.md',
      'code/shop/.claude/CLAUDE.md',
      'code/shop/CLAUDE.local.md',
      'code/shop/src/AGENTS.md',
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
    const linked = createScene({'code/shop/AGENTS.md': 'rules'});
    symlinkSync('AGENTS.md', linked.at('code/shop/CLAUDE.md'));
    expect(await linked.paths()).toEqual(['code/shop/AGENTS.md']);
    const same = createScene({'code/shop/AGENTS.md': 'rules\n', 'code/shop/CLAUDE.md': 'rules'});
    expect(await same.paths()).toEqual(['code/shop/AGENTS.md']);
    const imported = createScene({'code/shop/AGENTS.md': 'rules', 'code/shop/CLAUDE.md': '@AGENTS.md\nand more'});
    expect(await imported.paths()).toEqual(['code/shop/AGENTS.md', 'code/shop/CLAUDE.md']);
  });

  it('bring in others, also in a circle, and each once', async () => {
    const {load, paths, at} = createScene({
      'code/shop/AGENTS.md': '@docs/a.md @docs/b.md',
      'code/shop/docs/a.md': 'a @b.md',
      'code/shop/docs/b.md': 'b @a.md @../AGENTS.md',
    });
    expect(await paths()).toEqual(['code/shop/AGENTS.md', 'code/shop/docs/a.md', 'code/shop/docs/b.md']);
    const {files, reports} = await load();
    expect(files.map(({importedBy}) => importedBy)).toEqual([
      null,
      at('code/shop/AGENTS.md'),
      at('code/shop/docs/a.md'),
    ]);
    expect(reports).toEqual([]);
  });

  it('bring in others five deep and no deeper', async () => {
    const chain = Object.fromEntries([1, 2, 3, 4, 5, 6].map(n => [`code/shop/${n}.md`, `${n} @${n + 1}.md`]));
    const {load, paths, at} = createScene({'code/shop/AGENTS.md': '@1.md', ...chain});
    expect((await paths()).slice(1)).toEqual([1, 2, 3, 4, 5].map(n => `code/shop/${n}.md`));
    expect((await load()).reports).toEqual([
      `The file ${at('code/shop/6.md')}, which ${at('code/shop/5.md')} imports, is skipped: imports go 5 deep at most.`,
    ]);
  });

  it('say what they import and is not there, where it is meant as a file', async () => {
    const {load, at} = createScene({'code/shop/AGENTS.md': 'ask @ada about @types/node; @docs/gone.md'});
    expect((await load()).reports).toEqual([
      `The file ${at('code/shop/docs/gone.md')}, which ${at('code/shop/AGENTS.md')} imports, is skipped: it cannot be read (ENOENT).`,
    ]);
  });

  it('bring in nothing from outside of the project unless they may, by a path or by a link', async () => {
    const {load, paths, at} = createScene({
      'home/secret': 'secret',
      'code/own.md': 'own @more.md',
      'code/more.md': 'more',
      'code/shop/AGENTS.md': '@../own.md @linked.md',
    });
    symlinkSync(at('home/secret'), at('code/shop/linked.md'));
    symlinkSync(at('home/secret'), at('code/shop/CLAUDE.md'));
    const file = at('code/shop/AGENTS.md');
    const {files, outside} = await load();
    expect(files.map(({path}) => path)).toEqual([file]);
    expect(outside).toEqual([
      {file, target: at('code/own.md')},
      {file, target: at('home/secret')},
    ]);
    expect(await paths({mayImport: target => target === at('code/own.md')})).toEqual([
      'code/shop/AGENTS.md',
      'code/own.md',
      'code/more.md',
    ]);
  });

  it('above the project bring in only what lies beside or below them, and the user’s own anything', async () => {
    const {load, at} = createScene({
      'home/.agent/AGENTS.md': '@../../code/notes.md',
      'code/AGENTS.md': '@rules.md @../home/secret.md',
      'code/rules.md': 'rules',
      'home/secret.md': 'secret',
      'code/notes.md': 'notes',
    });
    const {files, outside} = await load();
    expect(files.map(({text}) => text.at(0))).toEqual(['@', 'n', '@', 'r']);
    expect(outside).toEqual([{file: at('code/AGENTS.md'), target: at('home/secret.md')}]);
  });

  it('are passed over where rules hide them', async () => {
    const {paths} = createScene({'code/shop/AGENTS.md': '@.env', 'code/shop/.env': 'KEY=1'});
    expect(await paths()).toHaveLength(2);
    expect(await paths({hides: path => path.endsWith('.env')})).toEqual(['code/shop/AGENTS.md']);
  });

  it('are bounded, and what is cut or no text is said', async () => {
    const {load, at, folder} = createScene({
      'code/AGENTS.md': 'x'.repeat(300_000),
      'code/CLAUDE.md': 'a\0b',
      'code/shop/AGENTS.md': `${'y'.repeat(50_000)}`,
      'code/shop/CLAUDE.md': '  \n',
    });
    execFileSync('mkfifo', [join(folder.path, 'code/shop/CLAUDE.local.md')]);
    const {files, reports} = await load();
    expect(files.map(({text, characters}) => [text.length, characters])).toEqual([[40_000, 50_000]]);
    expect(reports).toEqual([
      `The file of instructions ${at('code/AGENTS.md')} is skipped: it is larger than 256 kB.`,
      `The file of instructions ${at('code/CLAUDE.md')} is skipped: it is no text.`,
      `The file of instructions ${at('code/shop/AGENTS.md')} is too long: only its first 40000 characters are read.`,
      `The file of instructions ${at('code/shop/CLAUDE.local.md')} is skipped: it is no regular file.`,
    ]);
  });

  it('are cut between characters: half of one is no text to send', async () => {
    const {load} = createScene({'code/shop/AGENTS.md': `x${'🙂'.repeat(25_000)}`});
    const {files} = await load();
    expect(files.map(({text}) => [text.length, text.isWellFormed()])).toEqual([[39_999, true]]);
  });
});
