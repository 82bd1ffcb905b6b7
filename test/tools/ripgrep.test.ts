import {chmodSync, mkdirSync, writeFileSync} from 'node:fs';
import {delimiter, join} from 'node:path';
import {rgPath} from '@vscode/ripgrep';
import {describe, expect, it} from 'vitest';
import {findRipgrep} from '../../src/tools/ripgrep.js';
import {createFolder} from '../support/folder.js';

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
