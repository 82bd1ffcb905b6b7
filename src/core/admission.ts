/** Lets a request leave once its budget has room for it: in its turn, where others wait for some as well. */
import {type Attempts, bookAttempts} from './attempts.js';
import type {Budget, BudgetRefusal, BudgetRequest} from './budget.js';
import {race, type Scope} from './cancel.js';
import type {AgentEvent} from './types.js';

/** What others have booked and do not use comes free, and what they keep: who is turned away for that waits for it. */
export async function* book(
  {budget, turn}: {readonly budget: Budget; readonly turn: Scope},
  {signal}: Scope,
  wanted: BudgetRequest,
): AsyncGenerator<AgentEvent, Attempts | BudgetRefusal> {
  let attempts: Attempts | BudgetRefusal | null = null;
  const reserve = (): boolean => {
    attempts = bookAttempts(budget, wanted);
    return attempts.accepted || budget.exceeded() !== null;
  };
  // The room for a report was set aside: it waits for nobody.
  if (wanted.purpose === 'report' && reserve() && attempts) return attempts;
  const {wait, leave} = budget.enter(reserve);
  let isTaken = false;
  try {
    if (wait && !signal.aborted) {
      yield {type: 'waiting_for_budget'};
      await race(wait, signal).catch(error => {
        // When the time is up the budget itself says so.
        if (turn.signal.aborted || !signal.aborted) throw error;
      });
    }
    leave();
    // Who is out of time waits no more, whatever a clock says that was set back since.
    const booked = attempts ?? bookAttempts(budget, wanted);
    isTaken = true;
    return booked;
  } finally {
    leave();
    if (!isTaken) release(attempts);
  }
}

/** Whoever broke off while it waited may have been given room meanwhile. */
function release(attempts: Attempts | BudgetRefusal | null): void {
  if (attempts?.accepted) attempts.close();
}
