/** Commands in the background over real processes: they leave their call, and end with their agent at the latest. */
import {existsSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, it} from 'vitest';
import type {Tool} from '../../src/core/ports.js';
import type {SessionOptions} from '../../src/core/session-types.js';
import type {StampedEvent} from '../../src/core/types.js';
import type {Script, ScriptedCall} from '../../src/providers/scripted.js';
import {createBashTool} from '../../src/tools/bash.js';
import {taskOutputTool} from '../../src/tools/task-output.js';
import {taskStopTool} from '../../src/tools/task-stop.js';
import {toCommands} from '../support/commands.js';
import {bringToRest, createMemory} from '../support/memory.js';
import {createOwnProcesses, createSleep, until} from '../support/processes.js';
import {openRuntime, runTurn} from '../support/runtime.js';

const tools = [createBashTool(null), taskOutputTool, taskStopTool] as unknown as readonly Tool[];

function open(script: Script, options: Partial<SessionOptions> = {}) {
  const processes = createOwnProcesses();
  let ids = 0;
  const {folder} = processes;
  const {session, model} = openRuntime(script, {
    tools,
    commands: toCommands(processes),
    place: {root: folder, cwd: folder},
    // Ids of commands take their beginning.
    newId: () => `${++ids}-------`,
    ...options,
  });
  return {session, model, processes, folder};
}

const bash = (command: string, more: object = {}): ScriptedCall => ({name: 'Bash', input: {command, ...more}});
const background = (command: string): ScriptedCall => bash(command, {run_in_background: true});
const of = <Type extends StampedEvent['type']>(events: readonly StampedEvent[], type: Type) =>
  events.filter((event): event is StampedEvent & {type: Type} => event.type === type);

/** The id of the command that the call before moved. */
const lastId = (text: string): string => /as (b-[\d-]+)/.exec(text)?.[1] ?? 'none';

describe('a command in the background', () => {
  it('leaves its call at once, writes to a file, and its end comes as mail', async () => {
    const {session, folder} = open([
      {calls: [background(`echo one; while ! test -e go; do sleep 0.02; done; echo two; exit 3`)]},
      {calls: [bash('touch go')]},
      {text: 'started'},
      {text: 'seen'},
    ]);
    const watched = session.observe();
    const {events, outcome} = await runTurn(session, 'go');
    expect(outcome.reason).toBe('completed');
    const [moved] = of(events, 'command_moved');
    expect(moved).toMatchObject({callId: 'call_1_1', command: expect.stringContaining('echo one')});
    await until('the command has ended', () =>
      of(watched.drain(), 'command_ended').some(({exitCode}) => exitCode === 3),
    );
    expect(readFileSync(moved?.path ?? '', 'utf8')).toBe('one\ntwo\n');
    expect(existsSync(join(folder, 'go'))).toBe(true);
    await runTurn(session, 'and?');
    const text = JSON.stringify(session.history);
    expect(text).toContain(
      `The background command ${moved?.taskId} has ended: exit code 3. Its output is in ${moved?.path}.`,
    );
    await session.close();
  });

  it('shows what it wrote so far, waits for its end when told to, and is stopped with all it started', async () => {
    const sleep = createSleep();
    const outputs: string[] = [];
    const {session} = open(request => {
      const last = JSON.stringify(request.messages.at(-1));
      outputs.push(last);
      const id = lastId(JSON.stringify(request.messages));
      const step = request.messages.filter(({role}) => role === 'assistant').length;
      const calls = [
        background(`echo begun; ${sleep.command}`),
        bash('true'),
        {name: 'TaskOutput', input: {task_ids: [id], timeout_ms: 1}},
        {name: 'TaskStop', input: {task_id: id}},
        {name: 'TaskStop', input: {task_id: id}},
      ];
      const call = calls[step];
      return call ? {calls: [call]} : {text: 'done'};
    });
    const {events} = await runTurn(session, 'go');
    expect(outputs[3]).toMatch(/## b-\S+ \(running\)/);
    expect(outputs[4]).toMatch(/## b-\S+ \(stopped\)/);
    expect(outputs[5]).toContain('It had ended before: nothing was stopped.');
    expect(of(events, 'command_ended')).toMatchObject([{state: 'stopped'}]);
    expect(sleep.pids().length).toBe(0);
    await session.close();
  });

  it('goes there while it runs, when the person says so, and is bound by no time any more', async () => {
    const {session} = open([
      {calls: [bash('echo begun; while ! test -e go; do sleep 0.02; done; echo over', {timeout: 60_000})]},
      {calls: [bash('touch go')]},
      {text: 'done'},
    ]);
    const receipts: unknown[] = [session.agents.moveToBackground('main')];
    const {events} = await runTurn(session, 'go', event => {
      // The command has begun once it has written.
      if (event.type === 'tool_progress' && event.text.includes('begun'))
        receipts.push(session.agents.moveToBackground('main'));
    });
    expect(receipts).toMatchObject([{accepted: false, reason: 'idle'}, {accepted: true}]);
    expect(of(events, 'command_moved')).toHaveLength(1);
    expect(JSON.stringify(session.history)).toContain('The user moved it to the background, where it runs as b-');
    await session.close();
  });

  it('outlives an interrupt of the turn that started it, and not its session', async () => {
    const sleep = createSleep();
    const {session} = open([{calls: [background(sleep.command)]}, {ending: 'hang'}]);
    await runTurn(session, 'go', event => {
      if (event.type === 'request_started' && event.step === 2) session.interrupt();
    });
    await until('it runs', () => sleep.pids().length === 1);
    await session.close();
    expect(sleep.pids().length).toBe(0);
  });

  it('that its session ended is told of when the conversation goes on, and is no more to be asked for', async () => {
    const memory = createMemory();
    const first = open([{calls: [background('sleep 300')]}, {text: 'started'}], {store: memory.store});
    const {events} = await runTurn(first.session, 'go');
    const id = of(events, 'command_moved')[0]?.taskId ?? '';
    await first.session.close();
    const calls = [
      {name: 'TaskOutput', input: {task_ids: [id]}},
      {name: 'TaskStop', input: {task_id: id}},
    ];
    const again = open([{calls}, {text: 'so be it'}], {kept: bringToRest(memory)});
    await runTurn(again.session, 'and now?');
    const text = JSON.stringify(again.session.history);
    expect(text).toContain(`The background command ${id} was stopped.`);
    expect(text.split(`There is no background command ${id} of yours any more`)).toHaveLength(3);
    await again.session.close();
  });

  it('ends with what is gone back from, and those from before go on', async () => {
    const [early, late] = [createSleep(), createSleep()];
    const starting = (command: string) => [{calls: [background(command)]}, {text: 'started'}];
    const {session} = open([...starting(early.command), ...starting(late.command), {text: 'again'}]);
    await runTurn(session, 'first');
    await runTurn(session, 'second');
    await until('both run', () => early.pids().length > 0 && late.pids().length > 0);
    await session.rewind(session.prompts[1]?.id ?? '');
    expect([early.pids().length > 0, late.pids().length]).toEqual([true, 0]);
    await runTurn(session, 'anything?');
    expect(JSON.stringify(session.history)).not.toContain('was stopped');
    await session.close();
  });

  it('ends with the conversation, and the next one hears nothing of it', async () => {
    const sleep = createSleep();
    const {session} = open([{calls: [background(sleep.command)]}, {text: 'started'}, {text: 'new'}]);
    await runTurn(session, 'go');
    await session.clear();
    expect(sleep.pids().length).toBe(0);
    await runTurn(session, 'anything?');
    expect(JSON.stringify(session.history)).not.toContain('b-');
    await session.close();
  });
});
