/** Watching one agent. */
import {describe, expect, it} from 'vitest';
import {runTurn} from '../support/runtime.js';
import {ask, leaf, openTree, type Plan} from '../support/tree.js';

describe('the events of one agent', () => {
  it('are what it says from then on, to its end, also when something is told of it after that', async () => {
    const {session} = openTree();
    const seen: string[] = [];
    let watching: Promise<void> | null = null;
    const follow = async (): Promise<void> => {
      for await (const event of session.agents.events('agent-1')) seen.push(`${event.agentId} ${event.type}`);
    };
    const child: Plan = {name: 'child', steps: [{calls: [{name: 'Look', input: {value: 'x'}}]}]};
    const watcher = session.observe({
      filter: ({type, agentId}) => {
        if (type === 'agent_finished') queueMicrotask(() => session.tell({type: 'commands_changed', live: 0}, agentId));
        return false;
      },
    });
    await runTurn(session, ask({name: 'root', steps: [{spawn: [child]}]}), event => {
      if (event.type === 'tool_started' && event.agentId === 'agent-1') watching = follow();
    });
    await watching;
    watcher.close();
    expect(new Set(seen.map(each => each.split(' ')[0]))).toEqual(new Set(['agent-1']));
    expect(seen.filter(each => each.endsWith('request_started'))).toHaveLength(1);
    expect(seen.at(-1)).toBe('agent-1 agent_finished');
  });

  it('are none of an agent that has ended, and end with the session', async () => {
    const {session} = openTree();
    const root = session.agents.events('main');
    await runTurn(session, ask({name: 'root', steps: [{spawn: [leaf('child')]}]}));
    expect(await session.agents.events('agent-1').next()).toEqual({done: true, value: undefined});
    const types: string[] = [];
    const watching = (async () => {
      for await (const {type} of root) types.push(type);
    })();
    await session.close();
    await watching;
    expect(types.at(-1)).toBe('run_finished');
  });

  it('end with the watching of those who break off, and stop nothing else', async () => {
    const {session} = openTree();
    const gone: string[] = [];
    const {outcome} = await runTurn(session, ask({name: 'root', steps: [{spawn: [leaf('child')]}]}), event => {
      if (event.type !== 'agent_started') return;
      void (async () => {
        for await (const {type} of session.agents.events('agent-1')) {
          gone.push(type);
          break;
        }
      })();
    });
    expect(gone).toHaveLength(1);
    expect(outcome.text).toBe('root is done');
  });
});
