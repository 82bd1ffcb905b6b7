/** The calls of one message that start agents together. */
import type {Siblings} from './budget.js';
import {callsOf} from './transcript.js';
import type {Entry} from './types.js';

/** All that the message of this call asks for. */
export function siblingsOf(history: readonly Entry[], callId: string): Siblings | undefined {
  const message = history.findLast(each => callsOf(each.message).some(({id}) => id === callId));
  if (!message) return undefined;
  const calls = callsOf(message.message);
  const own = calls.find(({id}) => id === callId);
  return {startedBy: message.id, count: calls.filter(({name}) => name === own?.name).length};
}
