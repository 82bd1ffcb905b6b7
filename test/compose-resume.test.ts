/**
 * What a session makes of files that were left by a program which ended in the middle of its work, whatever happened to them
 * since: cut at every line and in the middle of lines, garbled, doubled, mixed with those of another program.
 */
import {cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import fc from 'fast-check';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {textOf} from '../src/core/transcript.js';
import type {MessageParam} from '../src/core/types.js';
import {createScriptedModel, createSession, type ScriptedModel, type SessionOptions, UsageError} from '../src/index.js';
import {fromLine} from '../src/store/line.js';
import {createFolder} from './support/folder.js';
import {faultsOf} from './support/random-tree.js';
import {runs} from './support/runs.js';
import {ask, type Plan, planOf, replyTo} from './support/tree.js';

/** Longer there than one test. */
const scratch = realpathSync(mkdtempSync(join(tmpdir(), 'resume-test-')));
afterAll(() => rmSync(scratch, {recursive: true, force: true}));
const cwd = join(scratch, 'work');
mkdirSync(cwd);
writeFileSync(join(cwd, 'notes.txt'), 'one\ntwo\n');

const look = {calls: [{name: 'Read', input: {file_path: join(cwd, 'notes.txt')}}]};
const plan: Plan = {
  name: 'root',
  steps: [
    {...look, text: 'The root looks.'},
    {
      spawn: [
        {name: 'back', background: true, steps: [look, {text: 'Back found it.', ...look}, {hang: true}]},
        {
          name: 'front',
          steps: [
            {text: 'Front found it.', ...look},
            {spawn: [{name: 'deep', background: true, steps: [{text: 'Deep found it.', ...look}, {hang: true}]}]},
            {hang: true},
          ],
        },
      ],
    },
    {text: 'Told.'},
  ],
};

function open(home: string, model: ScriptedModel, options: SessionOptions = {}) {
  const env = {PATH: process.env.PATH, HOME: home, AGENT_HOME: home};
  return createSession({cwd, env, model, agents: {worker: {description: 'works', prompt: 'Work.'}}, ...options});
}

/** Answers as the plan says, each call under an id of its own. */
function follow(name: string): ScriptedModel {
  let ids = 0;
  return createScriptedModel(request => {
    const {calls, ...reply} = replyTo(request);
    return {...reply, ...(calls && {calls: calls.map(call => ({...call, id: `${name}${++ids}`}))})};
  });
}

/** The files of a home by their paths in it: the root's log first. */
type Files = ReadonlyMap<string, string>;

function readLogs(home: string): Files {
  const names = readdirSync(join(home, 'sessions'), {recursive: true, encoding: 'utf8'});
  const logs = names.filter(name => name.endsWith('.jsonl') && !name.includes('/files/'));
  const inOrder = logs.toSorted(
    (one, other) => one.split('/').length - other.split('/').length || (one < other ? -1 : 1),
  );
  return new Map(inOrder.map(name => [name, readFileSync(join(home, 'sessions', name), 'utf8')]));
}

function writeLogs(files: Files): string {
  const home = createFolder();
  for (const [name, text] of files) {
    const path = join(home, 'sessions', name);
    mkdirSync(dirname(path), {recursive: true});
    writeFileSync(path, text);
  }
  return home;
}

let left: Files;
beforeAll(async () => {
  const home = join(scratch, 'home');
  const model = follow('a');
  const session = await open(home, model);
  const hanging = (): number =>
    session.agents.snapshot().filter(({id, activity}) => id !== 'main' && activity === 'writing').length;
  await new Promise<void>(resolve => {
    void (async () => {
      for await (const event of session.send(ask(plan))) if (event.type === 'text_delta' && hanging() === 3) resolve();
    })();
  });
  const copy = join(scratch, 'copy');
  cpSync(join(home, 'sessions'), join(copy, 'sessions'), {recursive: true});
  left = readLogs(copy);
  await session.close();
}, 30_000);

const linesOf = (text: string): readonly string[] => text.split('\n').filter(line => line !== '');

function entriesIn(text: string): readonly string[] {
  const ids = linesOf(text).flatMap(line => {
    const record = fromLine(line)?.record as
      | {readonly type?: string; readonly entry?: {readonly id: string}}
      | undefined;
    return record?.entry && (record.type === 'entry' || record.type === 'mail_read') ? [record.entry.id] : [];
  });
  return [...new Set(ids)];
}

const textsOf = (messages: readonly MessageParam[]): string => JSON.stringify(messages);
const count = (text: string, words: string): number => text.split(words).length - 1;

/** How often it was told what an agent had said before the program ended. */
const reportsOf = (text: string, name: string): number => count(text, `said so far:\\n\\n${name} found it.`);

/** Goes on with what is there, over two more programs. */
async function expectGoneOn(files: Files): Promise<void> {
  const home = writeLogs(files);
  const [root = ''] = files.values();
  const model = createScriptedModel(() => ({text: 'Again.'}));
  const session = await open(home, model, {resume: true});
  const [, loaded = ''] = /^Loaded (\d+) of/.exec(session.notes[0] ?? '') ?? [];
  expect(Number(loaded)).toBe(entriesIn(root).length);
  const ids = session.agents.snapshot().map(({id}) => id);
  expect(ids).toEqual(['main', ...[...files.keys()].slice(1).map(name => name.replace(/.*\/(.*)\.jsonl$/, '$1'))]);
  expect(session.agents.snapshot().filter(({endedAt, parentId}) => parentId !== null && endedAt === null)).toEqual([]);
  for await (const event of session.send('and now?')) void event;
  expect(model.requests.map(({messages}) => faultsOf(messages))).toEqual([[]]);
  for (const agent of session.agents.snapshot().filter(({state}) => state === 'paused')) {
    const before = model.requests.length;
    expect(session.agents.send(agent.id, 'go on').accepted).toBe(true);
    await expect.poll(() => session.agents.snapshot().find(({id}) => id === agent.id)?.state).toBe('done');
    const [request] = model.requests.slice(before);
    expect(faultsOf(request?.messages ?? [])).toEqual([]);
    expect(count(textsOf(request?.messages ?? []), 'go on')).toBe(1);
  }
  await session.close();
  const last = createScriptedModel(() => ({text: 'And again.'}));
  const third = await open(home, last, {resume: true});
  for await (const event of third.send('really?')) void event;
  const told = textsOf(last.requests[0]?.messages ?? []);
  expect(faultsOf(last.requests[0]?.messages ?? [])).toEqual([]);
  for (const id of ['agent-1', 'agent-2', 'agent-3'])
    expect(
      count(
        told,
        `Agent ${id} (worker: ${id === 'agent-1' ? 'back' : id === 'agent-2' ? 'front' : 'deep'}) was interrupted.`,
      ),
    ).toBeLessThanOrEqual(1);
  expect(reportsOf(told, 'Back')).toBeLessThanOrEqual(1);
  expect(reportsOf(told, 'Front')).toBeLessThanOrEqual(1);
  await third.close();
}

describe('files of a program that ended with agents at work', () => {
  it('are gone on with as they are: each agent is there, and paused', async () => {
    const home = writeLogs(left);
    const model = createScriptedModel(() => ({text: 'Again.'}));
    const session = await open(home, model, {resume: true});
    expect(session.agents.snapshot().map(({id, parentId, name, state}) => [id, parentId, name, state])).toEqual([
      ['main', null, null, 'queued'],
      ['agent-1', 'main', 'back', 'paused'],
      ['agent-2', 'main', 'front', 'paused'],
      ['agent-3', 'agent-2', 'deep', 'paused'],
    ]);
    expect(session.notes.slice(1)).toEqual([
      'Its 3 agents are there again; at work when the program ended, and paused now: agent-1, agent-2, agent-3. /agents send <id> <text> lets one go on.',
      'A message waits to be read with the next prompt.',
    ]);
    for await (const event of session.send('and now?')) void event;
    const told = textsOf(model.requests[0]?.messages ?? []);
    expect(['Back', 'Front', 'Deep'].map(name => reportsOf(told, name))).toEqual([1, 1, 0]);
    // Who was paused above another hears of that one when it goes on.
    session.agents.send('agent-2', 'go on');
    await expect.poll(() => session.agents.snapshot()[2]?.state).toBe('done');
    const front = model.requests.find(request => planOf(request).name === 'front');
    expect(reportsOf(textsOf(front?.messages ?? []), 'Deep')).toBe(1);
    await session.close();
  });

  it('are gone on with wherever one of them ends', async () => {
    for (const [name, text] of left) {
      const lines = linesOf(text);
      for (let kept = 1; kept < lines.length; kept += 1) {
        const half = (lines[kept] ?? '').slice(0, 40);
        for (const end of kept % 2 === 0 ? ['\n'] : [`\n${half}`])
          await expectGoneOn(new Map(left).set(name, lines.slice(0, kept).join('\n') + end));
      }
    }
  }, 120_000);

  it('are gone on with whatever happened to their lines', async () => {
    const fate = fc.record({
      file: fc.nat(),
      line: fc.nat(),
      other: fc.nat(),
      how: fc.constantFrom('lost', 'cut', 'garbled', 'doubled', 'moved', 'of another program'),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(fate, {minLength: 1, maxLength: 8}), async fates => {
        const files = new Map([...left].map(([name, text]) => [name, [...linesOf(text)]]));
        for (const {file, line, other, how} of fates) {
          const lines = [...files.values()][file % files.size] ?? [];
          // Of a log without a beginning it is not known which folder it is of.
          const at = 1 + (line % Math.max(1, lines.length - 1));
          const text = lines[at] ?? '';
          if (how === 'lost') lines.splice(at, 1);
          if (how === 'cut') lines[at] = text.slice(0, other % (text.length + 1));
          if (how === 'garbled')
            lines[at] = `${text.slice(0, other % (text.length + 1))}x${text.slice(1 + (other % (text.length + 1)))}`;
          if (how === 'doubled') lines.splice(other % (lines.length + 1), 0, text);
          if (how === 'moved') lines.splice(1 + (other % lines.length), 0, ...lines.splice(at, 1));
          if (how === 'of another program')
            lines.splice(at, 0, ...lines.slice(at, at + 3).map(each => `${each}`), text.slice(0, 30));
        }
        await expectGoneOn(new Map([...files].map(([name, lines]) => [name, `${lines.join('\n')}\n`])));
      }),
      runs(12),
    );
  }, 120_000);
});

describe('a conversation that was cleared', () => {
  it('begins anew, and says so', async () => {
    const home = createFolder();
    const session = await open(home, createScriptedModel([{text: 'One.'}]));
    for await (const event of session.send('first')) void event;
    await session.clear();
    await session.close();
    const again = await open(home, createScriptedModel([{text: 'Two.'}]), {resume: true});
    expect([again.notes, again.history]).toEqual([['The conversation was cleared: it begins anew.'], []]);
    await again.close();
  });
});

describe('a conversation that is gone on with', () => {
  it.each<[string, SessionOptions]>([
    ['its model', {model: 'no-such-model'}],
    ['when it is compacted', {compaction: {at: 2}}],
  ])('is not held by a session that cannot begin for %s', async (_, wrong) => {
    const home = createFolder();
    const session = await open(home, createScriptedModel([{text: 'One.'}]));
    for await (const event of session.send('first')) void event;
    await session.close();
    await expect(open(home, createScriptedModel([]), {resume: true, ...wrong})).rejects.toThrow(UsageError);
    const again = await open(home, createScriptedModel([]), {resume: true});
    expect(again.notes).toEqual(['Loaded 2 of 2 messages of the conversation.']);
    await again.close();
  });

  it.each([
    ['with traces', {OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9'}],
    ['without', {}],
  ])('tells of its last turns alone, where only they are asked for, %s', async (_, more) => {
    const home = createFolder();
    const env = {PATH: process.env.PATH, HOME: home, AGENT_HOME: home};
    const session = await open(home, createScriptedModel([{text: 'One.'}, {text: 'Two.'}]));
    for (const text of ['first', 'second']) for await (const event of session.send(text)) void event;
    await session.close();
    const again = await open(home, createScriptedModel([]), {resume: true, env: {...env, ...more}});
    const events = again.observe();
    await again.replay(1);
    const told = events
      .drain()
      .flatMap(event => (event.type === 'entry_appended' ? [textOf(event.entry.message)] : []));
    expect(told).toEqual(['second']);
    await again.close();
  });
});
