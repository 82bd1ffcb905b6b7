/**
 * A conversation of many turns: the root agent, its history, one turn at a time. `send` yields every event to
 * whoever iterates it; others watch through mailboxes of their own.
 */
import {type BudgetLimits, createBudget} from './budget.js';
import {createScope, type Scope} from './cancel.js';
import type {Mailbox} from './mailbox.js';
import type {Model, Tool} from './ports.js';
import {type Conversation, query} from './query.js';
import {createRegistry, type ObserveOptions, type RegistryLimits} from './registry.js';
import type {CallDeps} from './run-call.js';
import {submit, unfinished} from './submit.js';
import {toolsByName} from './tool-names.js';
import {append, createEntry, type Prompt, toContent} from './transcript.js';
import type {
  AgentEvent,
  AgentSnapshot,
  ContentBlockParam,
  Effort,
  Entry,
  Receipt,
  RunOutcome,
  StampedEvent,
  Usage,
} from './types.js';

export interface SessionOptions extends Omit<CallDeps, 'agentId' | 'tools'> {
  readonly id: string;
  readonly model: Model;
  readonly effort: Effort | null;
  /** Made once and never rebuilt: it is the beginning of every request. The first turn waits for it. */
  readonly system: string | Promise<string>;
  readonly tools: readonly Tool[];
  readonly budget: BudgetLimits;
  readonly limits: Partial<RegistryLimits>;
  /** Requests a turn may make; null for no limit. */
  readonly maxSteps: number | null;
  newId(): string;
}

export interface Session {
  readonly id: string;
  readonly model: Model;
  readonly history: readonly Entry[];
  readonly isRunning: boolean;
  /**
   * Runs one turn and yields what happens; breaking off aborts it and leaves nothing behind. Throws when a turn runs
   * already (mail to it is `steer`), and `UsageError` for an empty prompt.
   */
  send(prompt: Prompt): AsyncGenerator<StampedEvent, RunOutcome>;
  /** Mail to the running turn, injected at its next step; without one it is read with the next prompt, before it. */
  steer(text: string): Receipt;
  /** Aborts the running turn: its request, its tools. */
  interrupt(): void;
  /** Aborts the running turn and ends what its commands left running. Resolves when the last process is gone. */
  abort(): Promise<void>;
  /** Takes effect with the next turn, and breaks the prompt cache: an event says so. */
  setModel(model: Model): void;
  setEffort(effort: Effort | null): void;
  /** Forgets the history. Throws while a turn runs. */
  clear(): void;
  /** A mailbox of all events from now on; its owner drains and closes it. */
  observe(options?: ObserveOptions): Mailbox<StampedEvent>;
  snapshot(): readonly AgentSnapshot[];
  spent(): {readonly usage: Usage; readonly costUsd: number | null};
  /** Tells watchers something that no run said. */
  tell(event: AgentEvent): void;
  /** Aborts everything; resolves when the last process is gone. */
  close(): Promise<void>;
}

const rootId = 'main';

/** Makes a session with its root agent. */
export function createSession(options: SessionOptions): Session {
  const {clock, newId, hooks, commands} = options;
  const registry = createRegistry({limits: options.limits, clock});
  const budget = createBudget(options.budget, clock);
  const agent = createScope();
  const conversation: Conversation = {history: [], measured: {entries: 0, tokens: 0}};
  const tools = toolsByName(options.tools);
  const definitions = options.tools.map(({name, description, inputSchema}) => ({
    name,
    description,
    input_schema: inputSchema,
  }));
  let {model, effort} = options;
  let turn: Scope | null = null;

  registry.reserve({id: rootId, parentId: null, callId: null, kind: 'main', description: '', background: false});

  const say = (event: AgentEvent): StampedEvent => registry.publish(rootId, event);

  function add(content: ContentBlockParam[], origin: 'prompt' | 'mail'): StampedEvent {
    const entry = createEntry(newId(), {role: 'user', content});
    conversation.history = append(conversation.history, entry);
    return say({type: 'entry_appended', entry, origin});
  }

  function assertIdle(): void {
    if (agent.signal.aborted) throw new Error('This session is closed. Create a new one.');
    if (turn) throw new Error('A turn is running. Wait for its end, or use steer() to send a message into it.');
  }

  async function* run(content: ContentBlockParam[], scope: Scope): AsyncGenerator<StampedEvent, RunOutcome> {
    assertIdle();
    turn = scope;
    let outcome: RunOutcome | null = null;
    let isTold = false;
    try {
      registry.beginTurn(rootId);
      const gate = await submit(content, {hooks, agentId: rootId, signal: scope.signal});
      if ('reason' in gate) {
        isTold = true;
        turn = null;
        yield say({type: 'run_finished', ...gate});
        return gate;
      }
      // What was sent before this prompt is read before it.
      for (const {text} of registry.inbox(rootId).drain()) yield add([{type: 'text', text}], 'mail');
      yield add(gate.content, 'prompt');
      const events = query({
        ...options,
        system: await options.system,
        agentId: rootId,
        tools,
        definitions,
        conversation,
        model,
        effort,
        turn: scope,
        budget,
        inbox: registry.inbox(rootId),
        settled(run) {
          outcome = run;
        },
      });
      for await (const event of events) {
        isTold = event.type === 'run_finished';
        // Whoever sees the end may send the next prompt at once.
        if (isTold) turn = null;
        yield say(event);
      }
      if (!outcome) throw new Error('a run ended without an outcome');
      return outcome;
    } finally {
      scope.close();
      if (turn === scope) turn = null;
      // Whoever broke off has heard enough, but those who watch are to see an end.
      if (!isTold) say({type: 'run_finished', ...(outcome ?? unfinished('aborted'))});
    }
  }

  return {
    id: options.id,
    get model() {
      return model;
    },
    get history() {
      return conversation.history;
    },
    get isRunning() {
      return turn !== null;
    },
    send(prompt) {
      assertIdle();
      const scope = agent.child();
      return abortFirst(run(toContent(prompt), scope), scope.abort);
    },
    steer(text) {
      toContent(text);
      return registry.post({from: 'user', to: rootId, kind: 'steer', text, wake: true});
    },
    interrupt: () => turn?.abort(),
    async abort() {
      turn?.abort();
      await commands.end(rootId);
    },
    setModel(next) {
      const [from, to] = [model.info.id, next.info.id];
      model = next;
      if (from !== to) say({type: 'prefix_changed', reason: 'model', detail: `${from} → ${to}`});
    },
    setEffort(next) {
      const [from, to] = [effort ?? 'default', next ?? 'default'];
      effort = next;
      if (from !== to) say({type: 'prefix_changed', reason: 'effort', detail: `${from} → ${to}`});
    },
    clear() {
      assertIdle();
      conversation.history = [];
      conversation.measured = {entries: 0, tokens: 0};
      say({type: 'prefix_changed', reason: 'clear', detail: 'a new conversation'});
    },
    observe: watch => registry.observe(watch),
    snapshot: () => registry.snapshot(),
    spent: () => budget.spent(),
    tell: event => void say(event),
    async close() {
      agent.abort();
      registry.finish(rootId, 'done', '');
      await commands.end(rootId);
    },
  };
}

/**
 * The generator with a `return` that aborts first: returning alone would wait for as long as the generator is parked
 * in an await, a hanging request for example.
 */
function abortFirst<T, R>(generator: AsyncGenerator<T, R>, abort: () => void): AsyncGenerator<T, R> {
  const leave = generator.return.bind(generator);
  generator.return = value => {
    abort();
    return leave(value);
  };
  return generator;
}
