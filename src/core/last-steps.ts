/** What an agent is told when it comes to its end: while there is a step left, and before its report. */
import type {Budget} from './budget.js';
import {type End, overBudget} from './endings.js';
import {addNote, type Growing} from './growth.js';
import type {Run} from './run.js';
import type {AgentEvent} from './types.js';
import {estimateInput} from './window.js';

interface Budgeted extends Growing {
  readonly budget: Budget;
}

/** The part of what it can spend on its work after which an agent is told to come to an end. */
const warnAt = 0.8;
const comeToAnEnd =
  'Your budget is nearly spent: what is left is kept for reports. Come to an end: finish what is most important, start nothing new.';

const lastMessage =
  'This is your last message, and it can call no tools: report what you did, what you found, and what is left to do.';
/** What the person or a program tells one that is to end. */
export const wrapUp = `You are asked to wrap up. ${lastMessage}`;

/** From now on there is one request left. */
export function leaveOneRequest(growing: Growing, run: Run, end: End): AgentEvent {
  run.closing = end;
  return addNote(growing, `${end.error?.message} ${lastMessage}`);
}

/**
 * Before a step what is to be said of the budget: that it may be the last, however large the steps are; or, a step after that,
 * that it would be more than the share that siblings have.
 */
export function heedBudget(options: Budgeted, run: Run): AgentEvent | null {
  if (run.closing) return null;
  if (run.warnedAt !== null) {
    const passed = run.steps > run.warnedAt ? options.budget.passesShare({...nextOf(options), more: run.last}) : null;
    return passed && leaveOneRequest(options, run, overBudget(passed.message));
  }
  if (!isNearEnd(options, run)) return null;
  run.warnedAt = run.steps;
  return addNote(options, comeToAnEnd);
}

/** Who cannot take another step is not near its end but at it. */
export function isNearEnd(options: Budgeted, {last}: Run): boolean {
  const {budget} = options;
  const next = nextOf(options);
  const used = budget.used(next);
  if (used >= 1) return false;
  if (Math.max(used, budget.usedShare(next)) >= warnAt || budget.passesShare({...next, more: last})) return true;
  return Math.max(budget.used({...next, more: last}), budget.usedShare({...next, more: last})) >= 1;
}

const nextOf = ({conversation, model, ...options}: Budgeted) => ({
  inputTokens: estimateInput(conversation, options),
  price: model.info.price,
});
