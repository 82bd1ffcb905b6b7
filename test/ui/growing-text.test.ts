import fc from 'fast-check';
import {expect, it} from 'vitest';
import {type GrowingText, growText, startText} from '../../src/ui/growing-text.js';

it('a growing text is its pieces in their order, and what others hold of it stays as it was', () => {
  fc.assert(
    fc.property(fc.string(), fc.array(fc.string({maxLength: 700}), {maxLength: 20}), (start, pieces) => {
      const seen: GrowingText[] = [startText(start)];
      for (const piece of pieces) seen.push(growText(seen.at(-1) ?? startText(''), piece));
      for (const [count, {text, joined, end}] of seen.entries()) {
        expect(text).toBe(start + pieces.slice(0, count).join(''));
        expect(joined + end).toBe(text);
      }
    }),
  );
});
