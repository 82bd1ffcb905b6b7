import {chmodSync, mkdirSync, writeFileSync} from 'node:fs';
import {delimiter, join} from 'node:path';
import {rgPath} from '@vscode/ripgrep';
import {describe, expect, it} from 'vitest';
import {Interrupted} from '../../src/core/errors.js';
import type {Commands} from '../../src/core/ports.js';
import {findRipgrep, ripgrep} from '../../src/tools/ripgrep.js';
import {createFolder} from '../support/folder.js';
import {createScene} from './scene.js';

describe('ripgrep', () => {
  it("is the person's own if PATH has one that runs, else the one that comes along", async () => {
    const folder = createFolder();
    for (const name of ['empty', 'folder', 'locked', 'good']) mkdirSync(join(folder, name));
    mkdirSync(join(folder, 'folder/rg'));
    writeFileSync(join(folder, 'locked/rg'), '');
    writeFileSync(join(folder, 'good/rg'), '#!/bin/sh\n');
    chmodSync(join(folder, 'good/rg'), 0o755);
    const search = (...names: readonly string[]): Promise<string> =>
      findRipgrep(names.map(name => join(folder, name)).join(delimiter));
    expect(await search('empty', 'folder', 'locked', 'good')).toBe(join(folder, 'good/rg'));
    expect(await search('empty', 'folder', 'locked')).toBe(rgPath);
    expect(await findRipgrep('')).toBe(rgPath);
  });

  it('says what to install where there is none', async () => {
    const missing = (): Promise<never> => Promise.reject(new Error('Could not find @vscode/ripgrep-plan9-mips'));
    await expect(findRipgrep('', missing)).rejects.toThrow(/ripgrep is needed .* install it .* in Bash/);
  });
});

describe('running it', () => {
  const place = (folder: string) => ({folder, target: './'});

  it('is interrupted by the signal', async () => {
    const scene = createScene();
    const controller = new AbortController();
    controller.abort(new Interrupted());
    const context = scene.context('main', {signal: controller.signal});
    await expect(ripgrep(['--files'], place(scene.folder), context)).rejects.toBeInstanceOf(Interrupted);
  });

  it('is stopped when its time is over, and says so beside what it found until then', async () => {
    const scene = createScene();
    const found = (bytes: string, args: readonly string[]) => {
      const context = scene.context();
      const exec: Commands['exec'] = (_, _args, options) =>
        context.commands.exec('/bin/sh', ['-c', `printf '${bytes}'; exec sleep 60`], {...options, timeoutMs: 200});
      return ripgrep(args, place(scene.folder), {...context, commands: {...context.commands, exec}});
    };
    const note = expect.stringMatching(/^\n\[The search was stopped after 20 s, .*: search in a smaller folder/);
    expect(await found('a.ts\\0b/half', ['--files'])).toEqual({output: 'a.ts\0', note});
    expect(await found('a.ts\\0001:x\\nb.ts\\0002', ['-e', 'x'])).toEqual({output: 'a.ts\x001:x\n', note});
    await expect(found('', ['--files'])).rejects.toThrow(/^Nothing was found in 20 s; .* Search in a smaller folder/);
  });

  it('answers in words when it cannot be run or does not end by itself', async () => {
    const scene = createScene();
    const refuse: Commands['exec'] = () => Promise.reject(new Error('spawn EACCES'));
    const die: Commands['exec'] = (_, _args, options) =>
      scene.context().commands.exec('/bin/sh', ['-c', 'kill -KILL $$'], options);
    const run = (exec: Commands['exec']) => {
      const context = scene.context();
      return ripgrep(['--files'], place(scene.folder), {...context, commands: {...context.commands, exec}});
    };
    await expect(run(refuse)).rejects.toThrow(/could not be run: spawn EACCES\. Try grep or find in Bash/);
    await expect(run(die)).rejects.toThrow(/was ended before it was done/);
  });
});
