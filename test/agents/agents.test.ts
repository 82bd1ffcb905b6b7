/** Types of agents from real files, and from what a program gives. */
import {execFileSync} from 'node:child_process';
import {mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {loadAgentTypes} from '../../src/agents/agents.js';
import type {AgentDefinition} from '../../src/agents/definition.js';
import {UsageError} from '../../src/core/errors.js';
import type {AgentType} from '../../src/core/tree.js';

let folder: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'agent-types-')));
  mkdirSync(join(folder, 'project', 'src'), {recursive: true});
});
afterEach(() => rmSync(folder, {recursive: true, force: true}));

const tools = [
  ...['Read', 'Grep', 'Glob'].map(name => ({name, effect: 'reads' as const})),
  ...['Write', 'Edit', 'Bash'].map(name => ({name, effect: 'changes' as const})),
  {name: 'Agent', aliases: ['Task'], effect: 'spawns' as const},
];

const load = (given: Readonly<Record<string, AgentDefinition>> = {}, cwd = join(folder, 'project')) =>
  loadAgentTypes({cwd, env: {HOME: join(folder, 'home')}, tools, given});

function put(path: string, content: string | Uint8Array): string {
  const file = join(folder, path);
  mkdirSync(dirname(file), {recursive: true});
  writeFileSync(file, content);
  return file;
}

const agentFile = (name: string, ...more: readonly string[]): string =>
  ['---', `name: ${name}`, `description: does ${name}`, ...more, '---', '', `You are ${name}.`, ''].join('\n');

/** The one type that is not built in. */
async function own(): Promise<AgentType> {
  const {types, reports} = await load();
  expect(reports).toEqual([]);
  const [only, ...others] = types.filter(({name}) => !['general-purpose', 'explore', 'plan'].includes(name));
  if (only === undefined || others.length > 0) throw new Error('not one type');
  return only;
}

describe('types of agents', () => {
  it('are three without a file: one with all tools, two that only read', async () => {
    const {types, reports} = await load();
    expect(reports).toEqual([]);
    expect(types.map(({name, tools, model}) => [name, tools, model])).toEqual([
      ['general-purpose', null, null],
      ['explore', ['Read', 'Grep', 'Glob'], 'haiku'],
      ['plan', ['Read', 'Grep', 'Glob'], null],
    ]);
  });

  it('are read from a file with every key that Claude Code writes', async () => {
    put(
      'project/.claude/agents/team/reviewer.md',
      agentFile(
        'reviewer',
        'tools: Read, Task, Bash',
        'disallowedTools: [Bash]',
        'model: opus',
        'effort: high',
        'maxTurns: 12',
        'permissionMode: default',
        'background: true',
        'color: purple',
      ),
    );
    expect(await own()).toEqual({
      name: 'reviewer',
      description: 'does reviewer',
      prompt: 'You are reviewer.',
      tools: ['Read', 'Agent', 'Bash'],
      disallowedTools: ['Bash'],
      model: 'opus',
      effort: 'high',
      maxSteps: 12,
      mode: 'default',
      background: true,
    });
  });

  it('have their parent’s tools, model and steps if nothing is said of them', async () => {
    put('project/.agent/agents/a.md', agentFile('a', 'model: inherit', 'tools: "*"', 'maxTurns:'));
    expect(await own()).toMatchObject({
      tools: null,
      disallowedTools: [],
      model: null,
      effort: null,
      maxSteps: null,
      mode: null,
      background: false,
    });
  });

  it('of the project win over those of the person, ours over Claude Code’s, those given over all, and all over built-in ones', async () => {
    const places = ['project/.agent', 'project/.claude', 'home/.agent', 'home/.claude'];
    for (const [at, place] of places.entries()) {
      for (const name of ['a', 'b', 'c', 'd'].slice(0, at + 1)) {
        put(`${place}/agents/${name}.md`, agentFile(name).replace(`You are ${name}.`, place));
      }
    }
    put('home/.claude/agents/explore.md', agentFile('explore').replace('You are explore.', 'home/.claude'));
    const {types} = await load({b: {description: 'b', prompt: 'given'}, plan: {description: 'p', prompt: 'given'}});
    const prompts = Object.fromEntries(types.map(({name, prompt}) => [name, prompt]));
    expect(prompts).toMatchObject({a: places[0], b: 'given', c: places[2], d: places[3]});
    expect(prompts).toMatchObject({explore: 'home/.claude', plan: 'given'});
    expect(types.map(({name}) => name)).toEqual(['general-purpose', 'explore', 'plan', 'a', 'b', 'c', 'd']);
  });

  it('of a project are those at the top of its repository too, and the person’s are where AGENT_HOME says', async () => {
    put('project/.git/HEAD', 'ref: refs/heads/main\n');
    put('project/.agent/agents/a.md', agentFile('a'));
    put('elsewhere/agents/b.md', agentFile('b'));
    const cwd = join(folder, 'project', 'src');
    const env = {HOME: join(folder, 'home'), AGENT_HOME: join(folder, 'elsewhere')};
    const {types} = await loadAgentTypes({cwd, env, tools, given: {}});
    expect(types.map(({name}) => name).slice(3)).toEqual(['a', 'b']);
  });
});

describe('an agent file that cannot be used', () => {
  const problemOf = async (content: string | Uint8Array): Promise<string> => {
    const file = put('project/.agent/agents/bad.md', content);
    put('project/.agent/agents/good.md', agentFile('good'));
    const {types, reports} = await load();
    expect(types.map(({name}) => name)).toEqual(['general-purpose', 'explore', 'plan', 'good']);
    expect(reports).toHaveLength(1);
    const [, line, problem] =
      /^The agent file (?:.*)bad\.md(:\d+)? is skipped: (.*)\. Mend it, or remove the file\.$/.exec(reports[0] ?? '') ??
      [];
    expect(reports[0]).toContain(file);
    return `${line ?? ''} ${problem}`;
  };

  it.each([
    ['# no head\n', ':1 it does not begin with a line "---"'],
    ['---\nname: x\n', ':1 the front matter has no closing line "---"'],
    ['---\nname: x\nwhat\n---\np', ':3 expected "key: value"'],
    ['---\ndescription: d\n---\np', ':1 it needs a "name", which is a text'],
    [
      '---\nname: x y\ndescription: d\n---\np',
      ':2 its name may hold letters, digits, ".", "_", ":" and "-", 64 at most',
    ],
    ['---\nname: x\ndescription: [a]\n---\np', ':3 it needs a "description", which is a text'],
    [
      '---\nname: x\ndescription: d\n---\n\n',
      ':1 it needs a prompt, which in a file is the text below the front matter',
    ],
    [agentFile('x', 'maxTurns: many'), ':4 "maxTurns" must be a whole number from 1'],
    [agentFile('x', 'maxTurns: 0'), ':4 "maxTurns" must be a whole number from 1'],
    [agentFile('x', 'background: yes'), ':4 "background" must be true or false'],
    [agentFile('x', 'effort: extreme'), ':4 "effort" must be one of low, medium, high, xhigh, max'],
    [agentFile('x', 'model: [a, b]'), ':4 "model" must be a single value'],
    [
      agentFile('x', 'permissionMode: anything'),
      ':4 "permissionMode" must be one of plan, dontAsk, default, acceptEdits, bypassPermissions',
    ],
    [
      agentFile('x', 'tools: Reed, WebFetch'),
      ':4 of its tools none can be given: Reed, WebFetch (there are Read, Grep, Glob, Write, Edit, Bash, Agent)',
    ],
    [agentFile('x', 'tools:', '  more: yes'), ':4 "tools" must be a list of tools'],
    [new Uint8Array([0x2d, 0x2d, 0x2d, 0]), ' it is no text'],
    [new Uint8Array([0x2d, 0x2d, 0x2d, 0xff]), ' it is no UTF-8 text'],
    ['x'.repeat(256 * 1024 + 1), ' it is larger than 256 kB'],
  ])('is named with line and reason, and costs nobody the others: %#', async (content, expected) => {
    expect(await problemOf(content)).toBe(expected);
  });

  it('says the name that is taken, and by which file', async () => {
    const first = put('project/.agent/agents/a.md', agentFile('same'));
    put('project/.agent/agents/b.md', agentFile('same'));
    const {types, reports} = await load();
    expect(types).toHaveLength(4);
    expect(reports).toEqual([expect.stringContaining(`b.md is skipped: ${first} has the name "same" already`)]);
  });

  it('does no harm as a FIFO, a folder, a dangling link or a link in a circle', async () => {
    const base = join(folder, 'project', '.agent', 'agents');
    const real = put('elsewhere/linked.md', agentFile('linked'));
    mkdirSync(join(base, 'folder.md'), {recursive: true});
    execFileSync('mkfifo', [join(base, 'pipe.md')]);
    symlinkSync(join(folder, 'nowhere'), join(base, 'dangling.md'));
    symlinkSync('circle.md', join(base, 'circle.md'));
    symlinkSync('/dev/zero', join(base, 'zero.md'));
    symlinkSync(real, join(base, 'linked.md'));
    symlinkSync('/', join(base, 'disk'));
    symlinkSync(base, join(base, 'loop'));
    const {types, reports} = await load();
    expect(types.map(({name}) => name).slice(3)).toEqual(['linked']);
    expect(reports.map(line => line.replace(/^.*agents\/(.*)\. Mend.*$/, '$1'))).toEqual([
      'circle.md is skipped: it cannot be read (ELOOP)',
      'dangling.md is skipped: it cannot be read (ENOENT)',
      'pipe.md is skipped: it is no regular file',
      'zero.md is skipped: it is no regular file',
    ]);
  });

  it('is told of as a folder where that cannot be read', async () => {
    mkdirSync(join(folder, 'project', '.agent'));
    symlinkSync('agents', join(folder, 'project', '.agent', 'agents'));
    const {types, reports} = await load();
    expect(types).toHaveLength(3);
    expect(reports).toEqual([
      expect.stringMatching(/^The folder of agents .*agents cannot be read \(ELOOP\)\. Mend it/),
    ]);
  });

  it('does no harm in its thousands', async () => {
    for (let at = 0; at < 1_000; at += 1) put(`home/.claude/agents/a${at}.md`, agentFile(`a${at}`));
    const {types, reports} = await load();
    expect(types).toHaveLength(203);
    expect(reports).toEqual([expect.stringContaining('holds more than 200 agent files; the rest is skipped.')]);
  });

  it('is not a readme', async () => {
    put('project/.claude/agents/README.md', '# Our agents\n');
    expect((await load()).reports).toEqual([]);
  });
});

describe('what an agent file asks for and does not get', () => {
  const reportOf = async (...keys: readonly string[]) => {
    put('project/.agent/agents/x.md', agentFile('x', ...keys));
    const {types, reports} = await load();
    const type = types.find(({name}) => name === 'x');
    if (type === undefined) throw new Error(reports.join());
    return {type, reports: reports.map(line => line.replace(/^.*x\.md(.*)\. It is used all the same;.*$/, '$1'))};
  };

  it('is reported: tools that do not exist, and it has the others', async () => {
    const {type, reports} = await reportOf('tools: Read, WebFetch, Grep', 'disallowedTools: Edti');
    const all = '(there are Read, Grep, Glob, Write, Edit, Bash, Agent)';
    expect(type).toMatchObject({tools: ['Read', 'Grep'], disallowedTools: []});
    expect(reports).toContain(`:4: these tools do not exist here: WebFetch ${all}`);
    expect(reports).toContain(`:5: these tools do not exist here: Edti ${all}`);
    expect(reports).toHaveLength(2);
  });

  it('is reported: rules, which never give more than they say nor forbid less', async () => {
    const {type, reports} = await reportOf('tools: Read, Bash(git:*)', 'disallowedTools: Edit(src/**), Write');
    expect(type.tools).toEqual(['Read']);
    expect(type.disallowedTools.toSorted()).toEqual(['Edit', 'Write']);
    expect(reports).toHaveLength(2);
  });

  it.each(['acceptEdits', 'bypassPermissions', 'auto'])('is reported: permissionMode %s of a project', async mode => {
    const {type, reports} = await reportOf(`permissionMode: ${mode}`);
    expect(type).toMatchObject({tools: null, disallowedTools: [], mode: null});
    expect(reports).toEqual([expect.stringContaining(`:4: "permissionMode: ${mode}" has no effect: `)]);
  });

  it.each(['plan', 'dontAsk', 'default'])(
    'is obeyed where it makes the agent do less: permissionMode %s',
    async mode => {
      const {type, reports} = await reportOf(`permissionMode: ${mode}`);
      expect(type).toMatchObject({tools: null, disallowedTools: [], mode});
      expect(reports).toEqual([]);
    },
  );

  it('is obeyed in the person’s own file: permissionMode acceptEdits', async () => {
    put('home/.agent/agents/own.md', agentFile('own', 'permissionMode: acceptEdits'));
    const {types, reports} = await load();
    expect(types.at(-1)).toMatchObject({name: 'own', mode: 'acceptEdits'});
    expect(reports).toEqual([]);
  });

  it('is reported: keys that have no effect, in one line', async () => {
    const {reports} = await reportOf('skills: [a]', 'hooks:', '  Stop: []', 'memory: user');
    expect(reports).toEqual([':4: "skills", "hooks", "memory" has no effect here']);
  });
});

describe('agents that are given', () => {
  it('have the shape that Claude Code takes', async () => {
    const {types} = await load({
      x: {description: 'd', prompt: 'p', tools: ['Read', 'Task'], model: 'haiku', maxTurns: 3},
    });
    expect(types.at(-1)).toMatchObject({name: 'x', tools: ['Read', 'Agent'], model: 'haiku', maxSteps: 3});
  });

  it.each([
    [{x: {prompt: 'p'}}, 'The agent "x" (--agents) cannot be used: it needs a "description", which is a text.'],
    [{x: {description: 'd'}}, 'The agent "x" (--agents) cannot be used: it needs a prompt'],
    [{x: {description: 'd', prompt: 'p', tools: ['Nope']}}, 'of its tools none can be given: Nope'],
    [{x: {description: 'd', prompt: 'p', tools: [5]}}, '"tools" must be a list of tools'],
    [{x: {description: 'd', prompt: 'p', maxTurns: 1.5}}, '"maxTurns" must be a whole number from 1'],
    [{x: {description: 'd', prompt: 'p', extra: 1}}, '"extra" has no effect here'],
    [{'x y': {description: 'd', prompt: 'p'}}, 'its name may hold'],
    [{x: null}, 'it needs a "description"'],
    [[], 'must be an object'],
  ])('are refused with the reason if they are broken: %j', async (given, expected) => {
    const loading = load(given as unknown as Readonly<Record<string, AgentDefinition>>);
    await expect(loading).rejects.toThrow(UsageError);
    await expect(loading).rejects.toThrow(expected);
  });
});
