import {describe, expect, it} from 'vitest';
import {createInitCommand, createMemoryCommand, type MemoryOptions} from '../../src/cli/memory-commands.js';
import type {ListedMemory} from '../../src/session.js';

const own: ListedMemory = {path: '/home/ada/.agent/AGENTS.md', scope: 'user', importedBy: null, characters: 1};
const imported: ListedMemory = {path: '/shop/a.md', scope: 'project', importedBy: '/shop/AGENTS.md', characters: 20};

function createScene(files: readonly ListedMemory[], isRunning = false) {
  const [edited, sent]: string[][] = [[], []];
  const options: MemoryOptions = {
    session: {memory: async () => files, projectFolder: '/shop', ownFolder: '/home/ada/.agent', isRunning},
    edit: async path => (edited?.push(path) === 3 ? 'The editor vi ended with 1.' : null),
    send: prompt => void sent?.push(prompt),
  };
  const [memory, init] = [createMemoryCommand(options), createInitCommand(options)];
  return {
    memory: async (argument = '') => memory.run(argument),
    init: (argument = '') => init.run(argument),
    edited,
    sent,
  };
}

describe('/memory', () => {
  it('lists what every request begins with, whose it is, and what brought it in', async () => {
    expect(await createScene([own, imported]).memory()).toContain(`Every request begins with:
  1  /home/ada/.agent/AGENTS.md  (yours, for all projects, 1 character)
  2  /shop/a.md  (the project's, imported by /shop/AGENTS.md, 20 characters)

/memory <number> `);
    expect(await createScene([]).memory()).toMatch(/^No files of instructions were found\. \/init writes one\.\n/);
  });

  it('opens one of them, or the place where one would be, and says when that counts', async () => {
    const {memory, edited} = createScene([own, imported]);
    expect(await memory('2')).toMatch(/^\/shop\/a\.md: what you changed counts for conversations that begin/);
    await memory('local');
    expect(await memory('user')).toBe('The editor vi ended with 1.');
    expect(edited).toEqual(['/shop/a.md', '/shop/CLAUDE.local.md', '/home/ada/.agent/AGENTS.md']);
    expect(await memory('3')).toMatch(/^There is no "3" among them\./);
    expect(await memory('constructor')).toMatch(/^There is no "constructor" among them\./);
    expect(edited).toHaveLength(3);
  });
});

describe('/init', () => {
  it('asks for AGENTS.md, with what the person adds', () => {
    const {init, sent} = createScene([]);
    expect([init(), init('In Dutch.')]).toEqual([null, null]);
    expect(sent?.[0]).toMatch(/write AGENTS\.md at its top/);
    expect(sent?.[1]).toBe(`${sent?.[0]}\n\nIn Dutch.`);
  });

  it('waits for no turn', () => {
    const {init, sent} = createScene([], true);
    expect(init()).toMatch(/A turn is running/);
    expect(sent).toEqual([]);
  });
});
