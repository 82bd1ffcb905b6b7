import {describe, expect, it} from 'vitest';
import {parseArguments} from '../../src/cli/arguments.js';

const parse = (...argv: string[]) => {
  const parsed = parseArguments(argv, '1.2.3');
  if (parsed.type === 'run') return {prompt: parsed.arguments.prompt, tools: parsed.arguments.allowedTools};
  return parsed.type === 'fault' ? parsed.message : parsed.type;
};

describe('a list of tools in several words', () => {
  it.each([
    [['-p', 'fix it', '--allowedTools', 'Read', 'Edit,Write', 'Bash(git log, git show)']],
    [['--allowedTools', 'Read', 'Edit', 'Write', 'Bash(git log, git show)', '-p', 'fix it']],
    [['fix it', '--allowedTools=Read', 'Edit, Write', 'Bash(git log, git show)', '-p']],
  ])('ends with the next option or the last argument: %j', argv => {
    expect(parse(...argv)).toEqual({prompt: 'fix it', tools: ['Read', 'Edit', 'Write', 'Bash(git log, git show)']});
  });

  it.each([
    [['--allowedTools', 'Edit', 'Writing is hard'], 'Writing is hard'],
    [['--allowedTools', 'Edit', 'write', 'a', 'poem'], 'write a poem'],
    [['--allowedTools', 'Edit', '--', 'Write'], 'Write'],
    [['--', '--allowedTools', 'Edit', 'Write', 'x'], '--allowedTools Edit Write x'],
    [['--allowedTools', 'Edit', 'Read README.md and sum it up'], 'Read README.md and sum it up'],
  ])('leaves a prompt after it whole: %j', (argv, prompt) => {
    expect(parse(...argv)).toMatchObject({prompt});
  });

  it.each([[['--allowedTools', 'Edit', 'Write', 'fix it']], [['-p', '--allowedTools=Edit', 'Write', 'a', 'poem']]])(
    'is refused where it may be a prompt that begins with the name of a tool: %j',
    argv => {
      expect(parse(...argv)).toBe(
        'It is not clear whether "Write" after --allowedTools is a tool or begins the prompt. ' +
          'Put commas between tools, and the prompt in quotes. See agent --help.',
      );
    },
  );
});
