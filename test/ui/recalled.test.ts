/** What the screen says that was spent, of a session that goes on: its agents of the time before said nothing to it. */
import {describe, expect, it} from 'vitest';
import {createRegistry} from '../../src/core/registry.js';
import type {AgentEvent, AgentId} from '../../src/core/types.js';
import {receive} from '../../src/ui/receive.js';
import {createScreen} from '../../src/ui/screen.js';
import {totalSpent} from '../../src/ui/view.js';
import {runFinished, runStarted} from './support/events.js';
import {plainStatus} from './support/status.js';

const size = {columns: 80, rows: 24};
/** Of one `runFinished`. */
const tokens = 6_500;

function goOn() {
  const registry = createRegistry({clock: {now: () => 5_000}, keep: () => {}});
  registry.reserve({parentId: null, callId: null, kind: 'main', name: null, description: '', background: false});
  const [root] = registry.snapshot();
  if (!root) throw new Error('There is no root.');
  for (const id of ['agent-1', 'agent-2'])
    registry.recall(
      {
        ...root,
        ...{id, parentId: 'main', depth: 1, kind: 'explore', state: 'done', endedAt: 4_000},
        usage: {input: 10_000, output: 0, cacheRead: 0, cacheWrite: 0},
        costUsd: 0.1,
      },
      0,
    );
  const box = registry.observe();
  let screen = createScreen({size, status: plainStatus, history: [], now: 5_000, printed: 'nothing'});
  return {
    registry,
    say(events: readonly AgentEvent[], id: AgentId = 'main') {
      for (const event of events) registry.publish(id, event);
      screen = receive(screen, box.drain(), 5_000, registry.snapshot());
    },
    total: () => totalSpent(screen.view),
    lastEnd: () => screen.held.findLast(({type}) => type === 'end'),
  };
}

describe('a session that goes on', () => {
  it('has spent what its agents did before, in all and in the end that stands for the time before', () => {
    const {say, total, lastEnd} = goOn();
    say([runStarted, runFinished()]);
    expect(total()).toMatchObject({tokens: tokens + 20_000, isEstimate: false});
    expect(total().costUsd).toBeCloseTo(0.21);
    expect(lastEnd()).toMatchObject({tokens: tokens + 20_000, agents: 2});
  });

  it('counts in its next turn only what that spent, also of an agent that goes on', () => {
    const {registry, say, total, lastEnd} = goOn();
    say([runStarted, runFinished()]);
    say([runStarted, runFinished()]);
    expect(lastEnd()).toMatchObject({tokens, agents: 0});
    say([runStarted]);
    registry.revive('agent-1', 'main');
    say([runStarted, runFinished()], 'agent-1');
    say([runFinished()]);
    expect(lastEnd()).toMatchObject({tokens: 2 * tokens, agents: 1});
    expect(total()).toMatchObject({tokens: 4 * tokens + 20_000});
  });
});
