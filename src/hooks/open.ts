/** Where no hook is configured none of their code is loaded, and nothing is asked at any point of a run. */
import {isPort} from './functions.js';
import type {SessionHooks, SessionHooksOptions} from './session-hooks.js';

/** Null: there are none. */
export async function openHooks(options: SessionHooksOptions): Promise<SessionHooks | null> {
  const {settings, given} = options;
  const isGiven = isPort(given) || Object.values(given).some(hooks => hooks.length > 0);
  if (settings.length === 0 && !isGiven) return null;
  const {createSessionHooks} = await import('./session-hooks.js');
  return createSessionHooks(options);
}
