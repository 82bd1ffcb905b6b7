/**
 * The contract of mail under chance: agents that are led step by step through random orders of sending, steps, ends,
 * interrupts, stops, resumptions and prompts, with few or many turns of the microtask queue between them. What the
 * receipts and events say is held against what the agents came to read. A failing run prints its seed and path.
 */
import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import type {Agents} from '../../src/core/tree.js';
import type {AgentId, Mail, StampedEvent} from '../../src/core/types.js';
import {createScriptedModel, type ScriptedModel} from '../../src/providers/scripted.js';
import {faultsOf, openWorld} from '../support/random-tree.js';
import {runs} from '../support/runs.js';
import {makeTool} from '../support/runtime.js';
import {type Plan, planOf, spawnCall} from '../support/tree.js';

const names = ['root', 'a', 'b', 'a1', 'a2', 'b1'] as const;
type Name = (typeof names)[number];
const someone = fc.constantFrom(...names);
const below = fc.constantFrom<Name>('a', 'b', 'a1', 'a2', 'b1');

type Act =
  | {
      readonly type: 'person writes' | 'take back' | 'step' | 'finish' | 'interrupt' | 'abort' | 'wind down';
      readonly whom: Name;
    }
  | {readonly type: 'agent writes' | 'resume' | 'fetch'; readonly from: Name; readonly whom: Name}
  | {readonly type: 'prompt'};

const writes = fc.record({type: fc.constant('agent writes' as const), from: someone, whom: someone});
const fetches = fc.record({
  type: fc.constant('fetch' as const),
  from: fc.constantFrom<Name>('root', 'a'),
  whom: fc.constantFrom<Name>('a1', 'b1', 'a'),
});
const act: fc.Arbitrary<Act> = fc.oneof(
  {weight: 4, arbitrary: fc.record({type: fc.constant('person writes' as const), whom: someone})},
  {weight: 2, arbitrary: fc.record({type: fc.constant('take back' as const), whom: someone})},
  {weight: 6, arbitrary: writes},
  {weight: 6, arbitrary: fc.record({type: fc.constant('step' as const), whom: someone})},
  {weight: 3, arbitrary: fc.record({type: fc.constant('finish' as const), whom: someone})},
  {weight: 2, arbitrary: fc.record({type: fc.constant('interrupt' as const), whom: someone})},
  {weight: 2, arbitrary: fc.record({type: fc.constant('abort' as const), whom: below})},
  {weight: 1, arbitrary: fc.record({type: fc.constant('wind down' as const), whom: below})},
  {weight: 2, arbitrary: fc.record({type: fc.constant('resume' as const), from: someone, whom: below})},
  {weight: 4, arbitrary: fetches},
  {weight: 2, arbitrary: fc.constant({type: 'prompt' as const})},
);
/** An act, and how many turns of the microtask queue after the one before; null: after everything has come to rest. */
const acts = fc.array(fc.tuple(act, fc.option(fc.nat({max: 40}), {freq: 3, nil: null})), {
  minLength: 10,
  maxLength: 50,
  size: 'max',
});

const child = (name: Name, ...children: readonly Plan[]): Plan => ({
  name,
  steps: children.length > 0 ? [{spawn: children.map(each => ({...each, background: true}))}] : [],
});
/** `a2` runs in the foreground of `a`, the others in the background. */
const plan: Plan = {
  name: 'root',
  steps: [
    {
      spawn: [
        {...child('a'), steps: [{spawn: [{...child('a1'), background: true}, child('a2')]}], background: true},
        {...child('b', child('b1')), background: true},
      ],
    },
  ],
};

/** A world in which each agent calls `Wait` until it is led on, and ends only when it is told to. */
function openLed() {
  const waiting = new Map<AgentId, () => void>();
  const ports = new Map<AgentId, Agents>();
  const isEnding = new Set<string>();
  const wait = makeTool('Wait', 'changes', (_, {agentId, signal, agents}) => {
    ports.set(agentId, agents);
    return new Promise(resolve => {
      waiting.set(agentId, () => resolve('on'));
      signal.addEventListener('abort', () => resolve('stopped'), {once: true});
    });
  });
  const script = createScriptedModel(request => {
    const {name, steps} = planOf(request);
    const [first] = steps;
    if (request.toolChoice === 'none') return {text: `${name} reports`};
    if (first?.spawn && request.messages.length === 1) return {calls: first.spawn.map(spawnCall)};
    if (isEnding.delete(name)) return {text: `${name} is done`};
    return {calls: [{name: 'Wait', input: {value: 'x'}}]};
  });
  const around = (model: ScriptedModel): ScriptedModel => ({
    ...model,
    requests: script.requests,
    stream: script.stream,
  });
  const world = openWorld({
    around: model => around(model),
    more: [wait],
    limits: {spawnsPerTurn: 1_000},
    maxSteps: null,
  });
  return {...world, waiting, ports, isEnding, requests: script.requests};
}
type Led = ReturnType<typeof openLed>;

interface Ledger {
  /** Mail that was taken, by id. */
  readonly taken: Map<string, {readonly to: AgentId; readonly text: string}>;
  /** Of it, what the person took back. */
  readonly takenBack: Set<string>;
  /** Mail that was not, and how many events there had been. */
  readonly bounced: {readonly id: AgentId; readonly at: number; readonly wasEnded: boolean}[];
  resumed: number;
  /** Reports that a call gave in full: of whom, and to whom. */
  readonly fetched: Set<string>;
}

const isEnded = ({session}: Led, id: AgentId): boolean =>
  session.agents.snapshot().find(agent => agent.id === id)?.endedAt !== null;

function lead(world: Led, next: Act, ledger: Ledger, number: number): void {
  const {session, waiting, isEnding, ports} = world;
  if (next.type === 'prompt') {
    if (!session.isRunning) void world.play('go on');
    return;
  }
  const id = world.idOf(next.whom);
  if (id === null) return;
  const text = `letter ${number}.`;
  switch (next.type) {
    case 'person writes': {
      const wasEnded = isEnded(world, id);
      const receipt = session.agents.send(id, text);
      if (receipt.accepted) {
        expect(wasEnded).toBe(false);
        ledger.taken.set(receipt.id, {to: id, text});
      } else ledger.bounced.push({id, at: world.events.length, wasEnded});
      return;
    }
    case 'take back': {
      const mail = session.agents.takeBack(id);
      if (mail === null) return;
      expect(ledger.taken.get(mail.id)).toEqual({to: id, text: mail.text});
      ledger.takenBack.add(mail.id);
      return;
    }
    case 'agent writes': {
      const from = world.idOf(next.from);
      const port = from !== null && !isEnded(world, from) ? ports.get(from) : undefined;
      if (!port) return;
      const wasEnded = isEnded(world, id);
      const before = world.events.length;
      try {
        expect(port.send(id, text, {resume: false})).toBe('queued');
        expect(wasEnded).toBe(false);
        const [queued] = world.events
          .slice(before)
          .flatMap(event => (event.type === 'mail_queued' ? [event.mail] : []));
        expect(queued).toMatchObject({from, to: id, text: expect.stringContaining(text)});
        if (queued) ledger.taken.set(queued.id, {to: id, text});
      } catch (error) {
        if (!(error instanceof Error) || error.name !== 'ToolError') throw error;
        expect(world.events.length).toBe(before);
        if (!/gets no message from you/.test(error.message)) ledger.bounced.push({id, at: before, wasEnded});
      }
      return;
    }
    case 'resume': {
      const from = world.idOf(next.from);
      const port = from !== null && !isEnded(world, from) ? ports.get(from) : undefined;
      if (!port || !isEnded(world, id)) return;
      try {
        expect(port.send(id, text, {resume: true})).toBe('resumed');
        ledger.resumed += 1;
      } catch (error) {
        expect(error).toHaveProperty('name', 'ToolError');
      }
      return;
    }
    case 'fetch': {
      const from = world.idOf(next.from);
      const port = from !== null && !isEnded(world, from) ? ports.get(from) : undefined;
      if (!port || !isEnded(world, id)) return;
      const {signal} = new AbortController();
      port.wait([id], {mode: 'any', timeoutMs: null, signal}).then(
        ({ended}) => {
          for (const end of ended) if (!end.isMailed) ledger.fetched.add(`${end.id} to ${from}`);
        },
        error => expect(error).toHaveProperty('name', 'ToolError'),
      );
      return;
    }
    case 'step':
      waiting.get(id)?.();
      return;
    case 'finish':
      if (!isEnded(world, id)) isEnding.add(next.whom);
      waiting.get(id)?.();
      return;
    case 'interrupt':
      session.agents.interrupt(id);
      return;
    case 'abort':
      void session.agents.abort(id);
      return;
    case 'wind down':
      session.agents.windDown(id);
      return;
    default:
      next satisfies never;
  }
}

async function pass(world: Led, hops: number | null): Promise<void> {
  if (hops === null) await world.settle();
  for (let hop = 0; hop < (hops ?? 0); hop += 1) await null;
}

const deliveries = (events: readonly StampedEvent[]): readonly Mail[] =>
  events.flatMap(event => (event.type === 'entry_appended' && event.mail ? [event.mail] : []));
const queued = (events: readonly StampedEvent[]): readonly Mail[] =>
  events.flatMap(event => (event.type === 'mail_queued' ? [event.mail] : []));
const withdrawn = (events: readonly StampedEvent[]): readonly Mail[] =>
  events.flatMap(event => (event.type === 'mail_withdrawn' ? [event.mail] : []));

/** In place of a report. */
const isLine = ({text}: Mail): boolean => text.endsWith('You have its report from a call.');

/** Mail that nobody has read nor will: without reports that were passed on, and words to end to who has ended. */
function unreadOf(events: readonly StampedEvent[]): readonly Mail[] {
  const read = new Set([...deliveries(events), ...withdrawn(events)].map(({id}) => id));
  const posted = queued(events);
  return posted.filter(({id, kind, from, text}, index) => {
    const isPassedOn = posted
      .slice(index + 1)
      .some(later => later.from === from && (later.text === text || isLine(later)));
    return !read.has(id) && kind !== 'wind_down' && !(kind === 'agent_finished' && isPassedOn);
  });
}

/** Nobody who could go on by itself has unread mail. */
function expectRead(world: Led): void {
  for (const {id, to} of unreadOf(world.events)) {
    const state = world.session.agents.snapshot().find(agent => agent.id === to)?.state;
    expect([id, state]).toEqual([id, expect.stringMatching(/^(tool|idle|stopped|failed)$/)]);
  }
}

/** An ended agent starts and asks nothing, unless it was resumed. */
function expectNoResurrection({events}: Led, resumed: number): void {
  const ended = new Set<AgentId>();
  let again = 0;
  for (const event of events) {
    if (event.type === 'agent_finished') ended.add(event.agentId);
    else if (event.type === 'agent_started') {
      expect(ended.delete(event.agentId)).toBe(event.resumed);
      again += event.resumed ? 1 : 0;
    } else if (ended.has(event.agentId))
      expect(event.type).not.toMatch(/request_started|entry_appended|mail_queued|run_started/);
  }
  expect(again).toBe(resumed);
}

/** Whom mail did not reach asks nothing any more, and says that it is done. */
function expectDone({events}: Led, id: AgentId, at: number): void {
  const later = events.slice(at).filter(({agentId}) => agentId === id);
  const finished = later.findIndex(({type}) => type === 'agent_finished');
  expect(later[finished]).toMatchObject({state: 'done'});
  expect(later.slice(0, finished).filter(({type}) => type === 'request_started')).toEqual([]);
}

function expectContract(world: Led, {taken, takenBack, bounced, resumed, fetched}: Ledger): void {
  for (const {id, at, wasEnded} of bounced) if (!wasEnded) expectDone(world, id, at);
  const delivered = deliveries(world.events);
  const posted = queued(world.events);
  // Once each, as it was posted.
  expect(new Set(delivered.map(({id}) => id)).size).toBe(delivered.length);
  expect(new Set(posted.map(({id}) => id)).size).toBe(posted.length);
  for (const mail of delivered) expect(posted).toContainEqual(mail);
  for (const [id, {to, text}] of taken)
    expect(posted.find(mail => mail.id === id)).toMatchObject({to, text: expect.stringContaining(text)});
  // What was taken back is told so once, and nobody reads it.
  expect(withdrawn(world.events).map(({id}) => id)).toEqual([...takenBack]);
  for (const {id} of delivered) expect(takenBack).not.toContain(id);
  // A line only where the report itself was given.
  for (const {from, to} of posted.filter(isLine)) expect(fetched).toContain(`${from} to ${to}`);
  // In the order in which it came.
  for (const to of new Set(delivered.map(mail => mail.to))) {
    const seqs = delivered.filter(mail => mail.to === to).map(({seq}) => seq);
    expect(seqs).toEqual(seqs.toSorted((a, b) => a - b));
  }
  // In front of the model, too: each letter in one message of one agent.
  for (const name of names) {
    const last = world.requests.findLast(request => planOf(request).name === name);
    const texts = (last?.messages ?? []).map(({content}) => JSON.stringify(content));
    const ids = delivered.flatMap(({id, to}) => (to === world.idOf(name) ? (taken.get(id)?.text ?? []) : []));
    for (const text of ids) expect(texts.filter(each => each.includes(text)).length).toBeLessThanOrEqual(1);
  }
  for (const {messages} of world.requests) expect(faultsOf(messages)).toEqual([]);
  expectNoResurrection(world, resumed);
}

describe('mail', () => {
  it('is never lost, doubled or out of order, and never brings anyone back, whatever happens between', async () => {
    const seen = {takenBack: 0, bounced: 0, resumed: 0, taken: 0, unread: 0};
    await fc.assert(
      fc.asyncProperty(acts, async all => {
        const world = openLed();
        const ledger: Ledger = {taken: new Map(), takenBack: new Set(), bounced: [], resumed: 0, fetched: new Set()};
        await world.play(JSON.stringify(plan));
        for (const [number, [next, hops]] of all.entries()) {
          await pass(world, hops);
          lead(world, next, ledger, number);
        }
        await world.settle();
        expectRead(world);
        // Everyone comes to an end, the deepest first; then the root reads what is left.
        for (const name of names.toReversed()) {
          const id = world.idOf(name);
          if (id === null) continue;
          if (name === 'root' && !world.session.isRunning) continue;
          for (
            let round = 0;
            round < 50 && (name === 'root' ? world.session.isRunning : !isEnded(world, id));
            round += 1
          ) {
            world.isEnding.add(name);
            world.waiting.get(id)?.();
            await world.settle();
          }
          world.isEnding.delete(name);
        }
        world.isEnding.add('root');
        await world.play('the end');
        expect(world.session.isRunning).toBe(false);
        expectContract(world, ledger);
        const states = new Map(world.session.agents.snapshot().map(({id, state}) => [id, state]));
        const unread = unreadOf(world.events);
        // Only who was stopped has not read all its mail, and of that no report is missing.
        for (const {id, to, kind} of unread)
          expect([id, kind, states.get(to)]).toEqual([id, expect.stringMatching(/message|steer/), 'stopped']);
        seen.bounced += ledger.bounced.length;
        seen.resumed += ledger.resumed;
        seen.taken += ledger.taken.size;
        seen.takenBack += ledger.takenBack.size;
        seen.unread += unread.length;
        const closed = world.session.close();
        await world.settle();
        await closed;
      }),
      runs(120),
    );
    expect(Math.min(...Object.values(seen))).toBeGreaterThan(0);
  });
});
