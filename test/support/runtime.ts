/**
 * A session over the scripted model, with tools as plain functions and everything recorded: what the core tests run.
 */
import * as z from 'zod';
import {race} from '../../src/core/cancel.js';
import {ToolError, UsageError} from '../../src/core/errors.js';
import type {Commands, Files, Hooks, Model, Permissions, Tool, ToolContext} from '../../src/core/ports.js';
import type {AgentLog, Store} from '../../src/core/records.js';
import {createSession} from '../../src/core/session.js';
import type {Session, SessionOptions} from '../../src/core/session-types.js';
import {defineTool} from '../../src/core/tool.js';
import type {AgentEvent, Entry, RunOutcome, StampedEvent, ToolEffect, ToolResult} from '../../src/core/types.js';
import {createScriptedModel, type Script, type ScriptedModel} from '../../src/providers/scripted.js';
import {realClock} from './clock.js';

/** A tool whose input is `{value: string}` and whose work is `run`. */
export function makeTool(
  name: string,
  effect: ToolEffect,
  run: (value: string, context: ToolContext) => Promise<string | ToolResult> | string | ToolResult,
): Tool {
  return defineTool({
    name,
    description: `${name} for tests`,
    effect,
    input: z.strictObject({value: z.string()}),
    title: ({value}) => value,
    async run({value}, context) {
      const result = await run(value, context);
      return typeof result === 'string' ? {content: result} : result;
    },
  }) as Tool;
}

export const echo = makeTool('Echo', 'reads', value => `echo ${value}`);

const allowAll: Permissions = {
  decide: () => ({verdict: 'allow'}),
  ask: () => Promise.reject(new Error('nobody asked for this')),
};

/** Ports that a test without files or commands never reaches. */
const noFiles: Files = {
  read: () => Promise.reject(new ToolError('no files here')),
  scan: () => Promise.reject(new ToolError('no files here')),
  exists: () => Promise.resolve(false),
  mark: () => {},
  marked: () => undefined,
  forget: () => {},
  contentOf: () => null,
  write: () => Promise.reject(new ToolError('no files here')),
};
const noCommands: Commands = {
  shell: () => Promise.reject(new ToolError('no commands here')),
  exec: () => Promise.reject(new ToolError('no commands here')),
  end: () => Promise.resolve(),
};

const noLog: AgentLog = {write: () => {}, sync: () => {}};
const noStore: Store = {root: noLog, below: () => noLog};

export interface RuntimeOptions extends Partial<SessionOptions> {
  readonly hooks?: Hooks | null;
}

/** A session over a script; `options` replace single ports. Ids count from `e1`. */
export function openRuntime(
  script: Script | Model,
  options: RuntimeOptions = {},
): {readonly session: Session; readonly model: ScriptedModel} {
  const model = typeof script === 'object' && 'stream' in script ? script : createScriptedModel(script as Script);
  let ids = 0;
  const session = createSession({
    id: 'session',
    model,
    fallbacks: [],
    compaction: {auto: true, at: 0.85},
    effort: null,
    system: 'You are a test.',
    tools: [],
    budget: {},
    limits: {},
    maxSteps: 30,
    newId: () => `e${++ids}`,
    isolate: () => Promise.reject(new ToolError('no worktrees here')),
    place: {root: '/', cwd: '/'},
    store: noStore,
    kept: null,
    files: noFiles,
    commands: noCommands,
    instructions: null,
    hooks: null,
    permissions: allowAll,
    clock: realClock,
    types: [],
    openModel: () => Promise.reject(new UsageError('no other models here')),
    systemFor: ({prompt}) => prompt,
    ...options,
  });
  return {session, model: model as ScriptedModel};
}

export interface Ran {
  readonly events: readonly StampedEvent[];
  readonly outcome: RunOutcome;
}

/** Runs one turn to its end. `watch` sees each event as it comes. */
export async function runTurn(
  session: Pick<Session, 'send'>,
  prompt: string,
  watch: (event: StampedEvent) => void | Promise<void> = () => {},
): Promise<Ran> {
  const events: StampedEvent[] = [];
  const turn = session.send(prompt);
  while (true) {
    const next = await turn.next();
    if (next.done) return {events, outcome: next.value};
    events.push(next.value);
    await watch(next.value);
  }
}

/** Events without stamps, times and deltas: what a test compares whole. */
export function outline(events: readonly AgentEvent[]): readonly string[] {
  return events.flatMap(event => {
    switch (event.type) {
      case 'text_delta':
      case 'thinking_delta':
      case 'input_delta':
      case 'block_started':
      case 'block_finished':
        return [];
      case 'tool_started':
        return [`tool_started ${event.tool} ${event.title}`];
      case 'tool_finished':
        return [`tool_finished ${event.callId} ${event.outcome}`];
      case 'entry_appended':
        return [`entry_appended ${event.origin}`];
      case 'run_finished':
        return [`run_finished ${event.reason}`];
      case 'reply_finished':
        return [`reply_finished ${event.stopReason}`];
      default:
        return [event.type];
    }
  });
}

/** The results of the last user message, as text. */
export function resultsOf(history: readonly Entry[]): readonly unknown[] {
  const message = history.filter(({message}) => message.role === 'user').at(-1)?.message;
  if (!message || typeof message.content === 'string') return [];
  return message.content.map(block => (block.type === 'tool_result' ? [block.tool_use_id, block.content] : block.type));
}

/** Calls without exactly one result in the next user message. */
export function unanswered(history: readonly Entry[]): readonly string[] {
  return history.flatMap(({message}, index) => {
    if (message.role !== 'assistant' || typeof message.content === 'string') return [];
    const next = history[index + 1]?.message;
    const results = next && next.role === 'user' && typeof next.content !== 'string' ? next.content : [];
    return message.content.flatMap(block => {
      if (block.type !== 'tool_use') return [];
      const count = results.filter(part => part.type === 'tool_result' && part.tool_use_id === block.id).length;
      return count === 1 ? [] : [`${block.id}: ${count} results`];
    });
  });
}

/** A promise with its handles. */
export function gate<T = void>(): {readonly opened: Promise<T>; open(value: T): void} {
  let open: (value: T) => void = () => {};
  const opened = new Promise<T>(resolve => {
    open = resolve;
  });
  return {opened, open};
}

/** Never settles by itself; rejects when the signal aborts. */
export function forever(signal: AbortSignal): Promise<never> {
  return race(new Promise<never>(() => {}), signal);
}
