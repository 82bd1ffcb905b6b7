/** The built program with a sandbox: in a repository, as a person sees it, and after a `kill -9`. */
import {readdirSync} from 'node:fs';
import {join} from 'node:path';
import {beforeEach, describe, expect, it} from 'vitest';
import {createFolder, type Folder, runAgent, served, startAgent} from '../support/agent.js';
import {type ModelServer, textReply, toolReply} from '../support/model-server.js';
import {createSleep, pidsWith, until} from '../support/processes.js';
import {describeSandboxed} from '../support/sandbox.js';
import {serveModel} from '../support/serve-model.js';

let folder: Folder;
let server: ModelServer;
beforeEach(() => {
  folder = createFolder({'work/a.txt': 'a\n', 'temp/x': ''});
});

async function start(commands: readonly string[]) {
  const calls = commands.map((command, at) => toolReply([{name: 'Bash', input: {command}, id: `toolu_${at}`}]));
  server = await serveModel([...calls, textReply('Done.')]);
  return {cwd: join(folder.path, 'work'), env: {...served(server.url), TMPDIR: join(folder.path, 'temp')}};
}

const isRunFolder = (name: string): boolean => name.startsWith('agent-');

/** What the calls came to, as the model reads it. */
const results = (): readonly string[] =>
  (server.requests.at(-1)?.body.messages ?? []).flatMap(({content}) =>
    typeof content === 'string'
      ? []
      : content.flatMap(block => (block.type === 'tool_result' ? [JSON.stringify(block.content)] : [])),
  );

describeSandboxed('agent --sandbox', () => {
  it('commits without a question, and finds nothing in the project that was not there', async () => {
    const commit = 'git add -A && git -c user.name=a -c user.email=a@b commit -qm one && git show --stat --format=%s';
    const options = await start(['git init -q . && git status --short', commit, 'git status --short; ls -A']);
    const {code, stderr} = await runAgent(['-p', 'commit it', '--sandbox'], options);
    expect({code, stderr}).toEqual({code: 0, stderr: ''});
    const [status, committed, after] = results();
    expect(status).toContain('?? a.txt');
    expect(status).not.toContain('.bashrc');
    expect(committed).toContain('1 file changed');
    expect(after).not.toContain('??');
    expect(readdirSync(options.cwd).sort()).toEqual(['.git', 'a.txt']);
    expect(readdirSync(options.env.TMPDIR)).toEqual(['x']);
  });

  it('leaves no process and no file of a run that is killed, but empty folders', async () => {
    const {command, pids} = createSleep();
    const options = await start([command]);
    const {child, finished} = startAgent(['-p', 'wait', '--sandbox'], options);
    await until('it runs', () => pids().length > 0);
    const ours = pidsWith('environ', options.env.TMPDIR).filter(pid => pid !== child.pid);
    expect(ours.length).toBeGreaterThan(2);
    child.kill('SIGKILL');
    await finished;
    const {TMPDIR: temp} = options.env;
    const isGone = (): boolean => pidsWith('environ', temp).length === 0 && !readdirSync(temp).some(isRunFolder);
    await until('nothing of it is there', isGone, 3_000);
    expect(readdirSync(temp).filter(name => !name.startsWith('claude-empty-'))).toEqual(['x']);
    expect(readdirSync(options.cwd).sort()).toEqual(['.agent', '.claude', 'a.txt']);
    for (const name of ['.agent', '.claude']) expect(readdirSync(join(options.cwd, name))).toEqual([]);
  });
});

describe('agent --sandbox where there can be none', () => {
  it('says so, and asks as without', async () => {
    const options = await start(['touch made']);
    const env = {...options.env, PATH: '/nonexistent'};
    const {stderr} = await runAgent(['-p', 'do it', '--sandbox'], {...options, env});
    expect(stderr.match(/There is no sandbox, though it is switched on: /g)).toHaveLength(1);
    expect(results()[0]).toContain('This needs permission');
    expect(folder.has('work/made')).toBe(false);
  });
});
