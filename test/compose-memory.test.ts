/** Files of instructions in a session: in every request once, and told with the first read below. */
import {mkdirSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, it} from 'vitest';
import {createScriptedModel, createSession, type ScriptedReply, type SessionOptions} from '../src/index.js';
import {createFolder} from './support/agent.js';
import {runTurn} from './support/runtime.js';

function createScene(files: Readonly<Record<string, string>>) {
  const folder = createFolder(files);
  for (const name of ['home', 'shop']) mkdirSync(join(folder.path, name), {recursive: true});
  const [home, cwd] = [join(folder.path, 'home'), join(folder.path, 'shop')];
  const env = {PATH: process.env.PATH, HOME: home, AGENT_HOME: join(home, '.agent')};
  async function run(replies: readonly ScriptedReply[], options: SessionOptions = {}) {
    const model = createScriptedModel(replies);
    const session = await createSession({cwd, env, model, ...options});
    const {events} = await runTurn(session, 'go');
    const listed = await session.memory();
    await session.close();
    return {session, model, events, listed};
  }
  return {folder, cwd, run};
}

const read = (...paths: readonly string[]): ScriptedReply => ({
  calls: paths.map(file_path => ({name: 'Read', input: {file_path}})),
});
const count = (text: string, words: string): number => text.split(words).length - 1;

describe('files of instructions', () => {
  it('stand in the system text, behind ours and before the person’s addition, and are listed', async () => {
    const {run, cwd} = createScene({'home/.agent/AGENTS.md': 'Be brief.', 'shop/AGENTS.md': 'Use tabs.'});
    const {model, listed} = await run([{text: 'done'}], {appendSystemPrompt: 'In Dutch.'});
    const [{system = ''} = {}] = model.requests;
    expect(system).toMatch(
      /# Environment[\s\S]+# Instructions\n[\s\S]+Be brief\.[\s\S]+Use tabs\.[\s\S]+\n\nIn Dutch\.$/,
    );
    expect(system).toContain(
      `<instructions file="${join(cwd, 'AGENTS.md')}" of="the project's">\nUse tabs.\n</instructions>`,
    );
    expect(listed.map(({path, scope, characters}) => [path.split('/').at(-1), scope, characters])).toEqual([
      ['AGENTS.md', 'user', 9],
      ['AGENTS.md', 'project', 9],
    ]);
  });

  it('are left out where a flag or a setting says so', async () => {
    const {run} = createScene({'shop/AGENTS.md': 'Use tabs.', 'shop/src/AGENTS.md': 'x', 'shop/src/a.ts': 'a'});
    for (const options of [
      {memoryFiles: false},
      {settings: '{"memoryFiles": false}'},
      {settingSources: ['user']},
    ] as const) {
      const {model, listed} = await run([{text: 'done'}], options);
      expect(model.requests[0]?.system).not.toContain('Use tabs.');
      expect(listed).toEqual([]);
    }
  });

  it('reach agents below the root', async () => {
    const {run} = createScene({'shop/AGENTS.md': 'Use tabs.'});
    const call = {name: 'Agent', input: {description: 'look', prompt: 'look'}};
    const {model} = await run([{calls: [call]}, {text: 'seen'}, {text: 'done'}]);
    expect(model.requests.map(({system}) => count(system, 'Use tabs.'))).toEqual([1, 1, 1]);
  });

  it('of folders below come with the first file that is read there, once for each agent', async () => {
    const {run} = createScene({
      'shop/AGENTS.md': 'Use tabs.',
      'shop/api/CLAUDE.md': 'No floats. @more.md',
      'shop/api/more.md': 'Nor doubles.',
      'shop/api/v1/AGENTS.md': 'Frozen.',
      'shop/api/a.ts': 'a',
      'shop/api/v1/b.ts': 'b',
      'shop/c.ts': 'c',
    });
    const {model, events} = await run([read('c.ts', 'api/a.ts', 'api/v1/b.ts'), read('api/v1/b.ts'), {text: 'done'}]);
    const last = JSON.stringify(model.requests.at(-1)?.messages);
    for (const words of ['No floats.', 'Nor doubles.', 'Frozen.']) expect(count(last, words)).toBe(1);
    expect(count(last, 'Use tabs.')).toBe(0);
    const summaries = events.flatMap(event => (event.type === 'tool_finished' ? [event.display.summary] : []));
    expect(summaries.filter(summary => summary.includes('with'))).toHaveLength(2);
    expect(summaries.join()).toContain('1 line · with api/CLAUDE.md, api/more.md');
  });

  it('come again once the conversation does not hold them any more', async () => {
    const {folder, cwd} = createScene({'shop/api/AGENTS.md': 'No floats.', 'shop/api/a.ts': 'a'});
    const model = createScriptedModel([read('api/a.ts'), {text: 'done'}, read('api/a.ts'), {text: 'done'}]);
    const session = await createSession({cwd, model, env: {HOME: join(folder.path, 'home')}});
    await runTurn(session, 'go');
    await session.clear();
    await runTurn(session, 'go');
    await session.close();
    expect(model.requests.map(({messages}) => count(JSON.stringify(messages), 'No floats.'))).toEqual([0, 1, 0, 1]);
  });

  it('stay what they were for a conversation that goes on', async () => {
    const {run, folder} = createScene({'shop/AGENTS.md': 'Use tabs.'});
    await run([{text: 'done'}]);
    folder.write('shop/AGENTS.md', 'Use spaces.');
    const {model, listed} = await run([{text: 'done'}], {resume: true});
    expect(model.requests[0]?.system).toContain('Use tabs.');
    expect(listed.map(({path}) => path)).toEqual([join(folder.path, 'shop/AGENTS.md')]);
  });

  it('that lead out of the folder are asked for, and come only with a yes', async () => {
    const {run, folder} = createScene({'shop/AGENTS.md': '@../notes.md', 'notes.md': 'Secret.'});
    const without = await run([{text: 'done'}]);
    expect(without.model.requests[0]?.system).not.toContain('Secret.');
    expect(without.session.withheld.map(({kind, text}) => [kind, text])).toEqual([
      ['import', join(folder.path, 'notes.md')],
    ]);
    const asked: string[] = [];
    const yes = async ({items}: {readonly items: readonly {readonly text: string}[]}) => {
      asked.push(...items.map(({text}) => text));
      return true;
    };
    for (const askTrust of [yes, yes]) {
      const {model} = await run([{text: 'done'}], {askTrust});
      expect(model.requests[0]?.system).toContain('Secret.');
    }
    expect(asked).toEqual([join(folder.path, 'notes.md')]);
  });

  it('that rules forbid to read stay unread', async () => {
    const {run} = createScene({'shop/AGENTS.md': '@secret.md', 'shop/secret.md': 'Secret.'});
    const {model} = await run([{text: 'done'}], {settings: '{"permissions": {"deny": ["Read(./secret.md)"]}}'});
    expect(model.requests[0]?.system).not.toContain('Secret.');
  });
});
