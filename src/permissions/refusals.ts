/** What a refused call tells the model, and through it the person: why, and what would allow it. */
import type {Denial, PermissionRequest} from '../core/policy.js';
import type {PermissionMode} from '../core/question.js';
import type {Judgement} from './judge-call.js';

/** The reason with the rule that decided, by its text. */
export const whyOf = ({reason, rule}: Judgement): string =>
  rule === null || reason.includes(rule) ? reason : `${reason}: ${rule}`;

/** A rule says no. */
export function forbidden(judgement: Judgement): Denial {
  const why = whyOf(judgement);
  const advice = 'Do not try to reach the same in another way; go on without it, or tell the user what you would need.';
  return {message: `This is not allowed: ${why}. Nothing was done. ${advice}`, summary: why};
}

/** It could not be judged, which is no reason to let it run. */
export function unjudged(error: unknown): Denial {
  const why = `it could not be judged: ${error instanceof Error ? error.message : String(error)}`;
  return {message: `This was refused, because ${why}. Nothing was done.`, summary: why};
}

const reportPlan = 'End with the plan as your answer.';

/** Plan mode says no. @param presents whether the agent is the one that talks with a person about the plan. */
export function planned(presents: boolean): Denial {
  const rest = 'Only look around now: read, search, and run commands that are known to change nothing.';
  const next = presents ? 'When the plan is ready, call ExitPlanMode with it.' : reportPlan;
  return {
    message: `Plan mode is on, and this may change something, so it was not run. ${rest} ${next}`,
    summary: 'plan mode: nothing that may change something runs',
  };
}

export function planForbidden(rule: string): Denial {
  const summary = `the rule ${rule} forbids it`;
  return {message: `It cannot be presented: ${summary}. ${reportPlan}`, summary};
}

export const planOfOther: Denial = {
  message: 'Only the main agent presents a plan to the user. End with yours as your answer.',
  summary: 'only the main agent presents a plan',
};
export const noPlanning: Denial = {
  message: 'Plan mode is not on, so there is nothing to leave. Go on with the work.',
  summary: 'plan mode is not on',
};
export const planUnread: Denial = {
  message: 'Nobody is here to approve a plan. End with the plan as your answer.',
  summary: 'nobody is here to approve a plan',
};

/** A hook wants it asked. */
export const unattended = (why: string): Denial => ({
  message: `A hook wants this to be asked (${why}), and nobody can be asked in one-shot mode. Nothing was done.`,
  summary: 'a hook wants it asked, and nobody can be',
});

/** What would be asked, where it is not asked. */
export function unasked(
  request: PermissionRequest,
  judgement: Judgement,
  {rules, mode}: {readonly rules: readonly string[]; readonly mode: PermissionMode},
): Denial {
  const reason = whyOf(judgement);
  const isMode = mode === 'dontAsk';
  const why = isMode
    ? 'This needs permission, and the mode dontAsk lets nothing be asked'
    : 'This needs permission, and nobody can be asked in one-shot mode';
  const done = `${why} (${reason}). Nothing was done.`;
  const flag = `--allowedTools "${flagText(request, rules)}"`;
  const all = isMode ? '' : ', or with --dangerously-skip-permissions to allow everything';
  const remedy = !judgement.isDemanded
    ? `To allow it, start agent with ${flag}${all}.`
    : judgement.rule === null
      ? 'There are rules that may forbid what it does not show. Write out what is to be run, so that they can be held against it.'
      : 'Whoever starts agent can take that rule away.';
  const decider = isMode ? 'dontAsk mode refuses what would be asked' : 'nobody can be asked';
  return {message: `${done} ${remedy}`, summary: `${decider}: ${reason}`};
}

/** Whoever lets files be edited hardly means a single one. */
function flagText({tool}: PermissionRequest, rules: readonly string[]): string {
  const isEdit = tool !== 'Bash' && rules.length === 1 && /^Edit\(\/(?!\/)/.test(rules[0] ?? '');
  return (isEdit || rules.length === 0 ? tool : rules.join(',')).replace(/["\\$`]/g, '\\$&');
}
