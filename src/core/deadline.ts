/**
 * The time of one step: at a cap on wall time, what the step still does is interrupted. Calls that wait for agents go on
 * until none lives below, because those have no more time either, and report. The reports share what time they have.
 */
import type {Budget} from './budget.js';
import type {Scope} from './cancel.js';
import {Interrupted} from './errors.js';
import type {BudgetExcess} from './excess.js';
import type {Clock} from './ports.js';

export interface Deadline {
  /** Below the turn: the request hangs on it, and the calls. */
  readonly work: Scope;
  /** Above `work`, for calls that wait for agents. */
  readonly waiting: Scope;
  /** The cap that ended the step, if one did. */
  readonly excess: BudgetExcess | null;
  /** The step is over: leaves no timer. So does an abort of the turn. */
  close(): void;
}

export interface DeadlineOptions {
  readonly turn: Scope;
  readonly budget: Pick<Budget, 'msLeft' | 'reportMs' | 'exceeded'>;
  readonly clock: Clock;
  /** Settles when no agent below lives; `Interrupted` if `signal` aborts before that. */
  childrenEnded(signal: AbortSignal): Promise<void>;
}

/** For a call that waited for agents to hand back what they said. */
const handBackMs = 1_000;

/** Begins the time of a step, or of a report. Without a cap on time it has no end: all hangs on the turn, and no timer runs. */
export function startDeadline(options: DeadlineOptions, isReport: boolean): Deadline {
  const {turn, budget, clock, childrenEnded} = options;
  if (budget.msLeft() === Infinity) return {work: turn, waiting: turn, excess: null, close() {}};
  const waiting = turn.child();
  const work = waiting.child();
  const timer = turn.child();
  const reportEnd = clock.now() + budget.reportMs();
  // Of a step the budget is asked again: it has to say that the time is up, to whatever part of a millisecond.
  const msLeft = (): number => (isReport ? reportEnd - clock.now() : budget.msLeft());
  let excess: BudgetExcess | null = null;

  async function watch(): Promise<void> {
    // A clock may wake early, and knows no parts of a millisecond.
    for (let left = msLeft(); left > 0; left = msLeft()) await clock.sleep(Math.ceil(left), timer.signal);
    excess = budget.exceeded();
    work.abort(new Interrupted('the time is up'));
    await childrenEnded(timer.signal);
    await clock.sleep(handBackMs, timer.signal);
    waiting.abort(new Interrupted('the time is up'));
  }

  watch().catch(error => {
    // The step was over first.
    if (!(error instanceof Interrupted)) throw error;
  });
  return {
    work,
    waiting,
    get excess() {
      return excess;
    },
    close() {
      timer.abort();
      work.close();
      waiting.close();
    },
  };
}
