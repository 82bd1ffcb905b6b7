/** Why an agent ended before its work was done, in the few words that a row has room for. */
import type {AgentId, EndReason, EndState} from '../core/types.js';
import {cleanLine} from './text/clean.js';
import {agentOf, type View} from './view.js';

/** For reasons whose message is longer than a row. */
const words: Partial<Record<EndReason, string>> = {
  max_steps: 'its steps are used up',
  budget: 'its budget is used up',
};

/** `failed: 400 …`, `stopped: its steps are used up`, `stopped by you`; empty for one that is done, or of whose end nothing is known. */
export function whyEnded(view: View, id: AgentId, state: EndState): string {
  const ending = agentOf(view, id)?.ending ?? null;
  if (state === 'done' || ending === null) return '';
  if (ending.reason === 'aborted') return view.stopped.has(id) ? 'stopped by you' : 'stopped';
  const said = words[ending.reason] ?? firstSentence(ending.message);
  return said === '' ? state : `${state}: ${said}`;
}

/** What it said, unless that only repeats why it ended. */
export function lastWords(view: View, id: AgentId, text: string): string {
  return text === agentOf(view, id)?.ending?.message ? '' : text;
}

function firstSentence(message: string): string {
  const line = cleanLine(message);
  return /^.*?[.!?](?=\s|$)/.exec(line)?.[0].replace(/\.$/, '') ?? line;
}
