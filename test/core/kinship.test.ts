/**
 * Whom an agent may stop, wait for and write to, and what it is told otherwise: every kin by every verb, on the true
 * tree. What a refusal advises is then done.
 */
import {describe, expect, it} from 'vitest';
import {createScope} from '../../src/core/cancel.js';
import {ToolError} from '../../src/core/errors.js';
import type {Agents} from '../../src/core/tree.js';
import {openWorld, type World, type WorldOptions} from '../support/random-tree.js';
import {type Plan, spawnCall} from '../support/tree.js';

type Child = NonNullable<Plan['steps'][number]['spawn']>[number];
const hang = {calls: [{name: 'Peek', input: {value: 'hangs 0'}}]};
/** It starts these, then hangs in a call, from which the test has what its calls may do. */
const live = (name: string, ...spawn: readonly Child[]): Child => ({
  name,
  steps: [...(spawn.length > 0 ? [{spawn}] : []), hang],
  background: true,
});
const ended = (name: string): Child => ({name, steps: [], background: true});

const family = live(
  'root',
  live('upper', live('self', live('child', live('grandchild')), ended('grown')), live('beside'), ended('retired')),
  live('aunt', live('cousin'), ended('lost')),
);

/** Plays the plan to where everyone hangs or has ended. Texts have names in the place of ids. */
async function open(plan: Plan = family, options: WorldOptions = {}) {
  const world = openWorld({limits: {depth: 4}, ...options});
  await world.play(JSON.stringify(plan));
  const inNames = (text: string): string => text.replace(/agent-\d+/g, id => world.nameOf(id));
  const idOf = (name: string): string => world.idOf(name) ?? name;
  const portOf = (name: string): Agents => {
    const port = world.ports.get(idOf(name));
    if (!port) throw new Error(`${name} made no call`);
    return port;
  };
  /** What an agent is told, or what it comes to. */
  const told = async (act: () => unknown): Promise<string> => {
    try {
      return inNames(String(await act()));
    } catch (error) {
      if (!(error instanceof ToolError)) throw error;
      return inNames(error.message);
    }
  };
  const verbs = (name: string) => ({
    send: (to: string, resume = false) => told(() => portOf(name).send(idOf(to), 'hello', {resume})),
    stop: (id: string) => told(async () => (await portOf(name).stop(idOf(id))).state),
    wait: (id: string) =>
      told(async () => {
        const {signal} = createScope();
        const reports = portOf(name).wait([idOf(id)], {mode: 'all', timeoutMs: 1, signal});
        const [{ended}] = await Promise.all([reports, world.settle()]);
        return `${ended.length} ended`;
      }),
  });
  return {world, verbs, idOf, portOf, told, close: () => close(world)};
}

async function close(world: World): Promise<void> {
  const closed = world.session.close();
  await world.settle();
  await closed;
}

const toWrite =
  'You may write to: main, upper ("upper"), beside ("beside"), child ("child"), grandchild ("grandchild").';
const toCommand = 'Yours that run now: child ("child"), grandchild ("grandchild").';
const far = (name: string): string =>
  `Agent ${name} is neither above nor below nor beside you: it gets no message from you. ${toWrite}`;
const notBelow = (name: string): string =>
  `Agent ${name} is not below you: you can stop, and wait for, only agents below you. ${toCommand}`;

describe('an agent that writes', () => {
  const goesOn = 'With resume it goes on, if no limit is in the way.';
  const onlyAbove = 'Only agents above it can let it go on: ask upper, if it must.';
  it.each([
    ['self', `Agent self is you: it gets no message from you. ${toWrite}`],
    ['main', 'queued'],
    ['upper', 'queued'],
    ['beside', 'queued'],
    ['child', 'queued'],
    ['grandchild', 'queued'],
    ['grown', `Agent grown has ended (done): nobody reads this. ${goesOn}`, 'resumed'],
    ['retired', `Agent retired has ended (done): nobody reads this. ${onlyAbove}`],
    ['aunt', far('aunt')],
    ['cousin', far('cousin')],
    ['lost', far('lost')],
    ['nobody', `There is no agent "nobody". ${toWrite}`],
  ])('to %s is told what comes of it, and what it may do', async (to, plain, resuming = plain) => {
    const {verbs, close} = await open();
    expect(await verbs('self').send(to)).toBe(plain);
    expect(await verbs('self').send(to, true)).toBe(resuming);
    await close();
  });

  it('may do what it was advised: ask whoever may let another go on, who may', async () => {
    const {verbs, close} = await open();
    expect(await verbs('self').send('upper')).toBe('queued');
    expect(await verbs('upper').send('retired', true)).toBe('resumed');
    await close();
  });

  it('lets one further below go on where that had been, or below itself if who started it has ended', async () => {
    const {verbs, world, close} = await open();
    const parentOf = (name: string) => {
      const {parentId} = world.session.agents.snapshot().find(agent => agent.name === name) ?? {};
      return parentId && world.nameOf(parentId);
    };
    expect(await verbs('upper').send('grown', true)).toBe('resumed');
    expect(parentOf('grown')).toBe('self');
    await world.settle();
    expect(await verbs('upper').stop('self')).toBe('stopped');
    expect(await verbs('upper').send('grown', true)).toBe('resumed');
    expect(parentOf('grown')).toBe('upper');
    await close();
  });

  it('to those of the list reaches them', async () => {
    const {verbs, close} = await open();
    for (const to of ['main', 'upper', 'beside', 'child', 'grandchild']) {
      expect(toWrite).toContain(to);
      expect(await verbs('self').send(to)).toBe('queued');
    }
    await close();
  });

  it('to one that takes no more is not told to wait for what it cannot wait for', async () => {
    const {verbs, close} = await open();
    for (let sent = 0; sent < 100; sent += 1) await verbs('self').send('beside');
    expect(await verbs('self').send('beside')).toBe(
      'Agent beside has too much unread mail, and takes no more for now. Go on without it.',
    );
    await close();
  });

  it.each([
    [
      'root',
      'Agent child is about to end: nobody reads this. Once it has, with resume it goes on, if no limit is in the way.',
    ],
    [
      'beside',
      'Agent child is about to end: nobody reads this. Only agents above it can let it go on: ask main, if it must.',
    ],
  ])('to one that takes no more, though it has not ended yet, is told so: %s', async (from, expected) => {
    const {signal} = createScope();
    const heard: Promise<string>[] = [];
    const world = await open(live('root', live('beside')), {
      onEvent({type, agentId}) {
        if (type !== 'run_finished' || agentId !== 'agent-2') return;
        heard.push(world.verbs(from).send('child'), world.verbs(from).send('child', true));
      },
    });
    const {description, prompt, subagent_type: type, name} = spawnCall(ended('child')).input;
    await world.portOf('root').spawn({type, description, prompt, name, background: true}, {callId: 'call', signal});
    await world.world.settle();
    expect(await Promise.all(heard)).toEqual([expected, expected]);
    expect(await world.verbs('root').send('child', true)).toBe('resumed');
    await world.close();
  });

  it('to one whose history is gone is not told that it could go on', async () => {
    const batches = Array.from({length: 5}, (_, batch) => ({
      spawn: Array.from({length: 8}, (_, index) => ({...ended(`n${batch * 8 + index}`), background: false})),
    }));
    const root: Plan = {name: 'root', steps: [{spawn: [{...ended('first'), background: false}]}, ...batches, hang]};
    const {verbs, close} = await open(root, {limits: {spawnsPerTurn: 100}});
    const {send, stop, wait} = verbs('root');
    const gone = /Agent first ended too long ago to go on, or .* its history is not kept\.$/;
    expect(await send('first')).toMatch(
      new RegExp(`^Agent first has ended \\(done\\): nobody reads this. ${gone.source}`),
    );
    expect(await send('first', true)).toMatch(new RegExp(`^${gone.source}`));
    const unknown =
      'Agent first ended long ago (done): there is nothing to stop or to wait for, and what it said is not kept.';
    expect([await stop('first'), await wait('first')]).toEqual([unknown, unknown]);
    await close();
  });
});

describe('an agent that stops another, or waits for it', () => {
  const self = `Agent self is you: you can stop, and wait for, only agents below you. ${toCommand}`;
  it.each([
    ['self', self, self],
    ['main', notBelow('main'), notBelow('main')],
    ['upper', notBelow('upper'), notBelow('upper')],
    ['beside', notBelow('beside'), notBelow('beside')],
    ['retired', notBelow('retired'), notBelow('retired')],
    ['aunt', notBelow('aunt'), notBelow('aunt')],
    ['cousin', notBelow('cousin'), notBelow('cousin')],
    ['lost', notBelow('lost'), notBelow('lost')],
    ['nobody', `There is no agent "nobody". ${toCommand}`, `There is no agent "nobody". ${toCommand}`],
    ['child', 'stopped', '0 ended'],
    ['grandchild', 'stopped', '0 ended'],
    ['grown', 'done', '1 ended'],
  ])('of the name %s is told what comes of it, and whom it may stop', async (whom, stopped, waited) => {
    const {verbs, close} = await open();
    expect(await verbs('self').wait(whom)).toBe(waited);
    expect(await verbs('self').stop(whom)).toBe(stopped);
    await close();
  });

  it('and has none is not sent on to others', async () => {
    const {verbs, close} = await open();
    expect(await verbs('beside').stop('nobody')).toBe('There is no agent "nobody". Yours that run now: none.');
    await close();
  });

  it('hears whether it was there to be stopped', async () => {
    const {portOf, idOf, close} = await open();
    const wasLive = async (name: string): Promise<boolean> => (await portOf('self').stop(idOf(name))).wasLive;
    expect([await wasLive('grown'), await wasLive('child'), await wasLive('child')]).toEqual([false, true, false]);
    await close();
  });
});

describe('the name of an agent', () => {
  const start = ({portOf, told}: Awaited<ReturnType<typeof open>>, by: string, name: string) => {
    const {description, prompt, subagent_type: type} = spawnCall(ended(name)).input;
    const {signal} = createScope();
    const request = {type, description, prompt, name, background: true};
    return told(async () => {
      const receipt = await portOf(by).spawn(request, {callId: 'call', signal});
      return receipt.accepted ? 'started' : receipt.message;
    });
  };

  it('is refused while another runs under it, wherever that is, with who that is', async () => {
    const world = await open();
    expect(await start(world, 'self', 'cousin')).toBe(
      'No agent was started: the name "cousin" is that of cousin (worker: cousin), which still runs. Choose another name, or none.',
    );
    expect(await start(world, 'self', 'another')).toBe('started');
    await world.close();
  });

  it('is one agent’s alone, where two are started together under it', async () => {
    const world = await open(live('root'));
    const told = await Promise.all([start(world, 'root', 'twin'), start(world, 'root', 'twin')]);
    expect(told).toEqual(['started', expect.stringMatching(/^No agent was started: the name "twin" is that of /)]);
    await world.close();
  });

  it.each(['main', 'agent-1', 'agent-77'])('is refused if it reads like an id, as %s does', async name => {
    const world = await open(live('root'));
    expect(await start(world, 'root', name)).toMatch(/reads like the id of an agent\. Choose another name, or none\.$/);
    await world.close();
  });

  it('is free again once its bearer has ended, and then means the one that lives', async () => {
    const world = await open(live('root', ended('scout')));
    const old = world.idOf('scout');
    expect(await start(world, 'root', 'scout')).toBe('started');
    await world.world.settle();
    expect(world.idOf('scout')).not.toBe(old);
    const report = await world.portOf('root').stop('scout');
    expect([report.id, report.wasLive]).toEqual([world.idOf('scout'), false]);
    await world.close();
  });

  it('keeps an ended bearer from going on while another runs under it', async () => {
    const world = await open(live('root', live('upper', live('inner')), ended('scout')));
    const {world: tree, portOf, told} = world;
    const old = world.idOf('scout');
    const {signal} = createScope();
    const prompt = JSON.stringify(live('scout'));
    const type = 'worker';
    const receipt = await portOf('upper').spawn(
      {type, description: 'again', prompt, name: 'scout', background: true},
      {callId: 'call', signal},
    );
    expect(receipt.accepted).toBe(true);
    await tree.settle();
    const resume = (): Promise<string> => told(() => portOf('root').send(old, 'go on', {resume: true}));
    const young = world.idOf('scout');
    expect(young).not.toBe(old);
    expect(await resume()).toBe(
      'Agent scout cannot go on: the name "scout" is that of scout (worker: again), which still runs. It can once that one has ended.',
    );
    // By the name the root means the one that lives, its own or not.
    expect((await portOf('root').stop('scout')).id).toBe(young);
    expect(await resume()).toBe('resumed');
    await world.close();
  });

  it('means one that may be reached rather than one that may not', async () => {
    const world = await open(live('root', live('one', ended('scout')), live('two')));
    expect(await start(world, 'two', 'scout')).toBe('started');
    await world.world.settle();
    const {id, parentId} = world.world.session.agents.snapshot().findLast(({name}) => name === 'scout') ?? {};
    expect(parentId).toBe(world.idOf('two'));
    const own = await world.portOf('one').stop('scout');
    expect(own.id).not.toBe(id);
    expect((await world.portOf('two').stop('scout')).id).toBe(id);
    await world.close();
  });
});
