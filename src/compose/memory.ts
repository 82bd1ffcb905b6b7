/** The files of instructions of a session: what its prompts hold of them, and what its reads find below. */
import type {Kept} from '../core/kept.js';
import type {Instructions} from '../core/ports.js';
import type {Environment} from '../platform/environment.js';
import {userHome} from '../platform/home.js';
import type {LoadOptions, Memory} from '../prompt/memory/load.js';
import {findMemory, type MemoryPlace} from '../prompt/memory/places.js';
import type {ListedMemory, SessionOptions} from '../session.js';

export interface FoundMemory {
  readonly places: readonly MemoryPlace[];
  /** As far as it may be read unasked; null if there is nothing to read. */
  readonly first: Memory | null;
}

export interface SessionMemory {
  /** The part of a system prompt that holds it; empty if there is none. */
  part(): Promise<string>;
  readonly instructions: Instructions | null;
  /** What the prompts hold. */
  list(): Promise<readonly ListedMemory[]>;
}

const noMemory: FoundMemory = {places: [], first: null};

/** Looks what there is, and what of it leads elsewhere: that is asked for with all else that a folder brings. */
export async function lookForMemory(
  {memoryFiles = true, settingSources: sources}: SessionOptions,
  where: Pick<Parameters<typeof findMemory>[0], 'cwd' | 'root' | 'env'>,
): Promise<FoundMemory> {
  const places = memoryFiles ? findMemory({...where, sources}) : [];
  if (places.length === 0) return noMemory;
  const {loadMemory} = await import('../prompt/memory/load.js');
  return {
    places,
    first: await loadMemory(places, {home: userHome(where.env), mayImport: () => false, hides: () => false}),
  };
}

export interface MemoryMeans {
  readonly found: FoundMemory;
  /** Whether there is to be any. */
  readonly isWanted: boolean;
  /** The project's top folder. */
  readonly root: string;
  /** Files elsewhere that the person lets the folder bring in, without links. */
  readonly imports: readonly string[];
  readonly hides: LoadOptions['hides'];
  readonly env: Environment;
  readonly kept: Kept | null;
}

export function openMemory({found, isWanted, root, imports, hides, env, kept}: MemoryMeans): SessionMemory {
  if (!isWanted) return {part: async () => '', instructions: null, list: async () => []};
  const {places} = found;
  const options = {home: userHome(env), mayImport: (target: string) => imports.includes(target), hides};
  let loading: Promise<Memory> | null = null;
  /** Once: what every request begins with does not change. */
  async function load(): Promise<Memory> {
    const {loadMemory} = await import('../prompt/memory/load.js');
    return loadMemory(places, options);
  }
  const loaded = async (): Promise<Memory['files']> => {
    if (places.length === 0) return [];
    loading ??= load();
    return (await loading).files;
  };
  return {
    async part() {
      const files = await loaded();
      return files.length === 0 ? '' : (await import('../prompt/memory/words.js')).memoryPart(files);
    },
    instructions: {
      async of(path, isNew) {
        const {nestedOf} = await import('../prompt/memory/nested.js');
        return nestedOf(path, isNew, {...options, known: await loaded(), root, places});
      },
    },
    async list() {
      if (!kept?.beginning) return loaded();
      const {instructionsIn} = await import('../prompt/memory/words.js');
      const system = instructionsIn(kept.beginning.system);
      return system.map(held => ({importedBy: null, scope: null, ...held}));
    },
  };
}
