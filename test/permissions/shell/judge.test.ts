import {describe, expect, it} from 'vitest';
import {judgeCommand} from '../../../src/permissions/shell/judge.js';
import {fixedContext, withRules} from './fixed.js';

const judge = (command: string) => judgeCommand(command, fixedContext);

describe('a shell command', () => {
  it('is allowed if each of its parts is, and says why', () => {
    expect(judge('ls -la | head -5 && npm run test -- --watch')).toEqual({
      verdict: 'allow',
      isDemanded: false,
      reason: 'only reads',
      subjects: [
        {text: 'ls -la', verdict: 'allow', rule: null, reason: 'only reads'},
        {text: 'head -5', verdict: 'allow', rule: null, reason: 'only reads'},
        {text: 'npm run test -- --watch', verdict: 'allow', rule: 'Bash(npm run test:*)', reason: 'a rule allows it'},
      ],
    });
  });

  it('is denied if any of its parts is, and names the rule', () => {
    const {verdict, reason, subjects} = judge('ls && sh -c \'r""m -rf x\'');
    expect({verdict, reason}).toEqual({verdict: 'deny', reason: 'a rule denies it'});
    expect(subjects).toContainEqual({
      text: 'rm -rf x',
      verdict: 'deny',
      rule: 'Bash(rm:*)',
      reason: 'a rule denies it',
    });
  });

  it('names the rule that keeps a file from being read', () => {
    expect(judge('head -n 1 ./dir/../.env').subjects).toEqual([
      {text: 'head -n 1 ./dir/../.env', verdict: 'deny', rule: 'Read(./.env)', reason: 'a rule denies it'},
    ]);
  });

  it('tells a redirection as a subject of its own', () => {
    expect(judge('npm run build > out.log').subjects).toEqual([
      {text: '> out.log', verdict: 'ask', rule: null, reason: 'it would be written'},
      {text: 'npm run build', verdict: 'allow', rule: 'Bash(npm run build)', reason: 'a rule allows it'},
    ]);
  });

  it('that runs nothing is allowed', () => {
    expect(judge('').verdict).toBe('allow');
    expect(judge('# only a comment').verdict).toBe('allow');
  });

  it('that does not parse asks, but what is denied in it is still denied', () => {
    expect(judge('if ls').verdict).toBe('ask');
    expect(judge('if ls; then rm x').verdict).toBe('deny');
    expect(judge('ls "unfinished; rm x').verdict).toBe('deny');
    expect(judge('ls $(rm x').verdict).toBe('deny');
  });

  it('with NUL or broken UTF-16 asks, but what is denied in it is still denied', () => {
    expect(judge('ls\0').verdict).toBe('ask');
    expect(judge('ls \ud800').verdict).toBe('ask');
    expect(judge('ls \0; rm x').verdict).toBe('deny');
  });

  it('that is too long asks, and its beginning is still looked at', () => {
    expect(judge(`echo ${'x'.repeat(70_000)}`).verdict).toBe('ask');
    expect(judge(`rm x; echo ${'x'.repeat(70_000)}`).verdict).toBe('deny');
  });

  it('is allowed whatever it is by a rule for every command, save what is denied', () => {
    for (const every of ['', '*', ':*']) {
      const context = withRules({allow: [every], deny: ['rm:*']});
      expect(judgeCommand('python -c x; PATH=/x foo; sudo foo; bash -c "foo x"', context).verdict).toBe('allow');
      expect(judgeCommand('sudo foo; rm x', context).verdict).toBe('deny');
      expect(judgeCommand('foo > other', context).verdict).toBe('ask');
      expect(judgeCommand('foo .env', context).verdict).toBe('deny');
    }
  });
});
