// What the bundle changes in Ink 6.8 and its packages, and why. Every change names the text it replaces and fails the
// build when that text is gone, so that no update passes unnoticed.
import {readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';

/** Files by the end of their path: what is replaced, and by what. */
const patches = {
  // Ink makes new width caches for every frame: shared between frames they take 40 % off it. Bounded.
  'ink/build/output.js': [
    ['class OutputCaches {', 'class OutputCaches {\n    frames = 0;'],
    ['    caches = new OutputCaches();', '    caches = sharedCaches();'],
    [
      'export default class Output {',
      `let shared;
function sharedCaches() {
    if (shared === undefined || ++shared.frames > 500) shared = new OutputCaches();
    return shared;
}
export default class Output {`,
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
  'cli-cursor': 'export default {show() {}, hide() {}};',
};

/** @returns {import('esbuild').Plugin} */
export function inkPatch() {
  const applied = new Set();
  return {
    name: 'ink-patch',
    setup(build) {
      const names = new RegExp(`^(?:${Object.keys(replaced).join('|')})$`);
      build.onResolve({filter: names}, ({path}) => ({path, namespace: 'replaced'}));
      build.onResolve({filter: /\/devtools(?:-window-polyfill)?\.js$/}, ({importer}) =>
        importer.includes('/ink/build/') ? {path: 'devtools', namespace: 'replaced'} : undefined,
      );
      build.onLoad({filter: /.*/, namespace: 'replaced'}, ({path}) => ({contents: replaced[path] ?? ''}));
      // Ink brings a wrap-ansi of its own, with a string-width of its own: one width function everywhere.
      build.onResolve({filter: /^(?:wrap-ansi|string-width)$/}, ({path, importer}) =>
        importer.includes('/node_modules/') ? {path: fileURLToPath(import.meta.resolve(path))} : undefined,
      );
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
