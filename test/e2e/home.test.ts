/** A home that is none: an empty HOME, a path that is not absolute, or leads nowhere. The folder one happens to stand in is nobody's home. */
import {readdirSync} from 'node:fs';
import {beforeEach, describe, expect, it} from 'vitest';
import {createFolder, type Folder, runAgent, served} from '../support/agent.js';
import {type ModelServer, textReply} from '../support/model-server.js';
import {serveModel} from '../support/serve-model.js';

let folder: Folder;
let server: ModelServer;
beforeEach(async () => {
  folder = createFolder();
  server = await serveModel([textReply('Done.')]);
});

describe('a home that is none', () => {
  it.each([{HOME: ''}, {HOME: 'home'}])('gets neither compiled code nor the conversation: %j', async env => {
    const run = await runAgent(['-p', 'hi'], {cwd: folder.path, env: {...served(server.url), ...env}});
    expect(run).toMatchObject({code: 0, stdout: 'Done.\n', stderr: ''});
    expect(readdirSync(folder.path)).toEqual([]);
  });

  it('is not made where there is none', async () => {
    const env = {...served(server.url), HOME: `${folder.path}/nobody`};
    const run = await runAgent(['-p', 'hi'], {cwd: folder.path, env});
    expect(run).toMatchObject({code: 0, stdout: 'Done.\n', stderr: ''});
    expect(readdirSync(folder.path)).toEqual([]);
  });

  it('is refused where AGENT_HOME names it: it would be another place in every folder', async () => {
    const run = await runAgent(['-p', 'hi'], {cwd: folder.path, env: {...served(server.url), AGENT_HOME: 'home'}});
    expect(run).toMatchObject({code: 2, stdout: ''});
    expect(run.stderr).toBe('AGENT_HOME is "home", which is no absolute path. Give one, or unset it.\n');
    expect([readdirSync(folder.path), server.requests]).toEqual([[], []]);
  });

  it('gets compiled code and the conversation where it is one', async () => {
    const env = {...served(server.url), HOME: folder.path};
    expect(await runAgent(['-p', 'hi'], {cwd: folder.path, env})).toMatchObject({code: 0, stderr: ''});
    expect(readdirSync(`${folder.path}/.agent`)).toEqual(['code-cache', 'sessions']);
  });
});
