import {execFileSync} from 'node:child_process';
import {mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join, relative} from 'node:path';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {loadSettings} from '../../src/settings/load.js';

let folder: string;
let home: string;
let project: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'agent-settings-')));
  home = join(folder, 'home');
  project = join(folder, 'project');
  for (const path of [home, join(project, '.agent'), join(project, 'src')]) mkdirSync(path, {recursive: true});
});
afterEach(() => rmSync(folder, {recursive: true, force: true}));

const load = (cwd = project) => loadSettings({cwd, env: {AGENT_HOME: home}});
const user = () => join(home, 'settings.json');
const shared = () => join(project, '.agent', 'settings.json');
const local = () => join(project, '.agent', 'settings.local.json');

describe('settings', () => {
  it('are empty without files', async () => {
    expect(await load()).toMatchObject({ok: true, settings: {}});
  });

  it('come from the user, the project and its local file, the later winning key by key', async () => {
    writeFileSync(user(), '{"model": "opus", "effort": "low"}');
    expect(await load()).toMatchObject({ok: true, settings: {model: 'opus', effort: 'low'}});
    writeFileSync(shared(), '{"model": "sonnet"}');
    expect(await load()).toMatchObject({ok: true, settings: {model: 'sonnet', effort: 'low'}});
    writeFileSync(local(), '\uFEFF{\r\n  "effort": "max"\r\n}\r\n');
    expect(await load()).toMatchObject({ok: true, settings: {model: 'sonnet', effort: 'max'}});
  });

  it('of agents are limits, and win one by one', async () => {
    writeFileSync(user(), '{"agents": {"depth": 5, "live": 20}}');
    writeFileSync(shared(), '{"agents": {"live": 2, "children": 1, "spawnsPerTurn": 3}}');
    const agents = {depth: 5, live: 2, children: 1, spawnsPerTurn: 3};
    expect(await load()).toMatchObject({ok: true, settings: {agents}});
    writeFileSync(local(), '{"agents": {"depth": 0, "live": 0, "children": 0, "spawnsPerTurn": 0}}');
    expect(await load()).toMatchObject({
      ok: true,
      settings: {agents: {depth: 0, live: 0, children: 0, spawnsPerTurn: 0}},
    });
  });

  it('of the user come from no home that is not an absolute path', async () => {
    writeFileSync(user(), '{"model": "opus"}');
    const env = {AGENT_HOME: relative(process.cwd(), home)};
    expect(await loadSettings({cwd: project, env})).toMatchObject({ok: true, settings: {}});
  });

  it('of a project are those at the top of its repository', async () => {
    mkdirSync(join(project, '.git'));
    writeFileSync(join(project, '.git', 'HEAD'), 'ref: refs/heads/main\n');
    writeFileSync(shared(), '{"model": "haiku"}');
    expect(await load(join(project, 'src'))).toMatchObject({ok: true, settings: {model: 'haiku'}});
  });
});

describe('a settings file of the largest size', () => {
  it('is read', async () => {
    const model = 'x'.repeat(256 * 1024 - '{"model":""}'.length);
    writeFileSync(user(), `{"model":"${model}"}`);
    expect(await load()).toMatchObject({ok: true, settings: {model}});
  });
});

describe('a broken settings file', () => {
  const faultOf = async (text: string): Promise<string> => {
    writeFileSync(shared(), text);
    const outcome = await load();
    return outcome.ok ? `no fault: ${JSON.stringify(outcome.settings)}` : outcome.fault;
  };

  it('is named with line, column, what is wrong and what to do', async () => {
    expect(await faultOf('{\n  "model": "opus",\n}\n')).toBe(
      `The settings file ${shared()}:3:1 is broken: expected a key in double quotes, found "}". ` +
        'Mend that line, or remove the file.',
    );
  });

  it.each([
    ['', ':1:1', 'expected a value, found the end of the file'],
    ['{"agents": {"depth": -1}}', ':1:22', 'agents.depth: Too small: expected number to be >=0'],
    ['{"agents": {"live": 1e9}}', ':1:21', 'agents.live: Too big: expected number to be <=100'],
    [
      '{"agents": {"deep": 1}}',
      ':1:21',
      'there is no setting "agents.deep" (known: depth, live, children, spawnsPerTurn)',
    ],
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
    ['{"effort": "low",\n  "modle": "opus"}', ':2:12', 'there is no setting "modle" (known: model, effort, agents)'],
    ['{"baseUrl": "https://example.org"}', ':1:13', 'there is no setting "baseUrl"'],
    ['{"env": {"ANTHROPIC_API_KEY": "x"}}', ':1:9', 'there is no setting "env"'],
  ])('is found: %.40j', async (text, place, problem) => {
    const fault = await faultOf(text);
    expect(fault).toContain(`settings.json${place} is broken`);
    expect(fault).toContain(problem);
    expect(fault).not.toContain('\n');
  });

  it.each<[string, string, () => void]>([
    ['a folder', 'it is no regular file', () => mkdirSync(user())],
    ['a FIFO that nobody writes to', 'it is no regular file', () => void execFileSync('mkfifo', [user()])],
    ['a link to a device without end', 'it is no regular file', () => symlinkSync('/dev/zero', user())],
    ['a link in a circle', 'it cannot be read (ELOOP)', () => symlinkSync(user(), user())],
    [
      'one string of 20 MB',
      'it is larger than 256 kB',
      () => writeFileSync(user(), `{"model": "${'x'.repeat(20_000_000)}"}`),
    ],
    ['bytes that are no text', 'it is no UTF-8 text', () => writeFileSync(user(), Buffer.from([0x7b, 0xff, 0x7d]))],
  ])('of the user stops the start as well, and so does %s in its place', async (_, problem, make) => {
    make();
    expect(await load()).toEqual({
      ok: false,
      fault: `The settings file ${user()} cannot be used: ${problem}. Make it a readable file, or remove it.`,
    });
  });
});
