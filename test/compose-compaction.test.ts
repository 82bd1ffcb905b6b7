/** Compaction in a session as programs get it: what instructions become of it, and which marks it takes. */
import {mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {expect, it} from 'vitest';
import {createSession} from '../src/compose.js';
import type {ModelRequest} from '../src/core/ports.js';
import {createScriptedModel, type ScriptedReply} from '../src/providers/scripted.js';
import {describeLog, findLogs} from '../src/store/find.js';
import {createFolder} from './support/folder.js';

const occurrences = (request: ModelRequest | undefined, words: string): number =>
  JSON.stringify([request?.system, request?.messages]).split(words).length - 1;

it('files of instructions are in each request once, also after a compaction', async () => {
  const home = createFolder();
  const work = join(home, 'work');
  mkdirSync(join(work, 'sub'), {recursive: true});
  writeFileSync(join(work, 'AGENTS.md'), 'Always count twice.');
  writeFileSync(join(work, 'sub', 'AGENTS.md'), 'Never count here.');
  writeFileSync(join(work, 'sub', 'a.txt'), 'a line of words\n'.repeat(1_000));
  const read = {calls: [{name: 'Read', input: {file_path: join(work, 'sub', 'a.txt')}}]};
  const script: readonly ScriptedReply[] = [
    read,
    {text: 'Read.'},
    {text: 'A file was read.'},
    read,
    read,
    {text: 'Again.'},
  ];
  const model = createScriptedModel(script);
  const session = await createSession({cwd: work, model, env: {HOME: home}});
  for await (const _ of session.send('read it'));
  expect(
    [model.requests[1]].map(each => [occurrences(each, 'Always count'), occurrences(each, 'Never count')]),
  ).toEqual([[1, 1]]);
  expect((await session.compact()).reason).toBe('completed');
  for await (const _ of session.send('again'));
  await session.close();
  const after = model.requests.slice(3);
  expect(after.map(each => occurrences(each, 'Always count'))).toEqual([1, 1, 1]);
  // Of a folder further down they come with the next file that is read there.
  expect(after.map(each => occurrences(each, 'Never count'))).toEqual([0, 1, 1]);
});

it('a copy of a conversation holds what was said before its compaction as well', async () => {
  const home = createFolder();
  const env = {HOME: home};
  const script = [{text: 'word '.repeat(2_000)}, {text: 'A summary.'}] as const;
  const first = await createSession({cwd: home, model: createScriptedModel(script), env});
  for await (const _ of first.send('how it began'));
  expect((await first.compact()).reason).toBe('completed');
  const {history} = first;
  await first.close();
  const copy = await createSession({cwd: home, model: createScriptedModel([]), env, resume: true, fork: true});
  expect(copy.history).toEqual(history);
  const log = copy.logPath;
  await copy.close();
  const listed = findLogs(dirname(log ?? '')).map(each => describeLog(each));
  expect(listed.find(each => each?.path === log)?.prompt).toBe('how it began');
  expect(readFileSync(log ?? '', 'utf8')).toContain('word word');
});

it('a mark that makes no sense is refused before anything starts', async () => {
  const home = createFolder();
  for (const at of [0, 1, Number.NaN, 85]) {
    const session = createSession({cwd: home, model: 'demo', env: {HOME: home}, compaction: {at}});
    await expect(session).rejects.toThrow(/compaction\.at is .*from 0\.1 to 0\.95/);
  }
});

it('mail from before a compaction is kept and not shown, as all else that was said then', async () => {
  const home = createFolder();
  const env = {HOME: home};
  const script = [{text: 'word '.repeat(2_000)}, {text: 'A summary.'}] as const;
  const first = await createSession({cwd: home, model: createScriptedModel(script), env});
  first.steer('by the way');
  for await (const _ of first.send('how it began'));
  expect((await first.compact()).reason).toBe('completed');
  await first.close();
  const again = await createSession({cwd: home, model: createScriptedModel([]), env, resume: true});
  const events = again.observe();
  await again.replay();
  expect(events.drain().map(({type}) => type)).toEqual(['run_started', 'compaction_finished', 'run_finished']);
  expect(again.notes.slice(0, 2)).toEqual([
    'Loaded 1 of 1 messages of the conversation.',
    'Kept, and not sent again: what was said before it was compacted, 3 messages in all.',
  ]);
  await again.close();
});
