/** A registry with a root, and what tests put into it. */
import type {RegistryLimits} from '../../src/core/limits.js';
import {createRegistry, type Registry} from '../../src/core/registry.js';
import type {AgentEvent, AgentId, Mail} from '../../src/core/types.js';
import {createVirtualClock, type VirtualClock} from './clock.js';

export function startRegistry(
  limits: Partial<RegistryLimits> = {},
  clock: VirtualClock = createVirtualClock(),
): Registry {
  const registry = createRegistry({limits, clock, keep: () => {}});
  registry.reserve({parentId: null, callId: null, kind: 'main', description: '', name: null, background: false});
  return registry;
}

export const requestOf = (parentId: AgentId) => ({
  parentId,
  callId: `call of ${parentId}`,
  kind: 'general-purpose',
  description: 'look around',
  name: null,
  background: false,
});

/** The id of a child that no limit stands against. */
export function spawn(registry: Registry, parentId: AgentId): AgentId {
  const receipt = registry.reserve(requestOf(parentId));
  if (!receipt.accepted) throw new Error(receipt.message);
  return receipt.id;
}

export const letterTo = (to: AgentId, text: string, parts: Partial<Mail> = {}): Omit<Mail, 'id' | 'seq'> => ({
  from: 'user',
  to,
  kind: 'message',
  text,
  wake: true,
  ...parts,
});

export const textDelta = (text: string, index = 0): AgentEvent => ({
  type: 'text_delta',
  entryId: 'entry-1',
  index,
  text,
});
export const notice = (text: string): AgentEvent => ({type: 'notice', level: 'info', text});
