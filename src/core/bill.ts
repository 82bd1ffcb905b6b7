/** What was spent, and on which models. */
import {addCost, addUsage, nothingSpent, type Spending} from './usage.js';

export interface Bill extends Spending {
  /** By the id of the model that was asked, whatever became of the request. */
  readonly models: ReadonlyMap<string, Spending>;
}

export const nothingBilled: Bill = {...nothingSpent, models: new Map()};

const plus = (one: Spending, other: Spending): Spending => ({
  usage: addUsage(one.usage, other.usage),
  costUsd: addCost(one.costUsd, other.costUsd),
});

/** The bill with what a model took beside. */
export function charge(bill: Bill, {model, ...spent}: Spending & {readonly model: string}): Bill {
  const of = bill.models.get(model) ?? nothingSpent;
  return {...plus(bill, spent), models: new Map(bill.models).set(model, plus(of, spent))};
}
