/**
 * Who may do what, for all agents of a session: rules and mode decide, and what they leave open waits for a person. An answer
 * may make a rule; then it also answers the other questions that this rule covers. What throws refuses.
 */
import {join} from 'node:path';
import type {Decision, PermissionRequest, Permissions, Verdict} from '../core/policy.js';
import type {PermissionMode, Reach} from '../core/question.js';
import type {AgentEvent} from '../core/types.js';
import type {Environment} from '../platform/environment.js';
import {projectRoot} from '../platform/git.js';
import {userHome} from '../platform/home.js';
import {realTarget} from '../platform/real-target.js';
import type {LoadedSettings} from '../settings/settings.js';
import {checkVerdict} from './checked-verdict.js';
import {type Deciding, decide} from './decide.js';
import {type Fence, toFence} from './fence.js';
import {explainShell, mayChange} from './judge-call.js';
import {createMode, type Mode} from './mode.js';
import {createLocator, ignoresCase, locate, showsProgram} from './places.js';
import {createQuestions} from './questions.js';
import {unattended, unjudged} from './refusals.js';
import type {KnownTool} from './rule.js';
import {createRuleBook} from './rule-book.js';
import {createRules, initialRules, type Rules} from './rules.js';
import {type CommandJudgement, loadShellJudge, type ShellJudge} from './shell-judge.js';
import {createSurveyor} from './survey.js';

export interface PermissionOptions {
  /** Where the session works: an absolute path without links. */
  readonly cwd: string;
  readonly env: Environment;
  readonly settings: Pick<LoadedSettings, 'rules' | 'mode' | 'mayBypass' | 'additionalDirectories'>;
  /** Over the settings' mode. */
  readonly mode: PermissionMode | null;
  /** Rules of the command line or of a program. */
  readonly allowed: readonly string[];
  readonly disallowed: readonly string[];
  readonly tools: readonly KnownTool[];
  /** Tools that change nothing but an agent's own tree. */
  readonly free: readonly string[];
  readonly asker: 'person' | 'nobody';
  /** Folders of files that agent wrote itself and tells the model of. */
  own(): readonly string[];
  /** Keeps that the person gave these allow rules for the project. A line for them if it could not be kept. */
  trust(rules: readonly string[]): Promise<string | null>;
  tell(event: Extract<AgentEvent, {type: 'notice' | 'mode_changed'}>): void;
}

/** `subjects`: the parts of the command, each with the rule that decided it. */
export interface Explanation extends CommandJudgement {
  readonly mode: PermissionMode;
}

export interface SessionPermissions extends Permissions {
  readonly mode: Mode;
  readonly rules: Rules;
  /** The questions that wait, oldest first. */
  pending(): readonly PermissionRequest[];
  /**
   * Answers the question of that call. False if none waits: it was answered, or its call was interrupted. Throws `TypeError`
   * for what is no verdict, and the question waits on.
   */
  answer(callId: string, verdict: Verdict): boolean;
  /** What would be decided of a command of the root's, and of each part of it. */
  explain(command: string): Promise<Explanation>;
  /** What the rules say for programs, at this moment. */
  fence(): Fence;
  /**
   * Whether the command may change anything, as far as is known. Nothing has to be loaded to say yes: with `isLoading` it is,
   * for the next time.
   */
  mayChange(command: string, cwd: string, isLoading: boolean): boolean;
}

/** Makes the permissions of a session, shared by all its agents. Throws `UsageError` for a flag that cannot be obeyed. */
export function createPermissions(options: PermissionOptions): SessionPermissions {
  const {cwd, env, settings, asker, own, tell} = options;
  const home = userHome(env);
  const base = projectRoot(cwd);
  const ignoreCase = ignoresCase(cwd);
  const folders = [cwd, ...settings.additionalDirectories].map(folder => locate(folder).real ?? folder);
  const locator = createLocator();
  const surveyor = createSurveyor();
  let shell: ShellJudge | null = null;

  const questions = createQuestions();
  const patternFolders = {here: cwd, home: home && safely(home), ignoreCase};
  const book = createRuleBook(initialRules(options, base), patternFolders);
  const mode = createMode({
    start: options.mode ?? settings.mode ?? 'default',
    mayBypass: settings.mayBypass,
    asker,
    changed(next) {
      tell({type: 'mode_changed', mode: next});
      review();
    },
  });
  const rules = createRules({
    book,
    tools: options.tools,
    local: {path: join(base, '.agent', 'settings.local.json'), root: base},
    trust: options.trust,
    tell: text => tell({type: 'notice', level: 'warning', text}),
    changed: () => review(),
  });
  const deciding: Deciding = {
    book,
    mode,
    asker,
    toOffered: rules.toOffered,
    court: {
      place: {
        folders,
        own: () => own().map(safely),
        home,
        base,
        ignoreCase,
        locate: locator.locate,
        survey: surveyor.survey,
      },
      get shell() {
        return shell;
      },
      variable: name => env[name],
      isFree: tool => options.free.includes(tool),
    },
  };

  /** What each open question offers. One that only a hook wanted is not here: rules do not answer it. */
  const asked = new WeakMap<PermissionRequest, Extract<Decision, {verdict: 'ask'}>>();

  /** What the disk says counts for one decision. */
  function lookAnew(): void {
    locator.forget();
    surveyor.forget();
  }

  function judge(request: PermissionRequest): Decision {
    try {
      lookAnew();
      const decision = decide(request, deciding);
      if (decision.verdict === 'ask') asked.set(request, decision);
      return decision;
    } catch (error) {
      return toRefusal(error);
    }
  }

  /** Where nothing is forbidden and nothing asks, no analysis of a command could decide anything, but of what is never shown. */
  const isFree = ({mode: demanded, lineage, subjects}: PermissionRequest): boolean =>
    mode.forAgent(demanded) === 'bypassPermissions' &&
    !book.viewFor(lineage).restrains &&
    !subjects.some(subject => subject.type === 'command' && mayShowProgram(subject.command));

  async function loadShell(): Promise<ShellJudge> {
    shell ??= await loadShellJudge();
    return shell;
  }

  /** Answers what rules or mode leave open no longer. */
  function review(): void {
    for (const request of questions.pending()) {
      if (!asked.has(request)) continue;
      const now = judge(request);
      if (now.verdict !== 'ask') questions.settle(request, now);
    }
  }

  function remember(request: PermissionRequest, reach: Reach): void {
    const offer = asked.get(request)?.offers?.find(each => each.reach === reach);
    if (offer) rules.grant(offer, request.agentId);
  }

  return {
    mode,
    rules,
    decide(request) {
      try {
        const needsShell = shell === null && request.subjects.some(({type}) => type === 'command') && !isFree(request);
        return needsShell ? loadShell().then(() => judge(request), toRefusal) : judge(request);
      } catch (error) {
        return toRefusal(error);
      }
    },
    ask: async (request, signal) =>
      asker === 'nobody' ? {verdict: 'deny', ...unattended('it gives no reason')} : questions.ask(request, signal),
    refusal: (_, why) => (asker === 'nobody' ? unattended(why) : undefined),
    hides(path) {
      const view = book.viewFor([]);
      if (!view.hidesFiles && !path.startsWith('/proc/')) return false;
      const located = locate(path);
      if (showsProgram(located)) return true;
      return located.real === null || view.path('deny', 'read', located) !== null;
    },
    pending: questions.pending,
    answer(callId, given) {
      const verdict = checkVerdict(given);
      const request = questions.find(callId);
      if (request === null) return false;
      questions.settle(request, verdict);
      if (verdict.verdict !== 'allow') return true;
      const modes = asked.get(request)?.modes ?? [];
      const [usual] = modes;
      if (usual !== undefined) {
        mode.set(modes.find(each => each === verdict.mode) ?? usual);
        // The result of the call says so.
        mode.takeNote();
      }
      if (verdict.reach !== undefined) remember(request, verdict.reach);
      return true;
    },
    fence: () => toFence(book.all(), {...patternFolders, workplaces: folders}),
    mayChange(command, cwd, isLoading) {
      try {
        if (shell === null && isLoading) loadShell().catch(() => {});
        lookAnew();
        return mayChange(toRequest(command, cwd), deciding.court);
      } catch {
        return true;
      }
    },
    async explain(command) {
      const {court} = deciding;
      const view = book.viewFor([rootId]);
      lookAnew();
      const judgement = explainShell({command, cwd}, await loadShell(), view, {mode: mode.get(), court});
      const decision = judge(toRequest(command, cwd));
      const {verdict} = decision;
      if (verdict === judgement.verdict) return {...judgement, mode: mode.get()};
      const reason = verdict === 'ask' ? (decision.reason ?? '') : `the mode ${mode.get()} decides so`;
      return {...judgement, mode: mode.get(), verdict, reason: view.tool('deny', bash)?.text ?? reason};
    },
  };
}

/** Whether it may name what a running program holds, quotes left out: a pattern or a value that is not known may. */
const mayShowProgram = (command: string): boolean =>
  /proc|environ|\bps\b|\/\S*[*?[$`]/.test(command.replace(/['"\\]/g, ''));

const rootId = 'main';
const bash = 'Bash';

/** A command as the root would call for it. */
function toRequest(command: string, cwd: string): PermissionRequest {
  const who = {agentId: rootId, kind: rootId, lineage: [rootId], mode: null};
  const call = {callId: '', tool: bash, title: command, input: {command}, effect: 'changes'} as const;
  return {...who, ...call, subjects: [{type: 'command', command, cwd}]};
}

const toRefusal = (error: unknown): Decision => ({verdict: 'deny', ...unjudged(error)});

/** A path without links if it can be found out. */
function safely(path: string): string {
  try {
    return realTarget(path);
  } catch {
    return path;
  }
}
