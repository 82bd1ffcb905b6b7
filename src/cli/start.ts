/**
 * Where the built command begins: the launcher requires this file, which loads all others.
 */
import {createRequire} from 'node:module';
import {homedir} from 'node:os';
import {dirname, join} from 'node:path';
import {createChunks} from './chunks.js';

/** Put in by the build: the chunk of main.ts. Its name changes with the content of any chunk. */
declare const entryChunk: string;

/** Late enough for the first screen to have been painted, soon enough for code that V8 would drop again. */
const saveAfterMs = 3000;

const {env, version, arch} = process;
const home = env.AGENT_HOME || join(homedir(), '.agent');
const chunks = createChunks({
  folder: dirname(__filename),
  build: entryChunk,
  cache: env.NODE_DISABLE_COMPILE_CACHE ? null : join(home, 'code-cache', `${entryChunk}-${version}-${arch}`),
  require: createRequire(__filename),
});
setTimeout(chunks.save, saveAfterMs).unref();
process.once('exit', chunks.save);
chunks.load(entryChunk);
