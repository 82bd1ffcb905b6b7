/**
 * What a person types goes to the session at the right moment: into the running turn, or as the next one. The screen
 * is always a moment behind the session, so what it takes for a message into a turn may come when that turn has ended
 * or is being stopped; it is a prompt then, and never waits unseen.
 */
import type {Session} from '../session.js';

export interface Turns {
  send(text: string): void;
  /** Sums the conversation up; what is typed meanwhile is the next prompt. */
  compact(instructions: string): void;
  steer(text: string): void;
  /** Who stops a turn wants nothing sent by itself: what it has not read is taken back. So with `abort`, and however a turn ends. */
  interrupt(): void;
  abort(): void;
  /** Resolves when the last turn that was begun has ended, in whatever way. */
  ended(): Promise<void>;
}

export interface TurnsOptions {
  readonly session: Pick<Session, 'send' | 'steer' | 'compact' | 'interrupt' | 'abort' | 'isRunning' | 'agents'>;
  /** Called after each turn. */
  readonly onEnd: () => void;
  /** Called if a turn throws, which is a bug. */
  readonly onFailure: (error: unknown) => void;
}

export function createTurns({session, onEnd, onFailure}: TurnsOptions): Turns {
  let last: Promise<void> = Promise.resolve();
  let isStopping = false;
  let isCompacting = false;

  async function run(text: string): Promise<void> {
    isStopping = false;
    // Whoever watches does it through a mailbox; iterating is what makes the turn run.
    for await (const _ of session.send(text));
    // A turn that failed or met a limit has read no more than one that was stopped.
    takeBack();
    onEnd();
  }

  async function compact(instructions: string): Promise<void> {
    isStopping = false;
    isCompacting = true;
    try {
      await session.compact(instructions);
    } finally {
      isCompacting = false;
    }
    onEnd();
  }

  const takeBack = (): void => {
    while (session.agents.takeBack('main') !== null);
  };

  const begin = (turn: () => Promise<void>): void => {
    last = last.then(turn);
    last.catch(onFailure);
  };
  const send = (text: string): void => begin(() => run(text));
  const stop = (how: () => unknown): void => {
    isStopping = session.isRunning;
    if (isStopping) takeBack();
    how();
  };
  return {
    send,
    compact: instructions => begin(() => compact(instructions)),
    steer(text) {
      const isTaken = session.isRunning && !isStopping && !isCompacting && session.steer(text).accepted;
      if (!isTaken) send(text);
    },
    interrupt: () => stop(() => session.interrupt()),
    abort: () => stop(() => session.abort()),
    ended: () => last.catch(() => {}),
  };
}
