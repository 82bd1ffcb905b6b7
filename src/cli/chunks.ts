/**
 * Loads the chunks that the build makes of the command: CommonJS files in one folder that require each other by
 * "./name". Measured on Node 20: a one-shot run starts 5 ms sooner than through Node's own lookup of 13 files, and 25 ms
 * sooner with their compiled code at hand.
 */
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {Script} from 'node:vm';
import {type CompiledChunks, readCompiled, writeCompiled} from './code-cache.js';

export interface ChunksOptions {
  /** Where the chunks are. */
  readonly folder: string;
  /** The file that holds the small ones: its exports are their bodies, by name. */
  readonly small: string;
  /** Names the build: other code must never have the same. */
  readonly build: string;
  /** The file that keeps compiled code; null: none. */
  readonly cache: string | null;
  /** For everything that is no chunk. */
  readonly require: (name: string) => unknown;
}

export interface Chunks {
  /** Runs a chunk and those it needs, once, and gives its exports. */
  load(name: string): unknown;
  /** Keeps the code of what was loaded, with every function compiled so far, unless the file has it already. */
  save(): void;
}

type ChunkBody = (
  exports: object,
  require: (name: string) => unknown,
  module: {exports: object},
  __filename: string,
) => void;

export function createChunks({folder, small, build, cache, require}: ChunksOptions): Chunks {
  const kept: CompiledChunks = cache === null ? new Map() : readCompiled(cache, build);
  const bodies: Record<string, ChunkBody> = {};
  const modules = new Map<string, {exports: object}>();
  const compiledHere = new Map<string, Script>();

  const compile = (name: string): ChunkBody => {
    const filename = join(folder, name);
    const source = `(function(exports,require,module,__filename){${readFileSync(filename).toString('utf8')}\n})`;
    const cachedData = kept.get(name);
    const script = new Script(source, {filename, ...(cachedData && {cachedData})});
    if (!cachedData || script.cachedDataRejected) compiledHere.set(name, script);
    return script.runInThisContext();
  };

  const load = (name: string): object => {
    const loaded = modules.get(name);
    if (loaded) return loaded.exports;
    const body = bodies[name] ?? compile(name);
    const module = {exports: {}};
    modules.set(name, module);
    body(module.exports, requireFromChunk, module, join(folder, name));
    return module.exports;
  };

  const requireFromChunk = (name: string): unknown => (name.startsWith('./') ? load(name.slice(2)) : require(name));

  compile(small)(bodies, requireFromChunk, {exports: bodies}, join(folder, small));

  return {
    load,
    save() {
      if (cache === null || compiledHere.size === 0) return;
      const fresh = [...compiledHere].map(([name, script]) => [name, script.createCachedData()] as const);
      compiledHere.clear();
      writeCompiled(cache, build, new Map([...kept, ...fresh]));
    },
  };
}
