/**
 * Judges one simple command: rules against it, what it runs, what it does with files, rules for it, in this order.
 */
import {findBuiltIn} from './builtins.js';
import {type Form, shownForm, toForm} from './forms.js';
import {readGit} from './git.js';
import {findDenied, judgeFiles} from './paths.js';
import {findUse, namesIn} from './programs.js';
import {findAgainst, findAllow, isEvery} from './rules.js';
import {either, inChild, leave, move, type Outcome, type Scope} from './scope.js';
import {
  type CommandVerdict,
  type Field,
  hidden,
  isKnown,
  type JudgedSubject,
  type Judging,
  knownField,
  type PathJudgement,
} from './types.js';
import {isHarmless, steers} from './variables.js';
import type {Wrapped} from './wrapped.js';
import {unwrap} from './wrappers.js';

export interface Surroundings {
  readonly scope: Scope;
  readonly judging: Judging;
  /** What is known to come in: the text of a here-document. */
  readonly input: string | null;
  /** Whether the shell itself looks the name up, so that the line's functions and the shell's own commands count. */
  readonly inShell: boolean;
  /** How many wrappers stand around it. */
  readonly depth: number;
}

/** More wrappers around each other are not followed. */
const maximumDepth = 12;

/** Reports what is to be said of it, and answers with what it leaves behind. */
export function judgeSimple(given: readonly Field[], around: Surroundings): Outcome {
  const {scope, judging} = around;
  const words = given.flatMap(field => expandPattern(field, around));
  const [first] = words;
  if (first === undefined) return either(scope);
  const report = (verdict: CommandVerdict, rule: string | null, reason: string): Outcome => {
    judging.report({text: shownForm(words), verdict, rule: rule === null ? null : `Bash(${rule})`, reason});
    return either(scope);
  };
  if (!judging.spend(1) || around.depth > maximumDepth) return report('ask', null, 'it is too long to be judged');
  if (around.inShell && isKnown(first) && scope.functions.has(first.text))
    return report('allow', null, 'a function of this line');
  const form = toForm(words);
  const folder = scope.folders?.[0] ?? judging.context.cwd;
  const denied = findAgainst(judging.context.rules.deny, form, folder);
  if (denied?.match === 'yes') return report('deny', denied.source, 'a rule denies it');
  if (!isKnown(first)) return report('ask', null, 'which program this runs is not known');
  const asked = findAgainst(judging.context.rules.ask, form, folder);
  const stop = denied
    ? {rule: denied.source, reason: 'a rule may deny it, depending on what is not known'}
    : asked && {rule: asked.source, reason: 'a rule asks'};
  const builtIn = around.inShell ? findBuiltIn(form.program, words, scope, judging.context) : null;
  if (builtIn) return judgeBuiltIn(builtIn, form, {...around, stop});
  const wrapped = unwrap(form.program, words, around.input);
  if (wrapped) return judgeWrapped(wrapped, form, {...around, stop});
  judging.report({...judgeLeaf(form, {...around, stop}), text: shownForm(words)}, words);
  return either(scope);
}

interface Stopping extends Surroundings {
  /** Why it cannot be allowed by itself. */
  readonly stop: {readonly rule: string; readonly reason: string} | null;
}

/** The names that a pattern stands for, where they are known. */
function expandPattern(field: Field, {scope, judging}: Surroundings): readonly Field[] {
  const [folder, other] = scope.folders ?? [];
  if (!field.glob || field.splits || field.text.includes(hidden) || folder === undefined || other !== undefined)
    return [field];
  const names = judging.context.glob?.(field.text, folder);
  if (names === undefined || !judging.spend(names.length)) return [field];
  return names.length === 0 ? [knownField(field.text)] : names.map(knownField);
}

function judgeLeaf(form: Form, {scope, judging, stop}: Stopping): Omit<JudgedSubject, 'text'> {
  const {rules} = judging.context;
  const git = form.program === 'git' ? readGit(form.words) : null;
  const use =
    form.program === 'git' ? (git?.reads ? {reads: git.reads, writes: []} : null) : findUse(form.program, form.words);
  const places = git?.folders ?? [];
  const inside = places.reduce((at, place) => (isKnown(place) ? move(at, place.text) : leave(at)), scope);
  const files =
    use &&
    strictest(
      judgeFiles('read', use.reads, inside, judging),
      judgeFiles('write', use.writes, inside, judging),
      judgeFiles('read', places, scope, judging),
    );
  const denied = files?.verdict === 'deny' ? files : use ? null : findDenied(namesIn(form.words), inside, judging);
  if (denied) return {verdict: 'deny', rule: denied.rule, reason: denied.reason};
  if (stop) return {verdict: 'ask', rule: `Bash(${stop.rule})`, reason: stop.reason};
  if (files?.verdict === 'ask' && files.rule !== null) return {verdict: 'ask', rule: files.rule, reason: files.reason};
  const allowed =
    findAllow(rules.allow, form) ??
    (git && (places.length === 0 || files?.verdict !== 'ask') ? findAllow(rules.allow, toForm(git.bare)) : null);
  if (allowed) return {verdict: 'allow', rule: `Bash(${allowed.source})`, reason: 'a rule allows it'};
  if (files === null || use === null) return {verdict: 'ask', rule: null, reason: 'no rule allows it'};
  if (use.asks !== undefined) return {verdict: 'ask', rule: null, reason: use.asks};
  if (files.verdict === 'ask') return {verdict: 'ask', rule: null, reason: files.reason};
  if (places.length > 0 || (git && scope.folders?.[0] !== judging.context.cwd))
    return {verdict: 'ask', rule: null, reason: 'git would work in another folder, by its settings'};
  return {
    verdict: 'allow',
    rule: null,
    reason: use.writes.length > 0 ? 'it writes only what may be written' : 'only reads',
  };
}

function strictest(...judgements: readonly PathJudgement[]): PathJudgement {
  const order: readonly CommandVerdict[] = ['deny', 'ask', 'allow'];
  for (const verdict of order) {
    const found = judgements.filter(judgement => judgement.verdict === verdict);
    const [first] = found;
    if (first) return found.find(({rule}) => rule !== null) ?? first;
  }
  return {verdict: 'allow', rule: null, reason: ''};
}

function judgeBuiltIn(
  builtIn: Exclude<ReturnType<typeof findBuiltIn>, null>,
  form: Form,
  {scope, judging, stop}: Stopping,
): Outcome {
  const {outcome, folders, assigned, exports, asks, scripts} = builtIn;
  for (const field of assigned) judgeAssignment(field, exports, judging);
  for (const script of scripts) judging.script(script, scope);
  const runsFile = form.program === 'source' || form.program === '.';
  const files = judgeFiles('read', runsFile ? form.words.slice(1, 2) : folders, scope, judging);
  const allowed = findAllow(judging.context.rules.allow, form);
  const text = shownForm(form.words);
  if (files.verdict === 'deny') judging.report({text, verdict: 'deny', rule: files.rule, reason: files.reason});
  else if (stop) judging.report({text, verdict: 'ask', rule: `Bash(${stop.rule})`, reason: stop.reason});
  else if (allowed)
    judging.report({text, verdict: 'allow', rule: `Bash(${allowed.source})`, reason: 'a rule allows it'});
  else if (asks !== null || files.verdict === 'ask')
    judging.report({text, verdict: 'ask', rule: files.rule, reason: asks ?? files.reason});
  else judging.report({text, verdict: 'allow', rule: null, reason: 'it only concerns the shell itself'});
  return outcome;
}

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

/** What a wrapper runs is judged by itself; a rule that names it too covers both, save what is denied. */
function judgeWrapped(wrapped: Wrapped, form: Form, around: Stopping): Outcome {
  const {judging, scope, stop} = around;
  const allowed = stop ? null : findAllow(judging.context.rules.allow, form);
  const covered = allowed !== null && covers(allowed, wrapped);
  const files = judgeFiles('read', wrapped.reads, scope, judging);
  const text = shownForm(form.words);
  const outer = (verdict: CommandVerdict, rule: string | null, reason: string): void =>
    judging.report({text, verdict, rule, reason}, wrapped.guessed || wrapped.reads.length > 0 ? form.words : undefined);
  if (files.verdict === 'deny') outer('deny', files.rule, files.reason);
  else if (stop) outer('ask', `Bash(${stop.rule})`, stop.reason);
  else if (allowed) outer('allow', `Bash(${allowed.source})`, 'a rule allows it');
  else if (wrapped.asks !== null || files.verdict === 'ask') outer('ask', files.rule, wrapped.asks ?? files.reason);
  const strict: Judging = {...judging, report: subject => subject.verdict === 'deny' && judging.report(subject)};
  return judgeInside(wrapped, form, {...around, judging: covered || wrapped.guessed ? strict : judging});
}

/** A rule for a wrapper covers what it runs only if it names that too. */
function covers(
  {source, named}: {readonly source: string; readonly named: number},
  {at, scripts, guessed}: Wrapped,
): boolean {
  if (named === Infinity || isEvery(source)) return true;
  return (guessed || scripts.length === 0) && named > at;
}

function judgeInside(wrapped: Wrapped, form: Form, around: Stopping): Outcome {
  const {judging, scope} = around;
  for (const assignment of wrapped.assignments) judgeAssignment(knownField(assignment), true, judging);
  const child = wrapped.here ? scope : inChild(scope);
  for (const script of wrapped.scripts) {
    if (script === null)
      judging.report({
        text: shownForm(form.words),
        verdict: 'ask',
        rule: null,
        reason: 'the code that it runs is not known',
      });
    else judging.script(script, child);
  }
  if (form.program === 'find') judging.report({...judgeLeaf(form, around), text: shownForm(form.words)});
  const keeps = /^(?:builtin|command|exec)$/.test(form.program);
  let outcome = either(scope);
  for (const command of wrapped.commands) {
    const stays = form.program === 'builtin' || form.program === 'command';
    const after = judgeSimple(command, {
      ...around,
      judging,
      scope: keeps ? {...scope, functions: child.functions} : child,
      inShell: stays,
      depth: around.depth + 1,
    });
    if (stays) outcome = after;
  }
  return wrapped.here ? either({...scope, lost: true, folders: null}) : outcome;
}
