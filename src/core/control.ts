/**
 * What whoever holds a session may do with its agents. Each act answers with a receipt: a refusal says what was not done, why,
 * and which agents there are. None throws for an agent that has just ended: between a look and an act it may.
 */
import type {Agent} from './agent.js';
import type {Background} from './background.js';
import {ToolError, UsageError} from './errors.js';
import {createFollowing} from './following.js';
import type {Kinship} from './kinship.js';
import type {Registry} from './registry.js';
import type {AgentSnapshot} from './tree.js';
import type {AgentId, Mail, Receipt, StampedEvent} from './types.js';
import type {Verbs} from './verbs.js';

/**
 * `unknown`: there never was that agent. `stopped`: it has ended. `idle`: it does nothing that could be ended. Of mail also `full`
 * (its inbox) and `empty` (the text). `message` is for a person.
 */
export interface Refusal {
  readonly accepted: false;
  readonly reason: 'unknown' | 'stopped' | 'idle' | 'full' | 'empty';
  readonly message: string;
}
export type VerbReceipt = {readonly accepted: true} | Refusal;
/** Accepted: at which place of the inbox it stands. */
export type MailReceipt = Extract<Receipt, {accepted: true}> | Refusal;

/** The same verbs for every agent, the root too, by id or by name: of several that had it, the one that lives, or lived last. */
export interface AgentControl {
  /** Every agent there was, parents before children; frozen. An agent that did not change is the same object as before. */
  snapshot(): readonly AgentSnapshot[];
  /**
   * What the agent says from now on, up to its end; nothing if it has ended. Breaking off stops nothing but the watching.
   * Throws `UsageError` where there never was that agent.
   */
  events(idOrName: string): AsyncGenerator<StampedEvent, void>;
  /** Aborts the agent's turn: its request, its calls, its foreground children, which hand back what they have. */
  interrupt(idOrName: string): VerbReceipt;
  /** Asks the agent and all below it to end: each has one more request, to report. */
  windDown(idOrName: string): VerbReceipt;
  /** Ends the agent and all below it, now. Resolves when the last process is gone. Of the root: its turn, and all below. */
  abort(idOrName: string): Promise<VerbReceipt>;
  /** Commands that calls of the agent wait for go on in the background: the calls end, and their ends come as mail. */
  moveToBackground(idOrName: string): VerbReceipt;
  /** Mail from the person; it wakes an agent that waits, and resumes one that is paused. An idle root reads it with the next prompt. */
  send(idOrName: string, text: string): MailReceipt;
  /** Takes the newest such mail that is not read yet back: it never will be. Null if there is none. */
  takeBack(idOrName: string): Mail | null;
}

const done = {accepted: true} as const;

export interface ControlMeans {
  readonly registry: Registry;
  readonly background: Background;
  readonly kinship: Kinship;
  readonly verbs: Verbs;
  /** Null for who cannot act any more. */
  agentOf(id: AgentId): Agent | null;
  /** Lets a paused agent go on with the mail that it gets then. Throws `ToolError` for what is in the way. */
  resume(id: AgentId): void;
}

/** @returns also how to let go of those who still watch: nothing more will be said. */
export function createControl({registry, background, kinship, verbs, agentOf, resume}: ControlMeans): {
  readonly control: AgentControl;
  close(): void;
} {
  const following = createFollowing(registry);

  const refuse = (reason: Refusal['reason'], fault: string): Refusal => ({
    accepted: false,
    reason,
    message: `${fault} ${kinship.running()}`,
  });
  const unknown = (id: AgentId): string => `There is no agent "${id}".`;

  /** Null for one that lives. */
  function absence(id: AgentId): Refusal | null {
    const agent = registry.find(id);
    if (!agent) return refuse('unknown', unknown(id));
    return agent.endedAt === null ? null : refuse('stopped', `Agent ${id} has ended (${agent.state}).`);
  }

  const toReceipt = (id: AgentId, isDone: boolean): VerbReceipt =>
    isDone ? done : refuse('idle', `Agent ${id} does nothing now: there is nothing to end.`);

  const toMoved = (id: AgentId, isDone: boolean): VerbReceipt =>
    isDone ? done : refuse('idle', `Agent ${id} waits for no command: there is nothing to move.`);

  function send(id: AgentId, text: string): MailReceipt {
    if (text.trim() === '') return {accepted: false, reason: 'empty', message: 'The message is empty: none was sent.'};
    try {
      if (registry.find(id)?.state === 'paused') resume(id);
    } catch (error) {
      if (error instanceof ToolError) return refuse('stopped', error.message);
      throw error;
    }
    const receipt = registry.post({from: 'user', to: id, kind: 'steer', text, wake: true});
    if (receipt.accepted) return receipt;
    if (receipt.reason === 'full')
      return refuse('full', `Agent ${id} has too much unread mail, and takes no more for now.`);
    return absence(id) ?? refuse('stopped', `Agent ${id} is about to end: nobody reads this.`);
  }

  function events(id: AgentId): AsyncGenerator<StampedEvent, void> {
    if (!registry.find(id)) throw new UsageError(`${unknown(id)} ${kinship.running()}`);
    return following.events(id);
  }

  const idOf = (idOrName: string): AgentId => kinship.find(idOrName)?.id ?? idOrName;
  const on =
    <Done>(act: (id: AgentId) => Done) =>
    (idOrName: string): Done =>
      act(idOf(idOrName));
  return {
    control: {
      snapshot: registry.snapshot,
      events: on(events),
      interrupt: on(id => absence(id) ?? toReceipt(id, verbs.interrupt(agentOf(id)))),
      windDown: on(id => absence(id) ?? toReceipt(id, verbs.windDown(id))),
      abort: on(async id => absence(id) ?? verbs.abort(id).then(() => done)),
      moveToBackground: on(id => absence(id) ?? toMoved(id, background.move(id))),
      send: (idOrName, text) => send(idOf(idOrName), text),
      takeBack: on(registry.takeBack),
    },
    close: following.close,
  };
}
