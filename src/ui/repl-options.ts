/** What the screen needs from outside, and what it gives: data in, callbacks out. */

import type {AgentControl} from '../core/control.js';
import type {Verdict} from '../core/policy.js';
import type {PermissionMode} from '../core/question.js';
import type {StampedEvent} from '../core/types.js';
import type {Command} from './commands.js';
import type {HelpRow} from './help-rows.js';
import type {Rewinding} from './rewind/rewinding.js';
import type {Status} from './screen.js';

export interface ReplOptions {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly env: NodeJS.ProcessEnv;
  /** Words instead of glyphs, and nothing that is drawn anew: for who has the screen read out. */
  readonly screenReader: boolean;
  /** A mailbox of the session's events; the wake listener is called when something came in. */
  readonly events: {drain(): readonly StampedEvent[]; onWake(listener: () => void): () => void};
  /** The agents of the session: which there are, and the verbs on those below the root. */
  readonly agents: Pick<
    AgentControl,
    'snapshot' | 'interrupt' | 'windDown' | 'abort' | 'send' | 'takeBack' | 'moveToBackground'
  >;
  readonly status: {get(): Status; onChange(listener: () => void): () => void};
  readonly rewinding: Rewinding;
  /** Earlier prompts, newest last. */
  readonly history: readonly string[];
  /** Lines printed once, above everything. */
  readonly banner: readonly string[];
  /** `/help` is added to them. */
  readonly commands: readonly Command[];
  /** What else `/help` shows, above the keys: what the model understands, for example. */
  readonly help?: () => readonly HelpRow[];
  /** What gives the terminal's modes back, whenever that changes; empty while they are not taken. */
  onModes(restore: string): void;
  /** Starts a turn; called only while none runs. */
  send(text: string): void;
  /** Mail to the agent, while a turn runs. */
  steer(text: string): void;
  /** Both withdraw all mail that a turn they stop has not read yet: events bring it back. */
  interrupt(): void;
  abort(): void;
  answer(callId: string, answer: Verdict): void;
  /** One of those that the status names. */
  setMode(mode: PermissionMode): void;
  /** Every prompt and command as it was typed, for the history. */
  onSubmit(text: string): void;
}

export interface Repl {
  /** `left`: the person wants to go, and what still runs is shown until `close`; `gone`: the terminal is. Rejects if drawing failed. */
  readonly exited: Promise<'left' | 'gone'>;
  /** Says something of the program's own that the session does not know of. */
  tell(text: string): void;
  /** Gives the terminal to another program while `work` goes on. */
  lend(work: () => Promise<void>): Promise<void>;
  /** Does what Ctrl-C does: for a SIGINT from elsewhere. */
  pressCtrlC(): void;
  /** Takes no more keys: what runs is about to end, and is shown until it has. */
  leave(): void;
  /** Wipes the live region and restores every terminal mode, synchronously. May be repeated. */
  close(): void;
}
