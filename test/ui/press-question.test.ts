import {describe, expect, it} from 'vitest';
import type {Effect} from '../../src/ui/effects.js';
import {runStarted} from './support/events.js';
import {asked, draftOf, hear, keys, type Person, sit, type} from './support/person.js';

describe('input while a question is open', () => {
  function questioned(draft = ''): Person {
    const person = sit();
    hear(person, runStarted);
    type(person, draft);
    hear(person, asked);
    person.now += 1_000;
    if (draft !== '') keys(person, 'tab');
    return person;
  }
  const allowed: Effect = {type: 'answer', callId: 'c1', answer: {verdict: 'allow'}};

  it.each(['y', 'Y', '1'])('allows with %s', letter => {
    const person = questioned();
    type(person, letter);
    expect(person.effects).toEqual([allowed]);
  });

  it.each(['n', '2'])('refuses with %s and tells the model so', letter => {
    const person = questioned();
    type(person, letter);
    expect(person.effects).toMatchObject([
      {type: 'answer', answer: {verdict: 'deny', message: expect.stringContaining('does not want')}},
    ]);
  });

  it('moves through the choices with the arrows and takes one with enter', () => {
    const person = questioned();
    keys(person, 'down', 'up', 'up', 'down', 'enter');
    expect(person.effects).toEqual([allowed]);
  });

  it('asks for the reason, refuses with it, and gives the draft back', () => {
    const person = questioned('my draft');
    type(person, '3');
    expect(draftOf(person)).toBe('');
    type(person, '?use pnpm instead');
    keys(person, 'enter');
    expect(person.effects).toEqual([
      {
        type: 'answer',
        callId: 'c1',
        answer: {
          verdict: 'deny',
          message: 'The user does not want this call, and says: ?use pnpm instead',
          summary: 'you said no: ?use pnpm instead',
        },
      },
    ]);
    expect(draftOf(person)).toBe('my draft');
  });

  it('goes back from the reason to the choices with escape', () => {
    const person = questioned('my draft');
    type(person, '3');
    type(person, 'no');
    keys(person, 'escape');
    type(person, 'y');
    expect(person.effects).toEqual([allowed]);
    expect(draftOf(person)).toBe('my draft');
  });

  it('answers once: until it is confirmed, keys go to the draft', () => {
    const person = questioned();
    type(person, 'yes');
    expect(person.effects).toEqual([allowed]);
    expect(draftOf(person)).toBe('es');
  });

  it('takes no enter from somebody who has a draft, however long ago it was typed', () => {
    const person = sit();
    hear(person, runStarted);
    type(person, 'a thought');
    person.now += 60_000;
    hear(person, asked);
    person.now += 60_000;
    keys(person, 'enter');
    expect(person.effects).toEqual([{type: 'steer', text: 'a thought'}]);
  });

  it('takes no enter in its first half second, when nobody can have read it', () => {
    const person = sit();
    hear(person, runStarted, asked);
    keys(person, 'enter');
    person.now += 499;
    keys(person, 'enter');
    expect(person.effects).toEqual([]);
    person.now += 1;
    keys(person, 'enter');
    expect(person.effects).toEqual([allowed]);
    hear(person, {...asked, callId: 'c2'}, {type: 'question_answered', callId: 'c1', verdict: 'allow'});
    keys(person, 'enter');
    expect(person.effects).toEqual([allowed]);
  });

  it('does not take the keys from somebody who is typing', () => {
    const person = sit();
    hear(person, runStarted);
    type(person, 'tr');
    hear(person, asked);
    type(person, 'y');
    keys(person, 'enter');
    expect(person.effects).toEqual([{type: 'steer', text: 'try'}]);
    keys(person, 'tab');
    type(person, 'y');
    expect(person.effects.at(-1)).toEqual(allowed);
  });

  it('leaves the keys to the draft once something else than a choice is typed', () => {
    const person = questioned();
    type(person, 'maybe');
    expect(draftOf(person)).toBe('maybe');
    expect(person.effects).toEqual([]);
  });

  it('gives the draft back when the question goes away unanswered', () => {
    const person = questioned('my draft');
    type(person, '3');
    type(person, 'half a reas');
    hear(person, {type: 'question_answered', callId: 'c1', verdict: 'cancelled'});
    expect(draftOf(person)).toBe('my draft');
    expect(person.screen.answering).toBeNull();
  });

  it('still interrupts with escape and aborts with ctrl-c', () => {
    const person = questioned();
    keys(person, 'escape', 'ctrl+c');
    expect(person.effects).toEqual([{type: 'interrupt'}, {type: 'abort'}]);
  });

  it('answers for the session, the agent or the project by the number of the choice', () => {
    for (const [number, reach] of [
      ['2', 'subtree'],
      ['3', 'session'],
      ['4', 'project'],
    ] as const) {
      const person = sit();
      const rules = ['Bash(npm test)'];
      hear(person, runStarted, {
        ...asked,
        reason: 'no rule allows it',
        offers: [
          {reach: 'subtree', rules},
          {reach: 'session', rules},
          {reach: 'project', rules},
        ],
      });
      type(person, number);
      expect(person.effects).toEqual([{type: 'answer', callId: 'c1', answer: {verdict: 'allow', reach}}]);
    }
  });

  it('wraps around the choices that there are, and takes none by a number beyond them', () => {
    const person = questioned();
    keys(person, 'up', 'up', 'enter');
    expect(person.effects).toMatchObject([{answer: {verdict: 'deny'}}]);
    const other = questioned();
    type(other, '4');
    expect(other.effects).toEqual([]);
    expect(draftOf(other)).toBe('4');
  });

  it('goes on to the next question', () => {
    const person = questioned();
    hear(person, {...asked, callId: 'c2'});
    type(person, 'y');
    hear(person, {type: 'question_answered', callId: 'c1', verdict: 'allow'});
    person.now += 10_000;
    type(person, 'n');
    expect(person.effects.map(effect => (effect.type === 'answer' ? effect.callId : ''))).toEqual(['c1', 'c2']);
  });
});
