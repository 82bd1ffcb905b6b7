import {describe, expect, it} from 'vitest';
import type {LogRecord} from '../../src/core/ports.js';
import {emptySummary, summarize, summaryIn} from '../../src/store/summary.js';

const said = (id: string, text: string): LogRecord => ({
  type: 'entry',
  entry: {id, message: {role: 'user', content: text}},
  origin: 'prompt',
});
const summed = (...records: readonly LogRecord[]) => records.reduce(summarize, emptySummary);

describe('what a list says of a conversation', () => {
  it('is how it begins, and not how one began that was taken back', () => {
    const first = said('a', 'frist');
    expect(summed(first, said('b', 'second'))).toMatchObject({prompt: 'frist', messages: 2});
    expect(summed(first, {type: 'entry_removed', entryId: 'a'})).toMatchObject({prompt: '', messages: 0});
    expect(summed(first, {type: 'entry_removed', entryId: 'a'}, said('c', 'first')).prompt).toBe('first');
    expect(summed(first, {type: 'rewound', entryId: 'a'}, said('c', 'first')).prompt).toBe('first');
    const later = [said('b', 'second'), {type: 'rewound', entryId: 'b'}, said('c', 'other')] as const;
    expect(summed(first, ...later).prompt).toBe('frist');
  });

  it('stands at the end of a turn as it was', () => {
    const summary = summed(said('a', 'first'));
    expect(summaryIn({type: 'turn_ended', summary})).toEqual(summary);
    expect(summaryIn({type: 'turn_ended', summary: {...summary, promptId: 1}})).toBeNull();
  });
});
