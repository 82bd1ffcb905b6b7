/** `agent policy explain`, and one-shot runs under rules, as the built program has them. */
import {describe, expect, it} from 'vitest';
import {createFolder, type Folder, runAgent, served} from '../support/agent.js';
import {textReply, toolReply} from '../support/model-server.js';
import {serveModel} from '../support/serve-model.js';

function project(permissions: unknown): Folder {
  const folder = createFolder({
    '.agent/settings.json': JSON.stringify({permissions}),
    '.env': 'SECRET=1\n',
    'a.txt': 'x\n',
  });
  return folder;
}

describe('agent policy explain', () => {
  it('tells each part of a command and the rule that decides it, and runs nothing', async () => {
    const folder = project({deny: ['Bash(touch:*)', 'Read(.env)']});
    const explain = async (command: string) => {
      const {code, stdout} = await runAgent(['policy', 'explain', command], {cwd: folder.path});
      return {code, lines: stdout.trimEnd().split('\n')};
    };
    const denied = await explain('cat a.txt && touch made > /dev/null');
    expect(denied.code).toBe(11);
    expect(denied.lines[0]).toMatch(/^ {2}allow {2}cat a\.txt/);
    expect(denied.lines[1]).toMatch(
      new RegExp(`^ {2}deny {3}touch made +\\(Bash\\(touch:\\*\\) in ${folder.path}/\\.agent/settings\\.json\\)$`),
    );
    expect(denied.lines.at(-1)).toMatch(/^deny: /);
    expect(folder.has('made')).toBe(false);
    expect((await explain('cat .env')).lines.join()).toContain(`Read(.env) in ${folder.path}`);
    expect((await explain('npm test')).code).toBe(10);
    expect(await explain('git status')).toMatchObject({
      code: 0,
      lines: expect.arrayContaining([expect.stringMatching(/^allow: /)]),
    });
  });

  it('shows what a command hides, and says so if it cannot be told', async () => {
    const folder = project({});
    const {stdout} = await runAgent(['policy', 'explain', 'echo \u001b[2K\u202eevil'], {cwd: folder.path});
    expect(stdout).not.toMatch(/[\u001b\u202e]/);
    const usage = await runAgent(['policy', 'explain', 'git', 'push'], {cwd: folder.path});
    expect([usage.code, usage.stderr]).toEqual([2, expect.stringContaining('agent policy explain "git push')]);
    const help = await runAgent(['policy', 'explain', '--help'], {cwd: folder.path});
    expect([help.code, help.stdout]).toEqual([0, expect.stringContaining('Exit codes:')]);
  });

  it('takes what a run would be given: settings, their sources, rules, a mode and trust', async () => {
    const folder = project({allow: ['Bash(make x)'], ask: ['Bash(docker:*)']});
    const codeOf = async (command: string, ...flags: readonly string[]) =>
      (await runAgent(['policy', 'explain', ...flags, command], {cwd: folder.path})).code;
    const settings = JSON.stringify({permissions: {deny: ['Bash(git push:*)']}});
    expect(await codeOf('git push', '--settings', settings)).toBe(11);
    expect(await codeOf('git push', '--disallowedTools', 'Bash(git push:*)')).toBe(11);
    expect(await codeOf('npm test', '--allowedTools', 'Bash(npm test:*)')).toBe(0);
    expect(await codeOf('npm test', '--permission-mode', 'plan')).toBe(11);
    expect(await codeOf('npm test', '--dangerously-skip-permissions')).toBe(0);
    expect(await codeOf('docker ps', '--dangerously-skip-permissions')).toBe(10);
    expect(await codeOf('make x', '--trust')).toBe(0);
    expect(await codeOf('docker ps', '--setting-sources', 'user', '--permission-mode', 'bypassPermissions')).toBe(0);
    expect(await codeOf('docker ps', '--settings', 'no-such.json')).toBe(2);
  });

  it('takes no flag that says nothing of permissions', async () => {
    const folder = project({});
    const {code, stderr} = await runAgent(['policy', 'explain', 'ls', '--model', 'opus'], {cwd: folder.path});
    expect([code, stderr]).toEqual([2, expect.stringContaining('--model')]);
  });

  it('says which rules of the folder have no effect yet', async () => {
    const folder = project({allow: ['Bash(npm test)'], deny: ['Bsh(x)']});
    const {code, stderr} = await runAgent(['policy', 'explain', 'npm test'], {cwd: folder.path});
    expect(code).toBe(10);
    expect(stderr).toMatch(/not trusted.*1 allow rule/);
    expect(stderr).toMatch(/"Bsh\(x\)".*is Bash meant/);
  });
});

describe('one-shot under rules', () => {
  it('runs what a flag’s rule allows, asks nobody, and tells which rule would allow the rest', async () => {
    const folder = project({});
    const server = await serveModel([
      toolReply([
        {name: 'Bash', input: {command: 'touch a-made'}},
        {name: 'Bash', input: {command: 'touch b-made'}},
      ]),
      textReply('done'),
    ]);
    const {code, stderr} = await runAgent(['-p', 'go', '--allowedTools', 'Bash(touch a-made),Edit(/src/**)'], {
      cwd: folder.path,
      env: served(server.url),
    });
    expect(code).toBe(0);
    expect([folder.has('a-made'), folder.has('b-made')]).toEqual([true, false]);
    const told = JSON.stringify(server.requests[1]?.body.messages);
    expect(told).toMatch(/nobody can be asked in one-shot mode/);
    expect(stderr).toContain('--allowedTools');
  });

  it('skips questions with --dangerously-skip-permissions, and neither deny rules nor rules that ask', async () => {
    const folder = project({deny: ['Bash(touch a:*)'], ask: ['Bash(touch b:*)']});
    const server = await serveModel([
      toolReply(['a', 'b', 'c'].map(name => ({name: 'Bash', input: {command: `touch ${name}`}}))),
      textReply('done'),
    ]);
    await runAgent(['-p', 'go', '--dangerously-skip-permissions'], {cwd: folder.path, env: served(server.url)});
    expect(['a', 'b', 'c'].map(folder.has)).toEqual([false, false, true]);
  });
});
