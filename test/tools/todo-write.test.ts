/** The steps of a task: noted by an agent, kept with its conversation, told to whoever watches. */
import {describe, expect, it} from 'vitest';
import {toKept} from '../../src/core/kept.js';
import type {LogRecord} from '../../src/core/records.js';
import type {ScriptedCall, ScriptedReply} from '../../src/providers/scripted.js';
import {todoWriteTool} from '../../src/tools/todo-write.js';
import {bringToRest, createMemory} from '../support/memory.js';
import {openRuntime, runTurn} from '../support/runtime.js';
import {createScene} from './scene.js';

const steps = [
  {content: 'Find it', status: 'completed', activeForm: 'Finding it'},
  {content: 'Mend it', status: 'in_progress', activeForm: 'Mending it'},
  {content: 'Test it', status: 'pending', activeForm: 'Testing it'},
];
const write = (todos: unknown): ScriptedCall => ({name: 'TodoWrite', input: {todos}});
const script = (...calls: readonly ScriptedCall[]): readonly ScriptedReply[] => [{calls}, {text: 'done'}];

function createLog() {
  const records: LogRecord[] = [];
  const log = {write: (record: LogRecord) => void records.push(JSON.parse(JSON.stringify(record))), sync() {}};
  return {records, store: {root: log, below: () => ({write() {}, sync() {}})}};
}

const open = (replies: readonly ScriptedReply[], records: readonly LogRecord[] = []) => {
  const {store, records: written} = createLog();
  const kept = records.length === 0 ? null : bringToRest(createMemory(new Map([['main', records]])));
  return {...openRuntime(replies, {tools: [todoWriteTool as never], store, kept}), written};
};

describe('TodoWrite', () => {
  it('says what is done and is called by what is done now', async () => {
    const {say, context} = createScene();
    expect(await say(todoWriteTool, {todos: steps})).toBe('The list is shown: 1 of 3 done.');
    const {place} = context();
    expect(todoWriteTool.title(todoWriteTool.parse({todos: steps}), place)).toBe('Mending it');
    const plain = [{content: 'Mend it', status: 'in_progress'}];
    expect(todoWriteTool.title(todoWriteTool.parse({todos: plain}), place)).toBe('Mend it');
    expect(await say(todoWriteTool, {todos: []})).toBe('The list is shown: 0 of 0 done.');
  });

  it('names what is wrong with a step', () => {
    expect(() => todoWriteTool.parse({todos: [steps[0], {content: 'x', status: 'done'}]})).toThrow(
      /`todos\.1\.status`: expected one of pending, in_progress, completed, got "done"/,
    );
    expect(() => todoWriteTool.parse({todos: 'x'})).toThrow(/`todos`: expected a list/);
  });

  it('tells whoever watches, and keeps the last list for a conversation that goes on', async () => {
    const {session, written} = open(script(write(steps.slice(0, 1)), write(steps)));
    const {events} = await runTurn(session, 'go');
    expect(events.filter(({type}) => type === 'tool_state_changed')).toMatchObject([
      {tool: 'TodoWrite', value: steps.slice(0, 1)},
      {tool: 'TodoWrite', value: steps},
    ]);
    const resumed = open([{text: 'on'}], written);
    const watched = resumed.session.observe();
    await resumed.session.replay();
    const told = watched.drain().filter(({type}) => type === 'tool_state_changed');
    expect(told).toMatchObject([{tool: 'TodoWrite', value: steps}]);
  });

  it('goes back with the conversation, also with one that is gone on with', async () => {
    const first = open([...script(write(steps.slice(0, 1))), ...script(write(steps))]);
    await runTurn(first.session, 'one');
    await runTurn(first.session, 'two');
    const resumed = open([{text: 'on'}], first.written);
    for (const {session, written} of [resumed, first]) {
      const watched = session.observe();
      const {prompts} = session;
      await session.rewind(prompts[1]?.id ?? '');
      await session.rewind(prompts[0]?.id ?? '');
      expect(watched.drain().filter(({type}) => type === 'tool_state_changed')).toMatchObject([
        {value: steps.slice(0, 1)},
        {value: null},
      ]);
      expect(toKept(written).toolState.at(-1)?.value).toBeNull();
    }
  });

  it('goes back further in a conversation that is gone on with after it went back', async () => {
    const first = open([...script(write(steps.slice(0, 1))), ...script(write(steps))]);
    await runTurn(first.session, 'one');
    await runTurn(first.session, 'two');
    await first.session.rewind(first.session.prompts[1]?.id ?? '');
    const {session, written} = open([], first.written);
    await session.rewind(session.prompts[0]?.id ?? '');
    expect(toKept(written).toolState.at(-1)?.value).toBeNull();
  });

  it('forgets the list with the conversation', async () => {
    const {session, written} = open(script(write(steps)));
    await runTurn(session, 'go');
    await session.clear();
    expect(toKept(written).toolState).toEqual([]);
  });
});
