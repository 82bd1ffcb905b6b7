/** An event of a session as a line for whoever looks for a fault: all that it says, each part of it bounded. */
import {pieces} from '../../core/pieces.js';
import type {StampedEvent} from '../../core/types.js';
import type {DebugCategory} from './categories.js';

/** What is not named here is about the session. */
const categories: Readonly<Partial<Record<StampedEvent['type'], DebugCategory>>> = {
  request_started: 'api',
  retry_scheduled: 'api',
  request_held: 'api',
  reply_started: 'api',
  reply_finished: 'api',
  reply_retracted: 'api',
  model_replaced: 'api',
  prefix_changed: 'api',
  compaction_started: 'api',
  compaction_finished: 'api',
  compaction_failed: 'api',
  results_cleared: 'api',
  run_started: 'agents',
  run_finished: 'agents',
  agent_started: 'agents',
  agent_finished: 'agents',
  waiting_for_agents: 'agents',
  waiting_for_budget: 'agents',
  tool_started: 'tools',
  tool_finished: 'tools',
  commands_changed: 'tools',
  hook_started: 'hooks',
  hook_finished: 'hooks',
  mail_queued: 'mail',
  mail_withdrawn: 'mail',
  question_asked: 'permissions',
  question_answered: 'permissions',
};

/** Null for what gets no line. Mail that is delivered is about mail, whatever brings it. */
export function categoryOf(event: StampedEvent): DebugCategory | null {
  if (pieces.has(event.type)) return null;
  if (event.type === 'entry_appended' && event.mail) return 'mail';
  return categories[event.type] ?? 'session';
}

/** Characters of one part. */
const most = 400;
const stamps: readonly string[] = ['type', 'agentId', 'parentId', 'depth', 'seq'];

/** `main request_started step=1`. One line, whatever stands in it. */
export function toLine(event: StampedEvent): string {
  const parts = Object.entries(event).flatMap(([name, value]) =>
    stamps.includes(name) || value === undefined ? [] : [`${name}=${shown(value)}`],
  );
  return [event.agentId, event.type, ...parts].join(' ');
}

function shown(value: unknown): string {
  const text = typeof value === 'string' && /^[\w./:@+-]+$/.test(value) ? value : (JSON.stringify(value) ?? '');
  return text.length > most ? `${text.slice(0, most)}… (${text.length.toLocaleString('en-US')} characters)` : text;
}
