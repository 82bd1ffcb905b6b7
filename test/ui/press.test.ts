import {describe, expect, it} from 'vitest';
import type {AgentEvent, Mail} from '../../src/core/types.js';
import type {Effect} from '../../src/ui/effects.js';
import {press} from '../../src/ui/press.js';
import {receive} from '../../src/ui/receive.js';
import {createScreen, type Screen} from '../../src/ui/screen.js';
import type {Input} from '../../src/ui/terminal/keys.js';
import {noLayout} from '../../src/ui/transcript/transcript.js';
import {call, prompt, runFinished, runStarted, stamped} from './support/events.js';
import {plainStatus} from './support/status.js';

const commands = [
  {name: 'clear', description: ''},
  {name: 'cost', description: ''},
  {name: 'model', description: ''},
];
const start = 1_000_000;

interface Person {
  screen: Screen;
  now: number;
  readonly effects: Effect[];
}

function sit(...history: string[]): Person {
  const screen = createScreen({
    size: {columns: 80, rows: 24},
    status: plainStatus,
    history,
    now: start,
    printed: 'nothing',
  });
  return {screen, now: start, effects: []};
}

function give(person: Person, input: Input): void {
  const {screen, effects} = press(person.screen, input, {commands, now: person.now, transcript: noLayout});
  person.screen = screen;
  person.effects.push(...effects);
}

function keys(person: Person, ...chords: string[]): void {
  for (const chord of chords) give(person, {type: 'key', chord});
}

function type(person: Person, text: string): void {
  for (const letter of text) give(person, {type: 'text', text: letter});
}

function hear(person: Person, ...events: AgentEvent[]): void {
  person.screen = receive(
    person.screen,
    events.map(event => stamped(event)),
    person.now,
  );
}

const mailOf = (text: string, id = `mail-${text}`): Mail => ({
  id,
  seq: 1,
  from: 'user',
  to: 'main',
  kind: 'steer',
  text,
  wake: true,
});
const queued = (text: string, id?: string): AgentEvent => ({type: 'mail_queued', mail: mailOf(text, id)});
const takenBack = (text: string): AgentEvent => ({type: 'mail_withdrawn', mail: mailOf(text)});
const delivered = (text: string, id?: string, told = text): AgentEvent => ({
  type: 'entry_appended',
  entry: {id: `entry-${id}`, message: {role: 'user', content: told}},
  origin: 'mail',
  mail: mailOf(text, id),
});
const steeredIn = ({screen}: Person): readonly string[] => screen.steered.map(({text}) => text);

const asked: AgentEvent = {type: 'question_asked', ...call('c1', 'Bash', 'npm test'), preview: {summary: 'npm test'}};
const draftOf = ({screen}: Person): string => screen.composer.text;

describe('input while idle', () => {
  it('sends the draft with enter and empties it', () => {
    const person = sit();
    type(person, 'hello');
    keys(person, 'enter');
    expect(person.effects).toEqual([{type: 'send', text: 'hello'}]);
    expect(draftOf(person)).toBe('');
  });

  it('does not send a blank draft', () => {
    const person = sit();
    type(person, '  ');
    keys(person, 'enter');
    expect(person.effects).toEqual([]);
  });

  it('never sends a slash alone: it asks for the commands', () => {
    const person = sit();
    type(person, '/');
    keys(person, 'enter');
    expect(person.effects).toEqual([{type: 'command', name: 'help', argument: ''}]);
  });

  it('steers from the moment the prompt is sent, before the turn began', () => {
    const person = sit();
    type(person, 'one');
    keys(person, 'enter');
    type(person, 'two');
    keys(person, 'enter');
    expect(person.effects).toEqual([
      {type: 'send', text: 'one'},
      {type: 'steer', text: 'two'},
    ]);
  });

  it('sends again after a turn that ended before it began', () => {
    const person = sit();
    type(person, 'one');
    keys(person, 'enter');
    hear(person, runFinished({reason: 'stopped'}));
    type(person, 'two');
    keys(person, 'enter');
    expect(person.effects.at(-1)).toEqual({type: 'send', text: 'two'});
  });

  it.each(['shift+enter', 'ctrl+j', 'alt+enter'])('makes a new line with %s', chord => {
    const person = sit();
    type(person, 'a');
    keys(person, chord);
    type(person, 'b');
    keys(person, 'enter');
    expect(person.effects).toEqual([{type: 'send', text: 'a\nb'}]);
  });

  it('makes a new line of a backslash before enter', () => {
    const person = sit();
    type(person, 'a\\');
    keys(person, 'enter');
    type(person, 'b');
    expect(draftOf(person)).toBe('a\nb');
    expect(person.effects).toEqual([]);
  });

  it('never sends a paste, whatever is in it', () => {
    const person = sit();
    give(person, {type: 'paste', text: 'one\ntwo\n'});
    expect(person.effects).toEqual([]);
    expect(draftOf(person)).toBe('one\ntwo\n');
  });

  it('clears a draft into the history with ctrl-c, and leaves after two more', () => {
    const person = sit();
    type(person, 'a thought');
    keys(person, 'ctrl+c');
    expect(draftOf(person)).toBe('');
    expect(person.effects).toEqual([]);
    keys(person, 'up');
    expect(draftOf(person)).toBe('a thought');
    keys(person, 'ctrl+c', 'ctrl+c');
    expect(person.effects).toEqual([]);
    expect(person.screen.leaving).toBe('ctrl+c');
    keys(person, 'ctrl+c');
    expect(person.effects).toEqual([{type: 'leave'}]);
  });

  it('forgets the first ctrl-c when something else is pressed', () => {
    const person = sit();
    keys(person, 'ctrl+c');
    type(person, 'x');
    keys(person, 'backspace', 'ctrl+c');
    expect(person.effects).toEqual([]);
  });

  it('leaves with ctrl-d over an empty draft, and deletes over another', () => {
    const person = sit();
    type(person, 'ab');
    keys(person, 'ctrl+a', 'ctrl+d');
    expect(draftOf(person)).toBe('b');
    keys(person, 'ctrl+d', 'ctrl+d');
    expect(person.effects).toEqual([{type: 'leave'}]);
  });

  it('shows the keys with ? over an empty draft, and hides them with ?, escape or typing', () => {
    const person = sit();
    type(person, '?');
    expect(person.screen.isHelpOpen).toBe(true);
    type(person, '?');
    expect(person.screen.isHelpOpen).toBe(false);
    type(person, '?');
    keys(person, 'escape');
    expect(person.screen.isHelpOpen).toBe(false);
    type(person, '?what?');
    expect(person.screen.isHelpOpen).toBe(false);
    expect(draftOf(person)).toBe('what?');
  });

  it('runs commands, completes them with tab, and takes a path for a prompt', () => {
    const person = sit();
    type(person, '/cl');
    keys(person, 'tab');
    expect(draftOf(person)).toBe('/clear ');
    type(person, 'all of it');
    keys(person, 'enter');
    type(person, '/usr/bin/env is what?');
    keys(person, 'enter');
    expect(person.effects).toEqual([
      {type: 'command', name: 'clear', argument: 'all of it'},
      {type: 'send', text: '/usr/bin/env is what?'},
    ]);
  });

  it('passes suspending and repainting on', () => {
    const person = sit();
    keys(person, 'ctrl+z', 'ctrl+l', 'f5');
    expect(person.effects).toEqual([{type: 'suspend'}, {type: 'redraw'}]);
  });

  it('walks through the history it was given', () => {
    const person = sit('first', 'second');
    keys(person, 'up', 'up');
    expect(draftOf(person)).toBe('first');
  });
});

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

describe('shift-tab', () => {
  const mode = ({screen}: Person): string => screen.status.mode;

  it('steps through the modes over the draft, also before a change was confirmed', () => {
    const person = sit();
    keys(person, 'shift+tab', 'shift+tab');
    expect(mode(person)).toBe('plan');
    hear(person, {type: 'mode_changed', mode: 'plan'});
    type(person, 'a draft');
    keys(person, 'shift+tab');
    expect(person.effects).toEqual([
      {type: 'mode', mode: 'acceptEdits'},
      {type: 'mode', mode: 'plan'},
      {type: 'mode', mode: 'default'},
    ]);
    expect(draftOf(person)).toBe('a draft');
  });

  it('steps to bypassing permissions only where that is one of the modes', () => {
    const person = sit();
    const {status} = person.screen;
    person.screen = {...person.screen, status: {...status, modes: [...status.modes, 'bypassPermissions']}};
    keys(person, 'shift+tab', 'shift+tab', 'shift+tab', 'shift+tab');
    expect(person.effects.map(effect => (effect.type === 'mode' ? effect.mode : ''))).toEqual([
      'acceptEdits',
      'plan',
      'bypassPermissions',
      'default',
    ]);
  });

  it('goes from a mode that is none of them to the first', () => {
    const person = sit();
    hear(person, {type: 'mode_changed', mode: 'dontAsk'});
    keys(person, 'shift+tab');
    expect(person.effects).toEqual([{type: 'mode', mode: 'default'}]);
  });

  it('does nothing while a question has the keys, or its refusal is explained: a mode would answer it', () => {
    const person = sit();
    hear(person, runStarted, asked);
    keys(person, 'shift+tab');
    type(person, '3');
    keys(person, 'shift+tab');
    expect(person.effects).toEqual([]);
    keys(person, 'escape', 'tab', 'shift+tab');
    expect(person.effects).toEqual([{type: 'mode', mode: 'acceptEdits'}]);
  });

  it('shows the mode that was chosen elsewhere', () => {
    const person = sit();
    hear(person, {type: 'mode_changed', mode: 'acceptEdits'});
    expect(mode(person)).toBe('acceptEdits');
  });
});

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
