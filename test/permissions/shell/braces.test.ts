import {spawnSync} from 'node:child_process';
import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {expandBraces} from '../../../src/permissions/shell/braces.js';

describe('brace expansion', () => {
  it.each([
    ['{rm,-rf}', ['rm', '-rf']],
    ['a{b,c}d', ['abd', 'acd']],
    ['{a,b}{c,d}', ['ac', 'ad', 'bc', 'bd']],
    ['{a,{b,c}}', ['a', 'b', 'c']],
    ['{1..3}', ['1', '2', '3']],
    ['{03..1}', ['03', '02', '01']],
    ['{a..e..2}', ['a', 'c', 'e']],
    ['{a}', ['{a}']],
    ["'{a,b}'", ["'{a,b}'"]],
    ['{"a,b",c}', ['"a,b"', 'c']],
    ['\\{a,b\\}', ['\\{a,b\\}']],
    ['$' + '{x,y}', ['$' + '{x,y}']],
    ['{$(a,b),c}', ['$(a,b)', 'c']],
  ])('of %s', (text, words) => {
    expect(expandBraces(text)).toEqual(words);
  });

  it('gives up on what is too much, or odd', () => {
    expect(expandBraces('{a}b,c}')).toBe(null);
    expect(expandBraces('{{1..2}..a}')).toBe(null);
    expect(expandBraces('{1..1000000}')).toBe(null);
    expect(expandBraces('{a,b}'.repeat(20))).toBe(null);
  });

  it('is that of a real bash', () => {
    const pieces = fc.constantFrom('{', '}', ',', 'a', 'b', '1..3', 'c..a', '{a,b}', '{1..2}', "','", '\\,', '-');
    const texts = fc.sample(
      fc.array(pieces, {minLength: 1, maxLength: 8}).map(parts => parts.join('')),
      400,
    );
    // One shell for all: each text's words on a line, between brackets.
    const script = texts.map(text => `printf '[%s]' x${text}; echo`).join('\n');
    const lines = spawnSync('bash', ['--norc', '-c', script], {encoding: 'utf8'}).stdout.split('\n');
    const plain = (word: string) => `[${word.replace(/'([^']*)'|\\(.)/g, '$1$2')}]`;
    const compared = texts.flatMap((text, index) => {
      const words = expandBraces(`x${text}`);
      return words === null ? [] : [{text, words: words.map(plain).join(''), bash: lines[index]}];
    });
    expect(compared.filter(({words, bash}) => words !== bash)).toEqual([]);
    expect(compared.length).toBeGreaterThan(150);
  });
});
