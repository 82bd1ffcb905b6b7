/**
 * Where the built command begins, as a CommonJS file: the launcher requires it, and it loads all others.
 */
import {existsSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {agentHome} from '../platform/home.js';
import {createChunks} from './chunks.js';

/** Put in by the build: the chunk of main.ts, and the file of the small ones. Their names change with any content. */
declare const entryChunk: string;
declare const smallChunks: string;

/** Late enough for the first screen to have been painted, soon enough for code that V8 would drop again. */
const saveAfterMs = 3000;

const {env, version, arch} = process;
const home = agentHome(env);
const chunks = createChunks({
  folder: dirname(__filename),
  small: smallChunks,
  build: entryChunk,
  cache:
    // Accounts that are nobody's have a home that is not there: no folder is made for them.
    home === null || env.NODE_DISABLE_COMPILE_CACHE || !existsSync(dirname(home))
      ? null
      : join(home, 'code-cache', `${entryChunk}-${version}-${arch}`),
  // The one that CommonJS files are given: node:module would be loaded for nothing else.
  require,
});
setTimeout(chunks.save, saveAfterMs).unref();
process.once('exit', chunks.save);
chunks.load(entryChunk);
