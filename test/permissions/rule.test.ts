import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {readRule} from '../../src/permissions/rule.js';
import {splitRules} from '../../src/permissions/rule-list.js';
import {builtInFacts} from '../../src/tools/facts.js';
import {createProject, open, rules, running, verdictOf, writing} from './scene.js';

const read = (text: string, list: 'deny' | 'ask' | 'allow' = 'deny') => readRule(list, text, builtInFacts);

describe('a rule', () => {
  it.each([
    ['Bash', {type: 'tool', names: ['Bash']}],
    ['Bash(*)', {type: 'tool', names: ['Bash']}],
    ['Edit', {type: 'tool', names: ['Edit', 'Write', 'MultiEdit', 'NotebookEdit']}],
    ['Write', {type: 'tool', names: ['Write']}],
    ['Read', {type: 'tool', names: ['Read', 'Grep', 'Glob']}],
    ['Task', {type: 'tool', names: ['Agent']}],
    ['Task(plan)', {type: 'agent', kind: 'plan'}],
    ['mcp__github', {type: 'tool', names: ['mcp__github', 'mcp__github__*']}],
    ['mcp__github__*', {type: 'tool', names: ['mcp__github__*']}],
    ['mcp__github__get_issue', {type: 'tool', names: ['mcp__github__get_issue']}],
    ['Bash(npm run test:*)', {type: 'command', argument: 'npm run test:*'}],
    ['Bash(echo "(a)")', {type: 'command', argument: 'echo "(a)"'}],
    ['WebFetch(domain:Example.COM)', {type: 'domain', domain: 'example.com'}],
    [' Bash( git diff * ) ', {type: 'command', argument: 'git diff *'}],
  ])('%s is understood', (text, topic) => {
    expect(read(text)).toMatchObject({list: 'deny', topic, problem: null});
  });

  it.each([
    ['', 'it is empty'],
    ['  ', 'it is empty'],
    ['two words', 'neither a tool nor'],
    ['Frobnicate', 'there is no tool "Frobnicate" (there are Read, Write, '],
  ])('%j fits nothing, and says why', (text, problem) => {
    expect(read(text)).toMatchObject({topic: {type: 'nothing'}, problem: expect.stringContaining(problem)});
  });

  it.each([
    ['Edit()', 'its parentheses are empty'],
    ['Bash(ls', 'neither a tool nor'],
    ['Bash(X=1 ls:*)', 'an assignment before a command is judged by itself'],
    ['Bash(ls:* -x)', '":*" counts only at its end'],
    ['Bash(rm -rf:* /:*)', '":*" counts only at its end'],
    ['Read(!x)', 'a rule cannot take back another'],
    ['Read(a/../b)', 'it holds ".."'],
    ['WebFetch(example.com)', 'no domain:example.com'],
    ['WebFetch(domain:ex*mple.com)', 'no domain:example.com'],
    ['TaskStop(x)', 'takes no parentheses'],
    ['mcp__github__get(x)', 'takes no parentheses'],
  ])('%s is never wider than it was meant: where it was to forbid, its tool asks', (text, problem) => {
    expect(read(text, 'allow')).toMatchObject({topic: {type: 'nothing'}, problem: expect.stringContaining(problem)});
    for (const list of ['deny', 'ask'] as const) {
      const tool = text.slice(0, text.indexOf('('));
      const rule = read(text, list);
      expect(rule).toMatchObject({list: 'ask', topic: {type: 'tool'}, problem: expect.stringContaining(problem)});
      expect(rule.topic.type === 'tool' && rule.topic.names).toContain(tool);
    }
  });

  it.each([
    ['Bsh(ls)', 'there is no tool "Bsh"; is Bash meant?', 'Bash'],
    ['bash(rm:*)', 'there is no tool "bash"; is Bash meant?', 'Bash'],
    ['read(./x)', 'there is no tool "read"; is Read meant?', 'Grep'],
  ])('%s is taken for the tool that may have been meant', (text, problem, tool) => {
    expect(read(text, 'allow')).toMatchObject({topic: {type: 'nothing'}, problem});
    const rule = read(text);
    expect(rule).toMatchObject({list: 'ask', problem: expect.stringContaining(problem)});
    expect(rule.topic.type === 'tool' && rule.topic.names).toContain(tool);
  });

  it.each([
    ['Bash(cat a.txt | head)', '|'],
    ['Bash(cat a.txt && ls)', '&&'],
    ['Bash(ls; pwd:*)', ';'],
    ['Bash(ls > out)', '>'],
    ['Bash(echo $(date))', '$('],
    ['Bash(echo `date`)', '`'],
  ])('%s allows nothing, for no single command is that line; forbidden it is as a whole', (text, sign) => {
    expect(read(text, 'allow')).toMatchObject({
      topic: {type: 'nothing'},
      problem: expect.stringContaining(`"${sign}" joins`),
    });
    expect(read(text)).toMatchObject({list: 'deny', topic: {type: 'command'}, problem: null});
  });

  it.each([
    "Bash(grep 'a|b' x)",
    'Bash(echo "a; b":*)',
    'Bash(grep a\\|b:*)',
    'Bash(NODE_ENV=test)',
    'Bash(ls\n:*)',
    "Bash(git log ':*' x)",
  ])('%s holds no sign that joins commands', text => {
    expect(read(text, 'allow')).toMatchObject({topic: {type: 'command'}, problem: null});
  });

  it('for a type of agent that looks like a slip says which may be meant, and counts as it is written', () => {
    const tools = builtInFacts.map(tool => (tool.name === 'Agent' ? {...tool, kinds: ['explore', 'plan']} : tool));
    expect(readRule('deny', 'Agent(expolre)', tools)).toEqual({
      list: 'deny',
      topic: {type: 'agent', kind: 'expolre'},
      problem: 'there is no type of agent "expolre"; is explore meant?',
    });
    for (const text of ['Agent(Explore)', 'Task(plan)', 'Agent(reviewer-of-another-project)'])
      expect(readRule('allow', text, tools).problem).toBe(null);
  });

  it('for a tool of Claude Code’s that is not here is no mistake', () => {
    for (const text of ['WebSearch', 'NotebookEdit(x.ipynb)', 'TodoWrite', 'Skill']) {
      expect([text, read(text).problem]).toEqual([text, null]);
    }
  });

  it('that does not do what it says is told of, with its place; of a flag it is refused', () => {
    const project = createProject();
    const settings = {rules: rules(project, {deny: ['Bahs(rm:*)', 'Read(!x)'], allow: ['Edit']})};
    expect(open({settings}, project).rules.warnings).toEqual([
      expect.stringMatching(
        /^The rule "Bahs\(rm:\*\)" \(permissions\.deny of .*settings\.json\) does not do what it says: .*is Bash meant\? Until it is mended, every use of Bash is asked about\.$/,
      ),
      expect.stringContaining('"Read(!x)"'),
    ]);
    expect(() => open({allowed: ['Edti']})).toThrow('The rule "Edti" (--allowedTools) cannot be used: ');
    expect(() => open({disallowed: ['Read()']})).toThrow('(--disallowedTools)');
  });

  it('whatever is written, is read without an error, and allows nothing that it is not understood to', async () => {
    const text = fc.oneof(
      fc.string({unit: 'grapheme'}),
      fc
        .tuple(fc.constantFrom('Bash', 'Edit', 'Read', 'mcp__x'), fc.string())
        .map(([tool, rest]) => `${tool}(${rest})`),
    );
    const project = createProject();
    await fc.assert(
      fc.asyncProperty(text, async written => {
        const {problem} = read(written, 'allow');
        if (problem === null) return;
        const scene = open({settings: {rules: rules(project, {allow: [written]})}}, project);
        expect(scene.rules.warnings).toHaveLength(1);
        expect(await verdictOf(scene, writing(project.path('a')))).toBe('ask');
        expect(await verdictOf(scene, running('npm test', project.root))).toBe('ask');
      }),
    );
  });
});

describe('a list of rules', () => {
  it.each([
    ['Edit,Write', ['Edit', 'Write']],
    ['Edit Write', ['Edit', 'Write']],
    [' Bash(git log, git show) ,Edit,, ', ['Bash(git log, git show)', 'Edit']],
    ['Bash(echo "a)" b),Edit', ['Bash(echo "a)" b)', 'Edit']],
    ['Bash(echo (a) (b)) Edit', ['Bash(echo (a) (b))', 'Edit']],
    ['Edit(a\\), b) Write', ['Edit(a\\), b)', 'Write']],
    ['Bash(open Edit, Write', ['Bash(open Edit, Write']],
    ['', []],
  ])('%s', (text, expected) => {
    expect(splitRules(text)).toEqual(expected);
  });
});
