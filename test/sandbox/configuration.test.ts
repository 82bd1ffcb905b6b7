/** What settings, rules and the place come to, as the data that a sandbox is made from. */
import {mkdirSync, symlinkSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, it} from 'vitest';
import {type ConfigurationFacts, toConfiguration} from '../../src/sandbox/configuration.js';
import {guardedPaths} from '../../src/sandbox/secrets.js';
import {writableGit} from '../../src/sandbox/writable-git.js';
import {createFolder} from '../support/folder.js';

const folders = {temp: '/run/temp', report: '/run/report', guarded: ['/run/scripts'], pipes: '/run/pipes'};
const noFence = {denyRead: [], denyWrite: [], allowedDomains: [], deniedDomains: []};
const place = {
  cwd: '/project',
  projectFolder: '/project',
  additionalDirectories: ['/more'],
  home: '/home/me',
  agentHome: '/home/me/.agent',
};

const configure = (facts: Partial<ConfigurationFacts> = {}) =>
  toConfiguration({settings: {}, fence: noFence, place, folders, ...facts});

describe('the configuration of a sandbox', () => {
  it('lets write the folders of the work and temporary ones, and reach no domain, unless told', () => {
    const {network, filesystem} = configure();
    expect(filesystem.allowWrite).toEqual(['/project', '/more', '/run/temp', '/run/report']);
    expect(network).toEqual({allowedDomains: [], deniedDomains: []});
  });

  it('closes what holds keys, and what shells of the run are told to run', () => {
    const {denyRead, denyWrite} = configure().filesystem;
    expect(denyRead).toEqual(
      expect.arrayContaining([
        ...['.ssh', '.aws', '.gnupg', '.netrc', '.config/gh', '.agent/credentials'].map(name => `/home/me/${name}`),
        '/run/pipes',
      ]),
    );
    expect(denyWrite).toEqual(expect.arrayContaining(['/run/scripts', '/home/me/.agent', '/project/.agent']));
  });

  it('reads paths as settings have them', () => {
    const settings = {filesystem: {allowWrite: ['~/out', 'below', '../beside', '/abs/'], denyWrite: ['~']}};
    const {allowWrite, denyWrite} = configure({settings}).filesystem;
    expect(allowWrite.slice(-4)).toEqual(['/home/me/out', '/project/below', '/beside', '/abs']);
    expect(denyWrite).toContain('/home/me');
  });

  it('opens keys that the person names, but nothing that a rule or a setting closes', () => {
    const {denyRead, allowRead} = configure({
      settings: {filesystem: {allowRead: ['~/.aws', '~/.config', '/secret/part', '/denied'], denyRead: ['/denied']}},
      fence: {...noFence, denyRead: ['/secret']},
    }).filesystem;
    expect(allowRead).toEqual(['/home/me/.aws', '/home/me/.config']);
    expect(denyRead).toEqual(expect.arrayContaining(['/home/me/.ssh', '/secret', '/denied']));
    expect(denyRead).not.toContain('/home/me/.aws');
    expect(denyRead).not.toContain('/home/me/.config/gh');
  });

  it('adds what rules say of domains, and takes nothing for a domain that is none', () => {
    const {network} = configure({
      settings: {
        network: {allowedDomains: ['a.example', '*', 'http://b.example', 'c.example:443'], deniedDomains: ['d']},
      },
      fence: {...noFence, allowedDomains: ['*.e.example', '*'], deniedDomains: ['x.e.example']},
    });
    expect(network.allowedDomains).toEqual(['a.example', 'c.example:443', '*.e.example']);
    expect(network.deniedDomains).toEqual(['d', 'x.e.example']);
  });

  it('guards settings whether or not they are there, and what else is there', () => {
    const there = new Set(['/w/.agent', '/w/.git/hooks']);
    expect(guardedPaths('/w', path => there.has(path))).toEqual(['/w/.agent', '/w/.claude', '/w/.git/hooks']);
    expect(guardedPaths('/w', () => false)).toEqual(['/w/.agent', '/w/.claude']);
  });
});

describe('the folders of git that may be written', () => {
  function createRepository(folder: string): string {
    const git = join(folder, '.git');
    mkdirSync(git, {recursive: true});
    writeFileSync(join(git, 'HEAD'), 'ref: refs/heads/main\n');
    return git;
  }

  it('are those of the repository that the folder lies in', () => {
    const root = createFolder();
    const git = createRepository(root);
    mkdirSync(join(root, 'below'));
    expect(writableGit(join(root, 'below'))).toEqual([git]);
    expect(writableGit(createFolder())).toEqual([]);
  });

  it('are those of the main repository for a worktree that it knows', () => {
    const root = createFolder();
    const git = createRepository(join(root, 'main'));
    const own = join(git, 'worktrees', 'other');
    mkdirSync(own, {recursive: true});
    mkdirSync(join(root, 'other'));
    writeFileSync(join(own, 'HEAD'), 'ref: refs/heads/other\n');
    writeFileSync(join(own, 'commondir'), '../..\n');
    writeFileSync(join(own, 'gitdir'), `${join(root, 'other', '.git')}\n`);
    writeFileSync(join(root, 'other', '.git'), `gitdir: ${own}\n`);
    expect(writableGit(join(root, 'other'))).toEqual([git]);
  });

  it.each([
    [
      'a file that names another repository',
      (mine: string, theirs: string) => writeFileSync(join(mine, '.git'), `gitdir: ${theirs}\n`),
    ],
    ['a link to another repository', (mine: string, theirs: string) => symlinkSync(theirs, join(mine, '.git'))],
    [
      'a repository of its own that names another as its common one',
      (mine: string, theirs: string) => writeFileSync(join(createRepository(mine), 'commondir'), `${theirs}\n`),
    ],
  ])('are none of others, whatever the folder brings: %s', (_, bring) => {
    const root = createFolder();
    const theirs = createRepository(join(root, 'theirs'));
    const mine = join(root, 'mine');
    mkdirSync(mine);
    bring(mine, theirs);
    expect(writableGit(mine)).toEqual([]);
  });
});
