/**
 * Assignments: what they give, and whether they may be made. Most concern the line alone, some change what its commands are.
 */
import type {Assignment, Command} from 'unbash';
import {judgeNumber, visitSubstitutions} from './evaluation.js';
import {findNamed} from './forbidden.js';
import {shownForm, toForm} from './forms.js';
import {findDeniedIn} from './opened.js';
import {findAgainst, findAllow} from './rules.js';
import {type Scope, startScope} from './scope.js';
import {type Field, hidden, type JudgedSubject, type Judging, knownField} from './types.js';
import {holdsCommand, isCommandName, isHarmless, isUnseen, steers} from './variables.js';
import {expandValue, expandWords} from './word.js';
import {findRun, runsWritten} from './written.js';

/** `NAME=value` before or among a command's words. Only what may not pass is reported. */
export function judgeAssignment(field: Field, exported: boolean, scope: Scope, judging: Judging): void {
  const name = /^[^=+[]*/.exec(field.text)?.[0] ?? '';
  judgeHanded(field, name, exported, scope, judging);
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

/** What a program, or the shell itself, opens or runs because a variable says so. Only what is denied is reported. */
function judgeHanded(field: Field, name: string, exported: boolean, scope: Scope, judging: Judging): void {
  if (!exported && !steers(name) && !isCommandName(name) && name !== 'HISTFILE') return;
  const value = field.text.slice(name.length).replace(/^\+?=/, '');
  const denied = findDeniedIn(name, value, scope, judging);
  if (denied) judging.report({text: shownForm([field]), verdict: 'deny', rule: denied.rule, reason: denied.reason});
  if (judging.context.forbidding?.('read') && isCommandName(name) && !value.includes(hidden))
    judging.onlyDenials().script(value, scope);
}

/** A program's bare name, or what is asked about as not known. */
const isShown = (value: string): boolean =>
  /^\+?=[\w./-]*$/.test(value) || !value.includes('=') || value.includes(hidden);

/** `X=<(y) z`: the parser takes the value for the command's name. */
export const takesName = ({end}: Assignment, {name}: Command): boolean =>
  name !== undefined && end === name.pos && /^[<>]\(/.test(name.text);

/** Null: not known. */
export function expandAssigned(assignment: Assignment, scope: Scope, judging: Judging): string | null {
  if (assignment.index) {
    visitSubstitutions(assignment.index, scope, judging);
    judgeNumber(assignment.index, scope, judging);
  }
  const {value} = assignment;
  if (value.type === 'Word') return expandValue(value, scope, judging);
  expandWords(value.elements, scope, judging);
  // `([x]=y)`: what may be a subscript is evaluated as one.
  for (const element of value.elements) if (element.text.startsWith('[')) judgeNumber(element, scope, judging);
  return null;
}

export function fieldOf(assignment: Assignment, value: string | null): Field {
  const text = `${assignment.name}${assignment.append ? '+' : ''}=${value ?? hidden}`;
  return {text, shown: assignment.text, splits: false, glob: false};
}
