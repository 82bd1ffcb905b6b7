import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import type {ModelRequest, ToolDefinition} from '../../src/core/ports.js';
import type {ContentBlockParam, MessageParam} from '../../src/core/types.js';
import {toBody} from '../../src/providers/anthropic-request.js';
import {lookUp} from '../../src/providers/catalog.js';

const sonnet = lookUp('claude-sonnet-5-5');
const tool = (name: string): ToolDefinition => ({name, description: `${name} things`, input_schema: {type: 'object'}});

function request(messages: readonly MessageParam[], more: Partial<ModelRequest> = {}): ModelRequest {
  const whole: ModelRequest = {
    system: 'Be brief.',
    tools: [tool('Read'), tool('Bash')],
    messages,
    maxTokens: 8_000,
    effort: null,
    toolChoice: 'auto',
    ...more,
  };
  return deepFreeze(whole);
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    for (const part of Object.values(value)) deepFreeze(part);
    Object.freeze(value);
  }
  return value;
}

const ephemeral = {type: 'ephemeral'};
const withoutBreakpoints = (body: object): string =>
  JSON.stringify(body).replaceAll(',"cache_control":{"type":"ephemeral"}', '');
const breakpoints = (body: object): number => JSON.stringify(body).split('"cache_control"').length - 1;
/** The body up to the end of its last message. */
const prefix = (body: object): string => {
  const text = withoutBreakpoints(body);
  return text.slice(0, text.indexOf('],"max_tokens":'));
};

const conversation: readonly MessageParam[] = [
  {role: 'user', content: 'Read a and b.'},
  {
    role: 'assistant',
    content: [
      {type: 'thinking', thinking: 'Two files.', signature: 's1'},
      {type: 'tool_use', id: 't1', name: 'Read', input: {file_path: '/a'}},
      {type: 'tool_use', id: 't2', name: 'Read', input: {file_path: '/b'}},
    ],
  },
  {
    role: 'user',
    content: [
      {type: 'tool_result', tool_use_id: 't1', content: 'A'},
      {type: 'tool_result', tool_use_id: 't2', content: 'B'},
    ],
  },
  {role: 'assistant', content: [{type: 'text', text: 'They differ.'}]},
  {role: 'user', content: 'Thanks.'},
];

describe('the body of a request', () => {
  it('marks system, the last tool and two user messages for the prompt cache', () => {
    const body = toBody(sonnet, request(conversation));
    expect(body.system).toEqual([{type: 'text', text: 'Be brief.', cache_control: ephemeral}]);
    expect(body.tools).toEqual([tool('Read'), {...tool('Bash'), cache_control: ephemeral}]);
    expect(
      body.messages.map(({content}) => (content as ContentBlockParam[]).map(block => 'cache_control' in block)),
    ).toEqual([[false], [false, false, false], [false, true], [false], [true]]);
    expect(breakpoints(body)).toBe(4);
  });

  it('marks the message that the request before ended with, also where several follow it', () => {
    const later: readonly MessageParam[] = [
      ...conversation,
      {role: 'assistant', content: [{type: 'tool_use', id: 't3', name: 'Read', input: {file_path: '/c'}}]},
      {role: 'user', content: [{type: 'tool_result', tool_use_id: 't3', content: 'C'}]},
      {role: 'user', content: 'And d, please.'},
    ];
    const isMarked = toBody(sonnet, request(later)).messages.map(message => breakpoints(message) > 0);
    expect(isMarked).toEqual([false, false, false, false, true, false, false, true]);
  });

  it('marks no empty text and no thinking, which cannot be marked', () => {
    const content: ContentBlockParam[] = [
      {type: 'text', text: 'look'},
      {type: 'text', text: ''},
    ];
    const body = toBody(sonnet, request([{role: 'user', content}], {system: '', tools: []}));
    expect(body.messages).toEqual([
      {
        role: 'user',
        content: [
          {type: 'text', text: 'look', cache_control: ephemeral},
          {type: 'text', text: ''},
        ],
      },
    ]);
    expect(body).not.toHaveProperty('system');
    expect(body).not.toHaveProperty('tools');
  });

  it('extends the bytes of the step before, once the breakpoints are taken away', () => {
    const text = fc.string({maxLength: 8});
    const blocks: fc.Arbitrary<ContentBlockParam[]> = fc.array(
      fc.oneof(
        fc.record({type: fc.constant('text' as const), text}),
        fc.record({type: fc.constant('tool_result' as const), tool_use_id: text, content: text}),
      ),
      {minLength: 1, maxLength: 4},
    );
    const message = fc.record({
      role: fc.constantFrom('user' as const, 'assistant' as const),
      content: fc.oneof(text, blocks),
    });
    fc.assert(
      fc.property(
        fc.array(message, {minLength: 2, maxLength: 12}),
        fc.constantFrom('auto' as const, 'none' as const),
        fc.integer({min: 1, max: 64_000}),
        (messages, toolChoice, maxTokens) => {
          const steps = messages.map((_, end) =>
            toBody(sonnet, request(messages.slice(0, end + 1), end % 2 ? {toolChoice, maxTokens} : {})),
          );
          for (const [index, body] of steps.entries()) {
            expect(breakpoints(body)).toBeLessThanOrEqual(4);
            const next = steps[index + 1];
            if (next) expect(prefix(next).startsWith(prefix(body))).toBe(true);
          }
        },
      ),
    );
  });

  it('keeps the tools and forbids their use when none may be called', () => {
    const free = toBody(sonnet, request(conversation));
    const bound = toBody(sonnet, request(conversation, {toolChoice: 'none'}));
    expect(bound).toEqual({...free, tool_choice: {type: 'none'}});
    expect(toBody(sonnet, request(conversation, {toolChoice: 'none', tools: []}))).not.toHaveProperty('tool_choice');
  });

  it('lets adaptive models think as they see fit, with the effort asked for', () => {
    expect(toBody(sonnet, request(conversation))).toMatchObject({
      model: 'claude-sonnet-5-5',
      stream: true,
      max_tokens: 8_000,
      thinking: {type: 'adaptive', display: 'summarized'},
    });
    expect(toBody(sonnet, request(conversation))).not.toHaveProperty('output_config');
    expect(toBody(sonnet, request(conversation, {effort: 'xhigh'}))).toMatchObject({output_config: {effort: 'xhigh'}});
  });

  it('leaves out an effort that the model does not have', () => {
    const opus = lookUp('claude-opus-4-6');
    expect(toBody(opus, request(conversation, {effort: 'xhigh'}))).not.toHaveProperty('output_config');
    expect(toBody(opus, request(conversation, {effort: 'max'}))).toMatchObject({output_config: {effort: 'max'}});
  });

  it('gives older models a budget of thinking that leaves half of the tokens to the answer', () => {
    const haiku = lookUp('claude-haiku-4-5');
    const thinking = (more: Partial<ModelRequest>) => toBody(haiku, request(conversation, more)).thinking;
    expect(thinking({effort: 'medium', maxTokens: 64_000})).toEqual({type: 'enabled', budget_tokens: 10_240});
    expect(thinking({effort: 'medium', maxTokens: 8_000})).toEqual({type: 'enabled', budget_tokens: 4_000});
    expect(thinking({effort: 'medium', maxTokens: 2_000})).toBeUndefined();
    expect(thinking({effort: null})).toBeUndefined();
    expect(toBody(haiku, request(conversation, {effort: 'medium'}))).not.toHaveProperty('output_config');
  });

  it('asks an older model for no thinking in the middle of calls that were made without, until somebody says something', () => {
    const haiku = lookUp('claude-haiku-4-5');
    const body = (messages: readonly MessageParam[]) =>
      toBody(haiku, request(messages, {effort: 'low', maxTokens: 64_000}));
    const call = (id: string): ContentBlockParam => ({type: 'tool_use', id, name: 'Read', input: {}});
    const result = (id: string): MessageParam => ({
      role: 'user',
      content: [{type: 'tool_result', tool_use_id: id, content: 'A'}],
    });
    const thought = {type: 'thinking', thinking: 'Hm.', signature: 's'} as const;
    const asked: MessageParam = {role: 'user', content: 'Read a.'};
    const without: readonly MessageParam[] = [asked, {role: 'assistant', content: [call('t1')]}, result('t1')];
    const steered: MessageParam = {role: 'user', content: 'And b.'};
    const answered: MessageParam = {role: 'assistant', content: 'Done.'};
    const withThought: readonly MessageParam[] = [
      asked,
      {role: 'assistant', content: [thought, call('t1')]},
      result('t1'),
    ];
    const next: readonly MessageParam[] = [{role: 'assistant', content: [call('t2')]}, result('t2')];
    for (const messages of [without, [...without, steered], [...without, ...next]])
      expect(body(messages).thinking).toBeUndefined();
    for (const messages of [[asked], withThought, [...withThought, ...next], [...without, answered, asked]])
      expect(body(messages).thinking).toMatchObject({type: 'enabled'});
    // A model that thinks as it likes is not refused.
    expect(toBody(sonnet, request(without)).thinking).toMatchObject({type: 'adaptive'});
  });

  it('asks a model that nothing is known of for no thinking', () => {
    const body = toBody(lookUp('qwen3-coder'), request(conversation, {effort: 'high'}));
    expect(Object.keys(body)).toEqual(['model', 'stream', 'system', 'tools', 'messages', 'max_tokens']);
  });
});
