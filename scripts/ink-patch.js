// What the bundle changes in Ink 6.8 and its packages, and why. Every change names the text it replaces and fails the
// build when that text is gone, so that no update passes unnoticed.
import {readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Files by the end of their path: what is replaced, and by what. */
const patches = {
  // Ink takes every frame apart into cells of one character each and puts it together again. Rows that hold nothing but
  // one text, drawn from the left edge, need no cells: that is every row of ours, and nine tenths of a frame's cost.
  'ink/build/output.js': [
    [
      '    get() {',
      `    get() {
        const rows = this.rowsOfSingleTexts();
        if (rows !== undefined) return {output: rows.join('\\n'), height: this.height};`,
    ],
    [
      '    clip(clip) {',
      `    rowsOfSingleTexts() {
        const rows = new Array(this.height).fill('');
        let filled = 0;
        for (const {type, x, y, text, transformers} of this.operations) {
            if (type !== 'write' || x !== 0 || y !== filled) return undefined;
            for (const [index, line] of text.split('\\n').entries()) {
                rows[filled++] = transformers.reduce((styled, transform) => transform(styled, index), line).trimEnd();
            }
        }
        return filled <= this.height ? rows : undefined;
    }
    clip(clip) {`,
    ],
  ],
  // These two remember every text they ever saw: with a screen that changes ten times a second, a leak.
  'ink/build/measure-text.js': [
    ['cache.set(text, dimensions);', 'if (cache.size > 500) cache.clear();\n    cache.set(text, dimensions);'],
  ],
  'ink/build/wrap-text.js': [
    ['const cache = {};', 'let cache = {};\nlet cached = 0;'],
    [
      'cache[cacheKey] = wrappedText;',
      'if (++cached > 500) {\n        cache = {};\n        cached = 0;\n    }\n    cache[cacheKey] = wrappedText;',
    ],
  ],
  // Emscripten would fetch the data URI that holds the binary, and with `fetch` comes all of undici: 20 ms, 5 MB.
  'yoga-layout/dist/binaries/yoga-wasm-base64-esm.js': [['typeof fetch', 'typeof undefined', 2]],
  // Segmentation tables and the emoji pattern cost 30 ms to load; most texts never ask for them.
  'string-width/index.js': [
    ['const segmenter = new Intl.Segmenter();', lazySegmenter('segmenter')],
    [
      'const rgiEmojiRegex = /^\\p{RGI_Emoji}$/v;',
      'let emoji;\nconst rgiEmojiRegex = {test: text => (emoji ??= new RegExp("^\\\\p{RGI_Emoji}$", "v")).test(text)};',
    ],
  ],
  'slice-ansi/tokenize-ansi.js': [
    [
      "const GRAPHEME_SEGMENTER = new Intl.Segmenter(undefined, {granularity: 'grapheme'});",
      lazySegmenter('GRAPHEME_SEGMENTER'),
    ],
  ],
  '@alcalzone/ansi-tokenize/build/tokenize.js': [
    ['const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" });', lazySegmenter('segmenter')],
  ],
  'wrap-ansi/index.js': [['const segmenter = new Intl.Segmenter();', lazySegmenter('segmenter')]],
};

function lazySegmenter(name) {
  return `let made;\nconst ${name} = {segment: text => (made ??= new Intl.Segmenter()).segment(text)};`;
}

/** Modules that our use of Ink never reaches, or that would interfere with the owner of the terminal and of signals. */
const replaced = {
  // Registers handlers for every fatal signal and ends the process itself.
  'signal-exit': 'export default () => () => {};',
  // Would switch dynamic output off under CI=true.
  'is-in-ci': 'export default false;',
  'patch-console': 'export default () => () => {};',
  'terminal-size': 'export default () => ({columns: 80, rows: 24});',
  'string-width': "export {width as default} from './src/ui/text/width.ts';",
  'cli-cursor': 'export default {show() {}, hide() {}};',
};

/** @returns {import('esbuild').Plugin} */
export function inkPatch() {
  const applied = new Set();
  return {
    name: 'ink-patch',
    setup(build) {
      const names = /^(?:signal-exit|is-in-ci|patch-console|terminal-size|cli-cursor)$/;
      build.onResolve({filter: names}, ({path}) => ({path, namespace: 'replaced'}));
      build.onResolve({filter: /\/devtools(?:-window-polyfill)?\.js$/}, ({importer}) =>
        importer.includes('/ink/build/') ? {path: 'devtools', namespace: 'replaced'} : undefined,
      );
      build.onLoad({filter: /.*/, namespace: 'replaced'}, ({path}) => ({
        contents: replaced[path] ?? '',
        resolveDir: root,
      }));
      // Ink's packages measure with the screen's own function, which answers for most texts without tables.
      build.onResolve({filter: /^string-width$/}, ({importer}) =>
        importer.includes('/node_modules/') ? {path: 'string-width', namespace: 'replaced'} : undefined,
      );
      build.onResolve({filter: /^wrap-ansi$/}, () => ({path: fileURLToPath(import.meta.resolve('wrap-ansi'))}));
      build.onLoad({filter: /\.js$/}, ({path}) => {
        const name = Object.keys(patches).find(ending => path.endsWith(`/node_modules/${ending}`));
        if (name === undefined) return undefined;
        applied.add(name);
        return {contents: patched(name, readFileSync(path, 'utf8'))};
      });
    },
  };
}

function patched(name, source) {
  return patches[name].reduce((text, [from, to, times = 1]) => {
    const parts = text.split(from);
    if (parts.length - 1 !== times) {
      throw new Error(
        `ink-patch: ${name} has "${from}" ${parts.length - 1} times instead of ${times}; look at it again.`,
      );
    }
    return parts.join(to);
  }, source);
}
