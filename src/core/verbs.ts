/**
 * The three verbs on any agent, the same from keys, calls and programs, and the end of them all. Whom they do not concern goes on as
 * if nothing had happened.
 */
import type {Agent, AgentMeans} from './agent.js';
import type {Kinship} from './kinship.js';
import {wrapUp} from './last-steps.js';
import type {Member, Members} from './members.js';
import type {AgentSnapshot} from './tree.js';
import type {AgentId, Mail} from './types.js';

export interface Verbs {
  /** Aborts the agent's turn. False if none runs. */
  interrupt(agent: Agent | null): boolean;
  /** Asks the agent and all below it to report and end. False if none of them is in a turn. */
  windDown(id: AgentId): boolean;
  /** Ends the agent, of the root the turn only, and all below it. Resolves when the last process is gone. */
  abort(id: AgentId): Promise<void>;
  /**
   * Ends every agent below the root: from now on the root hears nothing of those there were, and none goes on. What the
   * person sent to the root and it did not read is taken back. Resolves when the last process is gone, with how many lived.
   */
  endAll(): Promise<number>;
  /** The same for those that these calls of the root have started, and all below; other mail of the root's stays. */
  endStartedBy(calls: ReadonlySet<string>): Promise<number>;
}

export interface VerbsMeans extends Pick<AgentMeans, 'registry' | 'commands'> {
  readonly root: Agent;
  readonly kinship: Kinship;
  readonly members: Members;
}

export function createVerbs({registry, commands, root, kinship, members}: VerbsMeans): Verbs {
  const live = (id: AgentId): readonly Member[] =>
    kinship.below(id).flatMap(each => (each.endedAt === null ? (members.find(each.id) ?? []) : []));

  /** Nothing comes of them any more, and none goes on. */
  async function end(old: readonly AgentSnapshot[]): Promise<number> {
    for (const {id} of old) registry.silence(id);
    if (old.length > 0) root.log.write({type: 'agents_dropped', agents: old.map(({id}) => id)});
    const running = old.flatMap(each => (each.endedAt === null ? (members.find(each.id) ?? []) : []));
    for (const {agent} of running) agent.scope.abort();
    await Promise.all(running.map(({gone}) => gone));
    for (const {id} of old) members.forget(id);
    return running.length;
  }

  return {
    interrupt(agent) {
      agent?.turn?.abort();
      return Boolean(agent?.turn);
    },
    windDown(id) {
      const agents = [id === root.id ? root : members.find(id)?.agent, ...live(id).map(({agent}) => agent)];
      const atWork = agents.flatMap(agent => (agent?.turn ? [agent] : []));
      for (const agent of atWork) {
        agent.isClosing = true;
        if (registry.post({from: 'user', to: agent.id, kind: 'wind_down', text: wrapUp, wake: true}).accepted)
          agent.parked?.abort();
      }
      return atWork.length > 0;
    },
    async abort(id) {
      const all = [...live(id), members.find(id) ?? []].flat();
      // The root goes on with the next prompt.
      if (id === root.id) root.turn?.abort();
      for (const {agent} of all) agent.scope.abort();
      await Promise.all([...all.map(({gone}) => gone), ...(id === root.id ? [commands.end(id)] : [])]);
    },
    endAll() {
      while (registry.takeBack(root.id) !== null);
      const ended = end(kinship.below(root.id));
      registry.inbox(root.id).drain();
      return ended;
    },
    endStartedBy(calls) {
      const old = kinship.below(root.id).filter(({id}) => {
        // Whoever has moved up was started by somebody below the root.
        const [, first = id] = members.find(id)?.agent.lineage ?? [];
        return calls.has(registry.find(first)?.callId ?? '');
      });
      const ids = new Set(old.map(({id}) => id));
      const isTheirs = ({from}: Mail): boolean => ids.has(from);
      const ended = end(old);
      while (registry.takeBack(root.id, isTheirs) !== null);
      return ended;
    },
  };
}
