import {describe, expect, it} from 'vitest';
import {runFinished} from './support/events.js';
import {draftOf, give, hear, keys, sit, type} from './support/person.js';

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
