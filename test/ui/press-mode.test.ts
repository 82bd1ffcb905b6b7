import {describe, expect, it} from 'vitest';
import {runStarted} from './support/events.js';
import {asked, draftOf, hear, keys, type Person, sit, type} from './support/person.js';

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
