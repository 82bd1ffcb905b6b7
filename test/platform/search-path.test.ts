import {mkdirSync, symlinkSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, it} from 'vitest';
import {commandPath, ownPath} from '../../src/platform/search-path.js';
import {createFolder} from '../support/folder.js';

const path = (...entries: readonly string[]): string => entries.join(':');

describe('where programs are looked for', () => {
  it('is no entry that means another folder everywhere', () => {
    const folder = createFolder();
    const given = path('.', '', 'bin', './node_modules/.bin', '../x', '/usr/bin', '/bin', '');
    for (const toPath of [ownPath, commandPath]) expect(toPath(given, folder)).toBe('/usr/bin:/bin');
    expect(ownPath('', folder)).toBe('');
  });

  it('is nothing in the folder, for programs that agent starts by itself', () => {
    const folder = createFolder();
    const given = path(join(folder, 'node_modules/.bin'), folder, join(folder, 'tools/bin'), `${folder}-other`, '/bin');
    expect(ownPath(given, folder)).toBe(path(`${folder}-other`, '/bin'));
  });

  it('is seen through links, on both sides', () => {
    const folder = createFolder();
    const elsewhere = createFolder();
    mkdirSync(join(folder, 'bin'));
    symlinkSync(join(folder, 'bin'), join(elsewhere, 'link'));
    symlinkSync(folder, join(elsewhere, 'project'));
    expect(ownPath(path(join(elsewhere, 'link'), '/bin'), folder)).toBe('/bin');
    expect(ownPath(path(join(folder, 'bin'), '/bin'), join(elsewhere, 'project'))).toBe('/bin');
  });

  it('is nothing of the packages in the folder, for commands, but what the person has put there besides', () => {
    const folder = createFolder();
    const inside = ['app/node_modules/.bin', 'node_modules/.bin', '.venv/bin'].map(name => join(folder, name));
    const given = path(...inside, '/home/node_modules/.bin', '/bin');
    expect(commandPath(given, folder)).toBe(path(join(folder, '.venv/bin'), '/home/node_modules/.bin', '/bin'));
  });
});
