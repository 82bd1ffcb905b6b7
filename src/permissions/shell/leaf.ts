/**
 * Judges a command that runs no other: what it does with files, then the rules that allow it, then what is known of it.
 */
import {type Form, toForm} from './forms.js';
import {isSteered, readGit} from './git.js';
import {findDenied, judgeFiles} from './paths.js';
import {findUse, namesIn, takesText} from './programs.js';
import {findAgainst, findAllow, isEvery} from './rules.js';
import {leave, move, type Scope} from './scope.js';
import {
  type CommandVerdict,
  isKnown,
  type JudgedSubject,
  type Judging,
  knownField,
  type PathJudgement,
} from './types.js';

/** Why a command cannot be allowed by itself. */
export interface Stop {
  readonly rule: string;
  readonly reason: string;
}

interface LeafPlace {
  readonly scope: Scope;
  readonly judging: Judging;
  readonly stop: Stop | null;
}

export function judgeLeaf(form: Form, {scope, judging, stop}: LeafPlace): Omit<JudgedSubject, 'text'> {
  const {rules} = judging.context;
  const git = form.program === 'git' ? readGit(form.words) : null;
  const use = git?.reads ? {reads: git.reads, writes: []} : findUse(form.program, form.words);
  const places = git?.folders ?? [];
  const inside = places.reduce((at, place) => (isKnown(place) ? move(at, place.text) : leave(at)), scope);
  const elsewhere = judgeFiles('read', places, scope, judging);
  const files =
    use &&
    strictest(
      judgeFiles('read', use.reads, inside, judging),
      judgeFiles('write', use.writes, inside, judging),
      elsewhere,
    );
  const denied =
    files?.verdict === 'deny' ? files : use ? null : findDenied(namesIn(form.program, form.words), inside, judging);
  if (denied) return {verdict: 'deny', rule: denied.rule, reason: denied.reason};
  const against = stop ?? (use === null ? findAmongWords(form, judging, scope) : null);
  if (against) return {verdict: 'ask', rule: `Bash(${against.rule})`, reason: against.reason};
  if (files?.verdict === 'ask' && files.rule !== null) return {verdict: 'ask', rule: files.rule, reason: files.reason};
  const allowed =
    findAllow(rules.allow, form) ??
    (git && !(places.length > 0 && elsewhere.verdict === 'ask') ? findAllow(rules.allow, toForm(git.bare)) : null);
  if (allowed && form.program === 'git' && isSteered(form.words) && allowed.named < 2 && !isEvery(allowed.source)) {
    return {verdict: 'ask', rule: null, reason: 'git is given settings, which may run other programs'};
  }
  if (allowed) return {verdict: 'allow', rule: `Bash(${allowed.source})`, reason: 'a rule allows it'};
  if (files === null || use === null) return {verdict: 'ask', rule: null, reason: 'no rule allows it'};
  if (use.asks !== undefined) return {verdict: 'ask', rule: null, reason: use.asks};
  if (files.verdict === 'ask') return {verdict: 'ask', rule: null, reason: files.reason};
  if (places.length > 0 || (git && scope.folders?.[0] !== judging.context.cwd))
    return {verdict: 'ask', rule: null, reason: 'git would work in another folder, by its settings'};
  if (git && judging.context.gitMayRun?.(judging.context.cwd))
    return {verdict: 'ask', rule: null, reason: 'the repository names programs that git would run'};
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

/** More words than this are not tried as the beginning of a command. */
const maximumTails = 16;

/** A program that is not known may run what stands among its words: where a rule denies that, no other rule is enough. */
function findAmongWords({program, words}: Form, {context}: Judging, {folders}: Scope): Stop | null {
  if (takesText(program)) return null;
  for (const [index, {text}] of words.slice(1, maximumTails).entries()) {
    const inner = /\s/.test(text) ? text.trim().split(/\s+/, 64).map(knownField) : words.slice(index + 1);
    const denied = findAgainst(context.rules.deny, toForm(inner), folders?.[0] ?? context.cwd);
    if (denied?.match === 'yes') return {rule: denied.source, reason: 'it may run what a rule denies'};
  }
  return null;
}
