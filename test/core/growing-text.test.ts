import fc from 'fast-check';
import {expect, it} from 'vitest';
import {createGrowingText} from '../../src/core/growing-text.js';

it('a growing text is its pieces in their order, whenever it is asked for', () => {
  fc.assert(
    fc.property(fc.array(fc.string({maxLength: 700}), {maxLength: 20}), pieces => {
      const growing = createGrowingText();
      let text = '';
      for (const piece of pieces) {
        growing.add(piece);
        text += piece;
        expect(growing.text()).toBe(text);
      }
    }),
  );
});
