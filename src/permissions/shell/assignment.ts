/**
 * Judges an assignment: most concern the line alone, some change what its commands are.
 */
import {findNamed} from './forbidden.js';
import {shownForm, toForm} from './forms.js';
import {findAgainst, findAllow} from './rules.js';
import {startScope} from './scope.js';
import {type Field, hidden, type JudgedSubject, type Judging, knownField} from './types.js';
import {holdsCommand, isHarmless, isUnseen, steers} from './variables.js';
import {findRun, runsWritten} from './written.js';

/** `NAME=value` before or among a command's words. Only what may not pass is reported. */
export function judgeAssignment(field: Field, exported: boolean, judging: Judging): void {
  const name = /^[^=+[]*/.exec(field.text)?.[0] ?? '';
  const passes = exported ? isHarmless(name, field.text.slice(name.length + 1)) : !steers(name);
  const form = toForm([field]);
  const {rules, cwd} = judging.context;
  const denied = findAgainst(rules.deny, form, cwd);
  const named = findNamed(field.text.slice(name.length), rules);
  // A pager that is harmless in itself may be what a rule forbids.
  if (passes && denied?.match !== 'yes' && !(named && steers(name))) return;
  const report = (subject: Omit<JudgedSubject, 'text'>): void => judging.report({text: shownForm([field]), ...subject});
  const value = field.text.slice(name.length);
  const ran = findRun([knownField(value.replace('=', ''))], judging.written);
  if (holdsCommand(name) && judging.doubt.isDemanded && !isShown(value))
    judging.supposed().script(value.replace(/^\+?=[|!]?/, ''), startScope(cwd));
  const isBlind = judging.doubt.isDemanded === true && (ran !== null || isUnseen(name, value));
  const allowed = isBlind ? null : findAllow(rules.allow, form);
  if (denied?.match === 'yes') report({verdict: 'deny', rule: `Bash(${denied.source})`, reason: 'a rule denies it'});
  else if (named) report({verdict: 'ask', rule: `Bash(${named.rule})`, reason: named.reason});
  else if (allowed) report({verdict: 'allow', rule: `Bash(${allowed.source})`, reason: 'a rule allows it'});
  else {
    const harm = steers(name) ? `${name} changes what runs` : `${name} is not known to be harmless`;
    const reason = ran === null ? harm : runsWritten(ran);
    report({verdict: 'ask', rule: null, reason, ...(isBlind && judging.doubt)});
  }
}

/** A program's bare name, or what is asked about as not known. */
const isShown = (value: string): boolean =>
  /^\+?=[\w./-]*$/.test(value) || !value.includes('=') || value.includes(hidden);
