/** `/diff`, over sessions of the library. */
import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, it, onTestFinished} from 'vitest';
import {createDiffCommand} from '../../src/cli/diff-command.js';
import {createScriptedModel, createSession} from '../../src/index.js';
import {createFolder} from '../support/folder.js';
import {runTurn} from '../support/runtime.js';

let calls = 0;
const call = (name: string, input: unknown) => ({id: `toolu_${++calls}`, name, input});

describe('/diff', () => {
  it('shows what agents have changed, by agent, and nothing that was undone', async () => {
    const cwd = createFolder();
    const home = createFolder();
    writeFileSync(join(cwd, 'a.txt'), 'one\ntwo\n');
    const model = createScriptedModel(({messages}) => {
      const said = JSON.stringify(messages.at(-1));
      if (said.includes('the child works'))
        return {calls: [call('Bash', {command: 'echo three >> a.txt; echo c > c.txt'})]};
      if (said.includes('first')) return {calls: [call('Read', {file_path: 'a.txt'})]};
      if (said.includes('one\\\\n2') || said.includes('1\\tone')) {
        return {calls: [call('Edit', {file_path: 'a.txt', old_string: 'one', new_string: 'ONE'})]};
      }
      if (said.includes('Changed a.txt')) {
        return {calls: [call('Agent', {description: 'adds a line', prompt: 'the child works'})]};
      }
      if (said.includes('second')) return {calls: [call('Write', {file_path: 'late.txt', content: 'late\n'})]};
      return {text: 'Done.'};
    });
    const env = {PATH: process.env.PATH, HOME: home};
    const session = await createSession({cwd, env, model, skipPermissions: true});
    onTestFinished(() => session.close());
    const diff = createDiffCommand(session);
    expect(await diff.run('')).toMatch(/^No agent has changed a file/);
    await runTurn(session, 'first');
    await runTurn(session, 'second');
    expect(await diff.run('')).toBe(
      [
        'the main agent',
        '  a.txt  +1 −1',
        '  late.txt  +1 −0',
        'agent-1 (general-purpose: adds a line)',
        '  a.txt  +1 −0',
        '  c.txt  +1 −0',
        '',
        '/diff <file or agent> shows the lines.',
      ].join('\n'),
    );
    expect(await diff.run('a.txt')).toBe(
      [
        'a.txt, by the main agent:',
        '  @@ line 1 @@',
        '  -one',
        '  +ONE',
        '   two',
        '',
        'a.txt, by agent-1 (general-purpose: adds a line):',
        '  @@ line 1 @@',
        '   ONE',
        '   two',
        '  +three',
      ].join('\n'),
    );
    expect(await diff.run('nobody')).toMatch(/^No agent has changed nobody/);
    await session.rewind(session.prompts[1]?.id ?? '');
    expect(await diff.run('')).not.toContain('late.txt');
    await session.rewind(session.prompts[0]?.id ?? '');
    expect(await diff.run('')).toMatch(/^No agent has changed a file/);
  });
});
