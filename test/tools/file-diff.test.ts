import * as fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import type {DiffLine, FileDiff} from '../../src/core/types.js';
import {diffFile, summarize} from '../../src/tools/file-diff.js';

const kept = (text: string, before: number, after = before): DiffLine => ({type: 'kept', text, before, after});
const removed = (text: string, before: number): DiffLine => ({type: 'removed', text, before});
const added = (text: string, after: number): DiffLine => ({type: 'added', text, after});
const numbers = (count: number): string[] => Array.from({length: count}, (_, index) => `${index + 1}`);
const joined = (lines: readonly string[]): string => lines.map(line => `${line}\n`).join('');

describe('a file diff', () => {
  it('has three lines around a change, with their numbers before and after', async () => {
    const lines = numbers(20);
    const after = [...lines.slice(0, 9), 'ten', 'and more', ...lines.slice(10)];
    expect(await diffFile('a', joined(lines), joined(after))).toEqual({
      path: 'a',
      added: 2,
      removed: 1,
      hunks: [
        [
          ...[7, 8, 9].map(line => kept(`${line}`, line)),
          removed('10', 10),
          added('ten', 10),
          added('and more', 11),
          ...[11, 12, 13].map(line => kept(`${line}`, line, line + 1)),
        ],
      ],
    });
  });

  it('has a hunk for each change, and one for changes that are near each other', async () => {
    const lines = numbers(60);
    const change = (...at: readonly number[]): Promise<FileDiff> =>
      diffFile('a', joined(lines), joined(lines.map((line, index) => (at.includes(index) ? `${line}!` : line))));
    expect((await change(10, 40)).hunks.map(hunk => hunk.length)).toEqual([8, 8]);
    expect((await change(10, 17)).hunks.map(hunk => hunk.length)).toEqual([16]);
    expect((await change(10, 18)).hunks.map(hunk => hunk.length)).toEqual([8, 8]);
    expect((await change(0, 59)).hunks.map(hunk => hunk[0]?.text)).toEqual(['1', '57']);
  });

  it('shows a new file as added, and a last line that gains its break as changed', async () => {
    expect(await diffFile('a', '', 'x\r\ny')).toEqual({
      path: 'a',
      added: 2,
      removed: 0,
      hunks: [[added('x', 1), added('y', 2)]],
    });
    expect((await diffFile('a', 'x\ny', 'x\ny\n')).hunks).toEqual([[kept('x', 1), removed('y', 2), added('y', 2)]]);
  });

  it('tells both texts truly, whatever they are', async () => {
    const text = fc.string({unit: fc.constantFrom('a', 'b', '\n'), maxLength: 40});
    await fc.assert(
      fc.asyncProperty(text, text, async (before, after) => {
        const diff = await diffFile('a', before, after);
        const lines = diff.hunks.flat();
        const [oldLines, newLines] = [before.split('\n'), after.split('\n')];
        for (const line of lines) {
          if (line.type !== 'added') expect(oldLines[line.before - 1]).toBe(line.text);
          if (line.type !== 'removed') expect(newLines[line.after - 1]).toBe(line.text);
        }
        const count = (type: DiffLine['type']): number => lines.filter(line => line.type === type).length;
        expect([count('added'), count('removed')]).toEqual([diff.added, diff.removed]);
        expect(lines.length === 0).toBe(before === after);
        // Between the hunks nothing changes: the distance of the numbers stays.
        const lengthOf = (content: string): number => (content.match(/[^\n]*\n|[^\n]+$/g) ?? []).length;
        expect(lengthOf(after) - lengthOf(before)).toBe(diff.added - diff.removed);
      }),
      {numRuns: 500},
    );
  });

  it('is bounded where everything changes, and says so', async () => {
    const before = joined(numbers(60_000));
    const after = joined(numbers(60_000).map(line => `${line} ${'x'.repeat(1_000)}`));
    const diff = await diffFile('a', before, after);
    expect([diff.added, diff.removed]).toEqual([60_000, 60_000]);
    expect(diff.hunks.flat().length).toBeLessThanOrEqual(500);
    expect(Math.max(...diff.hunks.flat().map(({text}) => text.length))).toBeLessThanOrEqual(500);
    expect(summarize(diff)).toBe('+60000 −60000 (the first 500 changed lines shown)');
    expect(summarize(await diffFile('a', 'a\n', 'b\n'))).toBe('+1 −1');
  });
});
