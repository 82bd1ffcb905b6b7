/** A working tree of an agent's own: made before it begins, told to it, and left with a word on what stays there. */
import type {Agent, AgentMeans} from './agent.js';
import type {Isolation, Place} from './ports.js';
import type {AgentType, SpawnRequest} from './tree.js';

/** Null where none is wanted. Throws `ToolError` where none can be made. */
export async function openTree(
  {isolate}: Pick<AgentMeans, 'isolate'>,
  {isolation}: Pick<SpawnRequest, 'isolation'>,
  type: AgentType,
  place: Place,
): Promise<Isolation | null> {
  return (isolation ?? type.isolation) === undefined ? null : isolate(place, type.name);
}

/** An agent that goes on has its tree again, or another where nothing had changed in it. Gives what it is told of it. */
export async function enterTree(agent: Agent, own: Isolation, resumed: boolean): Promise<string> {
  const tree = resumed ? await own.reopen() : own;
  const {place, branch} = tree;
  agent.tree = tree;
  agent.place = {...place};
  return `You work in a git worktree of your own, ${place.worktree}, on the branch ${branch}: the last commit, without what is not committed elsewhere. Paths are relative to it; change nothing outside of it. What you change stays on that branch, committed or not.`;
}

/** Once all below it have ended, and its commands. Gives what its starter is told. */
export async function leaveTree(
  {id}: Agent,
  tree: Isolation,
  {commands, registry}: Pick<AgentMeans, 'commands' | 'registry'>,
): Promise<string> {
  await commands.end(id);
  const isKept = await tree.close(registry.liveChildren(id) > 0);
  const {place, branch} = tree;
  return isKept
    ? `Its changes are in the worktree ${place.worktree}, on the branch ${branch}.`
    : 'It changed no files.';
}
