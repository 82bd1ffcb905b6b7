/** What lies in a folder is told as the disk has it at that moment, however often and quickly it is asked. */
import {mkdirSync, renameSync, rmSync, symlinkSync, unlinkSync, utimesSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, it} from 'vitest';
import {createSurveyor, type Survey} from '../../src/permissions/survey.js';
import {createFolder} from '../support/folder.js';

function createTree() {
  const root = createFolder();
  for (const folder of ['a/b', 'node_modules/x', '.git/objects/00']) mkdirSync(join(root, folder), {recursive: true});
  for (const file of ['top', 'a/b/f', 'node_modules/x/n', '.git/objects/00/o', '.git/HEAD'])
    writeFileSync(join(root, file), '');
  const surveyor = createSurveyor();
  return {
    root,
    path: (name: string) => join(root, name),
    look(isWhole = false) {
      surveyor.forget();
      return toNames(surveyor.survey(root, isWhole));
    },
    held: () => surveyor.survey(root),
  };
}

const toNames = (survey: Survey | null) =>
  survey?.folders
    .flatMap(({at, files, links}) => [...files, ...links.map(name => `${name}@`)].map(name => join(at, name)))
    .sort();

/** Until the folders' times are old enough to be relied on. */
async function settle({look, held}: ReturnType<typeof createTree>): Promise<void> {
  await expect
    .poll(() => {
      look();
      const before = held();
      look();
      return held() === before;
    })
    .toBe(true);
}

describe('a survey', () => {
  it('tells of files and links at any depth, and names what it passes over', () => {
    const tree = createTree();
    symlinkSync('b', tree.path('a/l'));
    expect(tree.look()).toEqual(['.git/HEAD', 'a/b/f', 'a/l@', 'top']);
    expect(tree.held()?.passedOver.toSorted()).toEqual(['.git/objects', 'node_modules']);
    expect(tree.look(true)).toEqual(['.git/HEAD', '.git/objects/00/o', 'a/b/f', 'a/l@', 'node_modules/x/n', 'top']);
  });

  it('is the same one as long as nothing changed', async () => {
    const tree = createTree();
    await settle(tree);
    const before = tree.held();
    tree.look();
    expect(tree.held()).toBe(before);
  });

  it.each<[string, (path: (name: string) => string) => void, readonly string[]]>([
    ['a link that was made', path => symlinkSync('/', path('a/b/l')), ['.git/HEAD', 'a/b/f', 'a/b/l@', 'top']],
    [
      'a link that was made in a folder whose time was set back',
      path => {
        symlinkSync('/', path('a/b/l'));
        utimesSync(path('a/b'), 1, 1);
      },
      ['.git/HEAD', 'a/b/f', 'a/b/l@', 'top'],
    ],
    [
      'a file that became a link',
      path => {
        unlinkSync(path('a/b/f'));
        symlinkSync('/', path('a/b/f'));
      },
      ['.git/HEAD', 'a/b/f@', 'top'],
    ],
    [
      'a folder that another one stands in for',
      path => {
        mkdirSync(path('a/c'));
        symlinkSync('/', path('a/c/l'));
        rmSync(path('a/b'), {recursive: true});
        renameSync(path('a/c'), path('a/b'));
      },
      ['.git/HEAD', 'a/b/l@', 'top'],
    ],
    [
      'a folder that became a link',
      path => {
        renameSync(path('a/b'), path('node_modules/b'));
        symlinkSync('../node_modules/b', path('a/b'));
      },
      ['.git/HEAD', 'a/b@', 'top'],
    ],
  ])('tells at once of %s', async (_, change, names) => {
    const tree = createTree();
    await settle(tree);
    change(tree.path);
    expect(tree.look()).toEqual(names);
  });

  it('tells of each of many links that are made one after the other', () => {
    const tree = createTree();
    for (let at = 0; at < 200; at += 1) {
      symlinkSync('/', tree.path(`a/b/${at}`));
      expect(tree.look()?.length).toBe(at + 4);
    }
  });

  it('says so where it cannot tell all', () => {
    const tree = createTree();
    expect(createSurveyor().survey(tree.path('top'))).toMatchObject({folders: [], isPartial: true});
    expect(createSurveyor().survey(tree.path('nowhere'))).toMatchObject({folders: [], isPartial: true});
    mkdirSync(tree.path('many'));
    for (let at = 0; at < 20_001; at += 1) writeFileSync(tree.path(`many/${at}`), '');
    expect(tree.held()).toBeNull();
  });
});
