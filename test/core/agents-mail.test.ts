/** Mail between agents, and of the person to them: when it is read, and when it bounces. */
import {describe, expect, it} from 'vitest';
import type {MailReceipt} from '../../src/core/control.js';
import type {StampedEvent} from '../../src/core/types.js';
import {runTurn} from '../support/runtime.js';
import {ask, lastResults, leaf, mailOf, openTree, type Plan, planOf} from '../support/tree.js';

describe('a message of the person', () => {
  const low = {name: 'low', steps: [{hang: true}], background: true};
  const output = {calls: [{name: 'TaskOutput', input: {task_ids: ['low']}}]};
  const plan: Plan = {name: 'root', steps: [{spawn: [low]}, output]};
  const early = /^The wait ended early: the person wrote to you.*\n- agent-1 \("low"\), thinking: writing$/s;

  /** Writes to the root when `isTime`; stops the agent below once the message is read. */
  async function write(isTime: (event: StampedEvent) => boolean) {
    const {session, model} = openTree();
    let isSent = false;
    await runTurn(session, ask(plan), event => {
      if (!isSent && isTime(event)) isSent = session.steer('what is it doing?').accepted;
      if (event.type === 'waiting_for_agents') void session.agents.abort('agent-1');
    });
    await session.close();
    return {
      results: lastResults(model.requests, 'root'),
      third: model.requests.filter(each => planOf(each).name === 'root')[2],
    };
  }

  it.each<[string, (event: StampedEvent) => boolean]>([
    ['while it waits', event => event.type === 'text_delta' && event.agentId === 'agent-1'],
    ['before it waits', event => event.type === 'request_started' && event.agentId === 'main' && event.step === 2],
  ])('ends a wait for agents, which go on, and is in the next request: %s', async (_, isTime) => {
    const {results, third} = await write(isTime);
    expect(results).toEqual([expect.stringMatching(early)]);
    expect(JSON.stringify(third?.messages)).toContain('what is it doing?');
  });
});

describe('mail', () => {
  it('reaches a running agent at its next request, once', async () => {
    const {session, model} = openTree();
    const child: Plan = {
      name: 'child',
      steps: [{calls: [{name: 'Look', input: {value: 'x'}}]}, {calls: [{name: 'Look', input: {value: 'y'}}]}],
    };
    const {events} = await runTurn(session, ask({name: 'root', steps: [{spawn: [child]}]}), event => {
      if (event.type !== 'tool_started' || event.agentId !== 'agent-1' || event.title !== 'x') return;
      expect(session.agents.send('agent-1', 'only src, please')).toMatchObject({accepted: true, position: 1});
    });
    expect(mailOf(model.requests, 'child')).toEqual(['only src, please']);
    const queued = events.find(({type}) => type === 'mail_queued');
    const delivered = events.find(event => event.type === 'entry_appended' && event.mail !== undefined);
    expect(queued).toMatchObject({agentId: 'agent-1', mail: {text: 'only src, please', from: 'user'}});
    expect(delivered).toMatchObject({mail: {id: queued?.type === 'mail_queued' ? queued.mail.id : ''}});
  });

  it('goes between siblings and to those above; to one that has ended it bounces, unless that is to go on', async () => {
    const {session, model} = openTree();
    const plan: Plan = {
      name: 'root',
      steps: [
        {spawn: [leaf('gone')]},
        {calls: [{name: 'SendMessage', input: {to: 'gone', message: 'are you there?'}}]},
        {calls: [{name: 'SendMessage', input: {to: 'gone', message: 'then go on', resume: true}}]},
        {
          spawn: [
            {name: 'one', steps: [{calls: [{name: 'SendMessage', input: {to: 'main', message: 'hello above'}}]}]},
            {name: 'two', steps: [{calls: [{name: 'SendMessage', input: {to: 'nobody', message: 'x'}}]}]},
          ],
        },
      ],
    };
    await runTurn(session, ask(plan));
    const texts = mailOf(model.requests, 'root').join('\n---\n');
    expect(texts).toContain('Message from agent-2 (worker: one):\nhello above');
    expect(texts).toContain('Agent agent-1 (worker: gone) has ended: done.');
    const results = model.requests.flatMap(({messages}) => JSON.stringify(messages));
    expect(results.at(-1)).toContain(
      'Agent agent-1 has ended (done): nobody reads this. With resume it goes on, if no limit is in the way.',
    );
    expect(lastResults(model.requests, 'two')[0]).toContain('There is no agent \\"nobody\\"'.replaceAll('\\', ''));
    expect(mailOf(model.requests, 'gone')).toEqual(['Message from the main agent:\nthen go on']);
  });
});

describe('mail at the end of an agent', () => {
  it('is read or bounces, at whatever moment it comes', async () => {
    let bounced = 0;
    let read = 0;
    for (let at = 1, isThere = true; isThere; at += 1) {
      isThere = false;
      for (const hops of [0, 1, 2, 4, 8]) {
        const {session} = openTree();
        let own = 0;
        let receipt: MailReceipt | null = null;
        const write = async (): Promise<void> => {
          for (let hop = 0; hop < hops; hop += 1) await null;
          receipt = session.agents.send('agent-1', 'late');
        };
        const watcher = session.observe({
          filter({agentId}) {
            own += agentId === 'agent-1' ? 1 : 0;
            if (own === at && agentId === 'agent-1') queueMicrotask(write);
            return false;
          },
        });
        const {events} = await runTurn(session, ask({name: 'root', steps: [{spawn: [leaf('child')]}]}));
        watcher.close();
        if (own < at) continue;
        isThere = true;
        const {accepted} = receipt ?? {accepted: false};
        const isRead = events.some(event => event.type === 'entry_appended' && event.mail?.text === 'late');
        expect([at, hops, isRead]).toEqual([at, hops, accepted]);
        if (accepted) read += 1;
        else bounced += 1;
      }
    }
    expect(Math.min(read, bounced)).toBeGreaterThan(5);
  });

  it('that it was stopped before it read is the first it reads should it go on', async () => {
    const {session, model} = openTree();
    const steps = [
      {spawn: [{name: 'child', steps: [{hang: true}]}]},
      {calls: [{name: 'SendMessage', input: {to: 'child', message: 'go on', resume: true}}]},
    ];
    let isStopped = false;
    await runTurn(session, ask({name: 'root', steps}), event => {
      if (isStopped || event.type !== 'text_delta' || event.agentId !== 'agent-1') return;
      isStopped = true;
      session.agents.send('agent-1', 'by the way');
      session.agents.windDown('agent-1');
      session.agents.interrupt('agent-1');
    });
    expect(mailOf(model.requests, 'child')).toEqual(['by the way', 'Message from the main agent:\ngo on']);
    expect(session.agents.snapshot()[1]?.state).toBe('done');
  });
});
