/**
 * What the rules say of a whole call: deny before ask before allow before the mode, over all that the call touches. One
 * thing that is forbidden forbids the call; it runs unasked only if all of it may.
 */
import {basename} from 'node:path';
import type {PermissionRequest} from '../core/policy.js';
import type {PermissionMode, Subject} from '../core/question.js';
import {gitAt} from '../platform/git-programs.js';
import {mayHoldLinks} from '../platform/links.js';
import {isReachable} from '../platform/paths.js';
import {type Judged, judgePath, leadsInside, type Workplace} from './judge-path.js';
import {keptNames} from './kept-names.js';
import {linksBelow} from './links-below.js';
import {namesArePlain} from './names-below.js';
import {isCommonFolder, isSensitive} from './places.js';
import type {Rule, RuleView} from './rule-book.js';
import {secretsOf} from './secrets.js';
import {expandGlob} from './shell-glob.js';
import type {CommandContext, CommandJudgement, PathJudgement, ShellJudge} from './shell-judge.js';
import type {Survey} from './survey.js';

export interface Judgement {
  readonly verdict: 'allow' | 'ask' | 'deny';
  /** The rule that decided, as it is written, or null. */
  readonly rule: string | null;
  readonly reason: string;
  /** A rule wants the question, whatever the mode. */
  readonly isDemanded: boolean;
  /** Rules that would have made the question needless, the likeliest of several sets first. */
  offers(): readonly (readonly string[])[];
}

/** What a session judges with. */
export interface Court {
  readonly place: Workplace;
  /** Null until it is loaded. */
  readonly shell: ShellJudge | null;
  variable(name: string): string | undefined;
  /** Whether the tool changes nothing but the caller's own tree of agents. */
  isFree(tool: string): boolean;
}

interface Finding extends Judgement {
  /** A rule for the whole tool does not take this question away. */
  readonly isGuarded: boolean;
}

export function judgeCall(request: PermissionRequest, view: RuleView, mode: PermissionMode, court: Court): Judgement {
  const {tool, subjects} = request;
  const denied = view.tool('deny', tool);
  if (denied) return byRule('deny', denied);
  const asked = view.tool('ask', tool);
  const findings = subjects.map(subject => judgeSubject(subject, request, view, mode, court));
  if (!subjects.some(tellsChange) && !isTold(request)) findings.push(judgeTool(request, court));
  if (asked) findings.push(byRule('ask', asked));
  const allowed = view.tool('allow', tool);
  const isTaken = ({verdict, isDemanded, isGuarded}: Finding): boolean =>
    verdict === 'ask' && !isDemanded && !isGuarded;
  return combine(allowed ? findings.map(each => (isTaken(each) ? byRule('allow', allowed) : each)) : findings);
}

const tellsChange = (subject: Subject): boolean =>
  subject.type === 'command' || (subject.type === 'path' && subject.access === 'write');

/** Whether its subjects say all there is to judge. */
const isTold = ({effect, subjects}: PermissionRequest): boolean => effect !== 'changes' && subjects.length > 0;

const none = (): readonly (readonly string[])[] => [];

function byRule(verdict: Judgement['verdict'], {text}: Rule): Finding {
  const reason = {deny: 'forbids it', ask: 'asks', allow: 'allows it'}[verdict];
  const isDemanded = verdict === 'ask';
  return {verdict, rule: text, reason: `the rule ${text} ${reason}`, isDemanded, isGuarded: false, offers: none};
}

function byDefault(verdict: 'allow' | 'ask', reason: string, rules: readonly string[] = []): Finding {
  const offers = rules.length > 0 ? [rules] : [];
  return {verdict, rule: null, reason, isDemanded: false, isGuarded: false, offers: () => offers};
}

/** The strictest of the findings; what would lift the question has to lift all of them. */
function combine(findings: readonly Finding[]): Judgement {
  const denied = findings.find(({verdict}) => verdict === 'deny');
  if (denied) return denied;
  const asking = findings.filter(({verdict}) => verdict === 'ask');
  const [first] = asking;
  if (first === undefined) return findings[0] ?? byDefault('allow', 'nothing stands against it');
  const leading = asking.find(({isDemanded}) => isDemanded) ?? first;
  if (asking.length === 1) return leading;
  const offers = (): readonly (readonly string[])[] => {
    const all = asking.map(finding => finding.offers());
    return all.every(own => own.length > 0) ? [all.flatMap(([likeliest = []]) => likeliest)] : [];
  };
  return {...leading, offers};
}

/** What is known of a tool that says nothing of what it changes. A server's word that its tool only reads is no proof. */
function judgeTool({tool, effect}: PermissionRequest, court: Court): Finding {
  if (tool.startsWith('mcp__')) return byDefault('ask', 'uses a tool of an MCP server', [tool]);
  if (effect !== 'changes' || court.isFree(tool)) return byDefault('allow', 'changes nothing');
  return byDefault('ask', `uses ${tool}`, [tool]);
}

function judgeSubject(
  subject: Subject,
  {tool}: PermissionRequest,
  view: RuleView,
  mode: PermissionMode,
  court: Court,
): Finding {
  switch (subject.type) {
    case 'path': {
      const {access, path} = subject;
      return toFinding(judgePath({access, path}, view, mode, court.place));
    }
    case 'command':
      return judgeShell(subject, view, mode, court);
    case 'domain': {
      const rule = firstRule(list => view.domain(list, subject.domain));
      const offer = `WebFetch(domain:${subject.domain})`;
      return rule ?? byDefault('ask', `${tool} reaches ${subject.domain}`, [offer]);
    }
    case 'agent':
      return firstRule(list => view.agent(list, subject.kind)) ?? byDefault('allow', 'starts an agent');
    default:
      return subject satisfies never;
  }
}

function firstRule(find: (list: Rule['list']) => Rule | null): Finding | null {
  for (const list of ['deny', 'ask', 'allow'] as const) {
    const rule = find(list);
    if (rule) return byRule(list, rule);
  }
  return null;
}

function toFinding({verdict, rule, reason, offer, isGuarded}: Judged): Finding {
  const offers = offer === null ? [] : [[offer]];
  const isDemanded = verdict === 'ask' && rule !== null;
  return {verdict, rule: rule?.text ?? null, reason, isDemanded, isGuarded, offers: () => offers};
}

type Command = Extract<Subject, {type: 'command'}>;

function judgeShell({command, cwd, sandbox}: Command, view: RuleView, mode: PermissionMode, court: Court): Finding {
  const {shell} = court;
  if (shell === null) return byDefault('ask', 'commands cannot be looked into yet');
  const paths: string[] = [];
  const context = toContext(cwd, view, court, (access, path) => {
    const judged = judgePath({access, path}, view, mode, court.place);
    if (judged.verdict === 'ask' && judged.offer !== null) paths.push(judged.offer);
    return toPathJudgement(judged);
  });
  const {verdict, isDemanded, subjects, reason} = shell.judgeCommand(command, context);
  if (sandbox === 'inside' && verdict === 'ask' && !isDemanded) return byDefault('allow', 'it runs in the sandbox');
  const leading = subjects.filter(subject => subject.verdict === verdict);
  const decisive =
    leading.find(({rule}) => rule !== null) ?? (isDemanded ? leading.find(each => each.isDemanded) : null);
  return {
    verdict,
    rule: decisive?.rule ?? null,
    reason: `${sandbox === 'outside' ? 'it runs outside of the sandbox; ' : ''}${decisive?.reason ?? reason}`,
    isDemanded,
    isGuarded: false,
    offers: () => offersFor(command, context, paths, shell),
  };
}

/** The same, but what no rule says of a path needs no question. */
function withoutPathQuestions(context: CommandContext): CommandContext {
  const path: CommandContext['path'] = (...of) => {
    const judged = context.path(...of);
    return judged.verdict === 'ask' && judged.rule === null ? {...judged, verdict: 'allow'} : judged;
  };
  return {...context, path};
}

/** Rules for its paths may be all that it needs; else its own, without or with those. */
function offersFor(
  command: string,
  context: CommandContext,
  paths: readonly string[],
  shell: ShellJudge,
): readonly (readonly string[])[] {
  const own = shell.narrowestRules(command, withoutPathQuestions(context)).map(rule => `Bash(${rule})`);
  const unique = [...new Set(paths)];
  return [unique, own, [...own, ...unique]].filter(rules => rules.length > 0);
}

/** All but how paths are judged: the same for every command in that folder, as long as the rules are. */
type Surroundings = Omit<CommandContext, 'path'>;

const surroundings = new WeakMap<RuleView, Surroundings>();

function surroundingsOf(cwd: string, view: RuleView, court: Court): Surroundings {
  const known = surroundings.get(view);
  if (known?.cwd === cwd) return known;
  const {locate, survey, ignoreCase} = court.place;
  const secrets = secretsOf(view, 'read', {ignoreCase, survey});
  const locked = secretsOf(view, 'write', {ignoreCase, survey});
  const isInside = (path: string): boolean => leadsInside(path, court.place);
  const forbidding = {read: view.forbidding('read')?.text ?? null, write: view.forbidding('write')?.text ?? null};
  const made: Surroundings = {
    ...(secrets && {secrets}),
    ...(locked && {locked}),
    forbidding: access => forbidding[access],
    mayHoldLinks,
    cwd,
    home: court.place.home,
    rules: view.commands,
    variable: court.variable,
    glob: expandGlob,
    git: gitAt,
    isFolder: isReachable,
    isInside,
    sensitiveBelow: folder => sensitiveIn(survey(locate(folder).real ?? folder)),
    isCommon: path => isCommonFolder(locate(path).real, court.place.folders),
    linksBelow: (folder, isDeep) => linksBelow(folder, {isDeep, survey, locate, isInside}),
    kept: folder => keptNames(folder, {survey, locate, isInside}),
    namesArePlain: (folder, isCut) => namesArePlain(folder, {isCut, survey, locate, isInside}),
  };
  surroundings.set(view, made);
  return made;
}

const toContext = (cwd: string, view: RuleView, court: Court, path: CommandContext['path']): CommandContext => ({
  ...surroundingsOf(cwd, view, court),
  path,
});

/** Of too much to look at it is not known. */
function sensitiveIn(found: Survey | null): string | null {
  if (found === null) return 'what decides what runs';
  for (const {at, files, links} of found.folders) {
    const name = [basename(at), ...files, ...links].find(isSensitive);
    if (name !== undefined) return name;
  }
  return null;
}

/** What is decided of each part of a command, for a person who wants to know. */
export function explainShell(
  {command, cwd}: Omit<Command, 'type'>,
  shell: ShellJudge,
  view: RuleView,
  {mode, court}: {readonly mode: PermissionMode; readonly court: Court},
): CommandJudgement {
  const path: CommandContext['path'] = (access, given) =>
    toPathJudgement(judgePath({access, path: given}, view, mode, court.place));
  return shell.judgeCommand(command, toContext(cwd, view, court, path));
}

const toPathJudgement = ({verdict, rule, reason, isGuarded}: Judged): PathJudgement => ({
  verdict,
  rule: rule?.text ?? null,
  reason,
  isGuarded,
});

const noRules = {deny: [], ask: [], allow: []};

/** Whether the call changes something, or may: what plan mode does not let run. No rule says what a command does. */
export function mayChange({effect, tool, subjects}: PermissionRequest, court: Court): boolean {
  if (effect !== 'changes' || court.isFree(tool)) return false;
  if (!subjects.some(({type}) => type === 'command')) return true;
  return !subjects.every(subject => {
    if (subject.type !== 'command') return subject.type === 'path' && subject.access === 'read';
    const context: CommandContext = {
      cwd: subject.cwd,
      home: court.place.home,
      rules: noRules,
      path: access => ({verdict: access === 'read' ? 'allow' : 'deny', rule: null, reason: access}),
      variable: court.variable,
      glob: expandGlob,
      git: gitAt,
      isFolder: isReachable,
      // Where it reads is another question.
      namesArePlain: () => true,
      kept: () => ({isPlain: () => true, holds: () => true}),
    };
    return court.shell?.judgeCommand(subject.command, context).verdict === 'allow';
  });
}
