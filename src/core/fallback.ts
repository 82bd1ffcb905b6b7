/**
 * Which model answers: the one that an agent has, and where that is overloaded or gone, one that takes over for the rest
 * of the run. Where none of them answers, the first that there is is waited for.
 */
import {ProviderError} from './errors.js';
import type {Model} from './ports.js';
import type {AgentEvent, Effort} from './types.js';

export type Replaced = Omit<Extract<AgentEvent, {type: 'model_replaced'}>, 'usage' | 'costUsd'>;

export interface Answering {
  readonly model: Model;
  /** What the agent was given, where this model knows it. */
  readonly effort: Effort | null;
  /** Whether another one would take over from it: then it is not waited for long. */
  readonly isReplaceable: boolean;
  /** Lets the next one take over after this failure, and says so; null if the failure is none of that kind, or nobody is left. */
  replace(error: unknown): Replaced | null;
}

/** @param fallbacks in the order in which they take over. */
export function createAnswering(
  {model: own, effort}: {readonly model: Model; readonly effort: Effort | null},
  fallbacks: readonly Model[],
): Answering {
  const all = [own, ...fallbacks.filter(({info}) => info.id !== own.info.id)];
  const gone = new Set<Model>();
  let model = own;
  let isLast = all.length === 1;
  return {
    get model() {
      return model;
    },
    get effort() {
      return model === own || (effort !== null && model.info.effortLevels.includes(effort)) ? effort : null;
    },
    get isReplaceable() {
      return !isLast;
    },
    replace(error) {
      const reason = reasonOf(error);
      if (reason === null || isLast) return null;
      if (reason === 'gone') gone.add(model);
      const next = all.slice(all.indexOf(model) + 1).find(each => !gone.has(each));
      const taking = next ?? all.find(each => !gone.has(each));
      if (taking === undefined) return null;
      const from = model.info.id;
      isLast = next === undefined;
      model = taking;
      const {id, price} = taking.info;
      return {
        type: 'model_replaced',
        from,
        model: id,
        price,
        reason,
        isLast,
        message: String((error as Error).message),
      };
    },
  };
}

/** Why another model may answer what this one does not; null for what is wrong with the request, the key or the connection. */
function reasonOf(error: unknown): 'overloaded' | 'gone' | null {
  if (!(error instanceof ProviderError)) return null;
  if (error.kind === 'overloaded') return 'overloaded';
  return error.kind === 'not_found' ? 'gone' : null;
}
