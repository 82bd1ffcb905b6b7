// Builds dist/: the command as CommonJS chunks, the library as ES modules, and its types.
import {execFileSync} from 'node:child_process';
import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {basename, join} from 'node:path';
import {build, transform} from 'esbuild';
import {shared, target} from './bundle.js';
import {replaceFolder} from './replace-folder.js';

const toCommonJs = {
  ...target,
  minify: true,
  format: 'cjs',
  // import() becomes require(), so that lazy chunks come through the same loader.
  supported: {'dynamic-import': false},
  define: {'import.meta.url': '__url'},
};

/** Characters. To open a file and to compile it costs more than to read so much that may not be needed. */
const smallCharacters = 4000;

/**
 * The command starts several times as often as anything else here runs: as CommonJS it does without Node's loader of ES
 * modules, and V8 can be given its compiled code (src/cli/chunks.ts). esbuild splits only ES modules, so each chunk is
 * turned after the splitting. Of the shared ones many are small: they lie in one file. Names change with the content.
 */
async function buildCommand(folder) {
  const {outputFiles} = await build({
    ...shared,
    entryPoints: {main: 'src/cli/main.ts'},
    entryNames: '[name]-[hash]',
    outdir: folder,
    outExtension: {'.js': '.cjs'},
    write: false,
  });
  mkdirSync(folder, {recursive: true});
  const small = [];
  for (const {path, text} of outputFiles) {
    const name = basename(path);
    const {code} = await transform(text, toCommonJs);
    const url = code.includes('__url') ? 'const __url=require("node:url").pathToFileURL(__filename).href;' : '';
    const body = `"use strict";${url}${code}`;
    if (name.startsWith('chunk-') && body.length < smallCharacters)
      small.push(`exports[${JSON.stringify(name)}]=function(exports,require,module,__filename){${body}\n};`);
    else writeFileSync(join(folder, name), body);
  }
  const entryChunk = outputFiles.map(({path}) => basename(path)).find(name => name.startsWith('main-'));
  const smallChunks = entryChunk.replace('main-', 'small-');
  writeFileSync(join(folder, smallChunks), small.join('\n'));
  await build({
    ...target,
    entryPoints: {cli: 'src/cli/start.ts'},
    outdir: folder,
    outExtension: {'.js': '.cjs'},
    bundle: true,
    minify: true,
    format: 'cjs',
    define: {entryChunk: JSON.stringify(entryChunk), smallChunks: JSON.stringify(smallChunks)},
  });
}

async function buildLibrary(folder) {
  await build({
    ...shared,
    entryPoints: {index: 'src/index.ts'},
    outdir: folder,
    chunkNames: 'library/[name]-[hash]',
    banner: {
      // Bundled CommonJS packages call require for Node's own modules.
      js: "import {createRequire as __createRequire} from 'node:module';const require=__createRequire(import.meta.url);",
    },
  });
  const typescript = createRequire(import.meta.url).resolve('typescript/package.json');
  const tsc = typescript.replace('package.json', 'bin/tsc');
  const types = ['-p', 'tsconfig.types.json', '--outDir', join(folder, 'types')];
  execFileSync(process.execPath, [tsc, ...types], {stdio: 'inherit'});
}

/** For so long a program that began before finds what it loads late. What is packed holds nothing of older builds. */
const keepForMs = ['pack', 'publish'].includes(process.env.npm_command ?? '') ? 0 : 3_600_000;

const next = mkdtempSync('dist-');
try {
  await buildCommand(next);
  await buildLibrary(next);
  replaceFolder(next, 'dist', {entries: ['index.js', 'cli.cjs'], keepForMs, now: Date.now()});
} finally {
  rmSync(next, {recursive: true, force: true});
}
