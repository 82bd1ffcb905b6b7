// What the bundle changes in packages, as an esbuild plugin: work that they do when loaded and most runs never need,
// work that Ink does for every frame, and top-level awaits, which CommonJS has not. The build fails if a text is not
// there (a new version of the package).
import {readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const modules = `${root}node_modules/`;

/** `file` is a path below node_modules; each `[before, after]` is replaced once. */
const patches = [
  {
    // Compiling \p{RGI_Emoji} takes 12 ms on Node 20. A character of one UTF-16 unit needs no such test: if it is an
    // emoji, it is wide by its East Asian Width already.
    file: 'string-width/index.js',
    changes: [
      ['const rgiEmojiRegex = /^\\p{RGI_Emoji}$/v;', 'let rgiEmojiRegex;'],
      [
        'if (rgiEmojiRegex.test(segment) ||',
        'if ((segment.length > 1 && (rgiEmojiRegex ??= /^\\p{RGI_Emoji}$/v).test(segment)) ||',
      ],
    ],
  },
  {
    // The developer tools, never wanted here.
    file: 'ink/build/reconciler.js',
    changes: [
      ["await import('./devtools.js');", ''],
      ['await loadPackageJson()', '{}'],
    ],
  },
  {
    // Made at once from the bytes that are here, instead of by fetch() from a data URL, which loads undici: 25 ms.
    file: 'yoga-layout/dist/binaries/yoga-wasm-base64-esm.js',
    changes: [
      [
        'var d={a:Jb};F++;',
        'var d={a:Jb};F++;b({instance:new WebAssembly.Instance(new WebAssembly.Module(Buffer.from(H.slice(37),"base64")),d)});return;',
      ],
    ],
  },
  {
    file: 'yoga-layout/dist/src/index.js',
    changes: [
      [
        'const Yoga = wrapAssembly(await loadYoga());',
        'const assembly = {};\nloadYoga(assembly);\nconst Yoga = wrapAssembly(assembly);',
      ],
    ],
  },
  {
    // Ink takes every frame apart into cells of one character each and puts it together again. Rows that hold nothing
    // but one text, drawn from the left edge, need no cells: that is every row of ours, and most of a frame's cost.
    file: 'ink/build/output.js',
    changes: [
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
  },
  {
    // Warnings about models, straight to the console: into the middle of the screen, and with every request.
    file: '@anthropic-ai/sdk/resources/messages/messages.mjs',
    changes: [
      ['if (body.model in DEPRECATED_MODELS) {', 'if (false) {'],
      ['if (MODELS_TO_WARN_WITH_THINKING_ENABLED.includes(body.model) &&', 'if (false &&'],
    ],
  },
  {
    // This and the next remember every text they ever saw: with a screen that changes ten times a second, a leak.
    file: 'ink/build/measure-text.js',
    changes: [
      ['cache.set(text, dimensions);', 'if (cache.size > 500) cache.clear();\n    cache.set(text, dimensions);'],
    ],
  },
  {
    file: 'ink/build/wrap-text.js',
    changes: [
      ['const cache = {};', 'let cache = {};\nlet cached = 0;'],
      [
        'cache[cacheKey] = wrappedText;',
        'if (++cached > 500) {\n        cache = {};\n        cached = 0;\n    }\n    cache[cacheKey] = wrappedText;',
      ],
    ],
  },
];

/** Modules that Ink imports and our use of it never needs, or that would interfere with the owner of the terminal. */
const replaced = {
  // Registers handlers for every fatal signal and ends the process by itself.
  'signal-exit': 'export default () => () => {};',
  // Would switch dynamic output off under CI=true.
  'is-in-ci': 'export default false;',
  'patch-console': 'export default () => () => {};',
  'terminal-size': 'export default () => ({columns: 80, rows: 24});',
  'cli-cursor': 'export default {show() {}, hide() {}};',
  // One width function everywhere; ours answers for most texts without tables.
  'string-width': "export {width as default} from './src/ui/text/width.ts';",
};

function apply(text, {file, changes}) {
  return changes.reduce((patched, [before, after]) => {
    if (patched.split(before).length !== 2) throw new Error(`${file} does not hold once: ${before}`);
    return patched.replace(before, () => after);
  }, text);
}

export const patchPackages = {
  name: 'patch-packages',
  setup(build) {
    const names = new RegExp(`^(?:${Object.keys(replaced).join('|')})$`);
    build.onResolve({filter: names}, ({path, importer}) =>
      importer.startsWith(modules) ? {path, namespace: 'replaced'} : undefined,
    );
    build.onLoad({filter: /.*/, namespace: 'replaced'}, ({path}) => ({contents: replaced[path], resolveDir: root}));
    build.onLoad({filter: /node_modules/}, ({path}) => {
      const patch = patches.find(({file}) => path === modules + file);
      return patch && {contents: apply(readFileSync(path, 'utf8'), patch), loader: 'js'};
    });
  },
};
