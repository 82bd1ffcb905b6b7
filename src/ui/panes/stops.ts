/** What a stop would reach: agents that live, and commands that run. */
import type {AgentId} from '../../core/types.js';
import {plural} from '../format.js';
import {agentOf, type View} from '../view.js';
import {liveBelow} from './tree.js';

/** The tool whose calls are commands. */
const commandTool = 'Bash';

/** `3 agents, 1 command` below the root, or with a pane's own agent; empty if there is neither. */
export function stopped(view: View, id: AgentId): string {
  const reached = liveBelow(view, id);
  const agents = reached.filter(({parentId}) => parentId !== null).length;
  const commands = reached.reduce((sum, agent) => sum + commandsOf(view, agent.id), 0);
  return [
    ...(agents > 0 ? [plural(agents, 'agent')] : []),
    ...(commands > 0 ? [plural(commands, 'command')] : []),
  ].join(', ');
}

function commandsOf(view: View, id: AgentId): number {
  const agent = agentOf(view, id);
  if (!agent) return 0;
  const running = agent.items.filter(
    item => item.type === 'call' && item.tool === commandTool && item.state === 'running',
  );
  return running.length + agent.liveCommands;
}
