import {existsSync, readFileSync, rmSync, truncateSync, utimesSync, writeFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {join} from 'node:path';
import {describe, expect, it} from 'vitest';
import {type Chunks, createChunks} from '../../src/cli/chunks.js';
import {createFolder} from '../support/folder.js';

interface Scene {
  readonly folder: string;
  readonly cache: string;
  /** A loader as a new start would make it. */
  start(build?: string): Chunks;
}

const requireHere = createRequire(import.meta.url);

function createScene(chunks: Readonly<Record<string, string>>): Scene {
  const folder = createFolder();
  for (const [name, source] of Object.entries({'small.cjs': '', ...chunks})) writeFileSync(join(folder, name), source);
  const cache = join(folder, 'cache', 'code');
  return {
    folder,
    cache,
    start: (build = 'first') => createChunks({folder, small: 'small.cjs', build, cache, require: requireHere}),
  };
}

/** Starts, loads and saves as a run does. */
function runOnce({start}: Scene, build?: string): unknown {
  const chunks = start(build);
  const loaded = chunks.load('main.cjs');
  chunks.save();
  return loaded;
}

describe('chunks', () => {
  it('load each other once, in circles too, and everything else through require', () => {
    const {start, folder} = createScene({
      'main.cjs':
        "exports.names = [require('./left.cjs').name, require('./right.cjs').name, require('node:path').sep];",
      'left.cjs': "exports.name = 'left'; exports.other = require('./right.cjs');",
      'right.cjs': "exports.name = ['right of', require('./left.cjs').name, __filename].join(' ');",
    });
    expect(start().load('main.cjs')).toEqual({names: ['left', `right of left ${join(folder, 'right.cjs')}`, '/']});
  });

  it('may lie together in one file', () => {
    const scene = createScene({
      'small.cjs': [
        "exports['left.cjs'] = function(exports, require, module, __filename) {",
        "  exports.name = 'left of ' + require('./right.cjs').name + ' ' + __filename; };",
        "exports['right.cjs'] = (exports, require, module) => { module.exports = {name: 'right'}; };",
      ].join(''),
      'main.cjs': "exports.names = [require('./left.cjs').name, require('./right.cjs').name];",
    });
    const names = [`left of right ${join(scene.folder, 'left.cjs')}`, 'right'];
    expect(runOnce(scene)).toEqual({names});
    expect(runOnce(scene)).toEqual({names});
  });

  it('give a replaced module.exports', () => {
    const {start} = createScene({
      'main.cjs': "'use strict'; module.exports = {whole: require('./part.cjs')};",
      'part.cjs': 'module.exports = 7;',
    });
    expect(start().load('main.cjs')).toEqual({whole: 7});
  });

  it('run from kept code at the next start, and not from that of another build', () => {
    const scene = createScene({'main.cjs': 'exports.value = 1;'});
    expect(runOnce(scene)).toEqual({value: 1});
    // V8 compares lengths, so this shows which code ran. Builds never reuse a name for other code.
    writeFileSync(join(scene.folder, 'main.cjs'), 'exports.value = 2;');
    expect(runOnce(scene)).toEqual({value: 1});
    // Another text, because V8 itself remembers in this process what code it took for the last one.
    writeFileSync(join(scene.folder, 'main.cjs'), 'exports.value = 3;');
    expect(runOnce(scene, 'second')).toEqual({value: 3});
    expect(runOnce(scene, 'second')).toEqual({value: 3});
  });

  it('keep the code of all runs of a build together', () => {
    const scene = createScene({'main.cjs': 'exports.value = 1;', 'other.cjs': 'exports.value = 1;'});
    runOnce(scene);
    const chunks = scene.start();
    chunks.load('other.cjs');
    chunks.save();
    for (const name of ['main.cjs', 'other.cjs']) writeFileSync(join(scene.folder, name), 'exports.value = 2;');
    const last = scene.start();
    expect([last.load('main.cjs'), last.load('other.cjs')]).toEqual([{value: 1}, {value: 1}]);
  });

  it('load as well when the kept code is cut, empty, foreign or gone, and mend it', () => {
    const scene = createScene({'main.cjs': 'exports.value = 1;'});
    runOnce(scene);
    const whole = readFileSync(scene.cache);
    const spoilers = [
      () => truncateSync(scene.cache, whole.length - 8),
      () => truncateSync(scene.cache, 3),
      () => truncateSync(scene.cache, 0),
      () => writeFileSync(scene.cache, 'not what anybody expects'),
      () => rmSync(scene.cache),
    ];
    for (const spoil of spoilers) {
      spoil();
      expect(runOnce(scene)).toEqual({value: 1});
      expect(readFileSync(scene.cache).length).toBe(whole.length);
    }
  });

  it('leave the code of other builds, unless it is a month old', () => {
    const scene = createScene({'main.cjs': 'exports.value = 1;'});
    runOnce(scene);
    const [recent, old] = [join(scene.folder, 'cache', 'recent'), join(scene.folder, 'cache', 'old')];
    for (const path of [recent, old]) writeFileSync(path, 'code');
    utimesSync(old, new Date(), new Date(Date.now() - 31 * 24 * 60 * 60 * 1000));
    runOnce(scene, 'second');
    expect([scene.cache, recent, old].map(path => existsSync(path))).toEqual([true, true, false]);
  });

  it('load as well where nothing can be kept, and leave nothing behind', () => {
    const scene = createScene({'main.cjs': 'exports.value = 1;', cache: 'a file where the folder should be'});
    expect(runOnce(scene)).toEqual({value: 1});
    const chunks = createChunks({
      folder: scene.folder,
      small: 'small.cjs',
      build: 'first',
      cache: null,
      require: requireHere,
    });
    expect(chunks.load('main.cjs')).toEqual({value: 1});
    chunks.save();
    expect(existsSync(scene.cache)).toBe(false);
  });
});
