/** Sums of what was used, with what it cost. */
import {addCost, addUsage, type Spending} from './usage.js';

export const addSpending = (one: Spending, other: Spending): Spending => ({
  usage: Object.freeze(addUsage(one.usage, other.usage)),
  costUsd: addCost(one.costUsd, other.costUsd),
});
