import {chmodSync, mkdirSync, readFileSync, realpathSync, statSync, symlinkSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, it} from 'vitest';
import {withoutRoot} from '../support/folder.js';
import {answering, createScene, type FileName} from './scene.js';

const hook = (command: string) => ({hooks: {Stop: [{hooks: [{type: 'command', command}]}]}});

/** One of everything that needs trust, and of what does not. */
const everything = {
  model: 'haiku',
  agents: {live: 2},
  env: {GREETING: 'hello'},
  permissions: {
    allow: ['Bash(make)'],
    ask: ['Bash(git push)'],
    deny: ['Read(.env)'],
    additionalDirectories: ['../other'],
  },
  hooks: {PreToolUse: [{matcher: 'Bash', hooks: [{type: 'command', command: './check.sh'}]}]},
  statusLine: {type: 'command', command: './status.sh'},
};

const folderFiles: readonly FileName[] = ['claude project', 'project', 'claude local', 'local'];

describe('a folder that nobody trusts', () => {
  it.each(folderFiles)('restricts with its %s file, and chooses nothing and lets nothing happen', async file => {
    const {write, settings, project, files} = createScene();
    write(file, everything);
    const loaded = await settings();
    expect([loaded.model, loaded.agents]).toEqual([undefined, undefined]);
    expect(loaded).toMatchObject({
      env: {},
      ownEnv: {},
      hooks: [],
      statusLine: null,
      additionalDirectories: [],
      warnings: [],
    });
    expect(loaded.rules.map(({list, text}) => [list, text])).toEqual([
      ['deny', 'Read(.env)'],
      ['ask', 'Bash(git push)'],
    ]);
    expect(loaded.withheld.map(({kind, text}) => [kind, text])).toEqual([
      ['hook', 'PreToolUse (Bash): ./check.sh'],
      ['status line', './status.sh'],
      ['env', 'GREETING=hello'],
      ['allow rule', 'Bash(make)'],
      ['directory', join(project, '../other')],
      ['cost', 'model: haiku'],
      ['cost', 'agents.live: 2'],
    ]);
    expect(new Set(loaded.withheld.map(({source}) => source.path))).toEqual(new Set([files[file]]));
  });

  it("leaves the person's own things as they are", async () => {
    const {write, settings} = createScene();
    write('user', {...hook('mine'), statusLine: {type: 'command', command: 'mine'}, permissions: {allow: ['Edit']}});
    write('project', {...hook('theirs'), statusLine: {type: 'command', command: 'theirs'}, env: {A: '1'}});
    const {hooks, statusLine, rules, env} = await settings();
    expect([hooks.map(({command}) => command), statusLine?.command, rules.map(({text}) => text), env]).toEqual([
      ['mine'],
      'mine',
      ['Edit'],
      {},
    ]);
  });

  it("gets no more from a link to a file outside, and nothing anew from one to the person's own", async () => {
    const {write, settings, files, project} = createScene();
    write('flag file', {...hook('outside'), permissions: {allow: ['Bash'], deny: ['Edit']}});
    mkdirSync(join(project, '.agent'));
    symlinkSync(files['flag file'], files.project);
    write('user', {permissions: {allow: ['Write']}});
    symlinkSync(files.user, files.local);
    const {rules, hooks, withheld} = await settings();
    expect(rules.map(({list, text}) => [list, text])).toEqual([
      ['deny', 'Edit'],
      ['allow', 'Write'],
    ]);
    expect([hooks, withheld.map(({text}) => text)]).toEqual([[], ['Stop: outside', 'Bash']]);
  });

  it('has its own folders to itself, but not those that a link in it leads to', async () => {
    const {write, settings, project, home} = createScene();
    mkdirSync(join(project, 'docs'));
    symlinkSync(home, join(project, 'link'));
    write('project', {permissions: {additionalDirectories: ['docs', 'link', 'absent']}});
    const {additionalDirectories, withheld} = await settings();
    expect(additionalDirectories).toEqual([join(project, 'docs'), join(project, 'absent')]);
    expect(withheld.map(({text}) => text)).toEqual([home]);
  });

  it('is not asked about for hooks that the person has switched off', async () => {
    const {write, settings} = createScene();
    write('user', {disableAllHooks: true});
    write('project', hook('theirs'));
    expect(await settings()).toMatchObject({hooks: [], withheld: []});
  });
});

describe('a folder is trusted', () => {
  it.each<[string, object]>([
    ['for one run by the flag', {trust: true}],
    ['for one run by naming its settings', {sources: ['user', 'project', 'local']}],
  ])('%s', async (_, options) => {
    const {write, settings} = createScene();
    write('project', everything);
    const loaded = await settings(options);
    expect(loaded).toMatchObject({
      model: 'haiku',
      agents: {live: 2},
      env: {GREETING: 'hello'},
      ownEnv: {},
      statusLine: {command: './status.sh'},
      withheld: [],
    });
    expect(loaded.hooks).toHaveLength(1);
    expect(loaded.rules).toHaveLength(3);
    expect((await settings()).withheld).toHaveLength(7);
  });

  it('before it says what work costs: over what the person says, and one by one', async () => {
    const {write, settings} = createScene();
    write('user', {model: 'sonnet', effort: 'low', agents: {live: 4}});
    write('claude project', {model: 'opus', fallbackModel: ['default', 'sonnet[1m]', 'haiku']});
    write('local', {effort: 'max', agents: {live: 100, spawnsPerTurn: 1000}});
    expect(await settings()).toMatchObject({model: 'sonnet', effort: 'low', agents: {live: 4}});
    expect(await settings({trust: true})).toMatchObject({
      model: 'opus',
      fallbackModels: ['sonnet', 'haiku'],
      effort: 'max',
      agents: {live: 100, spawnsPerTurn: 1000},
    });
    const {asked, askTrust} = answering(true);
    await settings({askTrust});
    write('claude project', {model: 'haiku'});
    await settings({askTrust});
    expect(asked).toEqual([
      ['model: opus', 'fallbackModel: sonnet, haiku', 'effort: max', 'agents.live: 100', 'agents.spawnsPerTurn: 1000'],
      ['model: haiku'],
    ]);
  });

  it('not by naming other sources, nor by naming none', async () => {
    const {write, settings} = createScene();
    write('local', hook('theirs'));
    expect((await settings({sources: ['user', 'local']})).withheld).toHaveLength(1);
    expect(await settings({sources: []})).toMatchObject({hooks: [], withheld: []});
    expect((await settings({trust: false, sources: ['project', 'local']})).withheld).toHaveLength(1);
  });

  it('by a yes, which is kept, and asked for once', async () => {
    const {write, settings, home} = createScene();
    write('project', everything);
    const {asked, askTrust} = answering(true);
    expect((await settings({askTrust})).hooks).toHaveLength(1);
    expect(asked).toHaveLength(1);
    expect(asked[0]).toHaveLength(7);
    expect(await settings({askTrust})).toMatchObject({env: {GREETING: 'hello'}, withheld: []});
    expect(await settings()).toMatchObject({env: {GREETING: 'hello'}, withheld: []});
    expect(asked).toHaveLength(1);
    expect(statSync(join(home, '.agent/trust.json')).mode & 0o777).toBe(0o600);
  });

  it('not by a no, which is asked again', async () => {
    const {write, settings} = createScene();
    write('project', hook('theirs'));
    const {asked, askTrust} = answering(false);
    for (let run = 0; run < 2; run += 1) expect((await settings({askTrust})).hooks).toEqual([]);
    expect(asked).toEqual([['Stop: theirs'], ['Stop: theirs']]);
  });

  it('with what was seen: only what is new or changed is asked for anew', async () => {
    const {write, settings} = createScene();
    const {asked, askTrust} = answering(true);
    const load = () => settings({askTrust});
    write('project', {...hook('one'), env: {A: '1'}, permissions: {allow: ['Edit']}});
    await load();
    write('project', {...hook('one'), env: {A: '2'}, permissions: {allow: ['Edit', 'Write']}});
    await load();
    write('project', {hooks: {Stop: [{hooks: [{type: 'command', command: 'one', timeout: 5}]}]}, env: {A: '2'}});
    await load();
    // Moved to the other file it is what it was.
    write('project', {});
    write('local', {env: {A: '2'}});
    await load();
    expect(asked).toEqual([['Stop: one', 'A=1', 'Edit'], ['A=2', 'Write'], ['Stop: one']]);
  });

  it('and another with the same items is not', async () => {
    const [one, other] = [createScene(), createScene()];
    const {askTrust} = answering(true);
    for (const {write} of [one, other]) write('project', hook('theirs'));
    await one.settings({askTrust});
    expect((await other.settings({env: {HOME: one.home}})).withheld).toHaveLength(1);
  });

  it('under its real path, by whatever link one comes', async () => {
    const {write, settings, project, home} = createScene();
    write('project', hook('theirs'));
    const link = join(home, 'link');
    symlinkSync(project, link);
    await settings({askTrust: answering(true).askTrust, cwd: link});
    expect((await settings()).withheld).toEqual([]);
    const {folders} = JSON.parse(readFileSync(join(home, '.agent/trust.json'), 'utf8'));
    expect(Object.keys(folders)).toEqual([realpathSync(project)]);
  });

  it('by several runs at once, and none takes the word of another', async () => {
    const home = createScene();
    const {askTrust} = answering(true);
    const scenes = Array.from({length: 12}, () => createScene());
    for (const {write} of scenes) write('project', hook('theirs'));
    const env = {HOME: home.home};
    const first = await Promise.all(scenes.map(({settings}) => settings({env, askTrust})));
    expect(first.flatMap(({warnings}) => warnings)).toEqual([]);
    const second = await Promise.all(scenes.map(({settings}) => settings({env})));
    expect(second.flatMap(({withheld}) => withheld)).toEqual([]);
  });
});

describe('the file of trusted folders', () => {
  it.each(['', '[]', '{"folders": 1}', '{"folders": {"/": "x"}}', '{"folders": {"/": [1]}}'])(
    'trusts nothing when it is broken, and is not written over: %j',
    async text => {
      const {write, settings, home} = createScene();
      write('project', hook('theirs'));
      mkdirSync(join(home, '.agent'));
      const file = join(home, '.agent/trust.json');
      writeFileSync(file, text);
      const {withheld, warnings} = await settings();
      expect(withheld).toHaveLength(1);
      expect(warnings).toEqual([
        `The file ${file} cannot be used: it is no list of folders. No folder is trusted until it is mended or removed.`,
      ]);
      expect((await settings({askTrust: answering(true).askTrust})).hooks).toHaveLength(1);
      expect(readFileSync(file, 'utf8')).toBe(text);
    },
  );

  it('that cannot be written is said, and the answer counts for this run', async () => {
    const {write, settings, home} = createScene();
    write('project', hook('theirs'));
    mkdirSync(join(home, '.agent'));
    chmodSync(join(home, '..'), 0o755);
    chmodSync(join(home, '.agent'), 0o555);
    await withoutRoot(async () => {
      const {hooks, warnings} = await settings({askTrust: answering(true).askTrust});
      expect(hooks).toHaveLength(1);
      expect(warnings).toEqual([
        `That the folder is trusted could not be kept in ${join(home, '.agent/trust.json')} (EACCES); it will be asked again.`,
      ]);
    });
  });
});

describe('what no project can say, trusted or not', () => {
  it.each([
    'ANTHROPIC_BASE_URL',
    'ANTHROPIC_API_KEY',
    'anthropic_model',
    'HTTPS_PROXY',
    'https_proxy',
    'NO_PROXY',
    'NODE_OPTIONS',
    'NODE_EXTRA_CA_CERTS',
    'LD_PRELOAD',
    'DYLD_INSERT_LIBRARIES',
    'PATH',
    'Path',
    'HOME',
    'AGENT_HOME',
    'BASH_ENV',
    'ENV',
    'IFS',
    'PS4',
    'PROMPT_COMMAND',
    'GIT_SSH_COMMAND',
    'GIT_EXTERNAL_DIFF',
    'PAGER',
    'GIT_PAGER',
    'EDITOR',
    'PYTHONPATH',
    'PERL5OPT',
    'RUBYOPT',
    'JAVA_TOOL_OPTIONS',
    'OPENAI_BASE_URL',
    'SSL_CERT_FILE',
    'npm_config_registry',
  ])('is the variable %s', async name => {
    const {write, settings, files} = createScene();
    write('claude local', {env: {[name]: 'x', HARMLESS: '1'}});
    const loaded = await settings({trust: true});
    expect(loaded.env).toEqual({HARMLESS: '1'});
    expect(loaded.ownEnv).toEqual({});
    expect(loaded.warnings).toEqual([
      expect.stringContaining(`The settings file ${files['claude local']} sets env.${name} in vain: `),
    ]);
    expect((await settings()).withheld.map(({text}) => text)).toEqual(['HARMLESS=1']);
  });

  it.each<[string, object]>([
    ['permissions.defaultMode', {permissions: {defaultMode: 'bypassPermissions'}}],
    ['sandbox', {sandbox: {enabled: false}}],
    ['disableAllHooks', {disableAllHooks: true}],
    ['apiKeyHelper', {apiKeyHelper: './key.sh'}],
    ['awsCredentialExport', {awsCredentialExport: './key.sh'}],
  ])('is %s: it has no effect, and a line names file and key', async (key, content) => {
    for (const file of ['project', 'local', 'claude project', 'claude local'] as const) {
      const {write, settings, files} = createScene();
      write('user', {...hook('mine'), sandbox: {enabled: true}, permissions: {defaultMode: 'plan'}});
      write(file, content);
      const loaded = await settings({trust: true});
      expect(loaded).toMatchObject({mode: 'plan', sandbox: {enabled: true}, withheld: []});
      expect(loaded.hooks).toHaveLength(1);
      expect(loaded.warnings).toEqual([expect.stringContaining(`${files[file]} sets ${key} in vain: `)]);
    }
  });

  it("are the person's own words for the same things", async () => {
    const {write, settings} = createScene();
    write('user', {env: {ANTHROPIC_BASE_URL: 'http://localhost', PATH: '/bin'}});
    expect(await settings()).toMatchObject({
      env: {ANTHROPIC_BASE_URL: 'http://localhost', PATH: '/bin'},
      ownEnv: {ANTHROPIC_BASE_URL: 'http://localhost', PATH: '/bin'},
      warnings: [],
    });
  });
});
