/**
 * The file tools as a model uses them: through a session, several calls in one message, and the turn goes on whatever
 * they answer.
 */
import {execFileSync} from 'node:child_process';
import {describe, expect, it} from 'vitest';
import type {Tool} from '../../src/core/ports.js';
import type {ScriptedCall} from '../../src/providers/scripted.js';
import {editTool} from '../../src/tools/edit.js';
import {globTool} from '../../src/tools/glob.js';
import {grepTool} from '../../src/tools/grep.js';
import {readTool} from '../../src/tools/read.js';
import {writeTool} from '../../src/tools/write.js';
import {openRuntime, runTurn} from '../support/runtime.js';
import {createScene, type Scene} from './scene.js';

const tools = [readTool, writeTool, editTool, grepTool, globTool] as unknown as readonly Tool[];

/** Runs a turn with one reply for each list of calls; returns how the calls ended, in order. */
async function run(scene: Scene, ...replies: readonly (readonly ScriptedCall[])[]): Promise<readonly string[]> {
  const {files, commands, place} = scene.context();
  const script = [...replies.map(calls => ({calls})), {text: 'done'}];
  const {session} = openRuntime(script, {tools, files, commands, place});
  const {events, outcome} = await runTurn(session, 'go');
  expect(outcome).toMatchObject({reason: 'completed', text: 'done'});
  await session.close();
  return events.flatMap(event => (event.type === 'tool_finished' ? [event.outcome] : []));
}

const read = (file_path: string): ScriptedCall => ({name: 'Read', input: {file_path}});
const edit = (old_string: string, new_string: string): ScriptedCall => ({
  name: 'Edit',
  input: {file_path: 'a', old_string, new_string},
});

describe('in one message', () => {
  it('several edits of a file all land, in their order', async () => {
    const scene = createScene();
    scene.put('a', 'one\ntwo\nthree\n');
    const edits = [edit('one', 'ONE'), edit('ONE\ntwo', 'ONE\nTWO'), edit('three', 'THREE')];
    expect(await run(scene, [read('a')], edits)).toEqual(['ok', 'ok', 'ok', 'ok']);
    expect(scene.text('a')).toBe('ONE\nTWO\nTHREE\n');
  });

  it('an edit knows what a Read before it has seen, and one that is refused does not keep the others', async () => {
    const scene = createScene();
    scene.put('a', 'one\ntwo\n');
    expect(await run(scene, [read('a'), edit('absent', 'x'), edit('two', 'TWO')])).toEqual(['ok', 'failed', 'ok']);
    expect(scene.text('a')).toBe('one\nTWO\n');
  });
});

it('the turn goes on after every path that is no file', async () => {
  const scene = createScene();
  execFileSync('mkfifo', [scene.path('pipe')]);
  const paths = ['pipe', 'a\0b', '/dev/zero', '.', 'n'.repeat(300), '\ud800', ''];
  const calls = paths.flatMap(file_path => [
    read(file_path),
    {name: 'Write', input: {file_path, content: 'x'}},
    {name: 'Edit', input: {file_path, old_string: '', new_string: 'x'}},
    {name: 'Grep', input: {path: file_path || '/nowhere', pattern: '('}},
    {name: 'Glob', input: {path: `${file_path}/x`, pattern: '*'}},
  ]);
  const outcomes = await run(scene, calls);
  expect(outcomes).toHaveLength(calls.length);
  expect(new Set(outcomes)).toEqual(new Set(['failed']));
});
