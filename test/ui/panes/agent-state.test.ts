import {describe, expect, it} from 'vitest';
import type {AgentEvent} from '../../../src/core/types.js';
import {call} from '../support/events.js';
import {createTroupe} from '../support/troupe.js';

const trouble = {delayMs: 9_000, kind: 'overloaded', message: 'The server is overloaded.'};

describe('the mark of an agent', () => {
  it.each<[string, string, AgentEvent]>([
    ['waits for budget', '.', {type: 'waiting_for_budget'}],
    ['thinks', '/', {type: 'request_started', step: 1}],
    ['runs a call', '/', {type: 'tool_started', ...call('c1')}],
    ['waits for a person', '?', {type: 'question_asked', ...call('c1')}],
    ['waits for agents', '~', {type: 'waiting_for_agents', count: 1}],
    ['waits to ask the server again', '%', {type: 'retry_scheduled', attempt: 1, maxAttempts: null, ...trouble}],
  ])('says that it %s', (_, mark, event) => {
    const troupe = createTroupe();
    troupe.say(troupe.spawn('one'), event);
    if (event.type === 'question_asked') troupe.keys('escape');
    expect(troupe.frame().find(line => line.includes('explore  one '))).toMatch(
      new RegExp(`^  > \\${mark} explore  one `),
    );
  });

  it.each([
    ['done', '+'],
    ['failed', 'x'],
    ['stopped', '#'],
  ] as const)(
    'says of one that has ended that it is %s, as long as it has a row and where it is printed',
    (state, mark) => {
      const troupe = createTroupe();
      const first = troupe.spawn('first');
      troupe.end(troupe.spawn('two'), 'Half of it.', state);
      expect(troupe.frame().find(line => line.includes('explore  two '))).toMatch(
        new RegExp(`^  > \\${mark} explore  two `),
      );
      troupe.end(first);
      expect(troupe.printed.find(line => line.includes('explore  two '))).toMatch(
        new RegExp(`^  \\${mark} explore  two `),
      );
    },
  );
});
