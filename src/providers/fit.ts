/** Whether a model suits what was asked of it. What does not is said in a line for the person, before anything starts. */
import {UsageError} from '../core/errors.js';
import type {ModelInfo} from '../core/ports.js';
import type {Effort} from '../core/types.js';

/** Throws `UsageError` if spending is to be capped and the model's price is not known. */
export function checkBudget(maxBudgetUsd: number | undefined, {name, price}: ModelInfo): void {
  if (maxBudgetUsd === undefined || price !== null) return;
  throw new UsageError(
    `The price of "${name}" is not known, and --max-budget-usd needs one. Choose another model, or start without that cap.`,
  );
}

export interface FitEffort {
  /** One that the model knows; null: its default. */
  readonly effort: Effort | null;
  /** Why that is not the one that was wished for. */
  readonly warning: string | null;
}

/** What was asked for, for this model, goes before what is wished for all. Throws `UsageError` where this one has only others. */
export function fitEffort(
  {asked, wished}: {readonly asked: Effort | undefined; readonly wished: Effort | undefined},
  {name, effortLevels}: ModelInfo,
): FitEffort {
  const effort = asked ?? wished ?? null;
  if (effort === null || effortLevels.includes(effort)) return {effort, warning: null};
  const levels = effortLevels.join(', ');
  if (levels === '') {
    const warning = `Of ${name} no levels of effort are known, so the effort "${effort}" has no effect.`;
    return {effort: null, warning: asked === undefined ? null : warning};
  }
  if (asked !== undefined) throw new UsageError(`${name} knows no effort "${effort}". Its levels are: ${levels}.`);
  return {
    effort: null,
    warning: `The effort "${effort}" of the settings has no effect: the levels of ${name} are ${levels}.`,
  };
}
