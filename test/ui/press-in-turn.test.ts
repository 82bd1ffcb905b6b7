import {describe, expect, it} from 'vitest';
import {prompt, runFinished, runStarted} from './support/events.js';
import {
  asked,
  delivered,
  draftOf,
  hear,
  keys,
  type Person,
  queued,
  sit,
  steeredIn,
  takenBack,
  type,
} from './support/person.js';

describe('input while a turn runs', () => {
  function busy(...history: string[]): Person {
    const person = sit(...history);
    hear(person, runStarted);
    return person;
  }

  it('interrupts with escape and aborts with ctrl-c, keeping the draft', () => {
    const person = busy();
    type(person, 'next I want');
    keys(person, 'escape', 'ctrl+c');
    expect(person.effects).toEqual([{type: 'interrupt'}, {type: 'abort'}]);
    expect(draftOf(person)).toBe('next I want');
  });

  /** Types a message into the turn; the session takes it. */
  function steer(person: Person, text: string, id?: string): void {
    type(person, text);
    keys(person, 'enter');
    hear(person, queued(text, id));
  }

  it('shows what was steered as queued until it is delivered, however that is told', () => {
    const person = busy();
    type(person, 'use "tabs"');
    keys(person, 'enter');
    expect(steeredIn(person)).toEqual(['use "tabs"']);
    hear(person, queued('use "tabs"'));
    steer(person, 'tab');
    expect(steeredIn(person)).toEqual(['use "tabs"', 'tab']);
    hear(person, delivered('use "tabs"', undefined, 'use … (shortened)'));
    expect(steeredIn(person)).toEqual(['tab']);
  });

  it('shows two messages that say the same as two', () => {
    const person = busy();
    steer(person, 'go on', 'mail-1');
    steer(person, 'go on', 'mail-2');
    expect(steeredIn(person)).toEqual(['go on', 'go on']);
    hear(person, delivered('go on', 'mail-1'));
    expect(steeredIn(person)).toEqual(['go on']);
    hear(person, delivered('go on', 'mail-2'));
    expect(steeredIn(person)).toEqual([]);
  });

  it('shows as queued no longer what became a prompt, because the turn was over', () => {
    const person = busy();
    for (const text of ['next', 'next but one']) {
      type(person, text);
      keys(person, 'enter');
    }
    hear(person, runFinished(), prompt('next but one'));
    expect(steeredIn(person)).toEqual(['next']);
    hear(person, prompt('next'));
    expect(steeredIn(person)).toEqual([]);
  });

  it('shows as queued no longer what became a prompt and was not let in', () => {
    const person = busy();
    type(person, 'next');
    keys(person, 'enter');
    hear(person, runFinished());
    expect(steeredIn(person)).toEqual(['next']);
    hear(person, runFinished({reason: 'stopped'}));
    expect(steeredIn(person)).toEqual([]);
  });

  it('asks with up for what is queued, the newest first, and puts it into the draft when it comes', () => {
    const person = busy('earlier');
    for (const text of ['first', 'second']) steer(person, text);
    person.effects.length = 0;
    keys(person, 'up');
    expect(person.effects).toEqual([{type: 'takeBack', agentId: 'main'}]);
    expect(draftOf(person)).toBe('');
    hear(person, takenBack('second'));
    expect([draftOf(person), steeredIn(person)]).toEqual(['second', ['first']]);
    expect(person.screen.composer.caret).toBe('second'.length);
    keys(person, 'up');
    expect(person.effects).toHaveLength(2);
    hear(person, takenBack('first'));
    expect([draftOf(person), steeredIn(person)]).toEqual(['first\n\nsecond', []]);
    keys(person, 'up', 'up', 'up');
    expect([draftOf(person), person.effects]).toEqual(['earlier', Array(2).fill({type: 'takeBack', agentId: 'main'})]);
  });

  it('leaves what is queued where it is once something was typed: up goes to earlier prompts then', () => {
    const person = busy();
    for (const text of ['first', 'second']) steer(person, text);
    keys(person, 'up');
    hear(person, takenBack('second'));
    type(person, '!');
    person.effects.length = 0;
    keys(person, 'up');
    expect([draftOf(person), person.effects, steeredIn(person)]).toEqual(['first', [], ['first']]);
  });

  it('puts what comes back before what is typed, the oldest first, and leaves the caret where it was', () => {
    const person = busy();
    for (const text of ['first', 'second']) steer(person, text);
    type(person, 'third');
    keys(person, 'left');
    hear(person, takenBack('second'), takenBack('first'));
    expect([draftOf(person), steeredIn(person)]).toEqual(['first\n\nsecond\n\nthird', []]);
    type(person, '!');
    expect(draftOf(person)).toBe('first\n\nsecond\n\nthir!d');
  });

  it('puts what comes back into the draft, not into the reason of a refusal', () => {
    const person = busy();
    steer(person, 'first');
    hear(person, asked);
    person.screen = {
      ...person.screen,
      answering: person.screen.answering && {...person.screen.answering, kept: person.screen.composer},
    };
    hear(person, takenBack('first'));
    expect(draftOf(person)).toBe('');
    expect(person.screen.answering?.kept?.text).toBe('first');
  });
});

describe('ctrl-c while only commands are left running', () => {
  it('ends them and says so, keeps the draft, and leaves when they are gone and it is pressed twice', () => {
    const person = sit();
    hear(person, runStarted, {type: 'commands_changed', live: 2}, runFinished());
    person.screen = {...person.screen, held: []};
    type(person, 'draft');
    keys(person, 'ctrl+c');
    expect(person.effects).toEqual([{type: 'abort'}]);
    expect(person.screen.held).toMatchObject([{type: 'notice', text: 'Ending 2 commands that were still running.'}]);
    expect(draftOf(person)).toBe('draft');
    hear(person, {type: 'commands_changed', live: 0});
    keys(person, 'ctrl+c', 'ctrl+c', 'ctrl+c');
    expect(person.effects).toEqual([{type: 'abort'}, {type: 'leave'}]);
  });
});
