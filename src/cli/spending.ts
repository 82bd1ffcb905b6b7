/** What a run used, by model: the replies of all agents, and what was spent beside them on replies that were taken back. */
import type {ModelInfo} from '../core/ports.js';
import type {StampedEvent, Usage} from '../core/types.js';
import {addUsage, noUsage} from '../core/usage.js';
import type {ModelUsage} from './messages.js';

export interface Spent {
  readonly usage: Usage;
  /** Dollars; null when a price is unknown. */
  readonly costUsd: number | null;
}

export interface Spending {
  follow(event: StampedEvent): void;
  /** @param total of all agents, what is not in their replies counts as the main model's. */
  byModel(total: Spent, main: ModelInfo, describe: (id: string) => ModelInfo): Readonly<Record<string, ModelUsage>>;
}

function toModelUsage({usage, costUsd}: Spent, {contextWindow, maxOutputTokens}: ModelInfo): ModelUsage {
  return {
    inputTokens: usage.input,
    outputTokens: usage.output,
    cacheReadInputTokens: usage.cacheRead,
    cacheCreationInputTokens: usage.cacheWrite,
    webSearchRequests: 0,
    costUSD: costUsd,
    contextWindow,
    maxOutputTokens,
  };
}

const nothing: Spent = {usage: noUsage, costUsd: 0};

function plus(one: Spent, other: Spent): Spent {
  const costUsd = one.costUsd === null || other.costUsd === null ? null : one.costUsd + other.costUsd;
  return {usage: addUsage(one.usage, other.usage), costUsd};
}

function minus({usage, costUsd}: Spent, other: Spent): Spent {
  return {
    usage: {
      input: usage.input - other.usage.input,
      output: usage.output - other.usage.output,
      cacheRead: usage.cacheRead - other.usage.cacheRead,
      cacheWrite: usage.cacheWrite - other.usage.cacheWrite,
    },
    costUsd: costUsd === null || other.costUsd === null ? null : Math.max(0, costUsd - other.costUsd),
  };
}

export function createSpending(): Spending {
  const models = new Map<string, Spent>();
  return {
    follow(event) {
      if (event.type !== 'reply_finished' || event.entry.model === undefined) return;
      const {model} = event.entry;
      models.set(model, plus(models.get(model) ?? nothing, event));
    },
    byModel(total, main, describe) {
      const others = [...models].filter(([id]) => id !== main.id);
      const rest = others.reduce((left, [, spent]) => minus(left, spent), total);
      return Object.fromEntries([
        [main.id, toModelUsage(rest, main)],
        ...others.map(([id, spent]) => [id, toModelUsage(spent, describe(id))] as const),
      ]);
    },
  };
}
