/**
 * Judges one simple command: rules against it, what it runs, what it does with files, rules for it, in this order.
 */
import {judgeAssignment} from './assignment.js';
import {findBuiltIn} from './builtins.js';
import {findNamed, runnableText, type Stop} from './forbidden.js';
import {type Form, shownForm, toForm, withSubcommand} from './forms.js';
import {filesOfHistory, repeats} from './history.js';
import type {Input} from './input.js';
import {judgeCarried, judgeLeaf} from './leaf.js';
import {findDenied} from './opened.js';
import {isStream, judgeFiles, stricter} from './paths.js';
import {expandPattern} from './patterns.js';
import {type Allowing, findAgainst, findAllow, isEvery} from './rules.js';
import {either, inChild, leave, lose, type Outcome, type Scope} from './scope.js';
import {isShell} from './shells.js';
import {findAllowance} from './strays.js';
import {judgeTrees} from './trees.js';
import {type CommandVerdict, type Field, isKnown, type Judging, knownField, namesProgram} from './types.js';
import {mayHoldOptions} from './unseen-options.js';
import type {Wrapped} from './wrapped.js';
import {unwrap} from './wrappers.js';
import {findRun, findUnpacked, noteWritten, runsWritten, withoutOutputs} from './written.js';

export interface Surroundings {
  readonly scope: Scope;
  readonly judging: Judging;
  readonly input: Input;
  /** Whether the shell itself looks the name up, so that the line's functions and the shell's own commands count. */
  readonly inShell: boolean;
  /** How many wrappers stand around it. */
  readonly depth: number;
}

/** More wrappers around each other are not followed. */
const maximumDepth = 12;
/** Of a longer command only the beginning is looked at. */
const maximumWords = 1_000;

interface Stopping extends Surroundings {
  readonly stop: Stop | null;
}

/** Reports what is to be said of it, and answers with what it leaves behind. */
export function judgeSimple(given: readonly Field[], around: Surroundings): Outcome {
  const {scope, judging} = around;
  const isTooLong = given.length > maximumWords;
  const kept = isTooLong ? given.slice(0, maximumWords) : given;
  const words = kept.some(field => field.glob) ? kept.flatMap(field => expandPattern(field, scope, judging)) : kept;
  const [first] = words;
  if (first === undefined) return either(scope);
  const report = (verdict: CommandVerdict, rule: string | null, reason: string): Outcome => {
    const doubt = verdict === 'ask' ? judging.doubt : {};
    judging.report({text: shownForm(words), verdict, rule: rule === null ? null : `Bash(${rule})`, reason, ...doubt});
    return either(scope);
  };
  if (around.inShell && isKnown(first) && scope.functions.has(first.text))
    return report('allow', null, 'a function of this line');
  const form = toForm(words);
  const folder = scope.folders?.[0] ?? judging.context.cwd;
  const named = [form, ...withSubcommand(form)];
  const against = (rules: readonly string[]): ReturnType<typeof findAgainst> =>
    named.map(each => findAgainst(rules, each, folder)).find(each => each !== null) ?? null;
  const denied = against(judging.context.rules.deny);
  if (denied?.match === 'yes') return report('deny', denied.source, 'a rule denies it');
  if (!judging.spend(1 + Math.floor(words.length / 16)) || around.depth > maximumDepth || isTooLong)
    return report('ask', null, 'it is too long to be judged');
  if (!namesProgram(first)) return report('ask', null, 'which program this runs is not known');
  const asked = against(judging.context.rules.ask);
  const stop = denied
    ? {rule: denied.source, reason: 'a rule may deny it, depending on what is not known'}
    : asked && {rule: asked.source, reason: 'a rule asks'};
  const builtIn = around.inShell ? findBuiltIn(form.program, words, {scope, judging, input: around.input}) : null;
  if (builtIn) return judgeBuiltIn(builtIn, form, {...around, stop});
  const wrapped = unwrap(form.program, words, around.input);
  if (wrapped) return judgeWrapped(wrapped, form, {...around, stop});
  judging.report({...judgeLeaf(form, {...around, stop}), text: shownForm(words)}, words);
  return either(scope);
}

function judgeBuiltIn(
  builtIn: Exclude<ReturnType<typeof findBuiltIn>, null>,
  form: Form,
  {scope, judging, stop, input}: Stopping,
): Outcome {
  const {outcome, folders, assigned, exports, asks, scripts} = builtIn;
  // Taking away is asked about by itself.
  if (form.program !== 'unset') for (const field of assigned) judgeAssignment(field, exports, scope, judging);
  for (const script of scripts) judging.script(script, scope);
  const runsFile = form.program === 'source' || form.program === '.';
  const {reads, writes} = form.program === 'history' ? filesOfHistory(form.words) : {reads: folders, writes: []};
  const files = stricter(
    judgeFiles('read', runsFile ? form.words.slice(1, 2) : reads, scope, judging),
    judgeFiles('write', writes, scope, judging),
  );
  for (const {text} of writes) judging.written.add(text, false);
  const {rules} = judging.context;
  const named = asks === null ? null : findNamed(runnableText(form, input), rules);
  const against = stop ?? named;
  const allowed = findAllow(rules.allow, form);
  const text = shownForm(form.words);
  const ran = runsFile ? findRun(form.words.slice(1, 2), judging.written) : null;
  const isBlind =
    asks !== null && (ran !== null || evaluates(form) || (runsFile && isStream(form.words[1]?.text ?? '')));
  if (files.verdict === 'deny') judging.report({text, verdict: 'deny', rule: files.rule, reason: files.reason});
  else if (against) judging.report({text, verdict: 'ask', rule: `Bash(${against.rule})`, reason: against.reason});
  else if (isBlind && isDoubted(judging))
    judging.report({
      text,
      verdict: 'ask',
      rule: null,
      reason: ran === null ? (asks ?? files.reason) : runsWritten(ran),
      ...judging.doubt,
    });
  else if (allowed)
    judging.report({text, verdict: 'allow', rule: `Bash(${allowed.source})`, reason: 'a rule allows it'});
  else if (asks !== null || files.verdict === 'ask')
    judging.report({text, verdict: 'ask', rule: files.rule, reason: asks ?? files.reason});
  else judging.report({text, verdict: 'allow', rule: null, reason: 'it only concerns the shell itself'});
  return outcome;
}

/** Whether what it is given may be code that the line does not show. */
const evaluates = ({program, words}: Form): boolean =>
  program === 'let' ||
  repeats(program, words) ||
  words.some(field => !namesProgram(field) || /\[[^\]]*[$`]/.test(field.text)) ||
  (/^(?:declare|typeset|local|readonly|export)$/.test(program) && words.some(({text}) => /^-[A-Za-z]*[in]/.test(text)));

const isDoubted = ({doubt}: Judging): boolean => doubt.isDemanded === true;

/** What a wrapper runs is judged by itself; a rule that names it too covers both, save what is denied. */
function judgeWrapped(wrapped: Wrapped, form: Form, around: Stopping): Outcome {
  const {judging, scope} = around;
  const {rules} = judging.context;
  const stop = around.stop ?? (wrapped.guessed ? findNamed(runnableText(form, around.input), rules) : null);
  if (wrapped.asks !== null || wrapped.guessed) judging.links.unsettle('anyhow');
  judgeCarried(form, scope, judging);
  const ran = writtenAmong(wrapped, form, judging);
  const isBlind =
    isDoubted(judging) &&
    (ran !== null || wrapped.blind || mayHoldOptions(form) || wrapped.reads.some(({text}) => isStream(text)));
  const own = stop || isBlind ? {allowed: null, reason: null} : findAllowance(form, scope, judging);
  const allowed = own.allowed && means(own.allowed, wrapped) ? own.allowed : null;
  const stray = own.reason;
  const covered = allowed !== null && covers(allowed, wrapped);
  const opened = wrapped.guessed ? findDenied(form, scope, judging) : null;
  const named = opened ?? judgeFiles('read', wrapped.reads, scope, judging);
  const files = stricter(named, judgeTrees(wrapped.trees, scope, judging));
  const text = shownForm(form.words);
  const outer = (verdict: CommandVerdict, rule: string | null, reason: string): void =>
    judging.report(
      {text, verdict, rule, reason, ...(isBlind && verdict === 'ask' && judging.doubt)},
      wrapped.guessed || wrapped.reads.length > 0 ? form.words : undefined,
    );
  if (files.verdict === 'deny') outer('deny', files.rule, files.reason);
  else if (stop) outer('ask', `Bash(${stop.rule})`, stop.reason);
  else if (files.verdict === 'ask' && files.rule !== null) outer('ask', files.rule, files.reason);
  else if (allowed) outer('allow', `Bash(${allowed.source})`, 'a rule allows it');
  else if (ran !== null) outer('ask', null, runsWritten(ran));
  else if (wrapped.asks !== null || files.verdict === 'ask')
    outer('ask', files.rule, stray ?? wrapped.asks ?? files.reason);
  const outcome = judgeInside(wrapped, form, {
    ...around,
    judging: wrapped.guessed ? judging.guessed() : covered ? judging.covered() : judging,
  });
  if (wrapped.guessed) noteWritten(form, null, judging);
  return outcome;
}

/** What it runs of what the line wrote before. */
function writtenAmong({guessed, reads}: Wrapped, form: Form, {written}: Judging): string | null {
  if (written.isEmpty) return null;
  const {program, words} = form;
  if (guessed) return written.steering(program) ?? findRun(withoutOutputs(form), written);
  if (!isShell(program)) return null;
  const readsProfile = words.some(({text}) => /^-(?:[A-Za-z]*[il]|-login)/.test(text));
  return findRun(reads, written) ?? findUnpacked(reads, written) ?? (readsProfile ? written.steering(program) : null);
}

/** A rule with whatever follows does not mean words that may say what is run. */
const means = ({source, named}: Allowing, {guessed, blind}: Wrapped): boolean =>
  !(guessed && blind) || named === Infinity || isEvery(source);

/** A rule for a wrapper covers what it runs only if it names that too. */
function covers({source, named}: Allowing, {at, scripts, guessed}: Wrapped): boolean {
  if (named === Infinity || isEvery(source)) return true;
  return (guessed || scripts.length === 0) && named > at;
}

function judgeInside(wrapped: Wrapped, form: Form, around: Stopping): Outcome {
  const {judging, scope} = around;
  for (const assignment of wrapped.assignments) judgeAssignment(knownField(assignment), true, scope, judging);
  const isTrap = form.program === 'trap';
  // What a trap runs, it runs later, wherever the shell stands then.
  const child = isTrap
    ? {...leave(inChild(scope)), input: null}
    : {...(wrapped.here ? scope : inChild(scope)), input: around.input};
  for (const script of wrapped.scripts) {
    if (script === null)
      judging.report({
        text: shownForm(form.words),
        verdict: 'ask',
        rule: null,
        reason: 'the code that it runs is not known',
        ...judging.doubt,
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
  return wrapped.here && !isTrap ? either(lose(scope)) : outcome;
}
