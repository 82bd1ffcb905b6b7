/** What a stop would reach: agents that live, and commands that run. */
import type {AgentControl} from '../../core/control.js';
import type {AgentSnapshot} from '../../core/tree.js';
import type {AgentId} from '../../core/types.js';
import type {Effect} from '../effects.js';
import {plural} from '../format.js';
import type {Screen} from '../screen.js';
import {agentOf, commandsBeside, rootOf, type View} from '../view.js';
import {isLive, subtree} from './tree.js';

/** The tool whose calls are commands. */
const commandTool = 'Bash';

/** `ctrl-c stops 3 agents, 1 command` below the root; where a pane has the keys, with its own agent. Empty if there is nothing to stop. */
export function stopKey({view, focus}: Screen): string {
  if (focus === null && view.known.size < 2) return '';
  const from = focus ?? view.rootId;
  const reached = from === null ? '' : reachedFrom(view, from);
  if (reached === '') return '';
  return focus === null ? `ctrl-c stops ${reached}` : `ctrl-c abort (${reached})`;
}

/** What leaving would stop: `3 agents, 1 command`, or the turn that has none of them. Empty if nothing works. */
export function stoppedByLeaving(view: View): string {
  const reached = view.rootId === null ? '' : reachedFrom(view, view.rootId);
  return reached === '' && rootOf(view)?.run ? 'the turn' : reached;
}

/** The screen that knows whom the person stops with that. Asked to wrap up, an agent says so itself. */
export function withStopped(screen: Screen, effect: Effect): Screen {
  const {view} = screen;
  const how = effect.type === 'stop' ? effect.how : effect.type;
  if (how !== 'interrupt' && how !== 'abort') return screen;
  const from = effect.type === 'stop' ? effect.agentId : view.rootId;
  if (from === null) return screen;
  const isReached = ({id, background, parentId}: AgentSnapshot): boolean => {
    if (id === from || how === 'abort') return true;
    const parent = background || parentId === null ? undefined : view.known.get(parentId);
    return parent !== undefined && isReached(parent);
  };
  const reached = subtree(view, from).filter(agent => isLive(agent) && isReached(agent));
  return {...screen, view: {...view, stopped: new Set([...view.stopped, ...reached.map(({id}) => id)])}};
}

/** The verbs for a command that is typed: as with the keys, whom they reach the person has stopped. */
export function withHeardStops<Verbs extends Pick<AgentControl, 'interrupt' | 'abort'>>(
  agents: Verbs,
  hear: (stop: Effect) => void,
): Verbs {
  return {
    ...agents,
    interrupt(agentId) {
      hear({type: 'stop', how: 'interrupt', agentId});
      return agents.interrupt(agentId);
    },
    abort(agentId) {
      hear({type: 'stop', how: 'abort', agentId});
      return agents.abort(agentId);
    },
  };
}

/** `3 agents, 1 command`; empty if there is neither. */
function reachedFrom(view: View, id: AgentId): string {
  const reached = subtree(view, id).filter(isLive);
  const agents = reached.filter(({parentId}) => parentId !== null).length;
  const commands = reached.reduce((sum, agent) => sum + commandsOf(view, agent.id), 0);
  return [
    ...(agents > 0 ? [plural(agents, 'agent')] : []),
    ...(commands > 0 ? [plural(commands, 'command')] : []),
  ].join(', ');
}

function commandsOf(view: View, id: AgentId): number {
  const agent = agentOf(view, id);
  return agent ? awaitedCommands(view, id) + commandsBeside(agent) : 0;
}

/** Commands that calls of the agent wait for. */
export function awaitedCommands(view: View, id: AgentId): number {
  const items = agentOf(view, id)?.items ?? [];
  return items.filter(item => item.type === 'call' && item.tool === commandTool && item.state === 'running').length;
}
