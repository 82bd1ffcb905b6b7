/** The commands of agents below the root, as real processes: whom a stop reaches, and what the end of an agent leaves. */
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {createScriptedModel, createSession, type Session} from '../src/index.js';
import {createSleep, until} from './support/processes.js';
import {runTurn} from './support/runtime.js';
import {type Plan, replyTo, type Step} from './support/tree.js';

type Child = NonNullable<Step['spawn']>[number];

let folder: string;
let session: Session;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'agent-processes-'));
  const env = {PATH: process.env.PATH, HOME: folder};
  session = await createSession({cwd: folder, env, model: createScriptedModel(replyTo), skipPermissions: true});
});
afterEach(async () => {
  await session.close();
  rmSync(folder, {recursive: true, force: true});
});

const bash = (command: string): Step => ({calls: [{name: 'Bash', input: {command}}]});
const agent = (name: string, steps: readonly Step[], background = false): Child => ({
  name,
  type: 'general-purpose',
  steps,
  background,
});
const stateOf = (name: string) => session.agents.snapshot().find(each => each.name === name)?.state;

type Sleep = ReturnType<typeof createSleep>;
/** Which of them run. */
const running = (sleeps: Readonly<Record<string, Sleep>>): readonly string[] =>
  Object.keys(sleeps).filter(name => (sleeps[name]?.pids().length ?? 0) > 0);

/** An agent whose command runs on in two processes, of which one does not hear TERM. */
const busy = (name: string, {command}: Sleep, background = false): Child =>
  agent(name, [bash(`(trap "" TERM; ${command}) & ${command}`)], background);

const left = ({command}: Sleep): Step => bash(`${command} >/dev/null 2>&1 & echo left`);

/** Starts a turn, and has it interrupted once this holds. */
async function play(plan: Plan, what: string, isTrue: () => boolean) {
  const turn = runTurn(session, JSON.stringify(plan));
  await until(what, isTrue);
  return {turn};
}

describe('the commands of an agent', () => {
  it('end within a second with an abort of any agent above it, and no others do', async () => {
    const sleeps = {one: createSleep(), other: createSleep(), beside: createSleep()};
    const middle = agent('middle', [{spawn: [busy('one', sleeps.one), busy('other', sleeps.other, true)]}]);
    const top = agent('top', [{spawn: [middle, busy('beside', sleeps.beside)]}]);
    const {turn} = await play({name: 'root', steps: [{spawn: [top]}]}, 'all six run', () =>
      Object.values(sleeps).every(({pids}) => pids().length >= 2),
    );
    const startedAt = performance.now();
    await session.agents.abort('middle');
    expect(running(sleeps)).toEqual(['beside']);
    // On a machine that has other work as well.
    expect(performance.now() - startedAt).toBeLessThan(3_000);
    expect(['middle', 'one', 'other'].map(stateOf)).toEqual(['stopped', 'stopped', 'stopped']);
    await session.abort();
    expect(running(sleeps)).toEqual([]);
    expect((await turn).outcome.reason).toBe('aborted');
  });

  it('live on through an interrupt above only below agents in the background', async () => {
    const sleeps = {front: createSleep(), back: createSleep()};
    const middle = agent('middle', [{spawn: [busy('front', sleeps.front), busy('back', sleeps.back, true)]}]);
    const {turn} = await play({name: 'root', steps: [{spawn: [middle]}]}, 'all four run', () =>
      Object.values(sleeps).every(({pids}) => pids().length >= 2),
    );
    session.interrupt();
    expect((await turn).outcome.reason).toBe('aborted');
    await until('those in the foreground are gone', () => sleeps.front.pids().length === 0);
    expect([stateOf('middle'), stateOf('front'), stateOf('back')]).toEqual(['stopped', 'stopped', 'tool']);
    expect(running(sleeps)).toEqual(['back']);
    await session.agents.abort('back');
    expect(running(sleeps)).toEqual([]);
  });

  it('that it left running end with it, and not with another', async () => {
    const sleeps = {short: createSleep(), long: createSleep()};
    const short = agent('short', [left(sleeps.short)], true);
    const long = agent('long', [left(sleeps.long), {hang: true}], true);
    const {turn} = await play(
      {name: 'root', steps: [{spawn: [short, long]}]},
      'one has ended, and all it left',
      () => stateOf('short') === 'done' && sleeps.long.pids().length > 0 && sleeps.short.pids().length === 0,
    );
    expect([stateOf('long'), running(sleeps)]).toEqual(['thinking', ['long']]);
    await session.agents.abort('long');
    expect(running(sleeps)).toEqual([]);
    expect((await turn).outcome.text).toBe('root is done');
  });
});
