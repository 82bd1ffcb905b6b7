// What the bundle changes in packages, as an esbuild plugin: work that they do when loaded and most runs never need,
// and top-level awaits, which CommonJS has not. The build fails if a text is not there (a new version of the package).
import {readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';

const modules = fileURLToPath(new URL('../node_modules/', import.meta.url));

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
];

function apply(text, {file, changes}) {
  return changes.reduce((patched, [before, after]) => {
    if (patched.split(before).length !== 2) throw new Error(`${file} does not hold once: ${before}`);
    return patched.replace(before, () => after);
  }, text);
}

export const patchPackages = {
  name: 'patch-packages',
  setup(build) {
    build.onLoad({filter: /node_modules/}, ({path}) => {
      const patch = patches.find(({file}) => path === modules + file);
      return patch && {contents: apply(readFileSync(path, 'utf8'), patch), loader: 'js'};
    });
  },
};
