/** The examples of docs/hooks.md, run as they stand there. */
import {execFileSync} from 'node:child_process';
import {chmodSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {describe, expect, it, onTestFinished} from 'vitest';
import {createScriptedModel, createSession, type ScriptedReply, type SessionOptions} from '../../src/index.js';
import {createFolder} from '../support/folder.js';
import {runTurn} from '../support/runtime.js';

const page = readFileSync(fileURLToPath(new URL('../../docs/hooks.md', import.meta.url)), 'utf8');
const blocks = (language: string): readonly string[] =>
  [...page.matchAll(/^```(\w*)\n(.*?)^```$/gms)].flatMap(([, name, text = '']) => (name === language ? [text] : []));

const [guard, format, tests, branch, answer] = blocks('json');

/** A folder with these files and, in its settings, that example; trusted. */
async function open(
  example: string | undefined,
  files: Readonly<Record<string, string>>,
  script: readonly ScriptedReply[],
  options: SessionOptions = {},
) {
  const cwd = createFolder();
  const all = {...files, '.agent/settings.json': example ?? ''};
  for (const [name, content] of Object.entries(all)) {
    mkdirSync(dirname(join(cwd, name)), {recursive: true});
    writeFileSync(join(cwd, name), content);
    if (name.endsWith('.sh')) chmodSync(join(cwd, name), 0o755);
  }
  execFileSync('git', ['init', '-q', '-b', 'trunk', cwd]);
  const model = createScriptedModel(script);
  const env = {PATH: process.env.PATH, HOME: join(cwd, 'home'), AGENT_HOME: join(cwd, 'home')};
  const session = await createSession({cwd, env, model, trust: true, skipPermissions: true, ...options});
  onTestFinished(() => session.close());
  const events = await runTurn(session, 'go');
  const heard = model.requests.map(({messages}) => JSON.stringify(messages.at(-1)));
  return {...events, heard, warnings: session.warnings, read: (name: string) => readFileSync(join(cwd, name), 'utf8')};
}

const bash = (command: string): ScriptedReply => ({calls: [{name: 'Bash', input: {command}}]});
const write: ScriptedReply = {calls: [{name: 'Write', input: {file_path: 'a.txt', content: 'x'}}]};
/** A project of which `npm run format` and `npm test` run these commands. */
const scripts = (format: string, test: string) => ({'package.json': JSON.stringify({scripts: {format, test}})});

describe('the examples of docs/hooks.md', () => {
  it('are five, and a program', () => {
    expect([blocks('json').length, blocks('sh').length, blocks('ts').length]).toEqual([5, 1, 1]);
  });

  it('guard against a command, and let others run', async () => {
    const [program = ''] = blocks('sh');
    const [, name = ''] = /^# (\S+)$/m.exec(program) ?? [];
    expect(name).toBe('.agent/hooks/guard.sh');
    const script = [bash('git push origin'), bash('echo hello'), {text: 'done'}];
    const {heard, warnings} = await open(guard, {[name]: program}, script);
    expect(heard[1]).toContain('Nothing is pushed from here.');
    expect(heard[2]).toContain('hello');
    expect(warnings).toEqual([]);
    const broken = await open(guard, {}, [bash('echo hello'), {text: 'done'}]);
    expect(broken.heard[1]).toMatch(/was not found .*Without its word this is refused/);
  });

  it('format what was written, and tell what goes wrong with that', async () => {
    const fine = await open(format, scripts('echo formatted >> a.txt', ''), [write, {text: 'done'}]);
    expect(fine.read('a.txt')).toBe('xformatted\n');
    const broken = await open(format, scripts('echo no formatter; exit 1', ''), [write, {text: 'done'}]);
    expect(broken.heard[1]).toMatch(/PostToolUse:Write hook blocking error .*no formatter/);
  });

  it('hold an agent back while tests fail, once', async () => {
    const failing = scripts('', 'echo red; exit 1');
    const {heard, outcome} = await open(tests, failing, [{text: 'one'}, {text: 'two'}]);
    expect(heard[1]).toMatch(/Stop hook feedback.*red/);
    expect(outcome).toMatchObject({reason: 'completed', text: 'two'});
    expect((await open(tests, scripts('', 'true'), [{text: 'one'}])).outcome.text).toBe('one');
  });

  it('say with a prompt what the branch is', async () => {
    const {heard} = await open(branch, {}, [{text: 'done'}]);
    expect(heard[0]).toContain('UserPromptSubmit hook success: The branch is trunk.');
  });

  it('answer a question', async () => {
    const asked = {interactive: true, skipPermissions: false};
    const {read} = await open(answer, {}, [write, {text: 'done'}], asked);
    expect(read('a.txt')).toBe('x');
  });

  it('are functions of a program too', async () => {
    const [source = ''] = blocks('ts');
    const body = source.replace('const session = await createSession(', 'return (').replace(/\);\s*$/, ');');
    const {hooks} = new Function(body)() as SessionOptions;
    const script = [bash('git push'), {text: 'one'}, {text: 'two'}];
    const {heard, outcome} = await open('{}', {}, script, hooks ? {hooks} : {});
    expect(heard[1]).toContain('Not from here.');
    expect(outcome.text).toBe('two');
  });
});
