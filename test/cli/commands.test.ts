import {describe, expect, it} from 'vitest';
import {createCommands} from '../../src/cli/commands.js';
import {createSession} from '../../src/compose.js';
import {createFolder} from '../support/folder.js';

describe('/clear', () => {
  it('begins anew, and has nothing to say where no agent ran', async () => {
    const home = createFolder();
    const session = await createSession({cwd: home, model: 'demo', env: {HOME: home}});
    const commands = createCommands({session, onChange() {}, leave() {}});
    for await (const _ of session.send('hello'));
    expect(session.history).not.toEqual([]);
    expect(await commands.find(({name}) => name === 'clear')?.run('')).toBeNull();
    expect(session.history).toEqual([]);
    await session.close();
  });

  it('says how many agents of the conversation before it stopped', async () => {
    const home = createFolder();
    const session = await createSession({cwd: home, model: 'demo', env: {HOME: home}});
    const text = async (ended: number) => {
      const counting = {...session, clear: async () => ended};
      const commands = createCommands({session: counting, onChange() {}, leave() {}});
      return commands.find(({name}) => name === 'clear')?.run('');
    };
    expect(await text(1)).toBe('Stopped 1 agent of the conversation before.');
    expect(await text(3)).toBe('Stopped 3 agents of the conversation before.');
    await session.close();
  });
});
