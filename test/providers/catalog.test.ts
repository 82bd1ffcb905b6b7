import {describe, expect, it} from 'vitest';
import {lookUp, suggestModel} from '../../src/providers/catalog.js';

describe('the catalog', () => {
  it('knows window, output limit, prices and efforts of a listed model', () => {
    expect(lookUp('claude-opus-5-5')).toEqual({
      id: 'claude-opus-5-5',
      name: 'Claude Opus 5.5',
      contextWindow: 1_000_000,
      maxOutputTokens: 128_000,
      price: {input: 4, output: 20, cacheRead: 0.2, cacheWrite: 5},
      effortLevels: ['low', 'medium', 'high', 'xhigh', 'max'],
      adaptiveThinking: true,
      images: true,
    });
    expect(lookUp('claude-haiku-4-5').adaptiveThinking).toBe(false);
  });

  it('takes the name of a family for its newest model', () => {
    expect(['opus', 'sonnet', 'haiku', 'Opus'].map(name => lookUp(name).id)).toEqual([
      'claude-opus-5-5',
      'claude-sonnet-5-5',
      'claude-haiku-5-5',
      'claude-opus-5-5',
    ]);
  });

  it('knows a dated id that is not listed by the id without its date, and asks for it as it was given', () => {
    expect(lookUp('claude-sonnet-5-20260101')).toEqual({...lookUp('claude-sonnet-5'), id: 'claude-sonnet-5-20260101'});
  });

  it('lets an unknown model work, with its price and window unknown and not zero', () => {
    expect(lookUp('qwen3-coder:30b')).toEqual({
      id: 'qwen3-coder:30b',
      name: 'qwen3-coder:30b',
      contextWindow: null,
      maxOutputTokens: 8_192,
      price: null,
      effortLevels: [],
      adaptiveThinking: false,
      images: false,
    });
    expect(lookUp('claude-opus-9').images).toBe(true);
  });

  it.each([
    ['claude-sonet-5', 'claude-sonnet-5'],
    ['Claude-Sonnet-5.5', 'claude-sonnet-5-5'],
    ['sonet', 'sonnet'],
    ['opsu', 'opus'],
    ['gpt-5', null],
    ['claude-sonnet-5', null],
    ['', null],
  ])('suggests for %s what was meant: %s', (typed, meant) => {
    expect(suggestModel(typed)).toBe(meant);
  });
});
