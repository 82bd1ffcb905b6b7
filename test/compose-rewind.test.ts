import {existsSync, readFileSync, statSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, it, onTestFinished} from 'vitest';
import {
  createScriptedModel,
  createSession,
  type ScriptedReply,
  type Session,
  type SessionOptions,
} from '../src/index.js';
import {createFolder} from './support/folder.js';
import {runTurn} from './support/runtime.js';

type Call = NonNullable<ScriptedReply['calls']>[number];

let calls = 0;
const call = (name: string, input: unknown): Call => ({id: `toolu_${++calls}`, name, input});
const bash = (command: string): Call => call('Bash', {command});
const write = (file_path: string, content: string): Call => call('Write', {file_path, content});

/** A session each of whose turns makes these calls, one by one. */
async function open(turns: readonly (readonly Call[])[], options: SessionOptions & {readonly cwd?: string} = {}) {
  const home = createFolder();
  const cwd = options.cwd ?? createFolder();
  const replies = turns.flatMap(own => [...own.map((each): ScriptedReply => ({calls: [each]})), {text: 'Done.'}]);
  const model = createScriptedModel(replies);
  const env = {PATH: process.env.PATH, HOME: home, AGENT_HOME: join(home, '.agent')};
  const session = await createSession({cwd, env, model, skipPermissions: true, ...options});
  onTestFinished(() => session.close());
  const promptId = (at: number): string => session.prompts[at]?.id ?? '';
  const read = (name: string): string => readFileSync(join(cwd, name), 'utf8');
  return {session, cwd, model, home, env, promptId, read};
}

async function say(session: Session, ...prompts: readonly string[]): Promise<void> {
  for (const prompt of prompts) await runTurn(session, prompt);
}

describe('a rewind', () => {
  it('undoes what tools and commands have changed since, and takes the conversation back to before the message', async () => {
    const {session, cwd, read, promptId, model} = await open([
      [write('made.txt', 'one\n')],
      [
        call('Read', {file_path: 'made.txt'}),
        write('made.txt', 'two\n'),
        bash('echo more >> made.txt; rm old.txt; mkdir -p deep/er; echo new > deep/er/new.txt; chmod +x run.sh'),
      ],
      [],
    ]);
    writeFileSync(join(cwd, 'old.txt'), 'old\n');
    writeFileSync(join(cwd, 'run.sh'), '#!/bin/sh\n', {mode: 0o644});
    await say(session, 'first', 'second');
    expect(read('made.txt')).toBe('two\nmore\n');
    const before = session.history.findIndex(({id}) => id === promptId(1));
    const report = await session.rewind(promptId(1));
    expect(report.refused).toEqual([]);
    expect(report.content).toEqual([{type: 'text', text: 'second'}]);
    expect(read('made.txt')).toBe('one\n');
    expect(read('old.txt')).toBe('old\n');
    expect(existsSync(join(cwd, 'deep/er/new.txt'))).toBe(false);
    expect(statSync(join(cwd, 'run.sh')).mode & 0o111).toBe(0);
    expect(session.history).toHaveLength(before);
    await say(session, 'third');
    expect(JSON.stringify(model.requests.at(-1)?.messages)).not.toContain('second');
    expect(JSON.stringify(model.requests.at(-1)?.messages)).toContain('first');
  });
});
