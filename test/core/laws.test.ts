/**
 * The laws of the loop under chance: random scripts of replies, tools that fail, hang or are refused, and an abort at
 * every await there is (stream, hook, question, tool). A failing run prints its seed and path.
 */
import {getEventListeners} from 'node:events';
import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {ToolError} from '../../src/core/errors.js';
import type {Hooks, Model, ModelRequest, Permissions} from '../../src/core/ports.js';
import {repair} from '../../src/core/transcript.js';
import type {Entry, StampedEvent} from '../../src/core/types.js';
import {createScriptedModel, type ScriptedReply} from '../../src/providers/scripted.js';
import {runs} from '../support/runs.js';
import {forever, makeTool, openRuntime} from '../support/runtime.js';

type Behaviour = 'works' | 'fails' | 'breaks' | 'hangs' | 'partial' | 'deaf';
const behaviours: readonly Behaviour[] = ['works', 'fails', 'breaks', 'hangs', 'partial', 'deaf'];

const call = fc.record({
  name: fc.constantFrom('Look', 'Change', 'Nope'),
  behaviour: fc.constantFrom(...behaviours),
  permission: fc.constantFrom('allow', 'deny', 'ask yes', 'ask no'),
  hook: fc.constantFrom('none', 'none', 'none', 'allow', 'ask', 'deny', 'change', 'stop'),
  broken: fc.boolean(),
});
const reply = fc.record({
  text: fc.constantFrom('', 'Some words of a model.'),
  calls: fc.array(call, {maxLength: 4}),
  stopReason: fc.constantFrom(undefined, undefined, undefined, 'max_tokens', 'pause_turn', 'refusal'),
  end: fc.constantFrom('whole', 'whole', 'whole', 'cut', 'retracted once'),
});
const scenario = fc.record({
  replies: fc.array(reply, {minLength: 1, maxLength: 4}),
  /** At which await, counted over the whole turn, the interrupt comes; beyond the last one there is none. */
  abortAt: fc.nat({max: 60}),
  breakAt: fc.option(fc.nat({max: 60}), {freq: 3, nil: null}),
});

type Scenario = typeof scenario extends fc.Arbitrary<infer T> ? T : never;
type Call = Scenario['replies'][number]['calls'][number];

interface World {
  readonly signals: Set<AbortSignal>;
  readonly events: StampedEvent[];
  readonly history: readonly Entry[];
  readonly requests: readonly ModelRequest[];
  readonly running: () => number;
}

function toScripted({text, calls, stopReason, end}: Scenario['replies'][number]): ScriptedReply {
  const scripted = calls.map(one => ({
    name: one.name,
    ...(one.broken ? {json: '{"value'} : {input: {value: JSON.stringify(one)}}),
  }));
  return {
    ...(text && {text}),
    calls: scripted,
    ...(stopReason && {stopReason}),
    ...(end === 'cut' && {after: 6, ending: 'cut' as const}),
  };
}

/** Plays a scenario; `point` is called at every await that the outside can see. */
async function play({replies, abortAt, breakAt}: Scenario): Promise<World> {
  const signals = new Set<AbortSignal>();
  let points = 0;
  let running = 0;
  const point = (signal: AbortSignal): void => {
    signals.add(signal);
    if (points++ === abortAt) session.interrupt();
  };
  const parse = (input: unknown): Call => JSON.parse((input as {value: string}).value);

  const work = async (value: string, signal: AbortSignal): Promise<string | {content: string; isError: true}> => {
    point(signal);
    running += 1;
    try {
      const {behaviour} = JSON.parse(value) as Call;
      await null;
      if (behaviour === 'fails') throw new ToolError('it failed');
      if (behaviour === 'breaks') throw new RangeError('a bug');
      // What hangs is freed by an abort; if none came yet, by one now.
      if (behaviour === 'hangs' || behaviour === 'deaf') {
        queueMicrotask(() => session.interrupt());
        await forever(signal);
      }
      if (behaviour === 'partial' && signal.aborted) return {content: 'half', isError: true};
      return 'fine';
    } finally {
      running -= 1;
    }
  };
  const permissions: Permissions = {
    decide: ({input}) => {
      const {permission} = parse(input);
      if (permission === 'deny') return {verdict: 'deny', message: 'not allowed'};
      return {verdict: permission === 'allow' ? 'allow' : 'ask'};
    },
    async ask({input}, signal) {
      point(signal);
      await null;
      return parse(input).permission === 'ask no' ? {verdict: 'deny', message: 'no'} : {verdict: 'allow'};
    },
  };
  const hooks: Hooks = {
    matches: (event, tool) => ['UserPromptSubmit', 'Stop'].includes(event) || tool === 'Change',
    async run(input, signal) {
      point(signal);
      await null;
      if (input.event === 'Stop') return input.repeated ? {} : {decision: 'deny', reason: 'not yet'};
      if (input.event !== 'PreToolUse') return {context: 'noted'};
      const one = parse(input.call.input);
      switch (one.hook) {
        case 'none':
          return {};
        case 'change':
          return {updatedInput: {value: JSON.stringify({...one, behaviour: 'works'})}};
        case 'stop':
          return {stop: 'enough'};
        default:
          return {decision: one.hook, reason: 'the hook said so'};
      }
    },
  };
  const scripted = createScriptedModel((_, index) => {
    const next = replies[index];
    return next ? toScripted(next) : {text: 'That is all.'};
  });
  const model: Model = {
    info: scripted.info,
    async *stream(request, signal) {
      const plan = replies[scripted.requests.length];
      if (plan?.end === 'retracted once') {
        let count = 0;
        for await (const event of createScriptedModel([toScripted(plan)]).stream(request, signal)) {
          point(signal);
          if (count++ > 5) break;
          yield event;
        }
        yield {type: 'attempt_retracted', reason: 'cut'};
      }
      for await (const event of scripted.stream(request, signal)) {
        point(signal);
        yield event;
      }
    },
  };
  const {session} = openRuntime(model, {
    tools: [
      makeTool('Look', 'reads', (value, {signal}) => work(value, signal)),
      makeTool('Change', 'changes', (value, {signal}) => work(value, signal)),
    ],
    hooks,
    permissions,
    maxSteps: 8,
  });
  const events: StampedEvent[] = [];
  for await (const event of session.send('go')) {
    events.push(event);
    if (events.length === breakAt) break;
  }
  return {signals, events, history: session.history, requests: scripted.requests, running: () => running};
}

/** What is wrong with a history in the eyes of the API. */
function faults(history: readonly Entry[]): readonly string[] {
  const answered = history.flatMap(({message}, index) =>
    typeof message.content === 'string' || message.role !== 'user'
      ? []
      : message.content.flatMap(block => (block.type === 'tool_result' ? [`${index} ${block.tool_use_id}`] : [])),
  );
  const expected = history.flatMap(({message}, index) =>
    typeof message.content === 'string' || message.role !== 'assistant'
      ? []
      : message.content.flatMap(block => (block.type === 'tool_use' ? [`${index + 1} ${block.id}`] : [])),
  );
  const empty = history.filter(({message}) => message.content.length === 0).map(({id}) => `${id} is empty`);
  const same = JSON.stringify(answered) === JSON.stringify(expected) ? [] : [`${answered} is not ${expected}`];
  return [...empty, ...same];
}

describe('the laws of the loop', () => {
  it('gives every call of a kept reply exactly one result, wherever the turn is aborted or broken off', async () => {
    await fc.assert(
      fc.asyncProperty(scenario, async plan => {
        const {history, events, signals, running} = await play(plan);
        expect(faults(history)).toEqual([]);
        expect(repair(history, () => 'new')).toBe(history);
        expect(running()).toBe(0);
        for (const signal of signals) expect(getEventListeners(signal, 'abort')).toEqual([]);
        if (plan.breakAt === null) {
          expect(events.filter(({type}) => type === 'run_finished')).toHaveLength(1);
          expect(events.at(-1)?.type).toBe('run_finished');
        }
      }),
      runs(400),
    );
  });

  it('tells exactly one end of every call that it tells the start of, unless the reply is retracted', async () => {
    await fc.assert(
      fc.asyncProperty(scenario, async plan => {
        const {events} = await play({...plan, breakAt: null});
        const open = new Map<string, string>();
        let current = '';
        for (const event of events) {
          if (event.type === 'reply_started') current = event.entryId;
          if (event.type === 'tool_started') {
            expect(open.has(event.callId)).toBe(false);
            open.set(event.callId, current);
          }
          if (event.type === 'tool_finished') open.delete(event.callId);
          if (event.type === 'reply_retracted') {
            for (const [callId, entryId] of open) if (entryId === event.entryId) open.delete(callId);
          }
        }
        expect([...open.keys()]).toEqual([]);
      }),
      runs(600),
    );
  });

  it('tells exactly one end of every reply that it tells the start of: kept or retracted', async () => {
    await fc.assert(
      fc.asyncProperty(scenario, async plan => {
        const {events} = await play({...plan, breakAt: null});
        const ids = (types: readonly string[]): readonly string[] =>
          events.flatMap(event => {
            if (!types.includes(event.type)) return [];
            if (event.type === 'reply_finished') return [event.entry.id];
            return 'entryId' in event ? [event.entryId] : [];
          });
        expect(ids(['reply_finished', 'reply_retracted'])).toEqual(ids(['reply_started']));
      }),
      runs(300),
    );
  });

  it('extends the prefix of every request byte for byte: system, tools, earlier messages', async () => {
    await fc.assert(
      fc.asyncProperty(scenario, async plan => {
        const {requests} = await play({...plan, breakAt: null});
        for (const [index, request] of requests.entries()) {
          const earlier = requests[index - 1];
          if (!earlier) continue;
          expect(JSON.stringify([request.system, request.tools])).toBe(JSON.stringify([earlier.system, earlier.tools]));
          const prefix = JSON.stringify(earlier.messages).slice(0, -1);
          expect(JSON.stringify(request.messages).slice(0, prefix.length)).toBe(prefix);
        }
      }),
      runs(200),
    );
  });
});
