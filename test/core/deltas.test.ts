import {describe, expect, it} from 'vitest';
import {isDelta, mergeDeltas} from '../../src/core/deltas.js';
import type {AgentEvent, StampedEvent} from '../../src/core/types.js';

const stamp = (event: AgentEvent, seq: number, agentId = 'main'): StampedEvent => ({
  ...event,
  agentId,
  parentId: null,
  depth: 0,
  seq,
});
const text = (part: string, index = 0): AgentEvent => ({type: 'text_delta', entryId: 'entry-1', index, text: part});
const thought = (part: string): AgentEvent => ({type: 'thinking_delta', entryId: 'entry-1', index: 0, text: part});
const input = (json: string): AgentEvent => ({type: 'input_delta', entryId: 'entry-1', index: 0, json});
const output = (part: string, callId = 'call-1'): AgentEvent => ({type: 'tool_progress', callId, text: part});
const notice = (part: string): AgentEvent => ({type: 'notice', level: 'info', text: part});

describe('neighbouring deltas', () => {
  it.each([
    [text('Hel'), text('lo'), text('Hello')],
    [thought('Let me '), thought('see'), thought('Let me see')],
    [input('{"path":'), input('"a.ts"}'), input('{"path":"a.ts"}')],
    [output('1 passed'), output(', 0 failed'), output('1 passed, 0 failed')],
  ])('of one text are one event with the later number: $0.type', (last, next, both) => {
    expect(mergeDeltas(stamp(last, 4), stamp(next, 5))).toEqual(stamp(both, 5));
  });

  it.each([
    ['two blocks', text('a', 0), text('a', 1)],
    ['two replies', text('a'), {...text('a'), entryId: 'entry-2'} as AgentEvent],
    ['two calls', output('a', 'call-1'), output('a', 'call-2')],
    ['two kinds', text('a'), thought('a')],
    ['call and block', output('a'), text('a')],
    ['delta and notice', text('a'), notice('a')],
    ['two notices', notice('a'), notice('a')],
  ])('of %s stay apart', (_, last, next) => {
    expect(mergeDeltas(stamp(last, 4), stamp(next, 5))).toBeNull();
    expect(mergeDeltas(stamp(next, 4), stamp(last, 5))).toBeNull();
  });

  it('of two agents stay apart', () => {
    expect(mergeDeltas(stamp(text('a'), 4), stamp(text('a'), 5, 'agent-1'))).toBeNull();
  });

  it('stay apart once they have got long', () => {
    const long = stamp(text('x'.repeat(4_090)), 4);
    expect(mergeDeltas(long, stamp(text('y'.repeat(6)), 5))).toMatchObject({text: `${'x'.repeat(4_090)}yyyyyy`});
    expect(mergeDeltas(long, stamp(text('y'.repeat(7)), 5))).toBeNull();
  });
});

describe('deltas', () => {
  it('are what appends to a text that comes whole later', () => {
    const block: AgentEvent = {type: 'block_started', entryId: 'entry-1', index: 0, block: {type: 'text', text: ''}};
    const events = [text('a'), thought('a'), input('a'), output('a'), notice('a'), block];
    expect(events.map(event => isDelta(stamp(event, 1)))).toEqual([true, true, true, true, false, false]);
  });
});
