/**
 * Whether a shell command may run: it is parsed, every simple command in it is judged as it would be run, and the
 * strictest judgement is that of the whole. What cannot be parsed or takes too long asks; what is denied stays denied.
 *
 * This module brings the parser along: it is loaded when the first command is to be judged.
 */
import {type ParsedScript, parse, type Script} from 'unbash';
import {changesIn} from './assigned.js';
import {shownForm, toForm} from './forms.js';
import {createLinks} from './links.js';
import {narrowestRule} from './narrowest.js';
import {findAgainst, findLine} from './rules.js';
import {leave, pin, type Scope, startScope} from './scope.js';
import {judgeSimple} from './simple.js';
import {
  type CommandContext,
  type CommandJudgement,
  type CommandVerdict,
  type Field,
  type JudgedSubject,
  type Judging,
  knownField,
} from './types.js';
import {walkScript} from './walk.js';
import {createWritten, frozen} from './written.js';

/** A longer line (in UTF-16 units) asks; of its beginning what is denied is still seen. */
const maximumLength = 64 * 1024;
/** Commands, words and paths that are looked at for one line. */
const maximumWork = 4_000;
/** Scripts within scripts. */
const maximumNesting = 24;
/** More subjects than this are judged but not told one by one. */
const maximumSubjects = 500;

const rank: Readonly<Record<CommandVerdict, number>> = {allow: 0, ask: 1, deny: 2};

export function judgeCommand(command: string, context: CommandContext): CommandJudgement {
  const subjects: JudgedSubject[] = [];
  let worst: JudgedSubject | null = null;
  let isDemanded = false;
  const report = (subject: JudgedSubject): void => {
    isDemanded ||= subject.verdict === 'ask' && (subject.rule !== null || subject.isDemanded === true);
    if (worst === null || rank[subject.verdict] > rank[worst.verdict]) worst = subject;
    if (subjects.length < maximumSubjects && !subjects.some(known => isSame(known, subject))) subjects.push(subject);
  };
  judgeInto(command, context, report);
  const decisive = worst as JudgedSubject | null;
  if (decisive === null) return {verdict: 'allow', isDemanded, subjects, reason: 'it runs nothing'};
  return {
    verdict: decisive.verdict,
    isDemanded: isDemanded && decisive.verdict === 'ask',
    subjects,
    reason: decisive.reason,
  };
}

const isSame = (one: JudgedSubject, other: JudgedSubject): boolean =>
  one.text === other.text && one.verdict === other.verdict && one.rule === other.rule;

type Report = Judging['report'];

/** In a loop, a function, a pipe or the background what stands before may come after. */
const mayTurnBack =
  /\b(?:while|until|for|select|function|trap|alias|coproc)\b|\(\s*\)|(?<![&>])&(?![&>])|(?<!\|)\|(?!\|)/;

function judgeInto(command: string, context: CommandContext, report: Report): void {
  const [links, written] = [createLinks(), createWritten()];
  let reports: Parameters<Report>[] = [];
  const judge = (): void => judgeOnce(command, {context, links, written, report: (...told) => void reports.push(told)});
  judge();
  if ((links.matters || !written.isEmpty) && mayTurnBack.test(command)) {
    reports = [];
    judge();
  }
  for (const told of reports) report(...told);
}

function judgeOnce(command: string, line: Line): void {
  const {report} = line;
  const limits: Limits = {work: maximumWork, nesting: 0, isBroken: false};
  const judging = createJudging(line, limits);
  const ask = (reason: string): void =>
    report({text: command.slice(0, 200), verdict: 'ask', rule: null, reason, ...judging.doubt});
  const text = command.slice(0, maximumLength);
  if (command.length > maximumLength) ask('it is too long to be judged');
  if (text.includes('\0') || !text.isWellFormed()) {
    ask('it holds characters that no command can hold');
    judgeRoughly(text.replaceAll('\0', ' '), line);
    return;
  }
  try {
    judging.script(text, startScope(line.context.cwd));
  } catch (error) {
    // The parser is recursive: how deep it gets depends on the stack that is left.
    if (!(error instanceof RangeError)) throw error;
    limits.isBroken = true;
  }
  if (!limits.isBroken && limits.work >= 0) return;
  ask(limits.work < 0 ? 'it is too long to be judged' : 'it cannot be parsed');
  judgeRoughly(text, line);
}

/** What a line is judged with. */
type Line = Pick<Judging, 'context' | 'links' | 'written' | 'report'>;

/** How much may still be done for this line, and whether something could not be looked at. */
interface Limits {
  work: number;
  nesting: number;
  isBroken: boolean;
}

function createJudging(line: Line, limits: Limits, isGuess = false): Judging {
  const {report} = line;
  const {deny, ask} = line.context.rules;
  const restrains = deny.length + ask.length > 0;
  const judging: Judging = {
    ...line,
    doubt: restrains ? {isDemanded: true} : {},
    spend(amount) {
      limits.work -= amount;
      return limits.work >= 0;
    },
    onlyDenials: () => createJudging({...line, report: onlyDenied(report)}, limits, true),
    covered: () => createJudging({...line, report: onlyDemanded(report)}, limits, isGuess || !restrains),
    supposed: () => createJudging({...line, report: onlyDemanded(report)}, limits, true),
    guessed: () => createJudging({...line, written: frozen(line.written), report: onlyDemanded(report)}, limits, true),
    script(source, scope) {
      if (limits.nesting >= maximumNesting || limits.work < 0) {
        limits.isBroken = true;
        return;
      }
      limits.nesting += 1;
      // Code within code is read once more for each layer.
      if (typeof source === 'string') {
        limits.work -= Math.ceil(source.length / 200);
        judgeLine(source, judging);
      }
      const script: ParsedScript = typeof source === 'string' ? parse(source) : source;
      if (!isGuess && script.errors !== undefined && script.errors.length > 0) limits.isBroken = true;
      walkScript(script, prepare(script, typeof source === 'string' ? source : null, scope), judging);
      limits.nesting -= 1;
    },
  };
  return judging;
}

/** Rules may speak of a whole line. */
function judgeLine(code: string, {context, report}: Judging): void {
  for (const verdict of ['deny', 'ask'] as const) {
    const rule = findLine(context.rules[verdict], code);
    const reason = verdict === 'deny' ? 'a rule denies it' : 'a rule asks';
    if (rule !== null) report({text: code.slice(0, 200), verdict, rule: `Bash(${rule})`, reason});
  }
}

const onlyDenied =
  (report: Report): Report =>
  subject => {
    if (subject.verdict === 'deny') report(subject);
  };

/** What rules and doubts ask about no other rule answers. */
const onlyDemanded =
  (report: Report): Report =>
  subject => {
    const {verdict, rule, isDemanded} = subject;
    if (verdict === 'deny' || (verdict === 'ask' && (rule !== null || isDemanded))) report(subject);
  };

/**
 * The narrowest rules (arguments of Bash(...)) that would have allowed what was asked for, one for each part that asked.
 * [] if some part cannot be allowed by a rule, or none would be safe to remember.
 */
export function narrowestRules(command: string, context: CommandContext): readonly string[] {
  const asking: (readonly Field[] | null)[] = [];
  judgeInto(command, context, ({verdict, rule}, words) => {
    if (verdict !== 'allow') asking.push((verdict === 'ask' && rule === null && words) || null);
  });
  // With all that it is told one may be more than a rule that leaves open what follows would mean.
  for (const isExact of [false, true]) {
    const rules = asking.map(words => words && narrowestRule(words, isExact));
    if (rules.length === 0 || rules.includes(null)) return [];
    const found = [...new Set(rules)].filter(rule => rule !== null);
    const after = {...context, rules: {...context.rules, allow: [...context.rules.allow, ...found]}};
    if (judgeCommand(command, after).verdict === 'allow') return found;
  }
  return [];
}

/** Without any of these characters nothing is assigned and no function defined in ways that the walk does not follow. */
const mayAssign = /[=([{:\\]/;

/** A shell may be told by these to take what comes in from elsewhere; what is not known may be any of them. */
const rewires =
  /exec|eval|source|(?:^|[;&|({`\n]|\b(?:do|then|else|elif|if|while|until|time|builtin|command)\s|!\s)\s*(?:\.\s|[$`])/;

/** What holds for the whole of a script, wherever it stands: a function may run anywhere after it is defined. */
function prepare(script: Script, source: string | null, given: Scope): Scope {
  const scope =
    source !== null && rewires.test(source.replace(/["'\\]/g, '')) ? {...given, isRewired: true as const} : given;
  if (source === null || !mayAssign.test(source)) return scope;
  const hidden = changesIn(script, 'hidden', scope.texts);
  const changes = hidden.definesFunction ? changesIn(script, 'all', scope.texts) : hidden;
  const pinned = pin(scope, changes);
  return hidden.definesFunction && changes.moves ? leave(pinned) : pinned;
}

/** What could not be parsed: wherever a command might begin, what is denied is looked for, and nothing else. */
function judgeRoughly(text: string, line: Line): void {
  const {context, report} = line;
  const limits: Limits = {work: maximumWork, nesting: maximumNesting, isBroken: true};
  const judging = createJudging({...line, report: onlyDenied(report)}, limits, true);
  for (const piece of text.split(/[;&|\n(){}`]|\b(?:then|do|else|elif|if|while|until|time)\b|!|\$\(/)) {
    const words = piece
      .trim()
      .split(/\s+/, 64)
      .map(word => knownField(word.replace(/["'\\]/g, '')));
    if (words[0] === undefined || words[0].text === '') continue;
    // Past the limit only the rules are held against it.
    if (limits.work > 0)
      judgeSimple(words, {scope: startScope(context.cwd), judging, input: null, inShell: true, depth: 0});
    else if (findAgainst(context.rules.deny, toForm(words), context.cwd)?.match === 'yes') {
      report({text: shownForm(words), verdict: 'deny', rule: null, reason: 'a rule denies it'});
    }
  }
}
