/**
 * The mail of a session: an inbox per agent, in which what is posted waits for the agent's next step, and out of which the person
 * may take a message back that is not read yet. Whatever comes in or is taken back is told.
 */
import {type KeptMail, mailIdOf} from './mail.js';
import {createMailbox, type Mailbox} from './mailbox.js';
import type {TreeRecord} from './tree-records.js';
import type {AgentEvent, AgentId, Mail, Receipt} from './types.js';

export interface Inboxes {
  inbox(id: AgentId): Mailbox<Mail>;
  /** Ends of agents and commands are delivered even into a full inbox. */
  post(mail: Omit<Mail, 'id' | 'seq'>): Receipt;
  /** The newest unread mail of those to an agent that lives, of the person unless told: it is never delivered. Null if there is none. */
  takeBack(id: AgentId, is?: (mail: Mail) => boolean): Mail | null;
  /** No mail of this agent is taken any more. */
  silence(id: AgentId): void;
}

export interface InboxesOptions {
  publish(id: AgentId, event: AgentEvent): void;
  /** Whether there ever was that agent. */
  isKnown(id: AgentId): boolean;
  /** Into the log of whose mail it is. */
  keep(id: AgentId, record: TreeRecord): void;
}

/** Mail that may wait for an agent. */
const bound = 100;

interface Inbox {
  readonly box: Mailbox<Mail>;
  /** All that ever came, also before the agent was brought back. */
  count: number;
}

/** @returns also how to give an agent an inbox, empty or with what was kept of it, and how to take it away. */
export function createInboxes({publish, isKnown, keep}: InboxesOptions): Inboxes & {
  open(id: AgentId, kept?: KeptMail): void;
  forget(id: AgentId): void;
} {
  const inboxes = new Map<AgentId, Inbox>();
  const silenced = new Set<AgentId>();
  return {
    open(id, {unread, count} = {unread: [], count: inboxes.get(id)?.count ?? 0}) {
      const box = createMailbox<Mail>({
        bound,
        mustKeep: ({kind}) => kind === 'agent_finished' || kind === 'command_ended',
        wakes: ({wake}) => wake,
      });
      for (const mail of unread) box.push(mail);
      inboxes.set(id, {box, count});
    },
    forget: id => void inboxes.delete(id),
    inbox(id) {
      const inbox = inboxes.get(id);
      if (inbox === undefined) throw new Error(`There is no inbox of agent ${id}.`);
      return inbox.box;
    },
    post(content) {
      const inbox = silenced.has(content.from) ? undefined : inboxes.get(content.to);
      if (inbox === undefined) return {accepted: false, reason: isKnown(content.to) ? 'stopped' : 'unknown'};
      const seq = inbox.count + 1;
      const mail = {...content, id: mailIdOf(content.to, seq), seq};
      // Counted before the push: whom it wakes may post in turn.
      inbox.count = seq;
      const push = inbox.box.push(mail);
      if (push.accepted) {
        keep(content.to, {type: 'mail_queued', mail});
        publish(content.to, {type: 'mail_queued', mail});
        return {...push, id: mail.id, seq};
      }
      inbox.count = seq - 1;
      return push;
    },
    takeBack(id, is = ({kind}) => kind === 'steer') {
      const box = inboxes.get(id)?.box;
      const mail = box && !box.closed ? box.withdraw(is) : null;
      if (!mail) return null;
      keep(id, {type: 'mail_withdrawn', mailId: mail.id});
      publish(id, {type: 'mail_withdrawn', mail});
      return mail;
    },
    silence: id => void silenced.add(id),
  };
}
