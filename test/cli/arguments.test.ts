import {describe, expect, it} from 'vitest';
import {parseArguments} from '../../src/cli/arguments.js';
import {toSessionOptions} from '../../src/cli/session-options.js';

const parse = (...argv: string[]) => parseArguments(argv, '1.2.3');
const options = (...argv: string[]) => {
  const parsed = parse(...argv);
  if (parsed.type !== 'run') throw new Error(JSON.stringify(parsed));
  return parsed.arguments;
};
const fault = (...argv: string[]) => {
  const parsed = parse(...argv);
  return parsed.type === 'fault' ? parsed.message : `no fault: ${parsed.type}`;
};

describe('the command line', () => {
  it('has these defaults', () => {
    expect(options()).toEqual({
      prompt: null,
      print: false,
      allowedTools: [],
      disallowedTools: [],
      dangerouslySkipPermissions: false,
      forkSession: false,
      sessionPersistence: true,
      choose: false,
      trust: false,
      memoryFiles: true,
      sandbox: false,
      screenReader: false,
      verbose: false,
      outputFormat: 'text',
      includePartialMessages: false,
      includeHookEvents: false,
    });
  });

  it('takes every option', () => {
    const settings = '--settings a.json --setting-sources user,local --trust --sandbox --no-memory-files ';
    const text = '-p fix --model opus --effort high --max-turns 5 --max-budget-usd .5 --system-prompt a ';
    const limits = '--max-agent-depth 2 --max-agents 4 --max-agent-children 3 --max-agent-spawns 9 --agents {} ';
    const more =
      '--append-system-prompt b --dangerously-skip-permissions --screen-reader --verbose --output-format stream-json';
    const events = '--include-partial-messages --include-hook-events';
    const session = '--resume abc --fork-session --session-id own --no-session-persistence';
    expect(options(...`${text}${limits}${settings}${more} ${events} ${session}`.split(' '))).toEqual({
      prompt: 'fix',
      print: true,
      model: 'opus',
      effort: 'high',
      maxTurns: 5,
      maxBudgetUsd: 0.5,
      maxAgentDepth: 2,
      maxAgents: 4,
      maxAgentChildren: 3,
      maxAgentSpawns: 9,
      agents: {},
      systemPrompt: 'a',
      appendSystemPrompt: 'b',
      allowedTools: [],
      disallowedTools: [],
      dangerouslySkipPermissions: true,
      settings: 'a.json',
      settingSources: ['user', 'local'],
      resume: 'abc',
      forkSession: true,
      sessionId: 'own',
      sessionPersistence: false,
      choose: false,
      trust: true,
      memoryFiles: false,
      sandbox: true,
      screenReader: true,
      verbose: true,
      outputFormat: 'stream-json',
      includePartialMessages: true,
      includeHookEvents: true,
    });
  });

  it('gives the session each limit under its own name', () => {
    const limits = '--max-agent-depth 2 --max-agents 4 --max-agent-children 3 --max-agent-spawns 9 --max-turns 5';
    const given = options(
      ...`${limits} --max-budget-usd .5 --agents {"x":{"description":"d","prompt":"p"}}`.split(' '),
    );
    expect(toSessionOptions(given)).toMatchObject({
      agentLimits: {depth: 2, live: 4, children: 3, spawnsPerTurn: 9},
      maxTurns: 5,
      maxBudgetUsd: 0.5,
      agents: {x: {description: 'd', prompt: 'p'}},
    });
    expect(toSessionOptions(options()).agentLimits).toEqual({});
  });

  it('goes on with the newest conversation, or with one that is named', () => {
    expect([options('-c').resume, options('--continue').resume, options('-r', 'a b').resume]).toEqual([
      true,
      true,
      'a b',
    ]);
    expect(fault('-c', '-r', 'abc')).toBe(
      '--continue takes the newest conversation, and --resume names one. Give one of them.',
    );
    expect([options('-r').choose, options('-r').resume, options('-r', 'x').choose]).toEqual([true, undefined, false]);
  });

  it('takes no agents at all for a limit, by any of the four', () => {
    const limits = options(
      '--max-agent-depth',
      '0',
      '--max-agents=0',
      '--max-agent-children=0',
      '--max-agent-spawns=0',
    );
    expect(limits).toMatchObject({maxAgentDepth: 0, maxAgents: 0, maxAgentChildren: 0, maxAgentSpawns: 0});
  });

  it('takes the prompt before or after the options, quoted or in words', () => {
    expect(options('-p', 'explain this').prompt).toBe('explain this');
    expect(options('explain', 'this', '-p')).toMatchObject({prompt: 'explain this', print: true});
    expect(options('--', '--not-an-option').prompt).toBe('--not-an-option');
    expect(options('').prompt).toBe('');
  });

  it.each([
    [['--allowedTools', 'Edit,Write']],
    [['--allowed-tools', 'Edit Write']],
    [['--allowedTools', 'Edit, Write']],
    [['--allowedTools', 'Edit', '--allowed-tools=Write']],
    [['--allowedTools', 'Edit', 'Write']],
    [['--allowedTools=Edit', 'Write', '-p']],
    [['-p', 'fix it', '--allowed-tools', 'Edit', 'Write', '--verbose']],
  ])('takes a list of tools as %j', argv => {
    expect(options(...argv).allowedTools).toEqual(['Edit', 'Write']);
    expect(options(...argv.map(word => word.replace('--allowed', '--disallowed'))).disallowedTools).toEqual([
      'Edit',
      'Write',
    ]);
  });

  it('leaves a rule in one piece, and the prompt after a list of tools alone', () => {
    expect(options('--allowedTools', 'Bash(git add, git commit) Edit', 'fix it')).toMatchObject({
      allowedTools: ['Bash(git add, git commit)', 'Edit'],
      prompt: 'fix it',
    });
  });

  it('answers --version and --help, which names every exit code', () => {
    expect(parse('-p', '--version')).toEqual({type: 'answer', text: '1.2.3\n'});
    const help = parse('--help');
    const text = help.type === 'answer' ? help.text : '';
    for (const code of ['0 ', '1 ', '2 ', '3 ', '129', '130', '143']) expect(text).toContain(`\n  ${code}`);
    expect(text).toContain('agent -p "look around this repository"');
    expect(Math.max(...text.split('\n').map(line => line.length))).toBeLessThanOrEqual(100);
  });
});

describe('a fault on the command line', () => {
  it.each(['plan', 'default', 'acceptEdits', 'dontAsk'])('is two modes that contradict each other: %s', mode => {
    const message = fault('--permission-mode', mode, '--dangerously-skip-permissions');
    expect(message).toContain(`--permission-mode ${mode}`);
    expect(message).toContain('--dangerously-skip-permissions');
    expect(options('--permission-mode', mode)).toMatchObject({permissionMode: mode});
  });

  it('is not the same mode named twice', () => {
    expect(options('--permission-mode', 'bypassPermissions', '--dangerously-skip-permissions')).toMatchObject({
      permissionMode: 'bypassPermissions',
      dangerouslySkipPermissions: true,
    });
  });

  it('is, of a prompt that begins with a dash, its beginning and how to give it', () => {
    expect(fault('-p', `- fix this\n- and ${'that '.repeat(100)}`)).toMatch(
      /^"- fix this - and that [a-z ]+…" is no option\. A prompt .* agent -p -- "…"$/,
    );
  });

  it('names the nearest option', () => {
    expect(fault('--modle', 'opus')).toBe("Unknown option '--modle' (Did you mean --model?) See agent --help.");
  });

  it.each([
    [['--model'], "Option '--model <name>' argument missing. See agent --help."],
    [['--max-turns', '0'], 'whole number from 1'],
    [['--max-turns', 'five'], 'whole number from 1'],
    [['--max-budget-usd', '-1'], 'dollars above 0'],
    [['--max-budget-usd', '0.00'], 'dollars above 0'],
    [['--max-agents', '-1'], 'whole number from 0'],
    [['--max-agent-depth', '1.5'], 'whole number from 0'],
    [['--agents', '{"a": '], 'must be JSON (Unexpected end'],
    [['--agents', '[]'], 'must be a JSON object, such as {"reviewer": {'],
    [['--effort', 'hihg'], 'low, medium, high, xhigh, max'],
    [['--output-format', 'xml'], 'text, json, stream-json'],
    [['-p', '--include-partial-messages'], '--include-partial-messages needs --output-format stream-json'],
    [['-p', '--include-hook-events'], '--include-hook-events needs --output-format stream-json'],
  ])('is one line: %j', (argv, part) => {
    expect(fault(...argv)).toContain(part);
    expect(fault(...argv)).not.toContain('\n');
  });

  it('takes several files of settings or none, and no others', () => {
    expect(options('--setting-sources', 'user, project', 'hi')).toMatchObject({
      settingSources: ['user', 'project'],
      prompt: 'hi',
    });
    expect(options('--setting-sources', '').settingSources).toEqual([]);
    expect(fault('--setting-sources', 'user,team')).toContain('"team" is none: give user, project, local');
  });
});
