/**
 * Judges an assignment: most concern the line alone, some change what its commands are.
 */
import {shownForm, toForm} from './forms.js';
import {findAgainst, findAllow} from './rules.js';
import type {Field, Judging} from './types.js';
import {isHarmless, steers} from './variables.js';

/** `NAME=value` before or among a command's words. Only what may not pass is reported. */
export function judgeAssignment(field: Field, exported: boolean, judging: Judging): void {
  const name = /^[^=+[]*/.exec(field.text)?.[0] ?? '';
  const passes = exported ? isHarmless(name) : !steers(name);
  const form = toForm([field]);
  const {rules, cwd} = judging.context;
  const denied = findAgainst(rules.deny, form, cwd);
  if (passes && denied?.match !== 'yes') return;
  const text = shownForm([field]);
  const allowed = findAllow(rules.allow, form);
  if (denied?.match === 'yes')
    judging.report({text, verdict: 'deny', rule: `Bash(${denied.source})`, reason: 'a rule denies it'});
  else if (allowed)
    judging.report({text, verdict: 'allow', rule: `Bash(${allowed.source})`, reason: 'a rule allows it'});
  else
    judging.report({
      text,
      verdict: 'ask',
      rule: null,
      reason: steers(name) ? `${name} changes what runs` : `${name} is not known to be harmless`,
    });
}
