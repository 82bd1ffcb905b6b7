import {describe, expect, it} from 'vitest';
import {typedAhead} from '../../../src/ui/terminal/type-ahead.js';

describe('what was typed ahead', () => {
  it.each([
    ['a line with Enter is sent', 'look around\n', 'look around\r'],
    ['a line without stays a draft', 'look aro', 'look aro'],
    ['Enter that was pressed too early or too often stays Enter', '\n\nlook around\n\n', '\r\rlook around\r\r'],
    ['several lines may be a paste, and become a draft', 'one\ntwo\n', 'one\ntwo\n'],
    ['so may a line and the beginning of another', 'one\ntwo', 'one\ntwo'],
  ])('%s', (_, chunk, keys) => {
    expect(typedAhead(chunk)).toBe(keys);
  });
});
