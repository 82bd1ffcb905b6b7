import {describe, expect, it} from 'vitest';
import {toMatcher} from '../../src/hooks/matcher.js';

const matches = (matcher: string | null, ...names: string[]): boolean | undefined => toMatcher(matcher)?.(names);

describe('a matcher', () => {
  it.each([null, '', '*', '  '])('that says nothing is for all: %j', matcher => {
    expect(matches(matcher, 'Bash')).toBe(true);
  });

  it.each([
    ['Bash', 'Bash', true],
    ['Re', 'Read', false],
    ['bash', 'Bash', false],
    ['Edit|Write', 'Write', true],
    ['Edit | Write', 'Write', true],
    ['Edit|Writ', 'Write', false],
    ['mcp__github', 'mcp__github__push', false],
  ])('of plain names stands for these and no others: %s against %s', (matcher, name, expected) => {
    expect(matches(matcher, name)).toBe(expected);
  });

  it.each([
    ['^Ba', 'Bash', true],
    ['R.*d', 'Read', true],
    ['mcp__.*', 'mcp__github__push', true],
    ['mcp__.*__push', 'mcp__github__push', true],
    ['(Edit|Write)', 'MultiEdit', true],
    ['^Edit$', 'MultiEdit', false],
  ])(
    'with other characters is a regular expression that is found anywhere: %s against %s',
    (matcher, name, expected) => {
      expect(matches(matcher, name)).toBe(expected);
    },
  );

  it('meets a thing under each of its names', () => {
    expect(matches('Task', 'Agent', 'Task')).toBe(true);
    expect(matches('^Agent$', 'Agent', 'Task')).toBe(true);
  });

  it('is none if its regular expression is broken', () => {
    expect(toMatcher('Bash(')).toBeNull();
  });
});
