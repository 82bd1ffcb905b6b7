import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {type Composer, type ComposerAction, compose, createComposer} from '../../../src/ui/composer/composer.js';
import {graphemes} from '../../../src/ui/text/width.js';

/** The draft with its caret drawn as `|`. */
function drawn({text, caret}: Composer): string {
  return `${text.slice(0, caret)}|${text.slice(caret)}`;
}

/** A composer with the caret where `|` stands. */
function draft(marked: string, history: readonly string[] = []): Composer {
  const caret = marked.indexOf('|');
  return {...createComposer(history), text: marked.replace('|', ''), caret};
}

function result(marked: string, ...actions: ComposerAction[]): string {
  return drawn(actions.reduce(compose, draft(marked)));
}

describe('the composer', () => {
  it('inserts at the caret', () => {
    expect(result('ab|d', {type: 'insert', text: 'c'})).toBe('abc|d');
    expect(result('|', {type: 'insert', text: 'one\ntwo'})).toBe('one\ntwo|');
  });

  it.each([
    ['left', 'a👍🏽|b', 'a|👍🏽b'],
    ['right', 'a|👨‍👩‍👧b', 'a👨‍👩‍👧|b'],
    ['left', 'e\u0301|', '|e\u0301'],
    ['wordLeft', 'git commit --amend|', 'git commit --|amend'],
    ['wordLeft', 'one,  |two', '|one,  two'],
    ['wordRight', '|übergröße ist', 'übergröße| ist'],
    ['wordRight', 'a|', 'a|'],
    ['lineStart', 'one\ntwo th|ree', 'one\n|two three'],
    ['lineEnd', 'o|ne\ntwo', 'one|\ntwo'],
    ['start', 'one\ntwo|', '|one\ntwo'],
    ['end', '|one\ntwo', 'one\ntwo|'],
  ] as const)('moves %s from %j to %j', (to, from, expected) => {
    expect(result(from, {type: 'move', to})).toBe(expected);
  });

  it.each([
    ['left', 'ab👍🏽|c', 'ab|c'],
    ['right', 'ab|👍🏽c', 'ab|c'],
    ['left', '|abc', '|abc'],
    ['right', 'abc|', 'abc|'],
  ] as const)('erases to the %s in %j', (to, from, expected) => {
    expect(result(from, {type: 'erase', to})).toBe(expected);
  });

  it.each([
    ['spaceLeft', 'git commit --amend|', 'git commit |'],
    ['wordLeft', 'git commit --amend|', 'git commit --|'],
    ['wordRight', 'git| commit', 'git|'],
    ['lineStart', 'one\ntwo| three', 'one\n| three'],
    ['lineStart', 'one\n|two', 'one|two'],
    ['lineEnd', 'one| two\nthree', 'one|\nthree'],
    ['lineEnd', 'one|\ntwo', 'one|two'],
  ] as const)('kills %s in %j', (to, from, expected) => {
    expect(result(from, {type: 'kill', to})).toBe(expected);
  });

  it('yanks what was killed, kills in a row together and in their order', () => {
    const twice = result(
      'one two three|',
      {type: 'kill', to: 'spaceLeft'},
      {type: 'kill', to: 'spaceLeft'},
      {type: 'yank'},
    );
    expect(twice).toBe('one two three|');
    const apart = result(
      'a b|',
      {type: 'kill', to: 'spaceLeft'},
      {type: 'move', to: 'start'},
      {type: 'kill', to: 'lineEnd'},
      {type: 'yank'},
    );
    expect(apart).toBe('a |');
  });

  it('moves by rows and aims for the column it came from', () => {
    const row = (by: -1 | 1): ComposerAction => ({type: 'row', by, columns: 20});
    expect(result('a long line\nx\nanother li|ne', row(-1))).toBe('a long line\nx|\nanother line');
    expect(result('a long line\nx\nanother li|ne', row(-1), row(-1))).toBe('a long lin|e\nx\nanother line');
    expect(result('a long lin|e\nx\nanother line', row(1), row(1))).toBe('a long line\nx\nanother li|ne');
  });

  it('moves by soft-wrapped rows', () => {
    expect(result('one two three fo|ur', {type: 'row', by: -1, columns: 8})).toBe('one two th|ree four');
  });

  it('walks through earlier prompts and comes back to the draft', () => {
    const up: ComposerAction = {type: 'row', by: -1, columns: 80};
    const down: ComposerAction = {type: 'row', by: 1, columns: 80};
    let composer = draft('my draft|', ['first', 'second']);
    composer = compose(composer, up);
    expect(drawn(composer)).toBe('second|');
    composer = compose(compose(composer, up), up);
    expect(drawn(composer)).toBe('first|');
    composer = compose(compose(composer, down), down);
    expect(drawn(composer)).toBe('my draft|');
    expect(drawn(compose(composer, down))).toBe('my draft|');
  });

  it('loses nothing: a draft left for an earlier prompt that is then edited can be recalled', () => {
    const up: ComposerAction = {type: 'row', by: -1, columns: 80};
    let composer = compose(draft('my draft|', ['first']), up);
    composer = compose(composer, {type: 'insert', text: '!'});
    expect(drawn(composer)).toBe('first!|');
    expect(drawn(compose(composer, up))).toBe('my draft|');
  });

  it('keeps a cleared draft as history, once', () => {
    let composer = compose(draft('a thought|'), {type: 'keep'});
    expect(drawn(composer)).toBe('|');
    composer = compose(compose(composer, {type: 'insert', text: 'a thought'}), {type: 'keep'});
    expect(composer.history).toEqual(['a thought']);
    expect(compose(draft('  |'), {type: 'keep'}).history).toEqual([]);
  });

  /** The simplest thing that could be right: characters in a list, and a place between them. */
  interface Model {
    characters: string[];
    at: number;
  }

  const pieces = fc.constantFrom('a', 'b c', '漢', '👍🏽', '\n', ' ', 'é', '🇩🇪', 'x\ny');
  const steps = fc.oneof(
    pieces.map(text => ({type: 'insert', text}) as const),
    fc.constantFrom('left', 'right', 'start', 'end').map(to => ({type: 'move', to}) as const),
    fc.constantFrom('left', 'right').map(to => ({type: 'erase', to}) as const),
  );

  function follow(model: Model, step: ComposerAction): void {
    const {characters, at} = model;
    if (step.type === 'insert') {
      const text = characters.slice(0, at).join('') + step.text;
      model.characters = graphemes(text + characters.slice(at).join(''));
      model.at = graphemes(text).length;
    } else if (step.type === 'move') {
      const places = {
        left: Math.max(0, at - 1),
        right: Math.min(characters.length, at + 1),
        start: 0,
        end: characters.length,
      };
      model.at = places[step.to as keyof typeof places];
    } else if (step.type === 'erase') {
      const target = step.to === 'left' ? at - 1 : at;
      if (target < 0 || target >= characters.length) return;
      characters.splice(target, 1);
      model.at = target;
    }
  }

  it('agrees with a list of characters after any sequence of edits', () => {
    fc.assert(
      fc.property(fc.array(steps, {maxLength: 40}), sequence => {
        const model: Model = {characters: [], at: 0};
        let composer = createComposer([]);
        for (const step of sequence) {
          follow(model, step);
          composer = compose(composer, step);
        }
        expect(composer.text).toBe(model.characters.join(''));
        expect(composer.text.slice(0, composer.caret)).toBe(model.characters.slice(0, model.at).join(''));
      }),
    );
  });

  it('never leaves the text or splits a character, whatever is pressed', () => {
    const any = fc.oneof(
      steps,
      fc.constantFrom('wordLeft', 'wordRight', 'lineStart', 'lineEnd').map(to => ({type: 'move', to}) as const),
      fc
        .constantFrom('lineStart', 'lineEnd', 'wordLeft', 'wordRight', 'spaceLeft')
        .map(to => ({type: 'kill', to}) as const),
      fc.record({
        type: fc.constant('row' as const),
        by: fc.constantFrom<-1 | 1>(-1, 1),
        columns: fc.integer({min: 1, max: 12}),
      }),
      fc.constantFrom({type: 'yank'} as const, {type: 'keep'} as const),
    );
    fc.assert(
      fc.property(fc.array(any, {maxLength: 60}), sequence => {
        let composer = createComposer(['an earlier prompt', 'zwei 漢字']);
        for (const step of sequence) {
          composer = compose(composer, step);
          const {text, caret} = composer;
          expect(caret).toBeGreaterThanOrEqual(0);
          expect(caret).toBeLessThanOrEqual(text.length);
          const before = graphemes(text.slice(0, caret));
          expect([...before, ...graphemes(text.slice(caret))].join('')).toBe(text);
          expect(/[\udc00-\udfff]/.test(text[caret] ?? '') && /[\ud800-\udbff]/.test(text[caret - 1] ?? '')).toBe(
            false,
          );
        }
      }),
    );
  });
});
