/**
 * A program that uses the library to spawn agents one after another, many in all, and tells its parent what that took.
 * Arguments: the library's file, the folder to work in. A conversation is cleared after some agents, as its history would
 * otherwise be most of what is measured.
 */
import {setImmediate} from 'node:timers/promises';
import {pathToFileURL} from 'node:url';
import type {createSession} from '../src/index.js';
import type {Plan} from './plan.js';

export interface SpawnerMessage {
  readonly wallMs: number;
  readonly agents: number;
  /** Of the heap after a collection, from the warm-up to the end. */
  readonly growthMegabytes: number;
}

const perTurn = 20;
/** Until V8 compiles nothing more. */
const warmUpTurns = 40;
const turns = 50;

const [, , library = '', cwd = ''] = process.argv;
const leaf: Plan = {steps: [], end: 'Done.'};
const plan: Plan = {steps: Array.from({length: perTurn}, () => ({spawn: [leaf]})), end: 'All are done.'};

const {createSession: create} = (await import(pathToFileURL(library).href)) as {createSession: typeof createSession};
const session = await create({cwd, skipPermissions: true});

async function turn(): Promise<void> {
  let finished = 0;
  for await (const event of session.send(JSON.stringify(plan))) if (event.type === 'agent_finished') finished += 1;
  if (finished !== perTurn) throw new Error(`a turn spawned ${finished} agents`);
  await session.clear();
}

/** What a WeakRef was asked for lives until the next turn of the event loop, and what hung on it one collection longer. */
async function heapMegabytes(): Promise<number> {
  for (let round = 0; round < 5; round += 1) {
    globalThis.gc?.();
    await setImmediate();
  }
  return process.memoryUsage().heapUsed / 1024 / 1024;
}

for (let index = 0; index < warmUpTurns; index += 1) await turn();
const before = await heapMegabytes();
const startedAt = performance.now();
for (let index = 0; index < turns; index += 1) await turn();
const wallMs = performance.now() - startedAt;
const after = await heapMegabytes();
process.send?.({
  wallMs,
  agents: turns * perTurn,
  growthMegabytes: after - before,
} satisfies SpawnerMessage);
await session.close();
process.disconnect();
