import {describe, expect, it} from 'vitest';
import type {StampedEvent} from '../../src/core/types.js';
import {createAgentsCommand} from '../../src/ui/agents-command.js';
import {fold} from '../../src/ui/fold.js';
import {createView, type View} from '../../src/ui/view.js';
import {createFakeSession} from '../pty/fixture/session.js';
import {call, replyFinished, replyStarted, runFinished, runStarted} from './support/events.js';

function setUp(columns = 100) {
  const session = createFakeSession();
  let view = createView();
  const heard: StampedEvent[] = [];
  /** As the screen would show it. */
  const see = (): View => {
    const events = session.drain();
    heard.push(...events);
    view = {...view, known: new Map(session.agents.snapshot().map(agent => [agent.id, agent]))};
    for (const event of events) view = fold(view, event, event.seq);
    return view;
  };
  session.say(runStarted);
  const callId = 'call-one';
  session.say({type: 'tool_started', ...call(callId, 'Agent', 'map callers')});
  const one = session.spawn({kind: 'explore', description: 'map callers', callId});
  const below = session.spawn({kind: 'explore', description: 'who writes', parentId: one});
  session.say(replyFinished('r0', 0.04));
  session.say(replyFinished('r1', 0.05), one);
  session.say(replyFinished('r2', 0.02), below);
  session.finish(below, 'done', 'It is written.');
  const [{startedAt} = {startedAt: 0}] = session.agents.snapshot();
  const command = createAgentsCommand({
    agents: session.agents,
    view: see,
    now: () => startedAt + 12_500,
    columns: () => columns,
  });
  return {session, heard, one, below, run: async (argument: string) => (await command.run(argument)) ?? ''};
}

describe('/agents', () => {
  it('lists all agents as a tree, running and ended, with what each subtree cost', async () => {
    const {run} = setUp();
    const lines = (await run('')).split('\n').map(line => line.replace(/ {3,}/g, '  ').replace(/\d+ s/, 'n s'));
    expect(lines.slice(0, 4)).toEqual([
      'agent  state  time  tokens  cost  in all',
      'main  waiting for 1 agent  6.5k  $0.04  $0.11',
      '  agent-1  explore  map callers  starting  n s  6.5k  $0.05  $0.07',
      '  agent-2  explore  who writes  done  n s  6.5k  $0.02  $0.02',
    ]);
    expect(lines.slice(-4).join('\n')).toContain('/agents abort <id>');
  });

  it.each([110, 80, 60])(
    'fits a window of %i columns: names give way, then figures but that of the subtree',
    async columns => {
      const {run, session, one} = setUp(columns - 2);
      session.spawn({kind: 'general-purpose', description: 'very long words '.repeat(9), parentId: one});
      const lines = (await run('')).split('\n');
      for (const line of lines) expect(line.length).toBeLessThanOrEqual(columns - 2);
      expect(lines[0]).toMatch(/^agent .* in all$/);
      expect(lines[4]).toMatch(
        columns > 80 ? /^ +agent-3 {2}general-purpose {2}very.*….* \$0\.00$/ : /^ +agent-3 {2}very.*….* \$0\.00$/,
      );
    },
  );

  it.each([60, 80, 120])('tells twelve agents, three deep, apart in %i columns', async columns => {
    const {run, session} = setUp(columns - 2);
    const descriptions: string[] = [];
    const spawn = (description: string, kind: string, parentId = 'main'): string => {
      descriptions.push(description);
      return session.spawn({kind, description, parentId});
    };
    for (const part of ['auth', 'billing', 'search']) {
      const trace = spawn(`trace ${part}`, 'general-purpose', spawn(`map ${part}`, 'explore'));
      for (const what of ['reads', 'writes']) spawn(`${what} of ${part}`, 'explore', trace);
    }
    const told = await run('');
    for (const description of descriptions)
      expect(told).toMatch(new RegExp(`agent-\\d+ .*${description.slice(0, 14)}`));
  });

  it('says of an agent whose call waits for others that it waits, and whom a person has to answer', async () => {
    const {run, session, one} = setUp();
    session.say({type: 'tool_started', callId: 'c1', tool: 'Bash', title: 'npm test', input: {}}, one);
    expect(await run('')).toMatch(/map callers +Bash npm test /);
    session.say({type: 'question_asked', callId: 'c2', tool: 'Bash', title: 'npm ci', input: {}}, one);
    expect(await run('')).toMatch(/map callers +asks you /);
    expect(await run('')).toMatch(/^main +waiting for 1 agent /m);
  });

  it('tells what the panes tell: of a reply that streams too, and in a narrow window in a word', async () => {
    const {run, session, one} = setUp();
    session.say(replyStarted('r9'), one);
    expect(await run('')).toMatch(/^ +agent-1 .* thinking .* ~13k {2}~\$0\.07 +~\$0\.09$/m);
    const narrow = setUp(58);
    narrow.session.say({type: 'tool_started', callId: 'c1', tool: 'Bash', title: 'npm test', input: {}}, narrow.one);
    const told = await narrow.run('');
    expect(told).toMatch(/^main +waiting /m);
    expect(told).toMatch(/^ +agent-1 .* working /m);
  });

  it('offers the verbs on any of them', async () => {
    const {run, session, heard, one} = setUp();
    const stopped = session.stopped(one);
    expect(await run(`abort ${one}`)).toBe(`Aborted ${one}.`);
    await stopped;
    expect(await run(`send ${one} look at src`)).toBe(`Queued for ${one}.`);
    session.deliver(one);
    await run('');
    expect(heard.at(-1)).toMatchObject({type: 'entry_appended', mail: {text: 'look at src', from: 'user'}});
    expect(await run(`send ${one}`)).toContain('What is');
    expect(await run(`interrupt ${one}`)).toBe(`Interrupted ${one}.`);
    expect(await run(`wind-down ${one}`)).toContain('report');
  });

  it('means by a name the one that runs under it, whenever the others began', async () => {
    const {run, session} = setUp();
    const first = session.spawn({kind: 'explore', description: 'once', name: 'scout'});
    session.finish(first, 'done', 'Found.');
    const second = session.spawn({kind: 'explore', description: 'again', name: 'scout'});
    expect(await run('interrupt scout')).toBe(`Interrupted ${second}.`);
    session.finish(second, 'failed', '');
    expect(await run('interrupt scout')).toBe(`Agent ${second} has ended: failed.`);
    session.resume(first);
    expect(await run('interrupt scout')).toBe(`Interrupted ${first}.`);
  });

  it('aborts the main agent only where it or one below it does something', async () => {
    const {run, session, one} = setUp();
    expect(await run('abort main')).toBe('Aborted main and 1 agent below it.');
    session.finish(one, 'stopped', '');
    session.say(runFinished());
    expect(await run('abort main')).toBe('Agent main does nothing now: there is nothing to end.');
  });

  it('says what is not there, what has ended, and how it is used', async () => {
    const {run, one, below} = setUp();
    expect(await run('abort nobody')).toBe('There is no agent "nobody". /agents lists them.');
    expect(await run(`abort ${below}`)).toBe(`Agent ${below} has ended: done.`);
    expect(await run(`praise ${one}`)).toContain('/agents interrupt <id>');
    expect(await run('praise')).toContain('/agents interrupt <id>');
    expect(await run('wind-down')).toBe('Which agent? /agents wind-down <id>; /agents lists them.');
    expect(await run('send')).toBe('Which agent? /agents send <id> <text>; /agents lists them.');
  });
});
