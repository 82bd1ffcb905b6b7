import {mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, it} from 'vitest';
import {createContextCommand} from '../../src/cli/context-command.js';
import {createSession} from '../../src/compose.js';
import {createFolder} from '../support/folder.js';

describe('/context', () => {
  it('shows what fills the window, with the files of instructions apart from the system prompt', async () => {
    const home = createFolder();
    mkdirSync(join(home, 'work'));
    writeFileSync(join(home, 'work', 'AGENTS.md'), 'Use tabs.\n'.repeat(200));
    writeFileSync(join(home, 'work', 'a.txt'), 'word '.repeat(2_000));
    const session = await createSession({cwd: `${home}/work`, model: 'demo', env: {HOME: home}});
    for await (const _ of session.send('read a.txt'));
    const text = await createContextCommand(session).run('');
    await session.close();
    expect(text).toMatch(/^About \d+(\.\d)?k of 200k tokens \(\d+ %\) of Demo\. It is summed up at 170k\.$/m);
    expect(text).toMatch(/^ {2}files of instructions +5\d\d/m);
    expect(text).toMatch(/^ {2}free +19\d/m);
    expect(text).toMatch(/By file that was read or changed\n {2}a\.txt +\d/);
    expect(text).toMatch(/Files of instructions\n {2}AGENTS\.md +5\d\d/);
  });

  it('says so where there is no such agent', async () => {
    const home = createFolder();
    const session = await createSession({cwd: home, model: 'demo', env: {HOME: home}});
    expect(await createContextCommand(session).run('agent-7')).toMatch(/Nothing is kept of an agent "agent-7"/);
    await session.close();
  });
});
