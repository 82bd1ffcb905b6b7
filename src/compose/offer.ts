/** What a model is offered: which tools, which types of agents, and whether it may start any at all. */
import type {KnownTool} from '../agents/definition.js';
import {letStart, type RegistryLimits} from '../core/limits.js';
import type {Tool} from '../core/ports.js';
import type {AgentType} from '../core/tree.js';
import type {AgentRole} from '../prompt/system.js';
import type {Sandbox} from '../sandbox/sandbox.js';
import {facts, toolsForPerson, toolsOnAgents} from '../tools/facts.js';

export interface OfferOptions {
  readonly known: readonly KnownTool[];
  /** The caller's own. */
  readonly tools: readonly Tool[];
  readonly types: readonly AgentType[];
  readonly limits: Partial<RegistryLimits>;
  /** Tools that rules forbid as a whole. */
  readonly denied: readonly string[];
  /** Whether pages of this machine and its networks may be fetched. */
  readonly allowPrivate: boolean;
  /** Whether somebody answers. */
  readonly interactive: boolean;
}

export interface Offer {
  readonly types: readonly AgentType[];
  /** Whether agents may start any; of one type, whether that may. */
  mayStart(type?: AgentType): boolean;
  readonly toolNames: readonly string[];
  /** Loads them. */
  tools(sandbox: Sandbox | null): Promise<readonly Tool[]>;
  roleOf(type: AgentType): AgentRole;
}

export function createOffer({
  known,
  tools,
  types: found,
  limits,
  denied,
  allowPrivate,
  interactive,
}: OfferOptions): Offer {
  const disallowed = [...denied, ...(interactive ? [] : toolsForPerson)];
  // Only the root talks with the person.
  const types = found.map(type => ({...type, disallowedTools: [...type.disallowedTools, ...toolsForPerson]}));
  const isStarting = letStart(limits) && !disallowed.includes(facts.agent.name);
  // Where none may start, what is told of agents would be paid for with every request, for nothing.
  const hidden = isStarting ? disallowed : [...disallowed, ...toolsOnAgents];
  return {
    types,
    mayStart: type => isStarting && (type === undefined || mayUse(type, facts.agent.name)),
    toolNames: known.flatMap(({name}) => (hidden.includes(name) ? [] : [name])),
    async tools(sandbox) {
      const {createBuiltInTools} = await import('../tools/built-in.js');
      return byName(createBuiltInTools(types, sandbox, {allowPrivate}), tools).filter(
        ({name}) => !hidden.includes(name),
      );
    },
    roleOf: type => ({
      prompt: type.prompt,
      mayChange: known.some(({name, effect}) => effect === 'changes' && mayUse(type, name)),
    }),
  };
}

const mayUse = ({tools, disallowedTools}: AgentType, name: string): boolean =>
  (tools?.includes(name) ?? true) && !disallowedTools.includes(name);

/** A tool of the caller's takes the place of a built-in one of its name. */
export const byName = <Named extends {readonly name: string}>(
  builtIn: readonly Named[],
  own: readonly Named[],
): Named[] => [...new Map([...builtIn, ...own].map(tool => [tool.name, tool])).values()];
