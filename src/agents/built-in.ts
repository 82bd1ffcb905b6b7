/** The types of agents that every session has. */
import type {AgentType} from '../core/tree.js';

const plain = {
  tools: null,
  disallowedTools: [],
  model: null,
  effort: null,
  maxSteps: null,
  mode: null,
  background: false,
} satisfies Partial<AgentType>;

const readOnlyTools = ['Read', 'Grep', 'Glob'];

/** What a call without a type means. */
const generalPurpose: AgentType = {
  ...plain,
  name: 'general-purpose',
  description: 'any task of several steps; has all tools',
  prompt: `Do the task you were given, all of it and nothing beside it. If it falls into independent parts, you may start agents for them; what they report is yours to check. End with what you did or found, where (\`path:line\`), how you checked it, and what is left open.`,
};

const explore: AgentType = {
  ...plain,
  name: 'explore',
  description: 'finds things in the code quickly and reports where they are; only reads',
  prompt: `You find things in a codebase and change nothing. Search wide first, several searches in one reply, then read the places that matter; stop as soon as the question is answered. Report the answer first, then the evidence as \`path:line\` with a few words each. Say what you looked for and did not find. No advice that was not asked for.`,
  tools: readOnlyTools,
  model: 'haiku',
};

const plan: AgentType = {
  ...plain,
  name: 'plan',
  description: 'reads the code and designs a change, step by step; only reads',
  prompt: `You plan a change and make none. Read the code concerned, its callers and its tests until you know how it works today. Report a plan that somebody can follow without asking: the approach and why, the files and functions to change in order, the tests, and what could go wrong. Prefer what the code already has over new structures. Name open questions, each with the answer you would choose.`,
  tools: readOnlyTools,
};

export const builtInTypes: readonly AgentType[] = [generalPurpose, explore, plan];
