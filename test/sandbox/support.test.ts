/** That agent knows where there can be no sandbox, says so once, and goes on without. */
import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, it, onTestFinished} from 'vitest';
import {createScriptedModel, createSession} from '../../src/index.js';
import {findSupport} from '../../src/sandbox/support.js';
import {createFolder} from '../support/folder.js';
import {support} from '../support/sandbox.js';

describe('whether there can be a sandbox', () => {
  it.each([
    ['linux', 'the program bwrap is not there; install bubblewrap'],
    ['win32', 'agent has no sandbox for win32'],
  ] as const)('is said with what is missing: %s', async (platform, reason) => {
    const found = await findSupport({platform, path: createFolder(), isRoot: false});
    expect(found).toMatchObject({ok: false, reason: expect.stringContaining(reason)});
  });

  it('needs socat as well', async () => {
    const path = createFolder();
    writeFileSync(join(path, 'bwrap'), '#!/bin/sh\n', {mode: 0o755});
    expect(await findSupport({platform: 'linux', path, isRoot: false})).toMatchObject({
      ok: false,
      reason: expect.stringContaining('the program socat is not there'),
    });
  });

  it('is tried, since a system may forbid what bubblewrap needs', async () => {
    const path = createFolder();
    const refusing = '#!/bin/sh\necho "bwrap: No permissions to create new namespace" >&2\nexit 1\n';
    writeFileSync(join(path, 'bwrap'), refusing, {mode: 0o755});
    writeFileSync(join(path, 'socat'), '#!/bin/sh\n', {mode: 0o755});
    expect(await findSupport({platform: 'linux', path, isRoot: false})).toMatchObject({
      ok: false,
      reason: expect.stringContaining('No permissions to create new namespace'),
    });
  });

  it('is none for root without what takes its capabilities from a command', async () => {
    const path = createFolder();
    for (const name of ['bwrap', 'socat']) writeFileSync(join(path, name), '#!/bin/sh\n', {mode: 0o755});
    const reason = expect.stringContaining('for root it needs the program setpriv');
    expect(await findSupport({platform: 'linux', path, isRoot: true})).toMatchObject({ok: false, reason});
    const refusing = '#!/bin/sh\ncase "$*" in *setpriv*) exit 1 ;; esac\n';
    writeFileSync(join(path, 'bwrap'), refusing, {mode: 0o755});
    writeFileSync(join(path, 'setpriv'), '#!/bin/sh\n', {mode: 0o755});
    expect(await findSupport({platform: 'linux', path, isRoot: true})).toMatchObject({ok: false, reason});
    expect(await findSupport({platform: 'linux', path, isRoot: false})).toMatchObject({ok: true, setpriv: null});
  });

  it('has the programs named that make it', async () => {
    if (support.ok && process.platform === 'linux') {
      expect([support.bwrap, support.socat]).toEqual([
        expect.stringMatching(/^\/.*bwrap$/),
        expect.stringMatching(/^\/.*socat$/),
      ]);
    } else expect(support).toMatchObject(support.ok ? {bwrap: null} : {reason: expect.stringMatching(/./)});
  });
});

describe('a session without a sandbox', () => {
  async function open(settings: object, options: {readonly sandbox?: boolean} = {}) {
    const folder = createFolder();
    const session = await createSession({
      cwd: folder,
      model: createScriptedModel([]),
      env: {PATH: folder, HOME: folder, AGENT_HOME: join(folder, '.agent')},
      settings: JSON.stringify(settings),
      ...options,
    });
    onTestFinished(() => session.close());
    return session;
  }

  it('says once that it is switched on and not there', async () => {
    const ofSandbox = (lines: readonly string[]) => lines.filter(line => line.includes('sandbox'));
    expect(ofSandbox((await open({sandbox: {enabled: true}})).warnings)).toEqual([
      expect.stringContaining('There is no sandbox, though it is switched on: '),
    ]);
    expect(ofSandbox((await open({}, {sandbox: true})).warnings).length).toBe(1);
    expect((await open({sandbox: {enabled: false}})).warnings).toEqual([]);
    expect((await open({})).warnings).toEqual([]);
  });
});
