import {describe, expect, it} from 'vitest';
import {estimateText} from '../../src/core/estimate.js';
import type {ModelInfo} from '../../src/core/ports.js';
import {createEntry} from '../../src/core/transcript.js';
import {estimateInput, measure, roomFor} from '../../src/core/window.js';

const info: ModelInfo = {
  id: 'model',
  name: 'Model',
  contextWindow: 200_000,
  maxOutputTokens: 128_000,
  price: null,
  effortLevels: [],
  adaptiveThinking: false,
  images: false,
};
const entry = (text: string) => createEntry('e', {role: 'user', content: [{type: 'text', text}]});

describe('the input of a request', () => {
  const beginning = {system: 'x'.repeat(400), definitions: [{name: 'Look', input_schema: {type: 'object' as const}}]};

  it('is estimated with system text and tools as long as nothing was measured', () => {
    const conversation = {history: [entry('y'.repeat(40))], measured: {entries: 0, tokens: 0}};
    const tools = JSON.stringify(beginning.definitions);
    expect(estimateInput(conversation, beginning)).toBe(100 + estimateText(tools) + 10);
  });

  it('is what was measured and what came since', () => {
    const history = [entry('a'.repeat(4_000)), entry('b'.repeat(40))];
    expect(estimateInput({history, measured: {entries: 1, tokens: 700}}, beginning)).toBe(710);
    expect(measure({input: 1, output: 2, cacheRead: 3, cacheWrite: 4}, 5)).toEqual({entries: 5, tokens: 10});
  });
});

describe('the room for an answer', () => {
  it('is what the window leaves, at most what the model gives, at most 64,000', () => {
    expect(roomFor(info, 0)).toBe(64_000);
    expect(roomFor({...info, maxOutputTokens: 8_000}, 0)).toBe(8_000);
    expect(roomFor(info, 190_000)).toBe(10_000);
    expect(roomFor(info, 200_001)).toBe(-1);
    expect(roomFor({...info, contextWindow: null}, 1e9)).toBe(64_000);
  });
});
