/**
 * What the attempts of one request may cost. A model may cut a reply that was paid for and be asked again: each attempt
 * is booked at its worst before it leaves, or does not leave.
 */
import type {Budget, BudgetRefusal, BudgetRequest, Reservation} from './budget.js';
import type {Usage} from './types.js';
import {addCost, addUsage, noUsage, type Spending} from './usage.js';

export interface Attempts {
  readonly accepted: true;
  /** Output tokens of every attempt. */
  readonly maxTokens: number;
  /** What the attempt under way used, or a part of it. */
  spent(usage: Usage): void;
  /** Settles the attempt under way and books the same once more. Null, or why there may be no other. */
  repeat(): string | null;
  /** Settles the last attempt, once. What all of them used and cost. */
  close(): Spending;
}

/** Books the first attempt; refuses as the budget does. */
export function bookAttempts(budget: Budget, wanted: BudgetRequest): Attempts | BudgetRefusal {
  // One that books all there is would let the others wait for what it does not use.
  const first = budget.reserve({
    ...wanted,
    maxTokens: Math.min(wanted.maxTokens, budget.fairLength(wanted.inputTokens, wanted.price)),
  });
  if (!first.accepted) return first;
  const {maxTokens} = first;
  let booked: Reservation | null = first;
  let open = noUsage;
  let usage = noUsage;
  let costUsd: number | null = 0;

  function settle(): void {
    if (booked === null) return;
    const cost = booked.settle(open);
    usage = addUsage(usage, open);
    costUsd = addCost(costUsd, cost);
    open = noUsage;
    booked = null;
  }

  return {
    accepted: true,
    maxTokens,
    spent(part) {
      open = addUsage(open, part);
    },
    repeat() {
      settle();
      const next = budget.reserve({...wanted, maxTokens});
      if (!next.accepted) return next.message;
      booked = next;
      // The request says already how long its answer may be.
      return next.maxTokens === maxTokens
        ? null
        : 'The budget has no room for the same request again. Going on takes a larger one.';
    },
    close() {
      settle();
      return {usage, costUsd};
    },
  };
}
