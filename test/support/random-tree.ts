/**
 * Random trees of agents, and their playing: a tree runs over the true loop and the true tools on a clock that stands
 * still, to where nothing moves any more by itself. A moment can be chosen, by the number of an event, at which something
 * is done to it.
 */
import {setImmediate as nextTurn} from 'node:timers/promises';
import fc from 'fast-check';
import {ToolError} from '../../src/core/errors.js';
import type {ModelEvent, ModelRequest} from '../../src/core/ports.js';
import type {Session} from '../../src/core/session-types.js';
import type {Agents, BudgetLimits} from '../../src/core/tree.js';
import type {AgentId, MessageParam, StampedEvent, ToolEffect} from '../../src/core/types.js';
import type {ScriptedModel} from '../../src/providers/scripted.js';
import {createVirtualClock, type VirtualClock} from './clock.js';
import {forever, makeTool} from './runtime.js';
import {openTree, type Plan, planOf, type Step, type TreeOptions} from './tree.js';

/** How a call goes: `deaf` does not hear the abort, `hangs` does nothing else than wait for it. */
type Manner = 'works' | 'fails' | 'breaks' | 'hangs' | 'deaf';
/** A call's input, as text: how it goes, after how many turns of the microtask queue. */
interface Work {
  readonly tool: 'Peek' | 'Change';
  readonly manner: Manner;
  readonly hops: number;
}

/** One agent. `parent` picks one of those before it; the root is the first. */
export interface Shape {
  readonly budget?: BudgetLimits;
  readonly parent: number;
  readonly isBackground: boolean;
  /** Started by the same reply as the sibling before it. */
  readonly isBeside: boolean;
  /** One reply each, before and after its children. */
  readonly before: readonly (readonly Work[])[];
  readonly after: readonly (readonly Work[])[];
  readonly end: 'says so' | 'hangs' | 'fails' | 'refuses' | 'hanging call' | 'deaf call';
}

const work: fc.Arbitrary<Work> = fc.record({
  tool: fc.constantFrom('Peek', 'Change'),
  manner: fc.constantFrom('works', 'works', 'fails', 'breaks'),
  hops: fc.nat({max: 12}),
});
const replies = fc.array(fc.array(work, {minLength: 1, maxLength: 3}), {maxLength: 2});
const shape: fc.Arbitrary<Shape> = fc.record({
  parent: fc.nat(),
  isBackground: fc.boolean(),
  isBeside: fc.boolean(),
  before: replies,
  after: replies,
  end: fc.constantFrom(
    'says so',
    'says so',
    'says so',
    'hangs',
    'hangs',
    'fails',
    'refuses',
    'hanging call',
    'deaf call',
  ),
});
/** The root and up to eleven agents below it. */
export const shapes: fc.Arbitrary<readonly Shape[]> = fc.array(shape, {minLength: 2, maxLength: 12, size: 'max'});

const maxDepth = 3;
/** Of the event loop, until a tree is at rest: a hundred times what the longest takes. */
const mostTurns = 50_000;

export interface PlannedNode {
  readonly name: string;
  readonly parent: string | null;
  readonly plan: Plan & {readonly background: boolean};
  /** It does not come to an end by itself. */
  readonly hangs: boolean;
}

interface Growing {
  readonly name: string;
  readonly shape: Shape;
  readonly depth: number;
  readonly parent: Growing | null;
  readonly children: Growing[];
}

/** A call of TaskStop: who makes it and for whom, each picked from those who can; for comparison, one that does nothing. */
export interface Stop {
  readonly by: number;
  readonly whom: number;
  readonly isReal: boolean;
}

/** All agents' plans by their names, parents first: that of the root holds all others. */
export function grow(all: readonly Shape[], stop: Stop | null = null): readonly PlannedNode[] {
  const grown: Growing[] = [];
  for (const [index, shape] of all.entries()) {
    const open = grown.filter(({depth, children}) => depth < maxDepth && children.length < 8);
    const parent = open[shape.parent % Math.max(1, open.length)] ?? null;
    const node = {
      name: index === 0 ? 'root' : `n${index}`,
      shape,
      parent,
      depth: (parent?.depth ?? -1) + 1,
      children: [],
    };
    parent?.children.push(node);
    grown.push(node);
  }
  const plans = new Map<Growing, PlannedNode['plan']>();
  const parents = grown.filter(({children}) => children.length > 0);
  const stopper = stop && parents[stop.by % parents.length];
  for (const node of grown.toReversed()) {
    plans.set(node, toPlan(node, plans, node === stopper ? [toStop(node, stop)] : []));
  }
  return grown.map(node => {
    const plan = plans.get(node);
    if (!plan) throw new Error('a node without a plan');
    return {name: node.name, parent: node.parent?.name ?? null, plan, hangs: /hang|deaf/.test(node.shape.end)};
  });
}

const allBelow = ({children}: Growing): readonly Growing[] => children.flatMap(child => [child, ...allBelow(child)]);

function toStop(stopper: Growing, stop: Stop | null): Step {
  const below = allBelow(stopper);
  const name = below[(stop?.whom ?? 0) % below.length]?.name;
  const nothing = {name: 'Peek', input: {value: 'works 0'}};
  return {calls: [stop?.isReal ? {name: 'TaskStop', input: {task_id: name}} : nothing]};
}

function toPlan(
  {name, shape, children}: Growing,
  plans: ReadonlyMap<Growing, PlannedNode['plan']>,
  added: readonly Step[],
): PlannedNode['plan'] {
  const groups: Growing[][] = [];
  for (const child of children) {
    const last = groups.at(-1);
    if (last && child.shape.isBeside) last.push(child);
    else groups.push([child]);
  }
  const spawns = groups.map(group => ({spawn: group.flatMap(child => plans.get(child) ?? [])}));
  const begins: Work = {tool: 'Peek', manner: 'works', hops: 0};
  const steps = [
    toStep([begins]),
    ...shape.before.map(toStep),
    ...spawns,
    ...shape.after.map(toStep),
    ...added,
    ...lastSteps(shape.end),
  ];
  const {usd, tokens, ms} = shape.budget ?? {};
  const budget = {
    ...(usd !== undefined && {usd}),
    ...(tokens !== undefined && {tokens}),
    ...(ms !== undefined && {minutes: ms / 60_000}),
  };
  return {name, steps, background: shape.isBackground, ...(shape.budget && {budget})};
}

const toStep = (works: readonly Work[]): Step => ({
  text: 'at work',
  calls: works.map(({tool, manner, hops}) => ({name: tool, input: {value: `${manner} ${hops}`}})),
});

function lastSteps(end: Shape['end']): readonly Step[] {
  switch (end) {
    case 'says so':
      return [];
    case 'hangs':
      return [{hang: true}];
    case 'fails':
      return [{fails: true}];
    case 'refuses':
      return [{refuses: true}];
    case 'hanging call':
      return [toStep([{tool: 'Peek', manner: 'hangs', hops: 1}])];
    case 'deaf call':
      return [toStep([{tool: 'Change', manner: 'deaf', hops: 1}])];
    default:
      return end satisfies never;
  }
}

export interface SentRequest {
  readonly name: string;
  readonly request: ModelRequest;
  readonly signal: AbortSignal;
  /** The signal had aborted before. */
  readonly isDead: boolean;
  /** How many events there had been. */
  readonly at: number;
}

export interface World {
  readonly session: Session;
  readonly model: ScriptedModel;
  /** Everything that was published, each event as it was. */
  readonly events: readonly StampedEvent[];
  readonly requests: readonly SentRequest[];
  /** Of every request and every call. */
  readonly signals: ReadonlySet<AbortSignal>;
  /** Calls that run. */
  readonly running: () => number;
  readonly sleepers: () => number;
  /** What the calls of an agent may do with others, of those whose calls ran. */
  readonly ports: ReadonlyMap<AgentId, Agents>;
  /**
   * Runs a turn of the root beside the test; resolves when it ends or nothing moves any more. `read` gets each event that
   * the turn yields, and breaks off by saying false.
   */
  play(prompt: string, read?: (event: StampedEvent) => Promise<boolean>): Promise<void>;
  /** Lets everything happen that happens by itself, also what only time is in the way of. */
  settle(): Promise<void>;
  nameOf(id: AgentId): string;
  idOf(name: string): AgentId | null;
}

export interface WorldOptions extends TreeOptions {
  readonly clock?: VirtualClock;
  /** Called within every publish. */
  readonly onEvent?: (event: StampedEvent, count: number) => void;
}

export function openWorld({
  onEvent = () => {},
  clock = createVirtualClock(),
  around: within = model => model,
  more = [],
  ...options
}: WorldOptions = {}): World {
  const events: StampedEvent[] = [];
  const requests: SentRequest[] = [];
  const signals = new Set<AbortSignal>();
  const ports = new Map<AgentId, Agents>();
  let running = 0;

  const tool = (name: string, effect: ToolEffect) =>
    makeTool(name, effect, async (value, {signal, agents, agentId}) => {
      signals.add(signal);
      ports.set(agentId, agents);
      const [manner, hops] = value.split(' ');
      // It is left alone one day, and nobody can count on it.
      if (manner === 'deaf') return new Promise<never>(() => {});
      running += 1;
      try {
        for (let hop = 0; hop < Number(hops); hop += 1) await null;
        if (manner === 'hangs') await forever(signal);
        if (manner === 'fails') throw new ToolError('It failed.');
        if (manner === 'breaks') throw new RangeError('a bug');
        return 'fine';
      } finally {
        running -= 1;
      }
    });

  const around = (scripted: ScriptedModel): ScriptedModel => {
    const model = within(scripted);
    return {...model, stream};
    function stream(request: ModelRequest, signal: AbortSignal): AsyncIterable<ModelEvent> {
      signals.add(signal);
      requests.push({name: planOf(request).name, request, signal, isDead: signal.aborted, at: events.length});
      return model.stream(request, signal);
    }
  };
  const {session, model} = openTree({
    // A plan stands in the first message: an agent whose history is summed up knows none.
    compaction: {auto: false, at: 0.85},
    clock,
    around,
    more: [tool('Peek', 'reads'), tool('Change', 'changes'), ...more],
    ...options,
  });
  session.observe({
    filter(event) {
      events.push(event);
      onEvent(event, events.length);
      return false;
    },
  });

  let isReading = false;
  async function settle(): Promise<void> {
    let seen = -1;
    for (let turns = 0; turns < mostTurns; turns += 1) {
      await nextTurn();
      if (isReading) continue;
      if (events.length !== seen) seen = events.length;
      else if (!(await clock.step())) return;
    }
    throw new Error(`the tree has not come to rest after ${mostTurns} turns and ${events.length} events`);
  }

  return {
    session,
    model,
    events,
    requests,
    signals,
    ports,
    running: () => running,
    sleepers: () => clock.sleepers,
    async play(prompt, read = async () => true) {
      void (async () => {
        for await (const event of session.send(prompt)) {
          isReading = true;
          const isMore = await read(event).finally(() => {
            isReading = false;
          });
          if (!isMore) break;
        }
      })();
      await settle();
    },
    settle,
    nameOf: id => session.agents.snapshot().find(agent => agent.id === id)?.name ?? 'root',
    idOf: name =>
      name === 'root' ? 'main' : (session.agents.snapshot().findLast(agent => agent.name === name)?.id ?? null),
  };
}

/** What is wrong with messages in the eyes of the API: a call without its result, a result without its call. */
export function faultsOf(messages: readonly MessageParam[]): readonly string[] {
  return messages.flatMap((message, index) => {
    if (message.content.length === 0) return [`message ${index} is empty`];
    const called = callsOf(messages[index - 1]).join();
    const answered = resultsOf(message).join();
    const isLast = index === messages.length - 1 && callsOf(message).length > 0;
    return [
      ...(called === answered ? [] : [`message ${index}: ${called} is answered by ${answered}`]),
      ...(isLast ? ['the last calls have no results'] : []),
    ];
  });
}

function callsOf(message: MessageParam | undefined): readonly string[] {
  if (message?.role !== 'assistant' || typeof message.content === 'string') return [];
  return message.content.flatMap(block => (block.type === 'tool_use' ? [block.id] : []));
}

function resultsOf(message: MessageParam): readonly string[] {
  if (message.role !== 'user' || typeof message.content === 'string') return [];
  return message.content.flatMap(block => (block.type === 'tool_result' ? [block.tool_use_id] : []));
}
