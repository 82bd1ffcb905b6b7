import {chmodSync, existsSync, mkdirSync, readFileSync, symlinkSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, it} from 'vitest';
import {withoutRoot} from '../support/folder.js';
import {createProject, open, type Project, rules, verdictOf, writing} from './scene.js';

const file = ({root}: Project): string => join(root, '.agent', 'settings.local.json');
const read = (project: Project): unknown => JSON.parse(readFileSync(file(project), 'utf8'));

const never = new AbortController().signal;

/** Asks about an edit of `name` and answers that the rule counts for the project. */
async function grant(scene: ReturnType<typeof open>, name: string): Promise<void> {
  const request = writing(scene.project.path(name));
  await scene.decide(request);
  void scene.ask(request, never);
  scene.answer(request.callId, {verdict: 'allow', reach: 'project'});
  await scene.rules.saved();
}

describe('a rule for the project', () => {
  it('is written to settings.local.json, and counts at once and in the next session', async () => {
    const trusted: string[] = [];
    const scene = open({
      async trust(texts) {
        trusted.push(...texts);
        return null;
      },
    });
    await grant(scene, 'src/a.ts');
    expect(read(scene.project)).toEqual({permissions: {allow: ['Edit(/src/a.ts)']}});
    expect(trusted).toEqual(['Edit(/src/a.ts)']);
    expect(await verdictOf(scene, writing(scene.project.path('src/a.ts')))).toBe('allow');
    expect(scene.rules.list()).toEqual([
      {
        list: 'allow',
        text: 'Edit(/src/a.ts)',
        origin: 'local',
        path: file(scene.project),
        agentId: null,
        problem: null,
      },
    ]);
    const next = open({settings: {rules: rules(scene.project, {allow: ['Edit(/src/a.ts)']}, 'local')}}, scene.project);
    expect(await verdictOf(next, writing(scene.project.path('src/a.ts')))).toBe('allow');
  });

  it('leaves all else in the file as it is, in its order, with its indentation', async () => {
    const project = createProject();
    const before =
      '{\n\t"model": "opus",\n\t"permissions": {"deny": ["Read(x)"], "allow": ["Bash(ls)"]},\n\t"env": {"A": "b"}\n}';
    project.put('.agent/settings.local.json', before);
    await grant(open({}, project), 'a');
    const text = readFileSync(file(project), 'utf8');
    expect(Object.keys(JSON.parse(text))).toEqual(['model', 'permissions', 'env']);
    expect(JSON.parse(text)).toEqual({
      model: 'opus',
      permissions: {deny: ['Read(x)'], allow: ['Bash(ls)', 'Edit(/a)']},
      env: {A: 'b'},
    });
    expect(text).toMatch(/^\{\n\t"model"/);
    expect(text.endsWith('}')).toBe(true);
  });

  it('is there once, however often it is given, and several at once lose none', async () => {
    const scene = open();
    await Promise.all(['a', 'b', 'c', 'a', 'b'].map(name => scene.rules.add('allow', `Edit(/${name})`, 'project')));
    expect(read(scene.project)).toEqual({permissions: {allow: ['Edit(/a)', 'Edit(/b)', 'Edit(/c)']}});
    expect(scene.rules.list()).toHaveLength(3);
    await scene.rules.remove('allow', 'Edit(/b)');
    expect(read(scene.project)).toEqual({permissions: {allow: ['Edit(/a)', 'Edit(/c)']}});
    expect(await verdictOf(scene, writing(scene.project.path('b')))).toBe('ask');
  });

  it.each([
    ['{"permissions": ', 'is broken, so no rule was written there'],
    ['[]', 'it is no object'],
    ['{"permissions": []}', '"permissions" is no object'],
    ['{"permissions": {"allow": "Bash"}}', 'permissions.allow is no list'],
  ])('is refused where the file is broken, which stays as it is: %s', async (before, reason) => {
    const project = createProject();
    project.put('.agent/settings.local.json', before);
    const scene = open({}, project);
    await expect(scene.rules.add('allow', 'Edit(/a)', 'project')).rejects.toThrow(reason);
    expect(scene.rules.list()).toEqual([]);
    await grant(scene, 'b');
    expect(scene.told).toEqual([
      {
        type: 'notice',
        level: 'warning',
        text: expect.stringMatching(/^Edit\(\/b\) counts for this session only\. .*local/),
      },
    ]);
    expect(await verdictOf(scene, writing(project.path('b')))).toBe('allow');
    expect(scene.rules.list()).toEqual([expect.objectContaining({text: 'Edit(/b)', origin: 'session', path: null})]);
    expect(readFileSync(file(project), 'utf8')).toBe(before);
  });

  it('is refused where the file may not be written', async () => {
    const project = createProject();
    chmodSync(project.outside, 0o755);
    project.put('.agent/settings.local.json', '{}');
    chmodSync(file(project), 0o444);
    chmodSync(join(project.root, '.agent'), 0o555);
    const scene = open({}, project);
    await withoutRoot(() =>
      expect(scene.rules.add('deny', 'Edit(/a)', 'project')).rejects.toThrow(/could not be written \(EACCES\)/),
    );
    expect(readFileSync(file(project), 'utf8')).toBe('{}');
  });

  it('is never written through a link that leads out of the project', async () => {
    const project = createProject();
    mkdirSync(join(project.home, '.agent'));
    symlinkSync(join(project.home, '.agent'), join(project.root, '.agent'));
    const scene = open({}, project);
    await expect(scene.rules.add('allow', 'Bash(curl:*)', 'project')).rejects.toThrow('leads out of the project');
    expect(existsSync(join(project.home, '.agent', 'settings.local.json'))).toBe(false);
  });

  it('gives way to what somebody else writes in the meantime, and keeps both', async () => {
    const project = createProject();
    const [one, two] = [open({}, project), open({}, project)];
    const names = Array.from({length: 6}, (_, at) => `Edit(/f${at})`);
    await Promise.all(names.map((text, at) => (at % 2 ? one : two).rules.add('allow', text, 'project')));
    const {permissions} = read(project) as {permissions: {allow: readonly string[]}};
    expect(permissions.allow.toSorted()).toEqual(names);
  });
});

describe('changing rules by hand', () => {
  it('refuses what would not do what it says', async () => {
    const scene = open();
    await expect(scene.rules.add('allow', 'Bsh(ls)', 'session')).rejects.toThrow(/no tool "Bsh"; is Bash meant/);
    await expect(scene.rules.add('deny', ' ', 'project')).rejects.toThrow('it is empty');
    expect([scene.rules.list(), existsSync(file(scene.project))]).toEqual([[], false]);
  });

  it('takes out rules of the session, and names the file of those that are not its own', async () => {
    const project = createProject();
    const scene = open({settings: {rules: rules(project, {deny: ['Bash(rm:*)']})}, disallowed: ['Edit(x)']}, project);
    await scene.rules.add('allow', 'Bash(ls)', 'session');
    await scene.rules.remove('allow', 'Bash(ls)');
    expect(scene.rules.list().map(({text}) => text)).toEqual(['Edit(x)', 'Bash(rm:*)']);
    await expect(scene.rules.remove('deny', 'Bash(rm:*)')).rejects.toThrow(join('.agent', 'settings.json'));
    await expect(scene.rules.remove('deny', 'Edit(x)')).rejects.toThrow('the command line');
    await expect(scene.rules.remove('allow', 'Edit(x)')).rejects.toThrow(
      'There is no rule "Edit(x)" in the list allow',
    );
  });

  it('answers the questions that wait, by the new rule', async () => {
    const scene = open();
    const requests = ['a', 'b'].map(name => writing(scene.project.path(name)));
    const answers = requests.map(async request => {
      await scene.decide(request);
      return scene.ask(request, never);
    });
    await Promise.resolve();
    await scene.rules.add('deny', 'Edit(a)', 'session');
    await scene.rules.add('allow', 'Edit(b)', 'session');
    expect((await Promise.all(answers)).map(({verdict}) => verdict)).toEqual(['deny', 'allow']);
  });
});
