/** `agent doctor` on real settings, with real hooks. */
import {chmodSync} from 'node:fs';
import {join} from 'node:path';
import {beforeEach, describe, expect, it} from 'vitest';
import {createFolder, type Folder, runAgent} from '../support/agent.js';
import {support} from '../support/sandbox.js';

let folder: Folder;
beforeEach(() => {
  folder = createFolder({});
});

async function doctor(settings: unknown, flags: readonly string[] = []) {
  if (settings !== null) folder.write('home/settings.json', JSON.stringify(settings));
  const env = {AGENT_HOME: join(folder.path, 'home'), ANTHROPIC_API_KEY: 'sk-secret'};
  const {code, stdout, stderr} = await runAgent(['doctor', ...flags], {cwd: folder.path, env});
  expect(stderr).toBe('');
  return {code, lines: stdout.split('\n').slice(0, -1)};
}

const hooks = (event: string, command: string, matcher = '') => ({
  hooks: {[event]: [{matcher, hooks: [{type: 'command', command}]}]},
});

describe('agent doctor', () => {
  it('says what there is, and that hooks would be heard; never the key itself', async () => {
    const {code, lines} = await doctor(null);
    expect([code, lines.filter(line => line.startsWith('!'))]).toEqual([0, []]);
    expect(lines.map(line => line.slice(2).split(/\s/)[0])).toEqual([
      'agent',
      'Node',
      'home',
      'ripgrep',
      'settings',
      'key',
      'sandbox',
      'hooks',
    ]);
    expect(lines.at(-3)).toMatch(/from ANTHROPIC_API_KEY$/);
    expect(lines.at(-2)).toMatch(support.ok ? /off; it would work here$/ : /off; .+$/);
    expect(lines.at(-1)).toMatch(/a hook of agent's own heard in \d+ ms$/);
    expect(lines.join('\n')).not.toContain('sk-secret');
  });

  it('says whether there can be the sandbox that the settings want', async () => {
    const {code, lines} = await doctor({sandbox: {enabled: true}});
    const [line = ''] = lines.filter(each => each.slice(2).startsWith('sandbox'));
    expect({code, line}).toEqual(
      support.ok
        ? {code: 0, line: '  sandbox    on, and this machine can make it'}
        : {code: 1, line: expect.stringMatching(/^! sandbox {4}on, but there is none: ./)},
    );
  });

  it('looks whether the program of a hook is there, and runs nothing of it', async () => {
    folder.write('guard.sh', '#!/bin/sh\ntouch ran\n');
    const absent = await doctor(hooks('PreToolUse', './guard.sh --strict', 'Bash'));
    expect([absent.code, absent.lines.at(-1)]).toEqual([
      1,
      '! hook       PreToolUse Bash: ./guard.sh --strict: ./guard.sh is not there, or may not be run',
    ]);
    chmodSync(join(folder.path, 'guard.sh'), 0o755);
    const there = await doctor(hooks('PreToolUse', '"$CLAUDE_PROJECT_DIR"/guard.sh', 'Bash'));
    expect([there.code, there.lines.at(-1)]).toEqual([
      0,
      `  hook       PreToolUse Bash: "$CLAUDE_PROJECT_DIR"/guard.sh: ${folder.path}/guard.sh is there`,
    ]);
    const unknown = await doctor(hooks('Stop', '[ -e x ] || $CHECK'));
    expect([unknown.code, unknown.lines.at(-1)]).toEqual([0, expect.stringMatching(/not looked at/)]);
    expect(folder.has('ran')).toBe(false);
  });

  it('runs them if that is asked for, told that it is a canary', async () => {
    const told = await doctor(hooks('PreToolUse', 'cat > told.json'), ['--run-hooks']);
    expect([told.code, told.lines.at(-1)]).toEqual([0, expect.stringMatching(/ran in \d+ ms, and said nothing/)]);
    expect(JSON.parse(folder.read('told.json'))).toMatchObject({
      session_id: 'canary',
      tool_name: 'Bash',
      tool_input: {command: 'true'},
    });
    const broken = await doctor(hooks('SessionEnd', 'exit 3'), ['--run-hooks']);
    expect([broken.code, broken.lines.at(-1)]).toEqual([1, expect.stringMatching(/failed with exit code 3/)]);
    const foreign = await doctor(hooks('PreToolUse', 'exit 3', 'mcp__.*'), ['--run-hooks']);
    expect([foreign.code, foreign.lines.at(-1)]).toEqual([0, expect.stringMatching(/not run: its matcher/)]);
  });

  it('lists all that a conversation warns of when it starts', async () => {
    folder.write('home/agents/broken.md', '---\nname: 3\n---\n');
    const deny = Array.from({length: 9}, (_, at) => `Nope${at}(x)`);
    const {code, lines} = await doctor({nope: true, permissions: {deny}});
    const amiss = lines.filter(line => line.startsWith('!'));
    expect([code, amiss.filter(line => line.startsWith('! settings'))]).toEqual([1, [expect.stringContaining('nope')]]);
    expect(amiss.filter(line => line.startsWith('! rules'))).toEqual(deny.map(rule => expect.stringContaining(rule)));
    expect(amiss.filter(line => line.startsWith('! agents'))).toEqual([expect.stringContaining('broken.md')]);
  });

  it('names broken settings and matchers', async () => {
    const unreadable = await doctor({hooks: 3});
    expect([unreadable.code, unreadable.lines.at(-1)]).toEqual([1, expect.stringMatching(/^! settings .*hooks/)]);
    const matcher = await doctor(hooks('PreToolUse', 'true', 'Bash('));
    expect([matcher.code, matcher.lines.at(-1)]).toEqual([1, expect.stringMatching(/^! hook .*no regular expression/)]);
    const run = await doctor(hooks('PreToolUse', 'true', 'Bash('), ['--run-hooks']);
    expect([run.code, run.lines.at(-1)]).toEqual([1, expect.stringMatching(/^! hook .*no regular expression/)]);
  });

  it('runs nothing of a folder that nobody trusts, and says what there is', async () => {
    folder.write('.agent/settings.json', JSON.stringify(hooks('PreToolUse', 'touch ran')));
    const {code, lines} = await doctor(null, ['--run-hooks']);
    expect([code, folder.has('ran')]).toEqual([0, false]);
    expect(lines.find(line => line.includes('trust'))).toMatch(/1 hook/);
  });
});

describe('the word doctor', () => {
  it('begins a prompt if more words follow, and has help of its own', async () => {
    const help = await runAgent(['doctor', '--help'], {cwd: folder.path});
    expect([help.code, help.stdout]).toEqual([0, expect.stringMatching(/^Usage: agent doctor/)]);
    const wrong = await runAgent(['doctor', '--frob'], {cwd: folder.path});
    expect([wrong.code, wrong.stderr]).toEqual([
      2,
      "Unknown option '--frob' of agent doctor. See agent doctor --help.\n",
    ]);
    const prompt = await runAgent(['doctor', 'who'], {cwd: folder.path});
    expect(prompt.stdout).not.toMatch(/ripgrep/);
  });
});
