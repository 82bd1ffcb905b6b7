import {describe, expect, it} from 'vitest';
import {type Draft, startDraft, take, toEntry, usageSoFar} from '../../src/core/draft.js';
import type {RawMessageStreamEvent} from '../../src/core/ports.js';
import {type ScriptedReply, toEvents} from '../../src/providers/scripted.js';

/** The draft after the first `count` events of a reply, by default all. */
function draftOf(events: readonly RawMessageStreamEvent[], count = events.length): Draft {
  const [start, ...rest] = events.slice(0, count);
  if (start?.type !== 'message_start') throw new Error('a reply begins with message_start');
  const draft = startDraft(start, 'e1', () => false);
  for (const event of rest) take(draft, event);
  return draft;
}

const contentOf = (events: readonly RawMessageStreamEvent[], count?: number): unknown =>
  toEntry(draftOf(events, count), 'one')?.message.content;

const full: ScriptedReply = {
  thinking: 'Let me see.',
  text: 'I will look.',
  calls: [{id: 'a', name: 'Look', input: {path: 'x'}}],
  chunk: 4,
};

describe('a draft', () => {
  it('becomes an entry of all its blocks, the thinking with its signature', () => {
    expect(toEntry(draftOf(toEvents(full, 'one')), 'one')).toEqual({
      id: 'e1',
      model: 'one',
      message: {
        role: 'assistant',
        content: [
          {type: 'thinking', thinking: 'Let me see.', signature: 'signature of 11'},
          {type: 'text', text: 'I will look.'},
          {type: 'tool_use', id: 'a', name: 'Look', input: {path: 'x'}},
        ],
      },
    });
  });

  it('joins a signature that comes in pieces', () => {
    const pieces = toEvents({thinking: 'hm', text: 'so'}, 'one').flatMap(event => {
      if (event.type !== 'content_block_delta' || event.delta.type !== 'signature_delta') return [event];
      return ['first, ', 'second'].map(signature => ({...event, delta: {type: 'signature_delta' as const, signature}}));
    });
    expect(contentOf(pieces)).toMatchObject([{signature: 'first, second'}, {text: 'so'}]);
  });

  it('takes the input of a call from where the call begins, if none follows', () => {
    const events = toEvents({calls: [{id: 'a', name: 'Look', input: {}}]}, 'one').flatMap(event => {
      if (event.type === 'content_block_delta') return [];
      if (event.type !== 'content_block_start') return [event];
      return [{...event, content_block: {...event.content_block, input: {path: 'x'}}} as RawMessageStreamEvent];
    });
    expect(contentOf(events)).toEqual([{type: 'tool_use', id: 'a', name: 'Look', input: {path: 'x'}}]);
  });

  it('keeps words of a block that no request can hold', () => {
    const events = toEvents({text: 'so'}, 'one').map(event =>
      event.type === 'content_block_start' ? {...event, content_block: {type: 'image', source: {}} as never} : event,
    );
    expect(contentOf(events)).toEqual([{type: 'text', text: expect.stringContaining('1 image.')}]);
  });

  it('counts what it knew before where the end of a reply has no counts', () => {
    const events = toEvents({text: 'so', usage: {input: 7}}, 'one').map(event =>
      event.type === 'message_delta' ? {...event, usage: {} as never} : event,
    );
    expect(draftOf(events).usage).toEqual({input: 7, output: 0, cacheRead: 0, cacheWrite: 0});
  });

  it('keeps of a reply that broke off what was finished and the text so far, and no half of a call', () => {
    const events = toEvents(full, 'one');
    const typesAfter = (count: number): unknown =>
      (contentOf(events, count) as {type: string; text?: string}[] | undefined)?.map(({type, text}) => text ?? type);
    const stops = events.flatMap(({type}, index) => (type === 'content_block_stop' ? [index] : []));
    const [, textEnd = 0, callEnd = 0] = stops;
    expect(typesAfter(textEnd - 1)).toEqual(['thinking', 'I will l']);
    expect(typesAfter(callEnd)).toEqual(['thinking', 'I will look.']);
    expect(typesAfter(callEnd + 1)).toEqual(['thinking', 'I will look.', 'tool_use']);
  });

  it('keeps no blank text, and nothing at all of a reply that only thought', () => {
    expect(contentOf(toEvents({text: ' \n', calls: [{id: 'a', name: 'Look'}]}, 'one'))).toMatchObject([{id: 'a'}]);
    expect(toEntry(draftOf(toEvents({thinking: 'hm', text: '\n'}, 'one')), 'one')).toBeNull();
  });

  it('counts what nobody has counted yet as four characters a token', () => {
    const events = toEvents({text: 'x'.repeat(400), usage: {output: 130}}, 'one');
    expect([1_000, 50].map(most => usageSoFar(draftOf(events, events.length - 2), most).output)).toEqual([100, 50]);
    expect(usageSoFar(draftOf(events), 1_000).output).toBe(130);
  });
});
