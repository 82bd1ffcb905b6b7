/**
 * The reports of agents that ended in the background. Each comes as mail to whoever is above, and to nobody twice in full:
 * who has it from a call already, and is then left with what another did not come to read, gets a line in its place.
 */
import type {Registry} from './registry.js';
import type {AgentSnapshot} from './tree.js';
import type {AgentId, Mail} from './types.js';

export interface Reports {
  /** Mails to its parent what the agent came to in that run. */
  send(agent: AgentSnapshot, run: number, report: string): void;
  /** What was mailed in an earlier time, to whom. */
  recall(agent: AgentSnapshot, run: number, mailedTo: ReadonlySet<AgentId>): void;
  /** Sends on to the next above the reports that an agent did not come to read. */
  pass(mails: readonly Mail[], to: AgentId): void;
  /** Whether the agent's report comes, or came, to that one as mail. */
  isMailed(id: AgentId, to: AgentId): boolean;
  /** That one gets the agent's report as the result of a call. */
  fetched(id: AgentId, by: AgentId): void;
  /** No report of this agent is asked for any more. */
  forget(id: AgentId): void;
}

/** Of an agent's last run. */
interface Report {
  /** Says who ended, and how. */
  readonly heading: string;
  readonly run: number;
  readonly mailedTo: Set<AgentId>;
  readonly fetchedBy: Set<AgentId>;
}

export function createReports({post}: Pick<Registry, 'post'>): Reports {
  const reports = new Map<AgentId, Report>();
  function add(agent: AgentSnapshot, run: number, mailedTo: Iterable<AgentId>): string {
    const {id, kind, description, state} = agent;
    const heading = `Agent ${id} (${kind}: ${description}) has ended: ${state}.`;
    reports.set(id, {heading, run, mailedTo: new Set(mailedTo), fetchedBy: new Set()});
    return heading;
  }
  return {
    send(agent, run, report) {
      const {id: from, parentId: to} = agent;
      if (to === null) return;
      const text = `${add(agent, run, [to])}\n\n${report}`;
      post({from, to, kind: 'agent_finished', text, wake: true, run});
    },
    recall: (...report) => void add(...report),
    pass(mails, to) {
      for (const mail of mails) {
        const report = reports.get(mail.from);
        const last = report?.run === mail.run ? report : null;
        const isKnown = last?.fetchedBy.has(to);
        post({...mail, to, ...(isKnown && {text: `${last?.heading} You have its report from a call.`})});
        last?.mailedTo.add(to);
      }
    },
    isMailed: (id, to) => reports.get(id)?.mailedTo.has(to) ?? false,
    fetched: (id, by) => void reports.get(id)?.fetchedBy.add(by),
    forget: id => void reports.delete(id),
  };
}
