/** Runs of hooks as messages of stream-json. */
import type {AgentEvent} from '../core/types.js';
import type {HookMessage} from './messages.js';

export function toHookMessage(event: Extract<AgentEvent, {type: 'hook_started' | 'hook_finished'}>): HookMessage {
  const facts = {type: 'system', hook_id: event.hookId, hook_name: event.hook, hook_event: event.event} as const;
  if (event.type === 'hook_started') return {...facts, subtype: 'hook_started'};
  const {stdout, stderr, exitCode, outcome} = event;
  const output = `${stdout}${stderr}`;
  return {
    ...facts,
    subtype: 'hook_response',
    output,
    stdout,
    stderr,
    ...(exitCode !== null && {exit_code: exitCode}),
    outcome,
  };
}
