/** What a refused call tells the model, and through it the person: why, and what would allow it. */
import type {PermissionRequest} from '../core/policy.js';
import type {PermissionMode} from '../core/question.js';
import type {Judgement} from './judge-call.js';

/** The reason with the rule that decided, by its text. */
export const whyOf = ({reason, rule}: Judgement): string =>
  rule === null || reason.includes(rule) ? reason : `${reason}: ${rule}`;

/** A rule says no. */
export const forbidden = (judgement: Judgement): string =>
  `This is not allowed: ${whyOf(judgement)}. Nothing was done. Do not try to reach the same in another way; go on without it, or tell the user what you would need.`;

/** It could not be judged, which is no reason to let it run. */
export const unjudged = (error: unknown): string =>
  `This was refused, because it could not be judged: ${error instanceof Error ? error.message : String(error)}. Nothing was done.`;

/** The same for the person. */
export const planned = 'plan mode: nothing that may change something runs';
export const planning =
  'Plan mode is on, and this may change something, so it was not run. Only look around now: read, search, and run commands that are known to change nothing. ';
/** How it goes on, for the agent that talks with the person, and for one below it. */
export const presentPlan = 'When the plan is ready, call ExitPlanMode with it.';
export const reportPlan = 'End with the plan as your answer.';

export const planOfOther = 'Only the main agent presents a plan to the user. End with yours as your answer.';
export const noPlanning = 'Plan mode is not on, so there is nothing to leave. Go on with the work.';
export const planUnread = 'Nobody is here to approve a plan. End with the plan as your answer.';

/** A hook wants it asked. */
export const unattended = 'A hook wants this to be asked, and nobody can be asked in one-shot mode. Nothing was done.';

/** What would be asked, where it is not asked. */
export function unasked(
  request: PermissionRequest,
  {reason, isDemanded}: Judgement,
  {rules, mode}: {readonly rules: readonly string[]; readonly mode: PermissionMode},
): string {
  const why =
    mode === 'dontAsk'
      ? 'This needs permission, and the mode dontAsk lets nothing be asked'
      : 'This needs permission, and nobody can be asked in one-shot mode';
  const done = `${why} (${reason}). Nothing was done.`;
  if (isDemanded) return `${done} Whoever starts agent can take that rule away.`;
  const flag = `--allowedTools "${flagText(request, rules)}"`;
  const all = mode === 'dontAsk' ? '' : ', or with --dangerously-skip-permissions to allow everything';
  return `${done} To allow it, start agent with ${flag}${all}.`;
}

/** Whoever lets files be edited hardly means a single one. */
function flagText({tool}: PermissionRequest, rules: readonly string[]): string {
  const isEdit = tool !== 'Bash' && rules.length === 1 && /^Edit\(\/(?!\/)/.test(rules[0] ?? '');
  return (isEdit || rules.length === 0 ? tool : rules.join(',')).replace(/["\\$`]/g, '\\$&');
}
