import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {judgeCommand} from '../../../src/permissions/shell/judge.js';
import {fixedContext} from './fixed.js';
import {aroundCode, aroundWords, commandOf, spelled} from './generated.js';

const rank = {allow: 0, ask: 1, deny: 2};
const severity = (command: string): number => rank[judgeCommand(command, fixedContext).verdict];
const names = [
  'denied-a',
  'other-a',
  'allowed-a',
  'ls',
  'cat .env',
  'git push x',
  'git status',
  'npm install x',
  'cat a.ts',
];
const plain = fc.constantFrom(...names);

describe('whatever is put around a command', () => {
  it('never makes it easier to run: words before it', () => {
    fc.assert(
      fc.property(plain, fc.array(aroundWords, {minLength: 1, maxLength: 3}), (command, around) => {
        const wrapped = around.reduce((inner, wrap) => wrap(inner), command);
        expect(severity(wrapped), wrapped).toBeGreaterThanOrEqual(severity(command));
      }),
      {numRuns: 1_000},
    );
  });

  it('never makes it easier to run: code around it', () => {
    fc.assert(
      fc.property(plain, fc.array(aroundCode, {minLength: 1, maxLength: 4}), (command, around) => {
        const wrapped = around.reduce((inner, wrap) => wrap(inner), command);
        expect(severity(wrapped), wrapped).toBeGreaterThanOrEqual(severity(command));
      }),
      {numRuns: 1_000},
    );
  });

  it('leaves a denied program denied, however it is spelled', () => {
    fc.assert(
      fc.property(commandOf(['denied-a']), command => {
        expect(severity(command), command).toBe(rank.deny);
      }),
      {numRuns: 2_000},
    );
  });

  it('never lets a program through that no rule knows', () => {
    fc.assert(
      fc.property(commandOf(['other-a']), command => {
        expect(severity(command), command).toBeGreaterThanOrEqual(rank.ask);
      }),
      {numRuns: 2_000},
    );
  });

  it('quoting included', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('denied-a', 'other-a').chain(name => spelled(name).map(text => [name, text] as const)),
        ([name, text]) => {
          expect(severity(text), text).toBe(severity(name));
        },
      ),
    );
  });
});

describe('a chain of commands', () => {
  it('is judged like the worst of them', () => {
    const operator = fc.constantFrom(' && ', ' || ', '; ', ' | ', ' & ', '\n', ' |& ');
    fc.assert(
      fc.property(fc.array(fc.tuple(plain, operator), {minLength: 1, maxLength: 8}), parts => {
        const chain = parts
          .map(([command, sign], index) => (index < parts.length - 1 ? command + sign : command))
          .join('');
        expect(severity(chain), chain).toBe(Math.max(...parts.map(([command]) => severity(command))));
      }),
      {numRuns: 1_000},
    );
  });
});

/** Far more than any of these takes, far less than what a person would call hanging. */
const patienceMs = 5_000;

function judgeInTime(text: string): void {
  const start = performance.now();
  const {verdict} = judgeCommand(text, fixedContext);
  expect(['allow', 'ask', 'deny']).toContain(verdict);
  expect(performance.now() - start, text.slice(0, 80)).toBeLessThan(patienceMs);
}

describe('hostile input', () => {
  it('never throws and never takes long: any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({maxLength: 400}), bytes => judgeInTime(Buffer.from(bytes).toString('latin1'))),
      {numRuns: 2_000},
    );
  });

  it('never throws and never takes long: any text, lone surrogates included', () => {
    fc.assert(fc.property(fc.string({unit: 'binary', maxLength: 400}), judgeInTime), {numRuns: 1_000});
  });

  it('never throws and never takes long: pieces of the grammar in any order', () => {
    const grammar =
      `$( ) \${ } \` " ' (( )) { } [[ ]] << EOF \n ; & | && || > < <( >( $' \\ if then fi for in do done case esac ;; ` +
      `x=1 a b * {a,b} {1..9} ~ ! time eval -c sh env npx find -exec \\; + xargs sudo # $x \${x:- $(( , =( function f() coproc`;
    const pieces = fc.constantFrom(...grammar.split(' '));
    fc.assert(
      fc.property(fc.array(fc.tuple(pieces, fc.constantFrom('', ' ')), {maxLength: 120}), parts =>
        judgeInTime(parts.flat().join('')),
      ),
      {numRuns: 3_000},
    );
  });

  it.each([
    ['substitutions', `${'$('.repeat(20_000)}ls${')'.repeat(20_000)}`],
    ['double quotes', '"$('.repeat(15_000)],
    ['backticks', '`'.repeat(50_001)],
    ['subshells', `${'('.repeat(30_000)}ls${')'.repeat(30_000)}`],
    ['spaced subshells', `${'( '.repeat(20_000)}ls${' )'.repeat(20_000)}`],
    ['groups', '{ '.repeat(30_000)],
    ['braces', `echo ${'{a,'.repeat(20_000)}`],
    ['nested braces', `echo ${'{a,'.repeat(600)}${'}'.repeat(600)}`],
    ['multiplied braces', `echo ${'{a,b}'.repeat(60)}`],
    ['a brace range', 'echo {1..999999999999}'],
    ['brace ranges', `echo ${'{1..60}'.repeat(40)}`],
    ['here-documents', 'cat <<A '.repeat(8_000)],
    ['a long pipe', `${'a|'.repeat(30_000)}a`],
    ['a long list', `${'a&&'.repeat(20_000)}a`],
    ['assignments', `${'x=a '.repeat(15_000)}ls`],
    ['many assignments', `${'x=a;'.repeat(15_000)}ls`],
    ['wrappers', `${'env '.repeat(15_000)}ls`],
    ['runners', `${'npx '.repeat(15_000)}ls`],
    ['evals', `${'eval '.repeat(12_000)}ls`],
    ['find in find', 'find . -exec '.repeat(4_000)],
    ['nested loops', `${'for i in 1 2 3 4 5 6 7 8; do '.repeat(12)}ls${'; done'.repeat(12)}`],
    ['nested functions', `${'f() { '.repeat(200)}ls${'; }'.repeat(200)}`],
    ['options', `ls ${'-a '.repeat(20_000)}`],
    ['one long option', `ls -${'a'.repeat(60_000)}`],
    ['parameters', ['$', '{a:-'].join('').repeat(12_000)],
    ['arithmetic', `echo $((${'('.repeat(20_000)}`],
    ['brackets', `echo ${'['.repeat(50_000)}`],
    ['stars', `git push ${'*'.repeat(50_000)}`],
    ['negations', `${'! '.repeat(30_000)}ls`],
    ['a sed program', `sed '${'s/a/b/;'.repeat(8_000)}' x`],
    ['an awk program', `awk '${'{print}'.repeat(8_000)}' x`],
    [
      'quoted code in quoted code',
      ['sh -c ', ...Array.from({length: 14}, (_, depth) => `${'\\'.repeat(2 ** Math.min(depth, 12) - 1)}"sh -c `)].join(
        '',
      ),
    ],
    ['case in case', 'case a in a) '.repeat(4_000)],
    ['paths', `cat ${'a/'.repeat(30_000)}`],
    ['words', `python ${'x '.repeat(30_000)}`],
  ])('is bounded: %s', (_, text) => {
    judgeInTime(text);
  });

  it('is bounded for rules with many stars', () => {
    const rules = {deny: ['a*'.repeat(30)], ask: ['*'.repeat(40)], allow: [`${'* x '.repeat(30)}y`]};
    const start = performance.now();
    judgeCommand(`foo ${'a x '.repeat(10_000)}`, {...fixedContext, rules});
    expect(performance.now() - start).toBeLessThan(patienceMs);
  });
});
