import {describe, expect, it} from 'vitest';
import type {AgentEvent} from '../../src/core/types.js';
import {answerPrompt, choiceRows, meaningOf, questionPlace} from '../../src/ui/plain-input.js';
import {putOff} from '../../src/ui/press-question.js';
import {runFinished} from './support/events.js';
import {createTroupe, type Troupe} from './support/troupe.js';

const asked = (callId: string): AgentEvent => ({type: 'question_asked', callId, tool: 'Bash', title: 'ls', input: {}});

/** Two agents and the main agent ask, in this order. */
function threeQuestions(): Troupe {
  const troupe = createTroupe();
  const one = troupe.spawn('one');
  const two = troupe.spawn('two');
  troupe.say(one, asked('q1'));
  troupe.say(two, asked('q2'));
  troupe.say('main', asked('q3'));
  return troupe;
}

describe('a line typed where nothing is redrawn', () => {
  it('is sent, steers while the agent works, or asks for help', () => {
    const {screen} = createTroupe();
    expect(meaningOf('look at ?', screen)).toEqual({type: 'steer'});
    expect(meaningOf(' ? ', screen)).toEqual({type: 'command', name: 'help', argument: ''});
    const idle = createTroupe();
    idle.say('main', runFinished());
    expect(meaningOf('/usr/bin is what?', idle.screen)).toEqual({type: 'send'});
  });

  it('is a command also while a question is open', () => {
    const {screen} = threeQuestions();
    expect(meaningOf('/agents abort agent-1', screen)).toEqual({
      type: 'command',
      name: 'agents',
      argument: 'abort agent-1',
    });
    expect(meaningOf('?', screen)).toMatchObject({type: 'command', name: 'help'});
  });

  it('answers the open question else, with the words as the reason of a no', () => {
    const {screen} = threeQuestions();
    expect(meaningOf('yes', screen)).toEqual({type: 'answer', callId: 'q1', answer: {verdict: 'allow'}});
    expect(meaningOf('use /tmp', screen)).toMatchObject({
      type: 'answer',
      answer: {
        verdict: 'deny',
        message: expect.stringContaining('use /tmp'),
        summary: expect.stringContaining('use /tmp'),
      },
    });
  });

  it('puts a question off with "later" where it can wait, and says which of them is open', () => {
    const troupe = threeQuestions();
    expect(answerPrompt(troupe.screen)).toBe('y, n, later, or why not: ');
    expect(questionPlace(troupe.screen)).toBe('question 1 of 3');
    expect(meaningOf('Later', troupe.screen)).toEqual({type: 'later'});
    troupe.screen = putOff(troupe.screen);
    expect(questionPlace(troupe.screen)).toBe('question 2 of 3');
    expect(meaningOf('n', troupe.screen)).toMatchObject({type: 'answer', callId: 'q2'});
  });

  it('chooses by a number how long a yes counts, where the question offers that', () => {
    const troupe = createTroupe();
    const offers = [
      {reach: 'session', rules: ['Bash(ls)']},
      {reach: 'project', rules: ['Bash(ls)']},
    ] as const;
    troupe.say('main', {...asked('q1'), offers} as AgentEvent);
    const [question] = troupe.screen.view.questions;
    expect(question && choiceRows(question)).toEqual([
      '',
      '  1: yes',
      '  2: yes, always in this session',
      '  3: yes, always in this project (.agent/settings.local.json)',
      '  4: no',
    ]);
    expect(answerPrompt(troupe.screen)).toBe('y, n, a number, or why not: ');
    expect(meaningOf('3', troupe.screen)).toEqual({
      type: 'answer',
      callId: 'q1',
      answer: {verdict: 'allow', reach: 'project'},
    });
    expect(meaningOf('4', troupe.screen)).toMatchObject({answer: {verdict: 'deny'}});
  });

  it('cannot put off the only question of the main agent, which would wait for nothing else', () => {
    const troupe = createTroupe();
    troupe.say('main', asked('q1'));
    expect(answerPrompt(troupe.screen)).toBe('y, n, or why not: ');
    expect(questionPlace(troupe.screen)).toBe('question');
    expect(meaningOf('later', troupe.screen)).toMatchObject({type: 'answer', answer: {verdict: 'deny'}});
  });
});
