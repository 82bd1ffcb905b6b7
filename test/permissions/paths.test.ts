import {mkdirSync, rmSync, symlinkSync} from 'node:fs';
import {join, normalize} from 'node:path';
import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {ignoresCase, locate, sensitiveName} from '../../src/permissions/places.js';
import {createProject, open, reading, rules, running, verdictOf, writing} from './scene.js';

describe('a link', () => {
  it('that leads out of the project takes nothing with it', async () => {
    const project = createProject();
    symlinkSync(project.home, project.path('way-out'));
    symlinkSync('/etc/hosts', project.path('hosts'));
    symlinkSync(join(project.home, 'not-there'), project.path('dangling'));
    const scene = open({allowed: ['Edit(**)']}, project);
    for (const name of ['way-out/x', 'way-out', 'hosts', 'dangling', 'way-out/deep/../x']) {
      expect([name, await verdictOf(scene, reading(project.path(name)))]).toEqual([name, 'ask']);
      expect([name, await verdictOf(scene, writing(project.path(name), 'Write'))]).toEqual([name, 'ask']);
    }
    expect(await verdictOf(scene, running('cat way-out/x', project.root))).toBe('ask');
    expect(await verdictOf(scene, writing(project.path('new/deep/x')))).toBe('allow');
  });

  it('that a rule that allows goes through is not followed out of the project by it', async () => {
    const project = createProject();
    mkdirSync(join(project.home, 'target'));
    symlinkSync(join(project.home, 'target'), project.path('out'));
    const scene = open(
      {settings: {rules: rules(project, {allow: ['Edit(out/**)', 'Read(./out/**)']}, 'user')}},
      project,
    );
    expect(await verdictOf(scene, writing(project.path('out/x')))).toBe('ask');
    expect(await verdictOf(scene, reading(project.path('out/x')))).toBe('ask');
    await scene.rules.add('allow', `Edit(/${join(project.home, 'target')}/**)`, 'session');
    expect(await verdictOf(scene, writing(project.path('out/x')))).toBe('allow');
  });

  it('is no way around a rule that forbids, by its own name, by a folder above or by where it leads', async () => {
    const project = createProject();
    project.put('private/key');
    symlinkSync(project.path('private/key'), project.path('harmless'));
    symlinkSync('private', project.path('folder'));
    symlinkSync('folder', project.path('again'));
    const scene = open({settings: {rules: rules(project, {deny: ['Read(./private/**)']})}}, project);
    for (const name of ['private/key', 'harmless', 'folder/key', 'again/key', './x/../folder/./key', 'again/new']) {
      expect([name, await verdictOf(scene, reading(project.path(name)))]).toEqual([name, 'deny']);
    }
    const byName = open(
      {settings: {rules: rules(project, {deny: ['Read(./folder/**)', 'Read(./harmless)']})}},
      project,
    );
    for (const name of ['private/key', 'folder/key', 'again/key', 'harmless']) {
      expect([name, await verdictOf(byName, reading(project.path(name)))]).toEqual([name, 'deny']);
    }
  });

  it('in a circle is asked about', async () => {
    const project = createProject();
    symlinkSync('b', project.path('a'));
    symlinkSync('a', project.path('b'));
    const scene = open({allowed: ['Edit']}, project);
    expect(await verdictOf(scene, writing(project.path('a/x')))).toBe('ask');
    expect(await verdictOf(scene, reading(project.path('a')))).toBe('ask');
  });

  it('to the project from elsewhere is the project', async () => {
    const project = createProject();
    const alias = join(project.outside, 'alias');
    symlinkSync(project.root, alias);
    const scene = open({settings: {rules: rules(project, {deny: ['Read(.env)'], allow: ['Edit(src/**)']})}}, project);
    expect(await verdictOf(scene, reading(join(alias, 'a')))).toBe('allow');
    expect(await verdictOf(scene, reading(join(alias, '.env')))).toBe('deny');
    expect(await verdictOf(scene, writing(join(alias, 'src/a')))).toBe('allow');
  });

  it('before `..` means what the system takes it for, and what it looks like', async () => {
    const project = createProject();
    mkdirSync(join(project.home, 'deep'));
    symlinkSync(join(project.home, 'deep'), project.path('link'));
    project.put('notes');
    const scene = open({settings: {rules: rules(project, {deny: ['Read(~/secret)', 'Read(./notes)']})}}, project);
    expect(await verdictOf(scene, running('cat link/../other', project.root))).toBe('ask');
    expect(await verdictOf(scene, running('cat link/../secret', project.root))).toBe('deny');
    expect(await verdictOf(scene, running('cat link/../notes', project.root))).toBe('deny');
  });

  it('that is made after the first decision counts as well', async () => {
    const project = createProject();
    const scene = open({allowed: ['Edit(out/**)']}, project);
    mkdirSync(project.path('out'));
    expect(await verdictOf(scene, writing(project.path('out/x')))).toBe('allow');
    rmSync(project.path('out'), {recursive: true});
    symlinkSync(project.home, project.path('out'));
    expect(await verdictOf(scene, writing(project.path('out/x')))).toBe('ask');
  });

  it('anywhere on a path never changes what a path is: its real place is judged', async () => {
    const project = createProject();
    mkdirSync(project.path('in/deep'), {recursive: true});
    mkdirSync(join(project.home, 'deep'), {recursive: true});
    symlinkSync(project.home, project.path('in/out'));
    symlinkSync(project.path('in'), join(project.home, 'back'));
    symlinkSync('../..', project.path('in/deep/up'));
    const step = fc.constantFrom('in', 'deep', 'out', 'back', 'up', '..', '.', 'new', '');
    const scene = open({mode: 'acceptEdits'}, project);
    await fc.assert(
      fc.asyncProperty(fc.array(step, {maxLength: 8}), async steps => {
        // Joined as a string, as a model writes it.
        const path = `${project.root}/${steps.join('/')}/file`;
        const ways = [path, normalize(path)].map(each => locate(each).real);
        const isInside = ways.every(real => real?.startsWith(`${project.root}/`));
        expect(await verdictOf(scene, writing(path))).toBe(isInside ? 'allow' : 'ask');
        expect(await verdictOf(scene, reading(path))).toBe(isInside ? 'allow' : 'ask');
      }),
      {numRuns: 300},
    );
  });
});

describe('what a pattern is relative to', () => {
  it('is the source’s project, where the agent works, home or the root', async () => {
    const project = createProject();
    const sub = project.path('packages/one');
    mkdirSync(sub, {recursive: true});
    const allow = ['Edit(/a)', 'Edit(./b)', 'Edit(c/d)', 'Edit(~/e)', `Edit(/${project.outside}/f)`, 'Edit(g)'];
    const of = async (origin: 'project' | 'user', path: string) =>
      verdictOf(open({cwd: sub, settings: {rules: rules(project, {allow}, origin)}}, project), writing(path));
    for (const origin of ['project', 'user'] as const) {
      expect(await of(origin, project.path('a'))).toBe('allow');
      expect(await of(origin, join(project.home, 'e'))).toBe('allow');
      expect(await of(origin, join(project.outside, 'f'))).toBe('allow');
      expect(await of(origin, join(sub, 'g'))).toBe('allow');
    }
    expect(await of('project', project.path('b'))).toBe('allow');
    expect(await of('project', join(sub, 'b'))).toBe('ask');
    expect(await of('user', join(sub, 'b'))).toBe('allow');
    expect(await of('user', join(sub, 'c/d'))).toBe('allow');
    expect(await of('user', project.path('c/d'))).toBe('ask');
  });

  it('of a rule that forbids is all of these places: a bare name is forbidden everywhere', async () => {
    const project = createProject();
    const sub = project.path('sub');
    mkdirSync(sub);
    const given = {cwd: sub, settings: {rules: rules(project, {deny: ['Read(.env)', 'Read(./keys)']}, 'user')}};
    const scene = open(given, project);
    for (const path of [project.path('.env'), join(sub, 'x/.env'), join(project.home, '.env'), '/etc/.env']) {
      expect([path, await verdictOf(scene, reading(path))]).toEqual([path, 'deny']);
    }
    expect(await verdictOf(scene, reading(join(sub, 'keys/a')))).toBe('deny');
    expect(await verdictOf(scene, reading(project.path('keys/a')))).toBe('deny');
  });
});

describe('a place that decides what runs', () => {
  const places = [
    '.git/hooks/pre-commit',
    '.GIT/config',
    'vendor/lib/.git/config',
    '.agent/settings.json',
    '.claude/settings.local.json',
    '.claude/agents/x.md',
    '.vscode/tasks.json',
    '.husky/pre-push',
    '.bashrc',
    'deep/.zshrc',
    '.envrc',
    '.mcp.json',
    '.ssh/authorized_keys',
  ];

  it.each(places)('is asked about even where edits are accepted or allowed: %s', async name => {
    const scene = open({mode: 'acceptEdits', allowed: ['Edit', 'Write(**)']});
    expect(await verdictOf(scene, writing(scene.project.path(name)))).toBe('ask');
    expect(await verdictOf(scene, running(`echo x > '${name}'`, scene.project.root))).toBe('ask');
    expect(await verdictOf(scene, reading(scene.project.path(name)))).toBe('allow');
  });

  it('is allowed by a rule that names it, and needs no question where all are skipped', async () => {
    const named = open({allowed: ['Edit(.vscode/**)']});
    expect(await verdictOf(named, writing(named.project.path('.vscode/tasks.json')))).toBe('allow');
    expect(await verdictOf(named, writing(named.project.path('.git/config')))).toBe('ask');
    const skipping = open({mode: 'bypassPermissions'});
    expect(await verdictOf(skipping, writing(skipping.project.path('.git/config')))).toBe('allow');
  });

  it('is one by the real path, too', async () => {
    const project = createProject();
    mkdirSync(project.path('.git'));
    symlinkSync('.git', project.path('harmless'));
    expect(await verdictOf(open({mode: 'acceptEdits'}, project), writing(project.path('harmless/config')))).toBe('ask');
  });

  it('is no file that only looks like one', () => {
    for (const path of ['/p/.gitignore', '/p/.github/workflows/ci.yml', '/p/git/x', '/p/a.bashrc', '/p/.env']) {
      expect([path, sensitiveName(path)]).toEqual([path, null]);
    }
  });
});

describe('case', () => {
  it('counts as the file system of the project has it', () => {
    expect(ignoresCase(createProject().root)).toBe(process.platform === 'darwin' || process.platform === 'win32');
  });
});
