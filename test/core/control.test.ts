/** What whoever holds a session may do with its agents, and what is answered where it cannot be done. */
import {describe, expect, it} from 'vitest';
import {UsageError} from '../../src/core/errors.js';
import type {Session} from '../../src/core/session-types.js';
import type {StampedEvent} from '../../src/core/types.js';
import {runTurn} from '../support/runtime.js';
import {openTree, type Plan} from '../support/tree.js';

/** Opens a session with an agent that has ended, and one in the background that runs on. */
async function openWithTwo(): Promise<Session> {
  const {session} = openTree();
  const plan: Plan = {
    name: 'root',
    steps: [
      {spawn: [{name: 'gone', steps: []}]},
      {spawn: [{name: 'busy', steps: [{hang: true}], background: true}]},
      {hang: true},
    ],
  };
  const begun = new Set<string>();
  await runTurn(session, JSON.stringify(plan), ({type, agentId}) => {
    if (type !== 'text_delta' || agentId === 'agent-1') return;
    if (begun.add(agentId).size === 2) session.interrupt();
  });
  return session;
}

const acts: readonly [string, (session: Session, id: string) => unknown][] = [
  ['an interrupt', ({agents}, id) => agents.interrupt(id)],
  ['winding down', ({agents}, id) => agents.windDown(id)],
  ['an abort', ({agents}, id) => agents.abort(id)],
  ['mail', ({agents}, id) => agents.send(id, 'hello')],
];

describe.each(acts)('%s', (_, act) => {
  it.each(['agent-2', 'busy'])('is accepted by an agent that runs, as %s', async who => {
    const session = await openWithTwo();
    expect(await act(session, who)).toMatchObject({accepted: true});
    await session.close();
  });

  it('says that there is no such agent, and which there are', async () => {
    const session = await openWithTwo();
    expect(await act(session, 'agent-9')).toEqual({
      accepted: false,
      reason: 'unknown',
      message: 'There is no agent "agent-9". Agents now: main, agent-2 ("busy").',
    });
    await session.close();
  });

  it('says of an agent that has ended that it has, and how', async () => {
    const session = await openWithTwo();
    expect(await act(session, 'agent-1')).toEqual({
      accepted: false,
      reason: 'stopped',
      message: 'Agent agent-1 has ended (done). Agents now: main, agent-2 ("busy").',
    });
    await session.close();
    expect(await act(session, 'main')).toEqual({
      accepted: false,
      reason: 'stopped',
      message: 'Agent main has ended (done). Agents now: none.',
    });
  });
});

describe('the control of agents', () => {
  it('refuses to end what is not under way', async () => {
    const session = await openWithTwo();
    const idle = {accepted: false, reason: 'idle', message: expect.stringContaining('main does nothing now')};
    expect(session.agents.interrupt('main')).toEqual(idle);
    // The agent below the idle root is asked all the same.
    expect(session.agents.windDown('main')).toEqual({accepted: true});
    expect(await session.agents.abort('main')).toEqual({accepted: true});
    expect(session.agents.windDown('main')).toEqual(idle);
    await session.close();
  });

  it('sends no empty message', async () => {
    const session = await openWithTwo();
    for (const text of ['', ' \n']) {
      const refusal = {accepted: false, reason: 'empty', message: expect.stringContaining('empty')};
      expect(session.agents.send('agent-2', text)).toEqual(refusal);
      expect(session.steer(text)).toEqual(refusal);
    }
    await session.close();
  });

  it('says that an inbox is full', async () => {
    const session = await openWithTwo();
    while (session.steer('more').accepted);
    expect(session.steer('more')).toMatchObject({reason: 'full', message: expect.stringMatching(/main has too much/)});
    await session.close();
  });

  it('gives the events of an agent by its name', async () => {
    const session = await openWithTwo();
    const watched = session.agents.events('busy');
    const aborted = session.agents.abort('busy');
    let last: StampedEvent | undefined;
    for await (const event of watched) last = event;
    expect(last).toMatchObject({type: 'agent_finished', agentId: 'agent-2'});
    await aborted;
    await session.close();
  });

  it('throws for the events of an agent that there never was', async () => {
    const session = await openWithTwo();
    expect(() => session.agents.events('agent-9')).toThrow(
      new UsageError('There is no agent "agent-9". Agents now: main, agent-2 ("busy").'),
    );
    await session.close();
  });

  it('hands out snapshots that nobody can change', async () => {
    const session = await openWithTwo();
    for (const snapshot of session.agents.snapshot()) {
      expect(() => Object.assign(snapshot, {state: 'done'})).toThrow(TypeError);
      expect(() => Object.assign(snapshot.usage, {input: 1e9})).toThrow(TypeError);
    }
    (session.agents.snapshot() as unknown[]).pop();
    expect(session.agents.snapshot().map(({id, state}) => [id, state])).toEqual([
      ['main', 'idle'],
      ['agent-1', 'done'],
      ['agent-2', 'thinking'],
    ]);
    await session.close();
  });
});

describe('the agents of a session', () => {
  it('are held by what is promised, and by nothing else', () => {
    expect(Object.keys(openTree().session.agents).sort()).toEqual([
      'abort',
      'events',
      'interrupt',
      'moveToBackground',
      'send',
      'snapshot',
      'takeBack',
      'windDown',
    ]);
  });
});
