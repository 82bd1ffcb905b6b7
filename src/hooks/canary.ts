/**
 * Whether hooks would work, found out before they have to. A hook of agent's own proves the way that all of them go; of the
 * others it is looked whether their program is there. Only who asks for it has them run, with a harmless call that is marked.
 */
import {resolve} from 'node:path';
import type {HookPoint} from '../core/policy.js';
import {isExecutable} from '../platform/paths.js';
import type {HookSetting} from '../settings/settings.js';
import type {HookEventName} from './functions.js';
import {toMatcher} from './matcher.js';
import {rootId} from './payload.js';
import {createSessionHooks, type SessionHooksOptions} from './session-hooks.js';

export type CanaryMeans = Omit<SessionHooksOptions, 'settings' | 'given' | 'interactive' | 'aliasesOf' | 'tell'>;

/** What became of a hook that was tried. */
export interface Trial {
  readonly isFine: boolean;
  /** A few words for the person. */
  readonly text: string;
}

/** Hooks that act on what they are told can tell by it that nothing happens. */
const mark = 'canary';

/** Reads what it is told, and refuses; anything else fails. */
const ownHook: HookSetting = {
  event: 'PreToolUse',
  matcher: 'Bash',
  command: `read -r line; case $line in *'"command":"true"'*) echo ${mark} >&2; exit 2 ;; esac; exit 1`,
  timeoutMs: 10_000,
  onFailure: 'allow',
  source: {origin: 'flags', path: null, base: '/'},
};

/** Runs the hook of agent's own: it has to be told of the call, and to be heard. */
export async function proveHooks(means: CanaryMeans, signal: AbortSignal): Promise<Trial> {
  const startedAt = means.clock.now();
  const {said, problems} = await hearOne(ownHook, 'Bash', means, signal);
  const isFine = said.decision === 'deny' && (said.reason?.endsWith(`: ${mark}`) ?? false);
  const text = isFine ? `heard in ${means.clock.now() - startedAt} ms` : ['was not heard', ...problems].join(': ');
  return {isFine, text};
}

/** Finds the program of a hook's command, where that is a plain word; runs nothing of it. */
export async function findProgram(setting: HookSetting, means: CanaryMeans, signal: AbortSignal): Promise<Trial> {
  if (hasBrokenMatcher(setting)) return neverHeard;
  const word = firstWord(setting.command, means.facts.projectFolder);
  if (word === null) return {isFine: true, text: 'not looked at: its program is only known when it runs'};
  const isThere = word.includes('/')
    ? isExecutable(resolve(means.facts.root, word))
    : await isKnownToShell(word, means, signal);
  return isThere
    ? {isFine: true, text: `${word} is there`}
    : {isFine: false, text: `${word} is not there, or may not be run`};
}

/** As a program of the PATH, or as a word of the shell itself. */
async function isKnownToShell(word: string, {filter, facts}: CanaryMeans, signal: AbortSignal): Promise<boolean> {
  const limits = {timeoutMs: 5_000, maxBytes: 4_096, floodBytes: 4_096, signal};
  const look = {owner: rootId, cwd: facts.root, env: {AGENT_WORD: word}, input: '', ...limits};
  return (await filter('command -v "$AGENT_WORD"', look)).exitCode === 0;
}

const hasBrokenMatcher = ({matcher}: HookSetting): boolean => toMatcher(matcher) === null;
const neverHeard: Trial = {isFine: false, text: 'the matcher is no regular expression'};

/** Runs the hook as if what it listens to happened, with a call of `true`. */
export async function tryHook(setting: HookSetting, means: CanaryMeans, signal: AbortSignal): Promise<Trial> {
  if (hasBrokenMatcher(setting)) return neverHeard;
  const name = nameFor(setting);
  if (name === null) return {isFine: true, text: 'not run: its matcher is for nothing that there is here'};
  const startedAt = means.clock.now();
  const {said, problems} = await hearOne(setting, name, means, signal);
  if (problems.length > 0) return {isFine: false, text: problems.join(' ')};
  return {
    isFine: true,
    text: `ran in ${means.clock.now() - startedAt} ms, and said ${said.decision ?? 'nothing against it'}`,
  };
}

async function hearOne(setting: HookSetting, name: string, means: CanaryMeans, signal: AbortSignal) {
  const problems: string[] = [];
  const hooks = createSessionHooks({
    ...means,
    facts: {...means.facts, sessionId: mark},
    settings: [setting],
    given: {},
    interactive: false,
    aliasesOf: () => [],
    tell: event => {
      if (event.type === 'notice') problems.push(event.text);
    },
  });
  const whose = {agentId: rootId, kind: name, mode: null, cwd: means.facts.root};
  const said = await hooks.run({...toPoint(setting.event as HookEventName, name), ...whose}, signal);
  return {said, problems};
}

const names: Readonly<Record<string, readonly string[]>> = {
  SubagentStart: ['general-purpose', 'explore', 'plan'],
  SubagentStop: ['general-purpose', 'explore', 'plan'],
  SessionStart: ['startup', 'resume', 'clear', 'compact'],
  PreCompact: ['auto', 'manual'],
  PostCompact: ['auto', 'manual'],
  SessionEnd: ['other', 'prompt_input_exit', 'clear'],
  Notification: ['idle_prompt', 'permission_prompt'],
};
const tools = ['Bash', 'Write', 'Edit', 'Read', 'Grep', 'Glob', 'Agent', 'Task'];
const heard: ReadonlySet<string> = new Set<HookEventName>([
  'PreToolUse',
  'PostToolUse',
  'PostToolUseFailure',
  'PermissionRequest',
  'UserPromptSubmit',
  'Stop',
]);

/** Something that the hook listens to; null if there is nothing. */
function nameFor({event, matcher}: HookSetting): string | null {
  const matches = toMatcher(matcher);
  if (!matches || !(heard.has(event) || event in names)) return null;
  return (names[event] ?? tools).find(name => matches([name])) ?? null;
}

function toPoint(event: HookEventName, name: string): HookPoint {
  const call = {callId: mark, tool: name, title: mark, input: {command: 'true', description: mark}};
  const result = {content: mark};
  switch (event) {
    case 'PreToolUse':
    case 'PermissionRequest':
      return {event, call};
    case 'PostToolUse':
    case 'PostToolUseFailure':
      return {event, call, result, durationMs: 0};
    case 'UserPromptSubmit':
    case 'SubagentStart':
      return {event, prompt: mark};
    case 'Stop':
    case 'SubagentStop':
      return {event, text: mark, repeated: true};
    case 'SessionStart':
      return {event, source: name === 'clear' || name === 'resume' || name === 'compact' ? name : 'startup'};
    case 'PreCompact':
      return {event, trigger: name === 'manual' ? name : 'auto', instructions: null};
    case 'PostCompact':
      return {event, trigger: name === 'manual' ? name : 'auto', summary: mark};
    case 'SessionEnd':
      return {event, reason: name};
    case 'Notification':
      return {event, about: name === 'idle_prompt' ? 'idle_prompt' : 'permission_prompt', message: mark};
    default:
      return event satisfies never;
  }
}

/** The command's first word if it stands for itself: plain, or below the project's folder as settings name it. */
function firstWord(command: string, projectFolder: string): string | null {
  const named = command
    .trimStart()
    .replace(/^"\$\{?(?:CLAUDE|AGENT)_PROJECT_DIR\}?([^"$`\\]*)"/, (_, rest: string) => `${projectFolder}${rest}`)
    .replace(/^\$\{?(?:CLAUDE|AGENT)_PROJECT_DIR\}?(?=\/)/, () => projectFolder);
  return /^([\w@%+:,./-]+)(?=\s|$|;)/.exec(named)?.[1] ?? null;
}
