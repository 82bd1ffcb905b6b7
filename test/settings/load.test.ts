import {execFileSync} from 'node:child_process';
import {mkdirSync, symlinkSync} from 'node:fs';
import {dirname, join, relative} from 'node:path';
import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {withoutFiles} from '../../src/settings/merge.js';
import {createScene, type FileName} from './scene.js';

/** All files, those that win last. */
const order: readonly FileName[] = [
  'claude user',
  'user',
  'claude project',
  'project',
  'claude local',
  'local',
  'flag file',
  'managed',
];

describe('settings', () => {
  it('are empty without files', async () => {
    expect(await createScene().settings()).toEqual(withoutFiles);
  });

  it('come from eight places, and of what several say the last word counts, whichever of them are there', async () => {
    await fc.assert(
      fc.asyncProperty(fc.subarray([...order], {minLength: 1}), async there => {
        const {write, settings, files} = createScene();
        for (const name of there) write(name, {model: `model of ${name}`, effort: 'low'});
        const given = there.includes('flag file') ? {given: files['flag file']} : {};
        expect(await settings({...given, trust: true})).toMatchObject({
          model: `model of ${there.at(-1)}`,
          effort: 'low',
          warnings: [],
        });
      }),
      {numRuns: 30},
    );
  });

  it('win value by value', async () => {
    const {write, settings} = createScene();
    write('user', {model: 'opus', effort: 'low', agents: {depth: 5, live: 20}});
    write('project', {model: 'sonnet', agents: {live: 2, children: 1, spawnsPerTurn: 3}});
    write('local', '\uFEFF{\r\n  "effort": "max"\r\n}\r\n');
    const agents = {depth: 5, live: 2, children: 1, spawnsPerTurn: 3};
    expect(await settings({trust: true})).toMatchObject({model: 'sonnet', effort: 'max', agents});
    write('local', {agents: {depth: 0, live: 0, children: 0, spawnsPerTurn: 0}});
    expect((await settings({trust: true})).agents).toEqual({depth: 0, live: 0, children: 0, spawnsPerTurn: 0});
  });

  it('add their rules up, each with the place it is from', async () => {
    const {write, settings, project, home, files} = createScene();
    for (const name of order) {
      write(name, {permissions: {deny: [`deny ${name}`], ask: [`ask ${name}`], allow: [`allow ${name}`]}});
    }
    const {rules} = await settings({given: files['flag file'], trust: true});
    const of = (list: string) => rules.filter(rule => rule.list === list);
    for (const list of ['deny', 'ask', 'allow']) {
      expect(of(list).map(({text}) => text)).toEqual(order.map(name => `${list} ${name}`));
      expect(of(list).map(({source}) => source)).toEqual([
        {origin: 'user', path: files['claude user'], base: home},
        {origin: 'user', path: files.user, base: home},
        {origin: 'project', path: files['claude project'], base: project},
        {origin: 'project', path: files.project, base: project},
        {origin: 'local', path: files['claude local'], base: project},
        {origin: 'local', path: files.local, base: project},
        {origin: 'flags', path: files['flag file'], base: project},
        {origin: 'managed', path: files.managed, base: project},
      ]);
    }
  });

  it('add their hooks up, flat, with seconds as milliseconds', async () => {
    const {write, settings, files, home} = createScene();
    write('user', {hooks: {Stop: [{hooks: [{type: 'command', command: 'say done'}]}]}});
    write('managed', {
      hooks: {
        PreToolUse: [
          {matcher: 'Bash|Edit', hooks: [{type: 'command', command: 'check', timeout: 1.5, onFailure: 'block'}]},
          {matcher: '*', hooks: [{type: 'command', command: 'log'}]},
          {matcher: '', hooks: []},
        ],
      },
    });
    const {hooks} = await settings();
    const source = {origin: 'user', path: files.user, base: home};
    expect(
      hooks.map(({event, matcher, command, timeoutMs, onFailure}) => [event, matcher, command, timeoutMs, onFailure]),
    ).toEqual([
      ['Stop', null, 'say done', null, 'allow'],
      ['PreToolUse', 'Bash|Edit', 'check', 1_500, 'block'],
      ['PreToolUse', null, 'log', null, 'allow'],
    ]);
    expect(hooks[0]?.source).toEqual(source);
  });

  it('switch hooks off, all but those of the administrator, who alone can switch his own off', async () => {
    const {write, settings} = createScene();
    const hooks = (command: string) => ({Stop: [{hooks: [{type: 'command', command}]}]});
    const commands = async () => (await settings()).hooks.map(({command}) => command);
    write('user', {hooks: hooks('mine'), disableAllHooks: true});
    expect(await commands()).toEqual([]);
    write('managed', {hooks: hooks('managed')});
    expect(await commands()).toEqual(['managed']);
    write('managed', {hooks: hooks('managed'), disableAllHooks: false});
    expect(await commands()).toEqual(['mine', 'managed']);
    write('managed', {hooks: hooks('managed'), disableAllHooks: true});
    expect(await commands()).toEqual([]);
  });

  it('say the mode to begin in, and take bypassing away for good', async () => {
    const {write, settings} = createScene();
    write('user', {permissions: {defaultMode: 'plan'}});
    expect(await settings()).toMatchObject({mode: 'plan', mayBypass: true});
    write('project', {permissions: {disableBypassPermissionsMode: 'disable'}});
    expect(await settings({given: '{"permissions": {"defaultMode": "bypassPermissions"}}'})).toMatchObject({
      mode: 'bypassPermissions',
      mayBypass: false,
    });
  });

  it('give variables to what is started, and those of the person to the program itself', async () => {
    const {write, settings} = createScene();
    write('claude user', {env: {ONE: 'user', TWO: 2, THREE: true}});
    write('project', {env: {ONE: 'project'}});
    write('managed', {env: {FOUR: 'managed'}});
    const {env, ownEnv} = await settings({trust: true});
    expect(env).toEqual({ONE: 'project', TWO: '2', THREE: 'true', FOUR: 'managed'});
    expect(ownEnv).toEqual({ONE: 'user', TWO: '2', THREE: 'true', FOUR: 'managed'});
  });

  it('name folders beside the project, from the home or from where they are relative to', async () => {
    const {write, settings, home, project} = createScene();
    write('user', {permissions: {additionalDirectories: ['notes', '~/papers', '/srv']}});
    write('project', {permissions: {additionalDirectories: ['src']}});
    const {additionalDirectories} = await settings();
    expect(additionalDirectories).toEqual([join(home, 'notes'), join(home, 'papers'), '/srv', join(project, 'src')]);
  });

  it('join sandboxes: lists add up, of switches the last counts', async () => {
    const {write, settings} = createScene();
    write('claude user', {sandbox: {enabled: false, network: {allowedDomains: ['a.org'], httpProxyPort: 1}}});
    write('user', {sandbox: {enabled: true, excludedCommands: ['docker']}});
    write('managed', {sandbox: {network: {allowedDomains: ['a.org', 'b.org'], allowLocalBinding: true}}});
    expect(await settings()).toMatchObject({
      sandbox: {
        enabled: true,
        excludedCommands: ['docker'],
        network: {allowedDomains: ['a.org', 'b.org'], allowLocalBinding: true},
      },
      warnings: [],
    });
  });

  it('take the status line of the last that has one', async () => {
    const {write, settings} = createScene();
    write('claude user', {statusLine: {type: 'command', command: 'one', refreshInterval: 5}});
    write('user', {statusLine: {type: 'command', command: 'two', padding: 1}});
    expect((await settings()).statusLine).toMatchObject({command: 'two', padding: 1});
  });
});

describe('the place of settings', () => {
  it('is AGENT_HOME for ours, and no home that is not an absolute path', async () => {
    const {write, settings, home, files} = createScene();
    write('user', {model: 'opus'});
    const own = dirname(files.user);
    expect(await settings({env: {HOME: '/nonexistent', AGENT_HOME: own}})).toMatchObject({model: 'opus'});
    const env = {AGENT_HOME: relative(process.cwd(), own), HOME: relative(process.cwd(), home)};
    expect(await settings({env})).toEqual(withoutFiles);
  });

  it('is the top of the repository', async () => {
    const {write, settings, project} = createScene();
    mkdirSync(join(project, '.git'));
    mkdirSync(join(project, 'src'));
    execFileSync('git', ['init', '-q', project]);
    write('project', {model: 'haiku'});
    expect(await settings({cwd: join(project, 'src'), trust: true})).toMatchObject({model: 'haiku'});
  });

  it('is chosen by the person, as far as it is a file of theirs or of the project', async () => {
    const {write, settings, files} = createScene();
    for (const name of order) write(name, {permissions: {deny: [name]}});
    const denied = async (...sources: ('user' | 'project' | 'local')[]) =>
      (await settings({sources, given: files['flag file']})).rules.map(({text}) => text);
    expect(await denied()).toEqual(['flag file', 'managed']);
    expect(await denied('user')).toEqual(['claude user', 'user', 'flag file', 'managed']);
    expect(await denied('local', 'project')).toEqual([
      'claude project',
      'project',
      'claude local',
      'local',
      'flag file',
      'managed',
    ]);
  });

  it('is the command line: JSON as it is, or a file that has to be there', async () => {
    const {load, settings, project} = createScene();
    expect(await settings({given: ' {"model": "opus"}'})).toMatchObject({model: 'opus'});
    expect(await load({given: '{"model": 1}'})).toEqual({
      ok: false,
      fault: 'The JSON of --settings:1:11 is broken: model: Invalid input: expected string, received number. Mend it.',
    });
    expect(await load({given: 'absent.json'})).toEqual({
      ok: false,
      fault: `The settings file ${join(project, 'absent.json')} cannot be used: it cannot be read (ENOENT). Make it a readable file, or remove it.`,
    });
  });

  it("is not the home taken for a project: what lies there is the person's own", async () => {
    const {write, settings, home} = createScene();
    write('user', {env: {MINE: '1'}, permissions: {allow: ['Edit'], defaultMode: 'acceptEdits'}});
    write('claude user', {permissions: {allow: ['Write']}});
    const inHome = await settings({cwd: home});
    expect(inHome).toMatchObject({mode: 'acceptEdits', env: {MINE: '1'}, withheld: [], warnings: []});
    expect(inHome.rules.map(({text}) => text)).toEqual(['Write', 'Edit']);
  });
});

describe('a settings file of the largest size', () => {
  it('is read', async () => {
    const {write, settings} = createScene();
    const model = 'x'.repeat(256 * 1024 - '{"model":""}'.length);
    write('user', `{"model":"${model}"}`);
    expect(await settings()).toMatchObject({model});
  });
});

describe('a broken settings file', () => {
  it('is named with line, column, what is wrong and what to do', async () => {
    const {write, load, files} = createScene();
    write('project', '{\n  "model": "opus",\n}\n');
    expect(await load()).toEqual({
      ok: false,
      fault:
        `The settings file ${files.project}:3:1 is broken: expected a key in double quotes, found "}". ` +
        'Mend that line, or remove the file.',
    });
  });

  it.each([
    ['', ':1:1', 'expected a value, found the end of the file'],
    ['{"agents": {"depth": -1}}', ':1:22', 'agents.depth: Too small: expected number to be >=0'],
    ['{"agents": {"live": 1e9}}', ':1:21', 'agents.live: Too big: expected number to be <=100'],
    ['{"model": "opus"', ':1:17', 'expected "," or "}", found the end of the file'],
    ['{"model": opus}', ':1:11', '"opus" is no JSON value'],
    ['{"model": "opus\n"}', ':1:11', 'this string is not closed'],
    ['{"model" "opus"}', ':1:10', 'expected ":", found "\\""'],
    ["{'model': 1}", ':1:2', 'a key in double quotes'],
    ['{} // done', ':1:4', 'expected the end of the file'],
    ['{\n "model": "a",\n "model": "b"}', ':3:2', 'there twice'],
    ['{\n "effort":\n   "hihg"}', ':3:4', 'effort: '],
    ['{"model": 5}', ':1:11', 'model: '],
    ['{"model": ""}', ':1:11', 'model: '],
    ['['.repeat(100_000), ':1:102', 'nested deeper than 100 levels'],
    ['["model"]', ':1:1', 'expected object'],
    ['{"permissions": {"deny": "Bash"}}', ':1:26', 'permissions.deny: '],
    ['{"permissions": {\n"defaultMode": "yolo"}}', ':2:16', 'permissions.defaultMode: '],
    ['{"permissions": {"allow": [""]}}', ':1:28', 'permissions.allow.0: '],
    ['{"hooks": {"Stop": [{"hooks": [{"type": "command"}]}]}}', ':1:32', 'hooks.Stop.0.hooks.0.command: '],
    ['{"hooks": {"Stop": [{"hooks": [{"type": "prompt", "command": "x"}]}]}}', ':1:41', 'hooks.Stop.0.hooks.0.type: '],
    ['{"env": {"A B": "x"}}', ':1:17', 'a variable is named with letters, digits and _'],
    ['{"env": {"A": ["x"]}}', ':1:15', 'env.A: '],
    ['{"statusLine": "date"}', ':1:16', 'statusLine: '],
    ['{"modle": 1, "effort": 5}', ':1:24', 'effort: '],
  ])('is found: %.40j', async (text, place, problem) => {
    const {write, load} = createScene();
    write('project', text);
    const outcome = await load();
    const fault = outcome.ok ? `no fault: ${JSON.stringify(outcome.settings)}` : outcome.fault;
    expect(fault).toContain(`settings.json${place} is broken`);
    expect(fault).toContain(problem);
    expect(fault).not.toContain('\n');
  });

  it.each<[string, string, (path: string) => void]>([
    ['a folder', 'it is no regular file', path => mkdirSync(path)],
    ['a FIFO that nobody writes to', 'it is no regular file', path => void execFileSync('mkfifo', [path])],
    ['a link to a device without end', 'it is no regular file', path => symlinkSync('/dev/zero', path)],
    ['a link in a circle', 'it cannot be read (ELOOP)', path => symlinkSync(path, path)],
  ])('of the person stops the start as well, and so does %s in its place', async (_, problem, make) => {
    const {load, files} = createScene();
    mkdirSync(dirname(files.user), {recursive: true});
    make(files.user);
    expect(await load()).toEqual({ok: false, fault: unusable(files.user, problem)});
  });

  it.each<[string, string, string | Uint8Array]>([
    ['one string of 20 MB', 'it is larger than 256 kB', `{"model": "${'x'.repeat(20_000_000)}"}`],
    ['bytes that are no text', 'it is no UTF-8 text', Buffer.from([0x7b, 0xff, 0x7d])],
  ])('is %s', async (_, problem, content) => {
    const {write, load, files} = createScene();
    write('user', content);
    expect(await load()).toEqual({ok: false, fault: unusable(files.user, problem)});
  });

  const unusable = (path: string, problem: string): string =>
    `The settings file ${path} cannot be used: ${problem}. Make it a readable file, or remove it.`;
});

describe('a key that means nothing', () => {
  const warningsOf = async (file: FileName, text: string): Promise<readonly string[]> => {
    const {write, settings} = createScene();
    write(file, text);
    return (await settings()).warnings;
  };

  it.each([
    ['{"effort": "low",\n  "modle": "opus"}', ':2:12: there is no setting "modle"; is "model" meant?'],
    ['{"agents": {"dept": 1}}', ':1:21: there is no setting "agents.dept"; is "depth" meant?'],
    ['{"permissions": {"deni": []}}', ':1:26: there is no setting "permissions.deni"; is "deny" meant?'],
    ['{"hooks": {"PreTooluse": []}}', ':1:26: there is no event "PreTooluse" for hooks; is "PreToolUse" meant?'],
    [
      '{"hooks": {"CwdChanged": []}}',
      expect.stringMatching(
        /^:1:26: there is no event "CwdChanged" for hooks; known here: PreToolUse, .*PermissionRequest, .*PreCompact, PostCompact, .*\.$/,
      ),
    ],
    [
      '{"baseUrl": "https://example.org"}',
      ':1:13: there is no setting "baseUrl"; known here: model, fallbackModel, effort, agents, webFetch, memoryFiles, compaction, env, permissions, hooks, disableAllHooks, statusLine, cleanupPeriodDays, sandbox.',
    ],
    [
      '{"hooks": {"Stop": [{"hooks": [{"type": "command", "command": "x", "timeOut": 1}]}]}}',
      ':1:79: there is no setting "hooks.Stop.0.hooks.0.timeOut"; is "timeout" meant?',
    ],
  ])('is named with the one that is nearest: %j', async (text, warning) => {
    const [first = '', ...others] = await warningsOf('user', text);
    expect(first.replace(/^.*settings\.json/, '')).toEqual(warning);
    expect(others).toEqual([]);
  });

  it('costs nothing of what stands beside it', async () => {
    const {write, settings} = createScene();
    write('user', {
      modle: 1,
      model: 'opus',
      permissions: {deny: ['Bash'], alow: ['Edit']},
      agents: {depth: 1, x: {y: 1}},
    });
    const {model, rules, agents, warnings} = await settings();
    expect([model, rules.map(({text}) => text), agents]).toEqual(['opus', ['Bash'], {depth: 1}]);
    expect(warnings).toHaveLength(3);
  });

  it("is the same of an editor's schema: it is known", async () => {
    expect(await warningsOf('user', '{"$schema": "./settings.schema.json"}')).toEqual([]);
  });
});

describe("Claude Code's files", () => {
  it('may hold what only Claude Code has', async () => {
    const {write, settings} = createScene();
    write('claude user', {
      apiKeyHelper: 'get-key',
      cleanupPeriodDays: 30,
      enabledPlugins: {},
      permissions: {allow: ['Bash(ls)'], disableAutoMode: 'disable'},
      hooks: {
        CwdChanged: [{hooks: [{type: 'command', command: 'never'}]}],
        Stop: [{hooks: [{type: 'command', command: 'done', async: true, statusMessage: 'x'}]}],
      },
    });
    const {warnings, hooks, rules} = await settings();
    expect(warnings).toEqual([]);
    expect(hooks.map(({event, command}) => [event, command])).toEqual([['Stop', 'done']]);
    expect(rules.map(({text}) => text)).toEqual(['Bash(ls)']);
  });

  it.each([
    ['sonnet[1m]', 'sonnet'],
    ['opusplan', 'opus'],
    ['default', undefined],
    ['claude-opus-4-1', 'claude-opus-4-1'],
  ])('name the model %s, which is %s', async (name, model) => {
    const {write, settings} = createScene();
    write('claude user', {model: name, effortLevel: 'high'});
    const loaded = await settings();
    expect([loaded.model, loaded.effort]).toEqual([model, 'high']);
  });

  it('are named where they ask for what is not there', async () => {
    const {write, settings, files} = createScene();
    write('claude user', {
      permissions: {defaultMode: 'auto', deny: ['Read(.env)']},
      hooks: {
        Stop: [
          {
            hooks: [
              {type: 'http', url: 'https://example.org'},
              {type: 'command', command: 'x'},
            ],
          },
        ],
        Stopp: [],
      },
      enabledPlugin: {},
    });
    const {warnings, mode, rules, hooks} = await settings();
    expect(warnings.map(line => line.replace(files['claude user'], ''))).toEqual([
      expect.stringContaining('there is no setting "enabledPlugin"'),
      expect.stringContaining('the mode "auto" is not known here, and has no effect'),
      expect.stringContaining('hooks of the type "http" are not known here; it does not run'),
      expect.stringContaining('there is no event "Stopp" for hooks; is "Stop" meant?'),
    ]);
    expect([mode, rules.length, hooks.length]).toEqual([null, 1, 1]);
  });

  it('stop the start where they are broken', async () => {
    const {write, load, files} = createScene();
    write('claude project', '{"permissions": {"deny": "Bash"}}');
    expect(await load()).toMatchObject({ok: false, fault: expect.stringContaining(`${files['claude project']}:1:26`)});
  });
});
