/**
 * The reports of agents that ended in the background. Each comes as mail to whoever is above, and to nobody twice in full:
 * who has it from a call already, and is then left with what another did not come to read, gets a line in its place.
 */
import type {Registry} from './registry.js';
import type {AgentSnapshot} from './tree.js';
import type {AgentId, Mail, Receipt} from './types.js';

export interface Reports {
  /** Mails to its parent what the agent came to. */
  send(agent: AgentSnapshot, report: string): void;
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
  /** Ids of the mail that it is in: by them that of an earlier run is told apart. */
  readonly mails: Set<string>;
  readonly mailedTo: Set<AgentId>;
  readonly fetchedBy: Set<AgentId>;
}

export function createReports({post}: Pick<Registry, 'post'>): Reports {
  const reports = new Map<AgentId, Report>();
  return {
    send({id, parentId, kind, description, state}, report) {
      if (parentId === null) return;
      const heading = `Agent ${id} (${kind}: ${description}) has ended: ${state}.`;
      const mail = {
        from: id,
        to: parentId,
        kind: 'agent_finished',
        text: `${heading}\n\n${report}`,
        wake: true,
      } as const;
      reports.set(id, {heading, mails: idsOf(post(mail)), mailedTo: new Set([parentId]), fetchedBy: new Set()});
    },
    pass(mails, to) {
      for (const mail of mails) {
        const report = reports.get(mail.from);
        const last = report?.mails.has(mail.id) ? report : null;
        const isKnown = last?.fetchedBy.has(to);
        const sent = post({...mail, to, ...(isKnown && {text: `${last?.heading} You have its report from a call.`})});
        last?.mailedTo.add(to);
        for (const id of idsOf(sent)) last?.mails.add(id);
      }
    },
    isMailed: (id, to) => reports.get(id)?.mailedTo.has(to) ?? false,
    fetched: (id, by) => void reports.get(id)?.fetchedBy.add(by),
    forget: id => void reports.delete(id),
  };
}

const idsOf = (receipt: Receipt): Set<string> => new Set(receipt.accepted ? [receipt.id] : []);
