/**
 * A conversation of many turns: the root agent, its history, one turn at a time. `send` yields every event to
 * whoever iterates it; others watch through mailboxes of their own.
 */
import {type Agent, createAgent} from './agent.js';
import {createAgents} from './agents.js';
import {createBackground} from './background.js';
import {begin} from './begin.js';
import {createScope, type Scope} from './cancel.js';
import {createBudget} from './ledger.js';
import {createRegistry, type RegistryOptions} from './registry.js';
import {replay} from './replay.js';
import {createRewinding} from './rewind.js';
import {compactAgent, runAgent} from './run-agent.js';
import type {Session, SessionOptions} from './session-types.js';
import {type Submitted, submit} from './submit.js';
import {createEntry, requestOf, toContent} from './transcript.js';
import {createTurns, type Settled} from './turns.js';
import type {AgentEvent, ContentBlockParam, Effort, Mail, StampedEvent} from './types.js';

type Appended = Extract<AgentEvent, {type: 'entry_appended'}>;

const rootId = 'main';

/** Makes a session with its root agent. */
export function createSession(options: SessionOptions): Session {
  const {clock, newId, hooks, kept} = options;
  const {root: rootLog, below} = options.store;
  const scope = createScope();
  /** What comes as the session ends nobody reads: who is told it then is told it when the session is gone on with. */
  const keep: RegistryOptions['keep'] = (id, record) =>
    scope.signal.aborted || (id === rootId ? rootLog : below(id)).write(record);
  const registry = createRegistry({limits: options.limits, clock, keep});
  const root: Agent = createAgent({
    ...options,
    id: rootId,
    kind: rootId,
    lineage: [rootId],
    mode: null,
    isTypeLimited: false,
    scope,
    budget: createBudget(options.budget, clock, kept?.spent),
    ...begin(kept?.root ?? null, options.system, newId),
    log: rootLog,
  });
  const {conversation} = root;
  const identity = {parentId: null, callId: null, kind: rootId, name: null, description: '', background: false};
  registry.reserve({...identity, ...(kept && {mail: kept.root.mail})});
  const background = createBackground({registry, clock, newId});
  const means = {...options, registry, background};
  const {control: agents, ...tree} = createAgents(means, root, kept);
  const turns = createTurns(root, registry);
  const say = (event: AgentEvent): StampedEvent => registry.publish(rootId, event);
  const {began, prompts, rewind} = createRewinding({...means, ...tree, root, kept: kept?.root ?? null, say});

  function add({content, notes}: Submitted, origin: 'prompt' | 'mail', mail?: Mail): Appended {
    const request = origin === 'prompt' ? origin : mail && requestOf(mail);
    const own = {...(notes > 0 && {notes}), ...(request && {request})};
    const entry = {...createEntry(newId(), {role: 'user', content}), ...own};
    conversation.add(entry, origin, mail);
    if (origin === 'prompt') began(entry.id);
    return {type: 'entry_appended', entry, origin, ...(mail && {mail})};
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
      turns.assertIdle();
      const content = toContent(prompt);
      return turns.begin((turn, settled) => play(content, turn, settled));
    },
    async context() {
      const {contextOf} = await import('./context.js');
      return Promise.all(tree.all().map(agent => contextOf(agent, options.compaction)));
    },
    async compact(instructions = '') {
      const parts = {
        means,
        agents: tree.agentsFor(root),
        instructions: instructions.trim() || null,
      };
      const turn = turns.begin((scope, settled) => compactAgent(root, scope, {...parts, settled}));
      for (let step = await turn.next(); ; step = await turn.next()) if (step.done) return step.value;
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
      turns.assertIdle();
      conversation.turnInto([], [{type: 'cleared'}]);
      root.toolState.clear();
      say({type: 'prefix_changed', reason: 'clear', detail: 'a new conversation'});
      const [ended] = await Promise.all([tree.endAll(), background.endAll(rootId)]);
      return ended;
    },
    get prompts() {
      return prompts();
    },
    async rewind(entryId) {
      turns.assertIdle();
      return rewind(entryId);
    },
    async replay(turns = Number.POSITIVE_INFINITY) {
      for await (const event of replay(kept?.root ?? null, root, turns)) say(event);
    },
    observe: watch => registry.observe(watch),
    spent: () => root.budget.spent(),
    tell: (event, id = rootId) => turns.tell(event, id),
    async close() {
      const gone = Promise.all([agents.abort(rootId), background.close()]);
      root.scope.abort();
      await gone;
      registry.finish(rootId, 'done', '');
      tree.close();
    },
  };
}
