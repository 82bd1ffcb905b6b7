import {describe, expect, it} from 'vitest';
import {toDisplay} from '../../src/core/tool-result.js';

describe('what the screen shows of a call whose tool said nothing about that', () => {
  it('is the first line of its result', () => {
    expect(toDisplay({content: 'one\ntwo'})).toEqual({summary: 'one'});
    expect(toDisplay({content: 'x'.repeat(300)})).toEqual({summary: 'x'.repeat(200)});
  });

  it('is of a failure all it says, within bounds', () => {
    expect(toDisplay({content: 'rg: regex parse error:\n    (\n    ^\nerror: unclosed group', isError: true})).toEqual({
      summary: 'rg: regex parse error:',
      output: '    (\n    ^\nerror: unclosed group',
    });
    expect(toDisplay({content: 'one line', isError: true})).toEqual({summary: 'one line'});
    expect(toDisplay({content: `${'x'.repeat(9_000)}\n${'y'.repeat(9_000)}`, isError: true})).toEqual({
      summary: 'x'.repeat(2_000),
      output: 'y'.repeat(2_000),
    });
  });

  it('is what the tool said about it, if it did', () => {
    const display = {summary: 'exit 1', output: 'log'};
    expect(toDisplay({content: 'a\nb', isError: true, display})).toBe(display);
  });
});
