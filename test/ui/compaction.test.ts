import {describe, expect, it} from 'vitest';
import type {AgentEvent} from '../../src/core/types.js';
import {rootOf, totalSpent} from '../../src/ui/view.js';
import {followAll, prompt, reply, runFinished, runStarted} from './support/events.js';

const started: AgentEvent = {type: 'compaction_started', trigger: 'auto', tokens: 171_000};
const spent = {usage: {input: 100, output: 20, cacheRead: 0, cacheWrite: 0}, costUsd: 0.01};
const summary = {id: 's1', message: {role: 'user' as const, content: 'a summary'}};
const finished: AgentEvent = {
  type: 'compaction_finished',
  trigger: 'auto',
  entry: summary,
  before: 171_000,
  after: 6_200,
  ...spent,
};
const failed = (trigger: 'auto' | 'manual'): AgentEvent => ({
  type: 'compaction_failed',
  trigger,
  message: 'The model wrote no summary.',
  ...spent,
});

describe('a compaction on the screen', () => {
  it('is what the agent does, as long as it takes', () => {
    const {view} = followAll(prompt('look', 'p1'), runStarted, started);
    expect(rootOf(view)?.run?.phase).toBe('compacting');
    expect(rootOf(followAll(prompt('look', 'p1'), runStarted, started, finished).view)?.run?.phase).toBe('waiting');
  });

  it('leaves one line, all that stood before it, and a window that is as full as it is now', () => {
    const {view, settled} = followAll(prompt('look', 'p1'), runStarted, ...reply('r1', 'I looked.'), started, finished);
    expect(settled.map(({type}) => type)).toEqual(['prompt', 'text', 'notice']);
    expect(settled.at(-1)).toMatchObject({
      level: 'info',
      text: 'Compacted: 171k → 6.2k tokens. The model goes on from a summary.',
    });
    expect(rootOf(view)?.contextTokens).toBe(6_200);
    expect(totalSpent(view).costUsd).toBeGreaterThanOrEqual(0.01);
  });

  it('that comes to nothing says why, once', () => {
    const auto = followAll(prompt('look', 'p1'), runStarted, started, failed('auto'));
    expect(auto.settled.at(-1)).toMatchObject({level: 'warning', text: 'Not compacted. The model wrote no summary.'});
    // Who asked for it reads it at the end of that turn.
    const error = {kind: 'not_compacted', message: 'The conversation is as it was. The model wrote no summary.'};
    const end = runFinished({reason: 'stopped', error});
    const manual = followAll(runStarted, started, failed('manual'), end);
    expect(manual.settled).toMatchObject([{type: 'end', message: error.message}]);
  });

  it('of old results alone says how many went', () => {
    const event: AgentEvent = {type: 'results_cleared', count: 12, before: 171_000, after: 60_000};
    const {view, settled} = followAll(prompt('look', 'p1'), runStarted, event);
    expect(settled.at(-1)).toMatchObject({text: 'Cleared what 12 old calls returned: 171k → 60k tokens.'});
    expect(rootOf(view)?.contextTokens).toBe(60_000);
  });
});
