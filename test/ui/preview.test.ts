import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {diffFile} from '../../src/tools/file-diff.js';
import {questionBody, questionHead} from '../../src/ui/preview.js';
import {receive} from '../../src/ui/receive.js';
import {createScreen, type Screen} from '../../src/ui/screen.js';
import {width, withoutStyles} from '../../src/ui/text/width.js';
import {createTheme} from '../../src/ui/theme.js';
import type {Question} from '../../src/ui/view.js';
import {call, followAll, runStarted, stamped} from './support/events.js';
import {plainStatus} from './support/status.js';

const now = 1_000_000;
const columns = 70;
const theme = createTheme({dumb: true, colour: false, unicode: true});

/** A screen on which a call is asked about, and the question. */
function asked(tool: string, preview: Question['preview']): {readonly screen: Screen; readonly question: Question} {
  const empty = createScreen({
    size: {columns, rows: 24},
    status: plainStatus,
    history: [],
    now,
    printed: 'block',
  });
  const asks = {type: 'question_asked', ...call('c1', tool, 'a title'), ...(preview && {preview})} as const;
  const screen = receive(empty, [stamped(runStarted), stamped(asks)], now);
  const [question] = screen.view.questions;
  if (!question) throw new Error('Nothing is asked.');
  return {screen, question};
}

const bodyOf = (tool: string, preview: Question['preview'], wide = columns): string[] =>
  questionBody(asked(tool, preview).question, wide, theme).map(line => withoutStyles(line).trim());

function headOf(tool: string, preview: Question['preview']): string {
  const {screen, question} = asked(tool, preview);
  return withoutStyles(questionHead(screen.view, question, columns, theme));
}

/** Expects the characters that can be seen in `text` in the lines, in order. */
function expectAll(text: string, lines: readonly string[]): void {
  const shown = lines.join('\n');
  let at = 0;
  for (const character of text.match(/[\p{L}\p{N}\p{P}\p{S}]/gu) ?? []) {
    if (/[\p{Default_Ignorable_Code_Point}\u2800]/u.test(character)) continue;
    at = shown.indexOf(character, at) + character.length;
    expect([character, at]).toEqual([character, expect.toSatisfy((place: number) => place >= character.length)]);
  }
}

const foreign = fc
  .array(
    fc.oneof(
      fc.string({unit: 'binary'}),
      fc.constantFrom(
        ...'\x1b]\r\x08\n\t\x9b\u202e\u200b\u2028\u0301',
        ' '.repeat(300),
        'x'.repeat(90),
        '漢字'.repeat(40),
      ),
    ),
  )
  .map(parts => parts.join(''));

describe('why a question is asked, and what "always" would mean', () => {
  const ask = (offers: Question['offers'], reason = ''): Question => ({
    ...asked('Bash', {summary: '', output: 'npm test'}).question,
    reason,
    offers,
  });
  const linesOf = (question: Question, wide = columns): string[] =>
    questionBody(question, wide, theme).map(line => line.slice(6).trimEnd());

  it('stand below the command, the rules once if all reaches offer the same', () => {
    const rules = ['Bash(npm test)', 'Edit(/out/log.txt)'];
    const offers = [
      {reach: 'session', rules},
      {reach: 'project', rules},
    ] as const;
    expect(linesOf(ask(offers, 'no rule allows it'))).toEqual([
      'npm test',
      '',
      'why     no rule allows it',
      'always  Bash(npm test)',
      '        Edit(/out/log.txt)',
    ]);
    expect(linesOf(ask([], 'no rule allows it')).at(-1)).toBe('why     no rule allows it');
    expect(linesOf(ask([]))).toEqual(['npm test']);
  });

  it('are told apart where reaches offer different rules', () => {
    const offers = [
      {reach: 'subtree', rules: ['Bash(npm test)']},
      {reach: 'project', rules: ['Bash(npm:*)']},
    ] as const;
    expect(linesOf(ask(offers)).slice(2)).toEqual([
      'always for this agent and all below it:',
      '        Bash(npm test)',
      'always in this project:',
      '        Bash(npm:*)',
    ]);
  });

  it('hide no character of a rule, whatever it holds and however narrow the window is', () => {
    fc.assert(
      fc.property(foreign, fc.integer({min: 40, max: 200}), (part, wide) => {
        const rule = `Bash(${part})`;
        const lines = linesOf(ask([{reach: 'session', rules: [rule]}]), wide).slice(2);
        expectAll(rule, lines);
        for (const line of lines) expect(width(line)).toBeLessThanOrEqual(wide - 6);
      }),
    );
  });

  it('are not asked of a plan, which stands above the question as something said', () => {
    const asks = {type: 'question_asked', ...call('c1', 'ExitPlanMode', 'Steps')} as const;
    const {view} = followAll(runStarted, {
      ...asks,
      preview: {summary: 'the plan', output: '# Steps\n\n1. Look.'},
      reason: 'the plan is ready',
      modes: ['default', 'acceptEdits'],
    });
    const [question] = view.questions;
    expect(question && linesOf(question)).toEqual(['It stands above, whole.']);
    expect(question && withoutStyles(questionHead(view, question, columns, theme))).toBe(
      '  question: The plan is ready: carry it out?',
    );
  });
});

describe('a question', () => {
  it('shows what a carriage return or an escape sequence would hide', () => {
    expect(bodyOf('Bash', {summary: '', output: 'touch pwned1 #\recho harmless'})).toEqual([
      'touch pwned1 #␍echo harmless',
    ]);
    expect(bodyOf('Bash', {summary: '', output: 'echo harmless #\x1b]\ntouch pwned2'})).toEqual([
      'echo harmless #␛]',
      'touch pwned2',
    ]);
    expect(bodyOf('Fetch', {summary: 'evil\rharmless'})).toEqual(['evil␍harmless']);
    expect(headOf('Fe\u202etch\r', null)).toBe('  question: Fe\ufffdtch␍ wants to run');
  });

  it('shows every character of a command that can be seen, in order', () => {
    fc.assert(
      fc.property(foreign, fc.integer({min: 20, max: 160}), (command, wide) => {
        const lines = bodyOf('Bash', {summary: '', output: command}, wide);
        expectAll(command, lines);
        for (const line of lines) expect(width(line)).toBeLessThanOrEqual(wide);
      }),
    );
  });

  it('shows every character that is written to a file, in order', async () => {
    await fc.assert(
      fc.asyncProperty(foreign, fc.integer({min: 20, max: 160}), async (content, wide) => {
        const text = content
          .toWellFormed()
          .split('\n')
          .map(line => line.slice(0, 500).toWellFormed())
          .join('\n');
        const diff = await diffFile('a', '', text);
        expectAll(text, bodyOf('Write', {summary: '', diff}, wide));
      }),
    );
  });

  it('shows a change of lines that end in carriage returns as what it is', async () => {
    const diff = await diffFile('mac.txt', 'alpha\rbeta\rgamma\r', 'alpha\rBETA\rgamma\r');
    expect(bodyOf('Edit', {summary: '', diff})).toEqual(['1 - alpha␍beta␍gamma␍', '1 + alpha␍BETA␍gamma␍']);
  });

  it('says how much of a long line and of a long change it does not show', async () => {
    const long = await diffFile('a', '', `${'x'.repeat(500)}evil`);
    expect(bodyOf('Write', {summary: '', diff: long}).join('')).toMatch(/x… \+4 characters$/);
    const many = await diffFile('a', '', 'x\n'.repeat(600));
    expect(bodyOf('Write', {summary: '', diff: many}).at(-1)).toMatch(/\+ 100 changed lines not shown$/);
  });

  it('names the file, whatever its name holds', async () => {
    const evil = await diffFile('evil\r./harmless.txt', '', 'x');
    expect(headOf('Write', {summary: '', diff: evil})).toBe(
      '  question: Write wants to change evil␍./harmless.txt  +1 -0',
    );
    const spaced = await diffFile(`harmless.txt${' '.repeat(90)}/evil`, '', 'x');
    expect(headOf('Write', {summary: '', diff: spaced})).toContain('harmless.txt [90 spaces] /evil');
    const deep = await diffFile(`${'folder/'.repeat(20)}evil`, '', 'x');
    expect(bodyOf('Write', {summary: '', diff: deep}).slice(0, -1).join('')).toContain(`${'folder/'.repeat(20)}evil`);
  });
});
