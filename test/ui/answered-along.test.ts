import {describe, expect, it} from 'vitest';
import type {AgentEvent} from '../../src/core/types.js';
import {createTroupe, type Troupe} from './support/troupe.js';

const asked = (callId: string, title = 'npm test'): AgentEvent => ({
  type: 'question_asked',
  ...{callId, tool: 'Bash', title, input: {}},
  offers: [{reach: 'session', rules: ['Bash(npm test:*)']}],
});
const answered = (callId: string, verdict: 'allow' | 'deny' | 'cancelled' = 'allow'): AgentEvent => ({
  type: 'question_answered',
  callId,
  verdict,
});
const notices = ({printed}: Troupe): string[] => printed.map(line => line.trim()).filter(line => /as well/.test(line));

describe('questions that an answer to another one answers', () => {
  it('leave the screen with a word; the one that the person answered does not', () => {
    const troupe = createTroupe();
    const [one, two] = [troupe.spawn('one'), troupe.spawn('two')];
    troupe.say('main', asked('q0'));
    troupe.say(one, asked('q1', 'npm test -- one'));
    troupe.say(two, asked('q2', 'npm test\r-- two'));
    troupe.type('2');
    expect(troupe.effects).toEqual([{type: 'answer', callId: 'q0', answer: {verdict: 'allow', reach: 'session'}}]);
    troupe.session.say(answered('q0'));
    troupe.session.say(answered('q1'), one);
    troupe.say(two, answered('q2'));
    expect(notices(troupe)).toEqual([
      'Now allowed as well: Bash npm test -- one (explore "one"); Bash npm test␍-- two (explore "two")',
    ]);
    expect(troupe.screen.view.questions).toEqual([]);
    expect(troupe.screen.answering).toBeNull();
  });

  it('are told of also when they come after it, and named up to three', () => {
    const troupe = createTroupe({columns: 200});
    troupe.say('main', asked('q0'));
    const agents = ['a', 'b', 'c', 'd', 'e'].map(name => troupe.spawn(name));
    for (const [at, id] of agents.entries()) troupe.say(id, asked(`q${at + 1}`, `run ${at + 1}`));
    troupe.type('y');
    troupe.say('main', answered('q0'));
    expect(notices(troupe)).toEqual([]);
    for (const [at, id] of agents.entries()) troupe.session.say(answered(`q${at + 1}`, 'deny'), id);
    troupe.say('main');
    expect(notices(troupe)).toEqual([
      'Now refused as well: Bash run 1 (explore "a"); Bash run 2 (explore "b"); Bash run 3 (explore "c"); 2 more',
    ]);
  });

  it('are no news where their call was only interrupted', () => {
    const troupe = createTroupe();
    troupe.say('main', asked('q0'), asked('q1'));
    troupe.say('main', answered('q0', 'cancelled'), answered('q1', 'cancelled'));
    expect(notices(troupe)).toEqual([]);
  });
});
