import {mkdirSync} from 'node:fs';
import {describe, expect, it} from 'vitest';
import {call, createProject, open, reading, rules, running, verdictOf, writing} from './scene.js';

const never = new AbortController().signal;

describe('without rules', () => {
  it('reads in the project run, and changes are asked about', async () => {
    const scene = open();
    const {project} = scene;
    expect(await verdictOf(scene, reading(project.put('a.ts')))).toBe('allow');
    expect(await verdictOf(scene, reading(project.root, 'Grep'))).toBe('allow');
    expect(await verdictOf(scene, writing(project.put('a.ts')))).toBe('ask');
    expect(await verdictOf(scene, writing(project.path('new/file.ts'), 'Write'))).toBe('ask');
    expect(await verdictOf(scene, running('npm test', project.root))).toBe('ask');
    expect(await verdictOf(scene, running('cat a.ts', project.root))).toBe('allow');
  });

  it('what lies elsewhere is asked about, to read as well', async () => {
    const scene = open();
    expect(await verdictOf(scene, reading('/etc/hosts'))).toBe('ask');
    expect(await verdictOf(scene, reading(scene.project.home, 'Glob'))).toBe('ask');
    expect(await verdictOf(scene, writing('/etc/hosts'))).toBe('ask');
    expect(await verdictOf(scene, running('cat /etc/hosts', scene.project.root))).toBe('ask');
  });

  it('folders that were named besides are the agent’s too, and so is what agent wrote itself', async () => {
    const project = createProject();
    const own = createProject().root;
    const settings = {additionalDirectories: [project.home]};
    const scene = open({settings, own: () => [own]}, project);
    expect(await verdictOf(scene, reading(`${project.home}/notes`))).toBe('allow');
    scene.mode.set('acceptEdits');
    expect(await verdictOf(scene, writing(`${project.home}/notes`))).toBe('allow');
    expect(await verdictOf(scene, reading(`${own}/3.log`))).toBe('allow');
    expect(await verdictOf(scene, writing(`${own}/3.log`))).toBe('ask');
  });

  it('agents are started, and spoken with, unasked; a tool of a server or a program’s own is not', async () => {
    const scene = open();
    expect(await verdictOf(scene, call('Agent', [{type: 'agent', kind: 'explore'}]))).toBe('allow');
    for (const name of ['TaskOutput', 'TaskStop', 'SendMessage']) {
      expect([name, await verdictOf(scene, call(name))]).toEqual([name, 'allow']);
    }
    expect(await verdictOf(scene, call('mcp__github__get', [], {effect: 'reads'}))).toBe('ask');
    expect(await verdictOf(scene, call('Deploy'))).toBe('ask');
    expect(await verdictOf(scene, call('Look', [], {effect: 'reads'}))).toBe('allow');
    expect(await verdictOf(scene, call('WebFetch', [{type: 'domain', domain: 'example.com'}], {effect: 'reads'}))).toBe(
      'ask',
    );
  });
});

describe('the order of the lists', () => {
  it('is deny, ask, allow, wherever a rule is from and however it comes to be', async () => {
    const project = createProject();
    const settings = {
      rules: rules(project, {deny: ['Edit(secret.ts)'], ask: ['Edit(api/**)'], allow: ['Edit(**)']}, 'user'),
    };
    const scene = open({settings, allowed: ['Edit']}, project);
    expect(await verdictOf(scene, writing(project.path('a.ts')))).toBe('allow');
    expect(await verdictOf(scene, writing(project.path('api/a.ts')))).toBe('ask');
    expect(await verdictOf(scene, writing(project.path('secret.ts')))).toBe('deny');
    await scene.rules.add('allow', 'Edit(secret.ts)', 'session');
    expect(await verdictOf(scene, writing(project.path('secret.ts')))).toBe('deny');
  });

  it('holds for whole tools, commands, domains, types of agents and servers alike', async () => {
    const project = createProject();
    const settings = {
      rules: rules(project, {
        deny: ['Bash(git push *)', 'WebFetch(domain:*.evil.example)', 'Agent(plan)', 'mcp__files__delete'],
        ask: ['Bash(git commit:*)', 'Task(explore)'],
        allow: ['Bash(git:*)', 'WebFetch(domain:docs.example)', 'mcp__files'],
      }),
    };
    const scene = open({settings}, project);
    const fetching = (domain: string) => call('WebFetch', [{type: 'domain', domain}], {effect: 'reads'});
    const starting = (kind: string) => call('Agent', [{type: 'agent', kind}]);
    const all = [
      running('git push origin', project.root),
      running('git commit -m x', project.root),
      running('git fetch', project.root),
      fetching('a.evil.example'),
      fetching('Docs.Example.'),
      fetching('evil.example'),
      fetching('notdocs.example'),
      starting('plan'),
      starting('explore'),
      starting('general-purpose'),
      call('mcp__files__delete'),
      call('mcp__files__read'),
      call('mcp__filesystem__read'),
    ];
    expect(await Promise.all(all.map(request => verdictOf(scene, request)))).toEqual([
      ...['deny', 'ask', 'allow'],
      ...['deny', 'allow', 'ask', 'ask'],
      ...['deny', 'ask', 'allow'],
      ...['deny', 'allow', 'ask'],
    ]);
  });

  it('an Edit rule holds for every tool that edits, a Read rule for Grep and Glob', async () => {
    const project = createProject();
    const settings = {rules: rules(project, {deny: ['Read(keys/**)', 'Edit(dist/**)']})};
    const scene = open({settings, allowed: ['Edit']}, project);
    for (const tool of ['Edit', 'Write']) {
      expect(await verdictOf(scene, writing(project.path('dist/a.js'), tool))).toBe('deny');
      expect(await verdictOf(scene, writing(project.path('src/a.js'), tool))).toBe('allow');
    }
    for (const tool of ['Read', 'Grep', 'Glob']) {
      expect(await verdictOf(scene, reading(project.path('keys/a'), tool))).toBe('deny');
      expect(await verdictOf(scene, reading(project.path('keys'), tool))).toBe('deny');
    }
  });

  it('what may not be read may not be edited either: a diff shows it', async () => {
    const project = createProject();
    const scene = open({settings: {rules: rules(project, {deny: ['Read(.env)']})}, allowed: ['Edit']}, project);
    expect(await verdictOf(scene, writing(project.put('.env')))).toBe('deny');
    expect(await verdictOf(scene, writing(project.path('deep/down/.env')))).toBe('deny');
    expect(await verdictOf(scene, running('cat .env', project.root))).toBe('deny');
    expect(await verdictOf(scene, running('npm test < .env', project.root))).toBe('deny');
  });

  it('a whole tool that is denied is not offered, and its calls are refused all the same', async () => {
    const scene = open({disallowed: ['Bash', 'Read(x)', 'Edit(y)']});
    expect(scene.rules.deniedTools()).toEqual(['Bash']);
    expect(await verdictOf(scene, running('ls', scene.project.root))).toBe('deny');
  });
});

describe('a refusal', () => {
  it('names the rule', async () => {
    const project = createProject();
    const scene = open({settings: {rules: rules(project, {deny: ['Read(.env)']})}}, project);
    expect(await scene.decide(reading(project.path('.env')))).toMatchObject({
      verdict: 'deny',
      message: expect.stringMatching(/the rule Read\(\.env\) forbids it.*Nothing was done/),
    });
  });

  it('of what nobody can be asked about names the flag that would allow it', async () => {
    const scene = open({asker: 'nobody'});
    const {project} = scene;
    const refusalOf = async (request: ReturnType<typeof call>): Promise<string> => {
      const decision = await scene.decide(request);
      return decision.verdict === 'ask' ? (decision.refusal?.message ?? 'none') : decision.verdict;
    };
    const edit = await refusalOf(writing(project.path('a.ts')));
    expect(edit).toMatch(/nobody can be asked in one-shot mode \(changes a file\)/);
    expect(edit).toContain('--allowedTools "Edit"');
    expect(edit).toContain('--dangerously-skip-permissions');
    expect(await refusalOf(writing(project.path('a.ts'), 'Write'))).toContain('--allowedTools "Write"');
    expect(await refusalOf(running('npm run build', project.root))).toContain('--allowedTools "Bash(npm run build');
    expect(await refusalOf(reading('/etc/hosts'))).toContain('--allowedTools "Read(//etc/hosts)"');
    expect(await refusalOf(call('mcp__files__read'))).toContain('--allowedTools "mcp__files__read"');
  });

  it('names a flag that does allow it, also where the agent works below the top of the project', async () => {
    const project = createProject();
    project.put('.git/HEAD', 'ref: refs/heads/main\n');
    mkdirSync(project.path('sub'));
    const cwd = project.path('sub');
    const request = running('touch x', cwd);
    const decision = await open({asker: 'nobody', cwd}, project).decide(request);
    const told = decision.verdict === 'ask' ? decision.refusal?.message : undefined;
    const flag = /--allowedTools "([^"]+)"/.exec(told ?? '')?.[1];
    expect(flag).toBe('Edit(/sub/x)');
    expect(await verdictOf(open({cwd, allowed: [flag ?? '']}, project), request)).toBe('allow');
  });

  it('is all that comes of a call that cannot be judged', async () => {
    const scene = open();
    const broken = {
      ...call('Edit'),
      get subjects(): never {
        throw new Error('no subjects');
      },
    };
    expect(await scene.decide(broken)).toMatchObject({verdict: 'deny', message: expect.stringMatching('no subjects')});
    expect(await scene.decide(reading(`${'x'.repeat(5_000)}\0`))).toMatchObject({verdict: 'ask'});
  });

  it('comes at once where a hook wants to ask and nobody is there', async () => {
    expect(await open({asker: 'nobody'}).ask(call('Edit'), never)).toMatchObject({verdict: 'deny'});
    expect(open({asker: 'nobody'}).refusal?.(call('Edit'), 'look first')).toMatchObject({
      message: expect.stringMatching(/look first.*nobody can be asked/),
      summary: 'a hook wants it asked, and nobody can be',
    });
    expect(open().refusal?.(call('Edit'), 'look first')).toBeUndefined();
  });
});
