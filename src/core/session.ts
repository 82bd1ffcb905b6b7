/**
 * A conversation of many turns: the root agent, its history, one turn at a time. `send` yields every event to
 * whoever iterates it; others watch through mailboxes of their own.
 */
import {type Agent, type AgentMeans, createAgent} from './agent.js';
import {createAgents} from './agents.js';
import {begin} from './begin.js';
import {createScope, type Scope} from './cancel.js';
import type {AgentControl, MailReceipt} from './control.js';
import type {Kept} from './kept.js';
import {createBudget} from './ledger.js';
import type {RegistryLimits} from './limits.js';
import type {Mailbox} from './mailbox.js';
import {merge} from './merge.js';
import {unfinished} from './outcome.js';
import {stopFirst} from './patience.js';
import type {Model, Place, Tool} from './ports.js';
import {createRegistry} from './registry.js';
import {replay} from './replay.js';
import {runAgent} from './run-agent.js';
import type {SpawnMeans} from './spawn.js';
import {type Submitted, submit} from './submit.js';
import {createEntry, type Prompt, toContent} from './transcript.js';
import type {BudgetLimits} from './tree.js';
import type {AgentEvent, AgentId, ContentBlockParam, Effort, Entry, Mail, RunOutcome, StampedEvent} from './types.js';
import type {Spending} from './usage.js';
import type {ObserveOptions} from './watchers.js';

export interface SessionOptions extends Omit<AgentMeans, 'registry'>, Omit<SpawnMeans, keyof AgentMeans> {
  readonly id: string;
  readonly model: Model;
  readonly effort: Effort | null;
  /** Both are made once and never rebuilt: they are the beginning of every request. The first turn waits for them. */
  readonly system: string | Promise<string>;
  readonly tools: readonly Tool[] | Promise<readonly Tool[]>;
  readonly place: Place;
  /** What is kept of it, where it goes on from there. */
  readonly kept: Kept | null;
  readonly budget: BudgetLimits;
  readonly limits: Partial<RegistryLimits>;
  /** Requests a turn may make; null for no limit. */
  readonly maxSteps: number | null;
}

export interface Session {
  readonly id: string;
  readonly model: Model;
  readonly effort: Effort | null;
  readonly history: readonly Entry[];
  readonly isRunning: boolean;
  /** All agents, the root too: what they do, the verbs, mail. */
  readonly agents: AgentControl;
  /**
   * Runs one turn and yields what happens, also below the root; breaking off aborts it and leaves nothing behind of it.
   * Agents in the background outlive it. Throws when a turn runs already (mail to it is `steer`), and `UsageError` for an
   * empty prompt.
   */
  send(prompt: Prompt): AsyncGenerator<StampedEvent, RunOutcome>;
  /**
   * Mail to the running turn, injected at its next step; without one it is read with the next prompt, before it. The receipt
   * says where it stands, or why it was not taken.
   */
  steer(text: string): MailReceipt;
  /** Aborts the running turn: its request, its tools, its agents in the foreground. */
  interrupt(): void;
  /** Aborts the running turn and every agent, and ends what their commands left running. Resolves when all of it is gone. */
  abort(): Promise<void>;
  /** Takes effect with the next turn, and breaks the prompt cache: an event says so. An effort that the model does not know falls away. */
  setModel(model: Model): void;
  setEffort(effort: Effort | null): void;
  /**
   * Begins anew, at once: forgets the history and ends all agents; of them nothing comes any more, and unread mail by `steer`
   * is taken back. Resolves when the last process is gone, with how many lived. Rejects while a turn runs.
   */
  clear(): Promise<number>;
  /** Tells those who watch what was said before this session, as it was kept. Nothing of it happens again. */
  replay(): Promise<void>;
  /** A mailbox of all events from now on; its owner drains and closes it. */
  observe(options?: ObserveOptions): Mailbox<StampedEvent>;
  /** By all agents. */
  spent(): Spending;
  /** Tells watchers something that no run said, of the root unless told. */
  tell(event: AgentEvent, id?: AgentId): void;
  /** Aborts everything; resolves when the last process is gone. */
  close(): Promise<void>;
}

type Settled = (outcome: RunOutcome) => void;
type Appended = Extract<AgentEvent, {type: 'entry_appended'}>;

const rootId = 'main';

/** Makes a session with its root agent. */
export function createSession(options: SessionOptions): Session {
  const {clock, newId, hooks, kept} = options;
  const registry = createRegistry({limits: options.limits, clock, ...(kept && {taken: kept.agents})});
  const root: Agent = createAgent({
    ...options,
    id: rootId,
    kind: rootId,
    lineage: [rootId],
    mode: null,
    isTypeLimited: false,
    scope: createScope(),
    budget: createBudget(options.budget, clock, kept?.spent),
    ...begin(kept, options.system, newId),
    log: options.store.root,
  });
  const {conversation} = root;
  registry.reserve({parentId: null, callId: null, kind: rootId, name: null, description: '', background: false});
  const means = {...options, registry};
  const {control: agents, ...tree} = createAgents(means, root);
  const say = (event: AgentEvent): StampedEvent => registry.publish(rootId, event);
  /** What the turn under way hears of beside the run of the root. */
  let beside: Mailbox<StampedEvent> | null = null;

  function add({content, notes}: Submitted, origin: 'prompt' | 'mail', mail?: Mail): Appended {
    const entry = {...createEntry(newId(), {role: 'user', content}), ...(notes > 0 && {notes})};
    conversation.add(entry, origin);
    return {type: 'entry_appended', entry, origin, ...(mail && {mail})};
  }

  function assertIdle(): void {
    if (root.scope.signal.aborted) throw new Error('This session is closed. Create a new one.');
    if (root.turn) throw new Error('A turn is running. Wait for its end, or use steer() to send a message into it.');
  }

  function setEffort(next: Effort | null): void {
    const [from, to] = [root.effort ?? 'default', next ?? 'default'];
    root.effort = next;
    if (from !== to) say({type: 'prefix_changed', reason: 'effort', detail: `${from} → ${to}`});
  }

  /** What the root says in a turn, from its prompt on. */
  async function* play(content: ContentBlockParam[], turn: Scope, settled: Settled): AsyncGenerator<AgentEvent, void> {
    const gate = await submit(content, {...root, agentId: rootId, hooks}, turn.signal);
    if ('reason' in gate) {
      settled(gate);
      yield {type: 'run_finished', ...gate};
      return;
    }
    // What was sent before this prompt is read before it, save the word to end a turn that is over. All of it is in the
    // history before the first is yielded: whoever breaks off there loses none.
    const mails = registry
      .inbox(rootId)
      .drain()
      .filter(({kind}) => kind !== 'wind_down');
    const told = mails.map(mail => add({content: [{type: 'text', text: mail.text}], notes: 0}, 'mail', mail));
    const prompt = add(gate, 'prompt');
    for (const event of [...told, prompt]) yield event;
    yield* runAgent(root, turn, {means, agents: tree.agentsFor(root), prompt: prompt.entry, settled});
  }

  async function* run(content: ContentBlockParam[], turn: Scope): AsyncGenerator<StampedEvent, RunOutcome> {
    assertIdle();
    root.turn = turn;
    root.isClosing = false;
    // Of the root what does not come from its run: that mail came for it, and what others tell of it.
    const others = registry.observe({filter: ({agentId, type}) => agentId !== rootId || type.startsWith('mail_')});
    beside = others;
    let outcome: RunOutcome | null = null;
    let isTold = false;
    /** Whoever sees the end may send the next prompt at once. */
    const tell = (event: AgentEvent): StampedEvent => {
      isTold = event.type === 'run_finished';
      if (isTold) root.turn = null;
      return say(event);
    };
    const settled: Settled = own => {
      outcome = own;
    };
    try {
      registry.beginTurn(rootId);
      yield* merge(play(content, turn, settled), others, tell);
      if (!outcome) throw new Error('a run ended without an outcome');
      return outcome;
    } finally {
      others.close();
      turn.close();
      if (root.turn === turn) root.turn = null;
      // Whoever broke off has heard enough, but those who watch are to see an end.
      if (!isTold) say({type: 'run_finished', ...(outcome ?? unfinished('aborted'))});
    }
  }

  return {
    id: options.id,
    get model() {
      return root.model;
    },
    get effort() {
      return root.effort;
    },
    get history() {
      return conversation.history;
    },
    get isRunning() {
      return root.turn !== null;
    },
    agents,
    send(prompt) {
      assertIdle();
      const turn = root.scope.child();
      return stopFirst(run(toContent(prompt), turn), turn.abort);
    },
    steer: text => agents.send(rootId, text),
    interrupt: () => void agents.interrupt(rootId),
    abort: () => agents.abort(rootId).then(() => {}),
    setModel(next) {
      const [from, to] = [root.model.info.id, next.info.id];
      root.model = next;
      if (from === to) return;
      say({type: 'prefix_changed', reason: 'model', detail: `${from} → ${to}`});
      if (root.effort !== null && !next.info.effortLevels.includes(root.effort)) setEffort(null);
    },
    setEffort,
    async clear() {
      assertIdle();
      conversation.clear();
      say({type: 'prefix_changed', reason: 'clear', detail: 'a new conversation'});
      return tree.endAll();
    },
    async replay() {
      for await (const event of replay(kept, root)) say(event);
    },
    observe: watch => registry.observe(watch),
    spent: () => root.budget.spent(),
    tell(event, id = rootId) {
      const told = registry.publish(id, event);
      if (id === rootId) beside?.push(told);
    },
    async close() {
      const gone = agents.abort(rootId);
      root.scope.abort();
      await gone;
      registry.finish(rootId, 'done', '');
      tree.close();
    },
  };
}
