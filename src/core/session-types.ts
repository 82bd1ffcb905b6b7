/** A session as whoever holds it sees it: what it is made of, and what can be done with it. Types only. */
import type {AgentMeans} from './agent.js';
import type {Bill} from './bill.js';
import type {ContextReport} from './context.js';
import type {AgentControl, MailReceipt} from './control.js';
import type {RegistryLimits} from './limits.js';
import type {Mailbox} from './mailbox.js';
import type {Model, Place, Tool} from './ports.js';
import type {Resumed} from './recall.js';
import type {Rewound} from './rewind.js';
import type {SpawnMeans} from './spawn.js';
import type {Prompt} from './transcript.js';
import type {BudgetLimits} from './tree.js';
import type {AgentEvent, AgentId, Effort, Entry, RunOutcome, StampedEvent} from './types.js';
import type {ObserveOptions} from './watchers.js';

export interface SessionOptions
  extends Omit<AgentMeans, 'registry' | 'background'>,
    Omit<SpawnMeans, keyof AgentMeans> {
  readonly id: string;
  readonly model: Model;
  readonly effort: Effort | null;
  /** Both are made once and never rebuilt: they are the beginning of every request. The first turn waits for them. */
  readonly system: string | Promise<string>;
  readonly tools: readonly Tool[] | Promise<readonly Tool[]>;
  readonly place: Place;
  /** What is kept of it, where it goes on from there. */
  readonly kept: Resumed | null;
  readonly budget: BudgetLimits;
  readonly limits: Partial<RegistryLimits>;
  /** Requests a turn may make; null for no limit. */
  readonly maxSteps: number | null;
}

export interface Session {
  readonly id: string;
  readonly model: Model;
  readonly effort: Effort | null;
  readonly history: readonly Entry[];
  readonly isRunning: boolean;
  /** All agents, the root too: what they do, the verbs, mail. */
  readonly agents: AgentControl;
  /**
   * Runs one turn and yields what happens, also below the root; breaking off aborts it and leaves nothing behind of it.
   * Agents in the background outlive it. Throws when a turn runs already (mail to it is `steer`), and `UsageError` for an
   * empty prompt.
   */
  send(prompt: Prompt): AsyncGenerator<StampedEvent, RunOutcome>;
  /**
   * Mail to the running turn, injected at its next step; without one it is read with the next prompt, before it. The receipt
   * says where it stands, or why it was not taken.
   */
  steer(text: string): MailReceipt;
  /**
   * A turn in which the conversation is only summed up: the history begins anew with that. Whoever watches sees it happen, and
   * an interrupt leaves all as it was. Rejects while a turn runs. @param instructions what the summary is to hold above all.
   */
  compact(instructions?: string): Promise<RunOutcome>;
  /** What fills the windows of the models: of the root first, then of each agent that lives or can still go on. */
  context(): Promise<readonly ContextReport[]>;
  /** Aborts the running turn: its request, its tools, its agents in the foreground. */
  interrupt(): void;
  /** Aborts the running turn and every agent, and ends what their commands left running. Resolves when all of it is gone. */
  abort(): Promise<void>;
  /** Takes effect with the next turn, and breaks the prompt cache: an event says so. An effort that the model does not know falls away. */
  setModel(model: Model): void;
  setEffort(effort: Effort | null): void;
  /**
   * Begins anew, at once: forgets the history and ends all agents; of them nothing comes any more, and unread mail by `steer`
   * is taken back. Resolves when the last process is gone, with how many lived. Rejects while a turn runs.
   */
  clear(): Promise<number>;
  /** The person's messages that began a turn, as far as they are in the history, oldest first. */
  readonly prompts: readonly Entry[];
  /**
   * Goes back to before that message: it and all after it leave the history, and agents and commands that were started since are
   * ended; of them nothing comes any more. Rejects while a turn runs, and with `UsageError` where there is no such message.
   */
  rewind(entryId: string): Promise<Rewound>;
  /**
   * Tells those who watch what was said before this session, as it was kept: of all turns, or of the last so many. Nothing of
   * it happens again.
   */
  replay(turns?: number): Promise<void>;
  /** A mailbox of all events from now on; its owner drains and closes it. */
  observe(options?: ObserveOptions): Mailbox<StampedEvent>;
  /** By all agents. */
  spent(): Bill;
  /** Tells watchers something that no run said, of the root unless told. */
  tell(event: AgentEvent, id?: AgentId): void;
  /** Aborts everything; resolves when the last process is gone. */
  close(): Promise<void>;
}
