/** The turns of the root, one at a time: what its run says in one order with what those below it say meanwhile. */
import type {Agent} from './agent.js';
import type {Scope} from './cancel.js';
import type {Mailbox} from './mailbox.js';
import {merge} from './merge.js';
import {unfinished} from './outcome.js';
import {stopFirst} from './patience.js';
import type {Registry} from './registry.js';
import type {AgentEvent, AgentId, RunOutcome, StampedEvent} from './types.js';

export type Settled = (outcome: RunOutcome) => void;

/** What the root says in a turn; `settled` is told the outcome. */
export type Play = (turn: Scope, settled: Settled) => AsyncGenerator<AgentEvent, unknown>;

export interface Turns {
  /** Throws while a turn runs, and after the end of the session. */
  assertIdle(): void;
  /** Throws at once where no turn may begin. */
  begin(play: Play): AsyncGenerator<StampedEvent, RunOutcome>;
  /** Tells watchers, and whoever iterates the turn under way. */
  tell(event: AgentEvent, id: AgentId): void;
}

export function createTurns(root: Agent, registry: Registry): Turns {
  /** What the turn under way hears of beside the run of the root. */
  let beside: Mailbox<StampedEvent> | null = null;

  function assertIdle(): void {
    if (root.scope.signal.aborted) throw new Error('This session is closed. Create a new one.');
    if (root.turn) throw new Error('A turn is running. Wait for its end, or use steer() to send a message into it.');
  }

  async function* run(play: Play, turn: Scope): AsyncGenerator<StampedEvent, RunOutcome> {
    assertIdle();
    root.turn = turn;
    root.isClosing = false;
    // Of the root what does not come from its run: that mail came for it, and what others tell of it.
    const others = registry.observe({
      filter: ({agentId, type}) => agentId !== root.id || type.startsWith('mail_') || type === 'command_ended',
    });
    beside = others;
    let outcome: RunOutcome | null = null;
    let isTold = false;
    /** Whoever sees the end may send the next prompt at once. */
    const tell = (event: AgentEvent): StampedEvent => {
      isTold = event.type === 'run_finished';
      if (isTold) root.turn = null;
      return registry.publish(root.id, event);
    };
    const settled: Settled = own => {
      outcome = own;
    };
    try {
      registry.beginTurn(root.id);
      yield* merge(play(turn, settled), others, tell);
      if (!outcome) throw new Error('a run ended without an outcome');
      return outcome;
    } finally {
      others.close();
      turn.close();
      if (root.turn === turn) root.turn = null;
      // Whoever broke off has heard enough, but those who watch are to see an end.
      if (!isTold) registry.publish(root.id, {type: 'run_finished', ...(outcome ?? unfinished('aborted'))});
    }
  }

  return {
    assertIdle,
    begin(play) {
      assertIdle();
      const turn = root.scope.child();
      return stopFirst(run(play, turn), turn.abort);
    },
    tell(event, id) {
      const told = registry.publish(id, event);
      if (id === root.id) beside?.push(told);
    },
  };
}
