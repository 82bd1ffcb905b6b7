import {describe, expect, it} from 'vitest';
import {choiceFor, choicesOf, compactChoices, refusalFor, toAnswer} from '../../src/ui/choices.js';
import {width} from '../../src/ui/text/width.js';
import type {Question} from '../../src/ui/view.js';

const rules = ['Bash(npm test:*)'];
const plain: Question = {
  agentId: 'main',
  callId: 'c1',
  tool: 'Bash',
  title: 'npm test',
  input: {},
  preview: null,
  reason: '',
  offers: [],
  modes: [],
};
const offered: Question = {
  ...plain,
  offers: [
    {reach: 'subtree', rules},
    {reach: 'session', rules},
    {reach: 'project', rules},
  ],
};
const plan: Question = {...plain, tool: 'ExitPlanMode', modes: ['default', 'acceptEdits']};

const words = (question: Question): string[] => choicesOf(question).map(({forms: [whole]}) => whole);
const answers = (question: Question): unknown[] => choicesOf(question).map(({answer}) => answer);

describe('the choices of a question', () => {
  it('are yes, no, and no with a reason where nothing can be remembered', () => {
    expect(words(plain)).toEqual(['yes', 'no', 'no, and tell it why']);
    expect(answers(plain)).toEqual([{verdict: 'allow'}, {verdict: 'deny', message: expect.any(String)}, null]);
  });

  it('have what is offered between yes and no, as it was ordered', () => {
    expect(words(offered)).toEqual([
      'yes',
      'yes, always for this agent and all below it',
      'yes, always in this session',
      'yes, always in this project (.agent/settings.local.json)',
      'no',
      'no, and tell it why',
    ]);
    expect(answers(offered).slice(1, 4)).toEqual([
      {verdict: 'allow', reach: 'subtree'},
      {verdict: 'allow', reach: 'session'},
      {verdict: 'allow', reach: 'project'},
    ]);
  });

  it('are the modes to go on in, before a plan', () => {
    expect(words(plan)).toEqual([
      'yes, and accept edits',
      'yes, and ask for edits',
      'no, keep planning',
      'no, and tell it what to change',
    ]);
    expect(answers(plan).slice(0, 2)).toEqual([
      {verdict: 'allow', mode: 'acceptEdits'},
      {verdict: 'allow', mode: 'default'},
    ]);
    expect(refusalFor(plan, 'tests first')).toMatchObject({
      message: 'The user does not approve the plan yet. Plan mode stays on. The user says: tests first',
    });
  });

  it('are meant by their number, and yes and no by their letter', () => {
    const choices = choicesOf(offered);
    expect(['1', '3', '6', 'y', 'N'].map(text => choiceFor(text, choices))).toEqual([0, 2, 5, 0, 4]);
    expect(['0', '7', 'a', '', 'yn'].map(text => choiceFor(text, choices))).toEqual([-1, -1, -1, -1, -1]);
    // The letter asks more than the first choice of a plan.
    expect(choiceFor('y', choicesOf(plan))).toBe(1);
  });

  it('are meant by a line, and any other line is the reason of a no', () => {
    expect(toAnswer('yes', offered)).toEqual({verdict: 'allow'});
    expect(toAnswer('4', offered)).toEqual({verdict: 'allow', reach: 'project'});
    expect(toAnswer('No', offered)).toMatchObject({verdict: 'deny', message: expect.stringContaining('Do not repeat')});
    expect(toAnswer('use pnpm', offered)).toMatchObject({message: expect.stringMatching(/says: use pnpm$/)});
  });

  it.each([40, 60, 80, 120, 200])('fit %i columns side by side, each with its number', columns => {
    for (const question of [plain, offered, plan]) {
      const lines = compactChoices(choicesOf(question), columns);
      expect(lines.flat().map(({index}) => index)).toEqual(choicesOf(question).map((_, index) => index));
      for (const line of lines) {
        const text = `  ${line.map(each => `> ${each.index + 1}  ${each.words}`).join(' ')}`;
        expect(width(text)).toBeLessThanOrEqual(columns);
      }
    }
  });
});
