/**
 * What a program could not write any more when it ended: the records that bring the agents of a session to rest. Each that ran is
 * paused then, whoever started one is told of its end once, and every call has its result. Nothing is left to write once they stand in
 * the logs; however many of them do, the rest is found the next time.
 */
import {isGone, isPaused, type KeptAgent, type KeptTree} from './kept-tree.js';
import {mailIdOf} from './mail.js';
import {toReport, unfinished} from './outcome.js';
import type {LogRecord} from './records.js';
import {callsOf, createEntry, interruptedResult} from './transcript.js';
import type {AgentEnded} from './tree-records.js';
import type {AgentId, Mail, ToolResultBlockParam} from './types.js';

/**
 * By the agents whose logs they belong to, in the order in which they are to be written.
 *
 * @param newId gives the ids of entries that have to be added.
 */
export function aftermath(tree: KeptTree, newId: () => string): ReadonlyMap<AgentId, readonly LogRecord[]> {
  const {root, agents} = tree;
  const all = new Map([root, ...agents].map(agent => [agent.id, agent]));
  const records = new Map<AgentId, LogRecord[]>();
  const counts = new Map<AgentId, number>();
  /** By the run that is told of: to whom. */
  const told = new Map<string, Set<AgentId>>();
  const keyOf = (id: AgentId, run: number): string => `${id} ${run}`;
  for (const {id, reports} of all.values()) for (const {from, run = 0} of reports) note(from, run, id);

  function note(from: AgentId, run: number, to: AgentId): void {
    const known = told.get(keyOf(from, run)) ?? new Set<AgentId>();
    told.set(keyOf(from, run), known.add(to));
  }

  function write(id: AgentId, record: LogRecord): void {
    records.set(id, [...(records.get(id) ?? []), record]);
  }

  function mail(to: AgentId, content: Pick<Mail, 'from' | 'text'> & {readonly run: number}): void {
    const seq = (counts.get(to) ?? all.get(to)?.mail.count ?? 0) + 1;
    counts.set(to, seq);
    const addressed = {id: mailIdOf(to, seq), seq, to, kind: 'agent_finished', wake: true} as const;
    write(to, {type: 'mail_queued', mail: {...addressed, ...content}});
    note(content.from, content.run, to);
  }

  /** The nearest above that can still read. */
  function readerAbove({parentId}: KeptAgent): KeptAgent {
    const above = parentId === null ? root : (all.get(parentId) ?? root);
    return above === root || isPaused(tree, above) ? above : readerAbove(above);
  }

  /** Whether it runs for a call that waits for it, and not in the background. */
  const isAwaited = ({spawned, runs}: KeptAgent): boolean => runs === 1 && spawned?.background === false;

  function tellOf(agent: KeptAgent): void {
    const {id, runs, spawned} = agent;
    const parent = all.get(spawned?.parentId ?? '');
    const callId = spawned?.callId ?? '';
    // Its end stands as the call's result; where the call is none of the history any more, it did once.
    const isResult = parent && (parent.answered.has(callId) || openCalls(parent).includes(callId));
    if (isAwaited(agent) && (isResult || agent.ended !== null)) return;
    if (told.has(keyOf(id, runs))) return;
    mail(readerAbove(agent).id, {from: id, text: `${headingOf(agent)}\n\n${reportOf(agent)}`, run: runs});
  }

  /** Reports that came to one that ended and was stopped before it passed them on. */
  function passOn(agent: KeptAgent): void {
    const above = new Set(chainAbove(agent));
    for (const {from, run = 0, kind, text} of agent.mail.unread) {
      const isPassed = [...(told.get(keyOf(from, run)) ?? [])].some(id => above.has(id));
      if (kind === 'agent_finished' && !isPassed) mail(readerAbove(agent).id, {from, text, run});
    }
  }

  function chainAbove({parentId}: KeptAgent): readonly AgentId[] {
    const parent = parentId === null ? undefined : all.get(parentId);
    return parent ? [parent.id, ...chainAbove(parent)] : [];
  }

  function resultOf(callId: string, {id, asking, calls}: KeptAgent): ToolResultBlockParam {
    // The last: not every provider's ids are unique.
    const child = agents.findLast(({spawned}) => spawned?.callId === callId && spawned.parentId === id);
    const result = {type: 'tool_result', tool_use_id: callId} as const;
    if (child && isAwaited(child)) {
      const isDone = child.ended?.state === 'done';
      return {...result, content: `${reportOf(child)}\n\nagentId: ${child.id}`, ...(!isDone && {is_error: true})};
    }
    if (child) return {...result, content: `${child.id} was started in the background. Its end comes as a message.`};
    if (asking.has(callId)) return {...result, content: unanswered, is_error: true};
    const seen = calls.get(callId);
    return seen
      ? {...result, content: `${resultLost} ${seen.display.summary}`, is_error: true}
      : interruptedResult(callId);
  }

  // From below: what a child came to stands before what is said of its parent.
  for (const agent of agents.toReversed()) {
    if (isGone(tree, agent)) continue;
    tellOf(agent);
    if (!isPaused(tree, agent)) passOn(agent);
    if (agent.ended === null) write(agent.id, toPaused(agent));
  }
  for (const agent of all.values()) {
    const open = openCalls(agent);
    if (open.length === 0) continue;
    const content = open.map(callId => resultOf(callId, agent));
    write(agent.id, {type: 'entry', entry: createEntry(newId(), {role: 'user', content}), origin: 'results'});
  }
  return records;
}

const unanswered = 'Interrupted: the program ended while this call waited for an answer. It was not run.';
const resultLost =
  'The call came to its end, but the program ended before its result was kept. All that is known of it:';

/** Calls of the last reply, which have no result. */
function openCalls({history}: KeptAgent): readonly string[] {
  const last = history.at(-1);
  return last ? callsOf(last.message).map(({id}) => id) : [];
}

function headingOf({id, spawned, ended}: KeptAgent): string {
  const end = ended === null || ended.state === 'paused' ? 'was interrupted' : `has ended: ${ended.state}`;
  return `Agent ${id} (${spawned?.kind}: ${spawned?.description}) ${end}.`;
}

function reportOf({ended, run: {said}, worktree}: KeptAgent): string {
  const place = worktree === null ? '' : `\n\nWhat it changed, if anything, is in the worktree ${worktree}.`;
  if (ended && ended.state !== 'paused') return toReport(ended.outcome) + place;
  const words = said === '' ? 'It had said nothing yet.' : `What it had said so far:\n\n${said}`;
  const next = worktree === null ? 'it does nothing until a message resumes it' : 'it cannot go on';
  return `The program ended while the agent worked; ${next}. ${words}${place}`;
}

function toPaused({run, runs, parentId, worktree}: KeptAgent): AgentEnded {
  return {
    type: 'agent_ended',
    at: run.lastAt,
    run: runs,
    parentId: parentId ?? 'main',
    state: worktree === null ? 'paused' : 'stopped',
    outcome: {...unfinished('aborted'), text: run.said},
    toolCalls: run.toolCalls,
    durationMs: run.lastAt - run.startedAt,
  };
}
