/**
 * Judges a command that runs no other: what it does with files, then the rules that allow it, then what is known of it.
 */
import {carriedBy} from './carried.js';
import {findNamed, runnableText, type Stop} from './forbidden.js';
import {type Form, shownForm, toForm} from './forms.js';
import {tellsNames} from './found.js';
import {isSteered, readGit} from './git.js';
import {judgeContents} from './git-contents.js';
import type {Input} from './input.js';
import {hidesPrograms} from './interpreters.js';
import {noteLinks} from './links.js';
import {readsOfModule} from './modules.js';
import {changesLocked, findDenied, mayOpen} from './opened.js';
import {subcommandAt} from './options.js';
import {judgeFiles, judgeNamed, stricter} from './paths.js';
import {evaluatesUnseen, findUse} from './programs.js';
import {isEvery} from './rules.js';
import {inChild, leave, move, type Scope} from './scope.js';
import {findAllowance} from './strays.js';
import {judgeTrees, sensitiveCopied, treesCopied, treesListed} from './trees.js';
import {
  type CommandVerdict,
  type Field,
  isKnown,
  type JudgedSubject,
  type Judging,
  type PathJudgement,
} from './types.js';
import {mayHoldOptions, unseenOptions} from './unseen-options.js';
import type {Use} from './use.js';
import {findWritten, noteWritten, runsWritten} from './written.js';

interface LeafPlace {
  readonly scope: Scope;
  readonly judging: Judging;
  readonly stop: Stop | null;
  readonly input: Input;
}

export function judgeLeaf(form: Form, {scope, judging, stop, input}: LeafPlace): Omit<JudgedSubject, 'text'> {
  const {rules} = judging.context;
  const git = form.program === 'git' ? readGit(form.words) : null;
  const use: Use | null =
    git?.use ?? findUse(form.program, form.words) ?? readsOfModule(form.program, form.words, scope, judging);
  const places = git?.folders ?? [];
  const inside = places.reduce((at, place) => (isKnown(place) ? move(at, place.text) : leave(at)), scope);
  const elsewhere = judgeFiles('read', places, scope, judging);
  const files =
    use &&
    strictest(
      judgeFiles('read', use.reads, inside, judging),
      judgeNamed(use.lists ?? [], {isDeep: use.isDeep === true}, inside, judging),
      judgeFiles('write', use.writes, inside, judging),
      elsewhere,
    );
  noteLinks(form, use, inside, judging);
  const ran = findWritten(form, use, judging);
  noteWritten(form, use, judging);
  const going = judgeGoing(form, use, inside, judging);
  const denied =
    files?.verdict === 'deny'
      ? files
      : going.verdict === 'deny'
        ? going
        : use
          ? null
          : findDenied(form, inside, judging);
  if (denied) return {verdict: 'deny', rule: denied.rule, reason: denied.reason};
  // What is known to do no more than that is told to run nothing.
  if (use === null) judgeCarried(form, scope, judging);
  const against = stop ?? findNamed(use === null ? runnableText(form, input) : programsCopied(form, use), rules);
  if (against) return {verdict: 'ask', rule: `Bash(${against.rule})`, reason: against.reason};
  if (going.verdict === 'ask' && going.rule !== null) return {verdict: 'ask', rule: going.rule, reason: going.reason};
  if (files?.verdict === 'ask' && files.rule !== null) return {verdict: 'ask', rule: files.rule, reason: files.reason};
  const unknown = (use === null ? mayOpen(form, judging) : null) ?? changesLocked(form, inside, judging);
  if (unknown) return {verdict: 'ask', rule: unknown.rule, reason: unknown.reason};
  if (use === null && evaluatesUnseen(form))
    return {verdict: 'ask', rule: null, reason: 'it evaluates what it is given', ...judging.doubt};
  if (judging.doubt.isDemanded) {
    const reason =
      ran === null
        ? use === null &&
          (hidesPrograms(form.program, form.words.slice(1), input) ?? (mayHoldOptions(form) && unseenOptions))
        : runsWritten(ran);
    if (reason) return {verdict: 'ask', rule: null, reason, ...judging.doubt};
  }
  const own = findAllowance(form, scope, judging);
  const isBare = git !== null && own.allowed === null && !(places.length > 0 && elsewhere.verdict === 'ask');
  const {allowed, reason: stray} = isBare ? findAllowance(toForm(git.bare), inside, judging) : own;
  if (allowed && form.program === 'git' && isSteered(form.words) && allowed.named < 2 && !isEvery(allowed.source)) {
    return {verdict: 'ask', rule: null, reason: 'git is given settings, which may run other programs'};
  }
  if (allowed) return {verdict: 'allow', rule: `Bash(${allowed.source})`, reason: 'a rule allows it'};
  if (files === null || use === null)
    return {verdict: 'ask', rule: null, reason: stray ?? own.reason ?? 'no rule allows it'};
  if (use.asks !== undefined) return {verdict: 'ask', rule: null, reason: use.asks};
  const sensitive = use.writes.length > 0 ? sensitiveCopied(use.trees ?? [], inside, judging) : null;
  if (sensitive !== null) return {verdict: 'ask', rule: null, reason: sensitive};
  const open = stricter(files, going);
  if (open.verdict === 'ask') return {verdict: 'ask', rule: null, reason: open.reason};
  const foreign = git && judgeRepository(places, scope, judging);
  if (foreign) return {verdict: 'ask', rule: null, reason: foreign};
  return {
    verdict: 'allow',
    rule: null,
    reason: use.writes.length > 0 ? 'it writes only what may be written' : 'only reads',
  };
}

/** Why git may not even read unasked where it would work; null: there is no reason. */
function judgeRepository(places: readonly Field[], scope: Scope, {context, links}: Judging): string | null {
  const elsewhere = 'git would work in another repository, by its settings';
  const folders = places.reduce<readonly string[] | null>(
    (from, {text}) => (text.startsWith('/') ? [text] : (from?.map(folder => `${folder}/${text}`) ?? null)),
    scope.folders,
  );
  if (folders === null) return elsewhere;
  const own = context.git?.(context.cwd);
  for (const folder of folders) {
    if (folder !== context.cwd && (own === undefined || links.mayCross(folder) || !links.isSettled('copied')))
      return elsewhere;
    const there = context.git?.(folder);
    if (there?.repository !== own?.repository) return elsewhere;
    if (there?.mayRun) return 'the repository names programs that git would run';
  }
  return null;
}

/** What it would read without naming it: files of folders, and what git prints of its own. */
function judgeGoing({program, words}: Form, use: Use | null, scope: Scope, judging: Judging): PathJudgement {
  const opened = use ? use.reads : tellsNames.test(program) ? [] : words.slice(1);
  const trees = [...(use ? (use.trees ?? []) : treesCopied(program, words)), ...treesListed(opened)];
  const going = judgeTrees(trees, scope, judging);
  const [first] = words;
  if (program !== 'git' || first === undefined) return going;
  return stricter(going, judgeContents([first, ...words.slice(subcommandAt(words))], scope, judging));
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

/** Programs that it puts under another name, where no rule would know them. */
const programsCopied = ({program}: Form, {reads}: Use): string =>
  /^(?:cp|mv|ln|install|cat|tac|head|tail|dd)$/.test(program)
    ? reads.flatMap(({text}) => (/(?:^|\/)s?bin\/[^/]+$/.test(text) ? [text] : [])).join(' ')
    : '';

/** What its options have run is denied if a rule denies that, and asked about if it is not shown. */
export function judgeCarried({program, words}: Form, scope: Scope, judging: Judging): void {
  if (judging.doubt.isDemanded !== true) return;
  for (const {code, option, given} of carriedBy(program, words)) {
    const isCommand = given === 'command';
    // A program's bare name shows what it is.
    const isShown = !isCommand || (code !== null && /^[\w./-]+$/.test(code) && !judging.written.has(code));
    if (code !== null) (isShown ? judging.onlyDenials() : judging.supposed()).script(code, inChild(scope));
    else if (isCommand)
      judging.report({
        text: shownForm(words),
        verdict: 'ask',
        rule: null,
        reason: `what ${option} runs is not known`,
        ...judging.doubt,
      });
  }
}
