import {describe, expect, it} from 'vitest';
import {rowsText} from '../../src/ui/help-rows.js';

const rows = [
  ['esc', 'interrupt the turn; background agents go on'],
  ['ctrl+x', 'have the agent end'],
] as const;

describe('rows of help', () => {
  it('are a line each where there is room', () => {
    expect(rowsText(rows, 80).split('\n')).toEqual([
      'esc     interrupt the turn; background agents go on',
      'ctrl+x  have the agent end',
    ]);
  });

  it('go on below their own column', () => {
    expect(rowsText(rows, 40).split('\n')).toEqual([
      'esc     interrupt the turn; background',
      '        agents go on',
      'ctrl+x  have the agent end',
    ]);
  });

  it('stand below what is typed in a narrow window', () => {
    expect(rowsText(rows, 28).split('\n')).toEqual([
      'esc',
      '    interrupt the turn;',
      '    background agents go on',
      'ctrl+x',
      '    have the agent end',
    ]);
  });

  it('keep blank rows', () => {
    expect(
      rowsText(
        [
          ['a', 'b'],
          ['', ''],
          ['c', 'd'],
        ],
        80,
      ),
    ).toBe('a  b\n\nc  d');
    expect(
      rowsText(
        [
          ['a', 'b'],
          ['', ''],
          ['c', 'd'],
        ],
        20,
      ),
    ).toBe('a\n    b\n\nc\n    d');
  });
});
