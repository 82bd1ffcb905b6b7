/** What was spent on each level of a budget, and on which models: counted in whole picodollars, told in dollars. */
import type {Bill} from './bill.js';
import type {Usage} from './types.js';
import {addUsage, noUsage, picoPerDollar, type Spending} from './usage.js';

interface Sum {
  usage: Usage;
  costPico: number;
  /** Whether all of it has a price. */
  isPriced: boolean;
}

export interface Tally extends Sum {
  /** By the id of the model. */
  readonly models: Map<string, Sum>;
}

const startSum = (): Sum => ({usage: noUsage, costPico: 0, isPriced: true});

export const createTally = (): Tally => ({...startSum(), models: new Map()});

export interface Spent {
  readonly model: string;
  readonly usage: Usage;
  /** Picodollars; null if the price is unknown. */
  readonly cost: number | null;
}

/** Who spends does so on its own level and on all above. */
export function spendOn(tallies: readonly Tally[], {model, usage, cost}: Spent): void {
  for (const tally of tallies) {
    const own = tally.models.get(model) ?? startSum();
    tally.models.set(model, own);
    for (const sum of [tally, own]) {
      sum.usage = addUsage(sum.usage, usage);
      sum.costPico += cost ?? 0;
      sum.isPriced &&= cost !== null;
    }
  }
}

export const toBill = ({models, ...all}: Tally): Bill => ({
  ...inDollars(all),
  models: new Map([...models].map(([model, sum]) => [model, inDollars(sum)])),
});

const inDollars = ({usage, costPico, isPriced}: Sum): Spending => ({
  usage,
  costUsd: isPriced ? costPico / picoPerDollar : null,
});
