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

/** The effort that the model is to be asked for. Throws `UsageError` if it was asked for and the model does not know it. */
export function checkEffort(effort: Effort | null, {name, effortLevels}: ModelInfo, isAsked: boolean): Effort | null {
  if (effort === null || effortLevels.length === 0 || effortLevels.includes(effort)) return effort;
  // A level from the settings is a wish for all models; one that was asked for is meant for this one.
  if (!isAsked) return null;
  throw new UsageError(`${name} knows no effort "${effort}". Its levels are: ${effortLevels.join(', ')}.`);
}
