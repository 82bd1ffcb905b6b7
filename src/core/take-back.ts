/** The person takes back what was sent to an agent and is not read yet: it is never delivered, and everybody hears so. */
import type {Registry} from './registry.js';
import type {AgentId, Mail} from './types.js';

/** The newest unread message of the person to an agent that lives; null if there is none. */
export function takeBack(registry: Pick<Registry, 'inbox' | 'publish'>, id: AgentId): Mail | null {
  const mail = registry.inbox(id).withdraw(({kind}) => kind === 'steer');
  if (mail) registry.publish(id, {type: 'mail_withdrawn', mail});
  return mail;
}

export function takeAllBack(registry: Pick<Registry, 'inbox' | 'publish'>, id: AgentId): void {
  while (takeBack(registry, id) !== null);
}
