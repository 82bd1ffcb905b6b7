/** What a thousand agents leave behind: a place in the registry each, and the memory of the last few. */
import {describe, expect, it} from 'vitest';
import {createScriptedModel, type ScriptedModel} from '../../src/providers/scripted.js';
import {collectUntil} from '../support/garbage.js';
import {makeTool, runTurn} from '../support/runtime.js';
import {openTree, type Plan, replyTo} from '../support/tree.js';

const agentsPerTurn = 40;

/** A model that remembers no request. */
const around = (model: ScriptedModel): ScriptedModel => ({
  ...model,
  stream: (request, signal) => createScriptedModel(replyTo).stream(request, signal),
});

/** A session whose turns each start some agents, one after another, half of them in the background, as a new conversation. */
function openLong() {
  const places: WeakRef<object>[] = [];
  const signals: WeakRef<object>[] = [];
  const peek = makeTool('Peek', 'reads', (_, {place, signal}) => {
    places.push(new WeakRef(place));
    signals.push(new WeakRef(signal));
    return 'seen';
  });
  const {session} = openTree({
    around,
    more: [peek],
    maxSteps: null,
    limits: {spawnsPerTurn: agentsPerTurn, children: agentsPerTurn, live: agentsPerTurn},
  });
  const child = (index: number): Plan & {readonly background: boolean} => ({
    name: `child ${index}`,
    steps: [{calls: [{name: 'Peek', input: {value: 'x'}}]}],
    background: index % 2 === 0,
  });
  const steps = Array.from({length: agentsPerTurn}, (_, index) => ({spawn: [child(index)]}));
  const prompt = JSON.stringify({name: 'root', steps});
  return {
    session,
    places,
    signals,
    async start(agents: number): Promise<void> {
      for (let turn = 0; turn < agents / agentsPerTurn; turn += 1) {
        await session.clear();
        await runTurn(session, prompt);
      }
    },
  };
}

const alive = (references: readonly WeakRef<object>[]): number =>
  references.filter(reference => reference.deref() !== undefined).length;

async function usedHeap(): Promise<number> {
  let rounds = 0;
  await collectUntil(() => {
    rounds += 1;
    return rounds > 5;
  });
  return process.memoryUsage().heapUsed;
}

describe('a thousand agents one after another', () => {
  it('leave the memory of the last 32, no scope of any, and else no more than their places in the registry', async () => {
    const {session, places, signals, start} = openLong();
    await start(200);
    const before = await usedHeap();
    await start(800);
    const perAgent = ((await usedHeap()) - before) / 800;
    expect(session.agents.snapshot()).toHaveLength(1_001);
    expect(places).toHaveLength(1_000);
    await collectUntil(() => alive(places) <= 32 && alive(signals) === 0);
    expect(alive(places)).toBe(32);
    expect(alive(signals)).toBe(0);
    // Bytes; 1,100 to 1,700 were measured, half of them the test's own.
    expect(perAgent).toBeLessThan(2_500);
    await session.close();
  });
});
