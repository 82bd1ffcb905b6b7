/**
 * What is known of the built-in tools before their code is loaded: that takes as long as all else before the first
 * screen, which can do without. Each tool is made with its facts; they stand in the order the model is told of them.
 */
import type {Tool} from '../core/ports.js';

export type ToolFacts = Pick<Tool, 'name' | 'aliases' | 'effect'>;

export const facts = {
  read: {name: 'Read', effect: 'reads'},
  write: {name: 'Write', effect: 'changes'},
  edit: {name: 'Edit', effect: 'changes'},
  bash: {name: 'Bash', effect: 'changes'},
  grep: {name: 'Grep', effect: 'reads'},
  glob: {name: 'Glob', effect: 'reads'},
  webFetch: {name: 'WebFetch', effect: 'reads'},
  todoWrite: {name: 'TodoWrite', effect: 'changes'},
  agent: {name: 'Agent', aliases: ['Task'], effect: 'spawns'},
  taskOutput: {name: 'TaskOutput', effect: 'spawns'},
  taskStop: {name: 'TaskStop', effect: 'changes'},
  sendMessage: {name: 'SendMessage', effect: 'changes'},
  exitPlanMode: {name: 'ExitPlanMode', effect: 'changes'},
} as const satisfies Readonly<Record<string, ToolFacts>>;

export const builtInFacts: readonly ToolFacts[] = Object.values(facts);

/** Those that are of no use where no agent may be started. */
export const toolsOnAgents: readonly string[] = [facts.agent, facts.sendMessage].map(({name}) => name);

/** Those that change nothing but an agent's own tree and notes need nobody's leave. */
export const freeTools: readonly string[] = [facts.todoWrite, facts.taskOutput, facts.taskStop, facts.sendMessage].map(
  ({name}) => name,
);

/** Those whose call is a question to a person. Only the root talks with one. */
export const toolsForPerson: readonly string[] = [facts.exitPlanMode.name];
