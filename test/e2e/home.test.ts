/** A home that is none: an empty HOME, a path that is not absolute. The folder one happens to stand in is nobody's home. */
import {readdirSync} from 'node:fs';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {createFolder, type Folder, runAgent, served} from '../support/agent.js';
import {type ModelServer, startModelServer, textReply} from '../support/model-server.js';

let folder: Folder;
let server: ModelServer;
beforeEach(async () => {
  folder = createFolder();
  server = await startModelServer([textReply('Done.')]);
});
afterEach(async () => {
  await server.close();
  folder.remove();
});

describe('a home that is no absolute path', () => {
  it.each([{HOME: ''}, {HOME: 'home'}, {AGENT_HOME: 'home'}])('gets no compiled code: %j', async env => {
    const run = await runAgent(['-p', 'hi'], {cwd: folder.path, env: {...served(server.url), ...env}});
    expect(run).toMatchObject({code: 0, stdout: 'Done.\n', stderr: ''});
    expect(readdirSync(folder.path)).toEqual([]);
  });

  it('gets compiled code where it is one', async () => {
    const env = {...served(server.url), HOME: folder.path};
    expect(await runAgent(['-p', 'hi'], {cwd: folder.path, env})).toMatchObject({code: 0, stderr: ''});
    expect(readdirSync(`${folder.path}/.agent`)).toEqual(['code-cache']);
  });
});
