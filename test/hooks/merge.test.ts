import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import type {Answer} from '../../src/hooks/answer.js';
import {mergeAnswers, type Voice} from '../../src/hooks/merge.js';
import {runs} from '../support/runs.js';

const merge = (...answers: readonly Answer[]) =>
  mergeAnswers(answers.map((answer, place) => ({place, label: `hook ${place}`, answer})));

const word = fc.constantFrom('a', 'b', 'c');
const anAnswer: fc.Arbitrary<Answer> = fc.record(
  {
    decision: fc.constantFrom('allow', 'ask', 'deny'),
    reason: word,
    updatedInput: fc.record({value: word}),
    context: word,
    stop: word,
  },
  {requiredKeys: []},
);
/** The same voices in two orders of coming in. */
const heardTwice = fc
  .array(anAnswer, {maxLength: 6})
  .map(answers => answers.map((answer, place): Voice => ({place, label: `hook ${place}`, answer})))
  .chain(voices => fc.tuple(fc.constant(voices), fc.shuffledSubarray(voices, {minLength: voices.length})));

describe('merged answers', () => {
  it('are the same whoever answered first', () => {
    fc.assert(
      fc.property(heardTwice, ([voices, shuffled]) => {
        expect(mergeAnswers(shuffled)).toEqual(mergeAnswers(voices));
      }),
      runs(300),
    );
  });

  it('are never milder for one more hook', () => {
    const weight = ['allow', undefined, 'ask', 'deny'];
    fc.assert(
      fc.property(fc.array(anAnswer, {maxLength: 5}), anAnswer, (answers, more) => {
        const before = merge(...answers).decision;
        const after = merge(...answers, more).decision;
        // Only a word that allows makes leave of silence.
        if (before === undefined && after === 'allow') expect(more.decision).toBe('allow');
        else expect(weight.indexOf(after)).toBeGreaterThanOrEqual(weight.indexOf(before));
      }),
      runs(300),
    );
  });

  it('refuse before they ask, and ask before they allow', () => {
    expect(merge({decision: 'allow'}, {decision: 'ask'}, {}).decision).toBe('ask');
    expect(merge({decision: 'allow'}, {decision: 'deny', reason: 'no'}, {decision: 'ask'})).toEqual({
      decision: 'deny',
      reason: 'no',
    });
    expect(merge({}, {decision: 'allow'}).decision).toBe('allow');
    expect(merge()).toEqual({});
  });

  it('give the reasons of those that decided, and the texts of all, in the order of the configuration', () => {
    const merged = merge(
      {decision: 'deny', reason: 'one', context: 'x'},
      {decision: 'ask', reason: 'two', context: 'y'},
      {decision: 'deny', reason: 'three'},
    );
    expect(merged).toEqual({decision: 'deny', reason: 'one\nthree', context: 'x\ny'});
  });

  it('refuse where two would each have another input run', () => {
    expect(merge({updatedInput: {command: 'ls'}}, {updatedInput: {command: 'ls'}})).toEqual({
      updatedInput: {command: 'ls'},
    });
    const dispute = merge({decision: 'allow', updatedInput: {command: 'ls'}}, {updatedInput: {command: 'rm'}});
    expect(dispute).toMatchObject({decision: 'deny', reason: expect.stringMatching(/\[hook 0\] and \[hook 1\]/)});
    expect(dispute.updatedInput).toBeUndefined();
  });
});
