/**
 * What a person writes of an agent type, from a file or as JSON, checked and made into an `AgentType`. The keys are those
 * of Claude Code's agent files. A project's file can bind its
 * agents further, and never free them.
 */
import type {Tool} from '../core/ports.js';
import {type PermissionMode, permissionModes, strictest} from '../core/question.js';
import type {AgentType} from '../core/tree.js';
import {type Effort, efforts} from '../core/types.js';

/** An agent type as a program gives it. */
export interface AgentDefinition {
  /** When to use it, for the model that chooses. */
  readonly description: string;
  /** Its part of the system prompt. */
  readonly prompt: string;
  /** Its tools; all of its parent's unless told. */
  readonly tools?: readonly string[] | string;
  readonly disallowedTools?: readonly string[] | string;
  /** A model's name or alias; `inherit` is its parent's. */
  readonly model?: string;
  readonly effort?: Effort;
  readonly maxTurns?: number;
  readonly permissionMode?: PermissionMode;
  readonly background?: boolean;
  /** It works in a git worktree of its own. */
  readonly isolation?: 'worktree';
}

/** A tool as far as types of agents need to know it. */
export type KnownTool = Pick<Tool, 'name' | 'aliases' | 'effect'>;

/** Something wrong with one key; `key` is null for the whole. */
export interface Complaint {
  readonly key: string | null;
  readonly problem: string;
}

export interface CheckedDefinition {
  /** Null if it cannot be used; then the last complaint says why. */
  readonly type: AgentType | null;
  readonly complaints: readonly Complaint[];
}

const understood = [
  'name',
  'description',
  'prompt',
  'tools',
  'disallowedTools',
  'model',
  'effort',
  'maxTurns',
  'permissionMode',
  'background',
  'isolation',
];
/** For the eye of other programs only. */
const ornaments = ['color', 'version', 'author', 'license', 'tags', 'category', 'metadata'];

class Unusable extends Error {
  constructor(
    readonly key: string | null,
    problem: string,
  ) {
    super(problem);
  }
}

type Values = Readonly<Record<string, unknown>>;
type Complain = (key: string, problem: string) => void;

/** Checks one definition, a person's own or a project's. `values` may hold numbers and flags as text, as front matter does. */
export function checkDefinition(
  values: Values,
  {tools, isProjects}: {readonly tools: readonly KnownTool[]; readonly isProjects: boolean},
): CheckedDefinition {
  const complaints: Complaint[] = [];
  const complain: Complain = (key, problem) => void complaints.push({key, problem});
  try {
    const type: AgentType = {
      name: readName(values),
      description: readText(values, 'description'),
      prompt: readText(values, 'prompt'),
      tools: readTools(values, tools, complain),
      disallowedTools: readDisallowed(values, tools, complain),
      model: readOptional(values, 'model', text => (text === 'inherit' ? null : text)),
      effort: readOptional(values, 'effort', toEffort),
      maxSteps: readOptional(values, 'maxTurns', toCount),
      mode: readMode(values, isProjects, complain),
      background: readOptional(values, 'background', toFlag) ?? false,
      ...(readOptional(values, 'isolation', toIsolation) && {isolation: 'worktree'}),
    };
    const idle = Object.keys(values).filter(key => !understood.includes(key) && !ornaments.includes(key));
    const [first] = idle;
    if (first !== undefined) complain(first, `${idle.map(key => `"${key}"`).join(', ')} has no effect here`);
    return {type, complaints};
  } catch (error) {
    if (!(error instanceof Unusable)) throw error;
    return {type: null, complaints: [...complaints, {key: error.key, problem: error.message}]};
  }
}

function readText(values: Values, key: string): string {
  const value = values[key];
  if (typeof value === 'string' && value.trim() !== '') return value.trim();
  if (key === 'prompt')
    throw new Unusable(null, 'it needs a prompt, which in a file is the text below the front matter');
  throw new Unusable(value === undefined ? null : key, `it needs a "${key}", which is a text`);
}

function readName(values: Values): string {
  const name = readText(values, 'name');
  if (/^[\p{L}\p{N}][\p{L}\p{N}_.:-]{0,63}$/u.test(name)) return name;
  throw new Unusable('name', 'its name may hold letters, digits, ".", "_", ":" and "-", 64 at most');
}

/** A scalar that may be left out; a bad one makes the definition unusable. */
function readOptional<T>(values: Values, key: string, parse: (text: string) => T): T | null {
  const value = values[key];
  if (value === undefined || value === '') return null;
  if (value === null || typeof value === 'object') throw new Unusable(key, `"${key}" must be a single value`);
  try {
    return parse(String(value));
  } catch (error) {
    throw new Unusable(key, `"${key}" ${error instanceof Error ? error.message : String(error)}`);
  }
}

function toEffort(text: string): Effort {
  const effort = efforts.find(known => known === text);
  if (effort !== undefined) return effort;
  throw new Error(`must be one of ${efforts.join(', ')}`);
}

function toCount(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new Error('must be a whole number from 1');
}

function toIsolation(text: string): 'worktree' {
  if (text === 'worktree') return text;
  throw new Error('must be worktree');
}

function toFlag(text: string): boolean {
  if (text === 'true' || text === 'false') return text === 'true';
  throw new Error('must be true or false');
}

/** A project may bind its agents, and not free them. */
function readMode(values: Values, isProjects: boolean, complain: Complain): PermissionMode | null {
  const mode = readOptional(values, 'permissionMode', toMode);
  if (mode === 'auto') complain('permissionMode', '"permissionMode: auto" has no effect: there is no such mode here');
  if (mode === null || mode === 'auto') return null;
  if (!isProjects || strictest(mode, 'default') === mode) return mode;
  complain('permissionMode', `"permissionMode: ${mode}" has no effect: a project’s file can only make it stricter`);
  return null;
}

function toMode(text: string): PermissionMode | 'auto' {
  const mode = text === 'auto' ? text : permissionModes.find(known => known === text);
  if (mode !== undefined) return mode;
  throw new Error(`must be one of ${permissionModes.join(', ')}`);
}

/** Null for all of the parent's. A list of which no tool is left makes the definition unusable. */
function readTools(values: Values, tools: readonly KnownTool[], complain: Complain): readonly string[] | null {
  const asked = askedTools(values, 'tools');
  if (asked === null) return null;
  const {found, rules, unknown} = sortOut(asked, tools);
  if (asked.length > 0 && found.length === 0) {
    throw new Unusable('tools', `of its tools none can be given: ${asked.join(', ')} (${knownNames(tools)})`);
  }
  if (rules.length > 0) complain('tools', `"tools" takes whole tools, so these are left out: ${rules.join(', ')}`);
  if (unknown.length > 0) complain('tools', missing(unknown, tools));
  return found;
}

/** What would be denied in part is denied as a whole. */
function readDisallowed(values: Values, tools: readonly KnownTool[], complain: Complain): readonly string[] {
  const {found, rules, unknown} = sortOut(askedTools(values, 'disallowedTools') ?? [], tools);
  const whole = sortOut(
    rules.map(rule => rule.slice(0, rule.indexOf('('))),
    tools,
  );
  if (rules.length > 0) {
    complain('disallowedTools', `"disallowedTools" takes whole tools, so all of each is denied: ${rules.join(', ')}`);
  }
  const absent = [...unknown, ...whole.unknown];
  if (absent.length > 0) complain('disallowedTools', missing(absent, tools));
  return [...found, ...whole.found];
}

/** Null if nothing was said, or `*`. */
function askedTools(values: Values, key: string): readonly string[] | null {
  const value = values[key];
  if (value === undefined || value === '' || value === '*') return null;
  const asked: unknown = typeof value === 'string' ? (value.match(/[^\s,(]+(\([^)]*\)?)?/g) ?? []) : value;
  if (Array.isArray(asked) && asked.every(name => typeof name === 'string')) return asked;
  throw new Unusable(key, `"${key}" must be a list of tools`);
}

interface SortedOut {
  /** Tools' own names, each once. */
  readonly found: readonly string[];
  /** Such as `Bash(git:*)`. */
  readonly rules: readonly string[];
  readonly unknown: readonly string[];
}

function sortOut(asked: readonly string[], tools: readonly KnownTool[]): SortedOut {
  const named = asked.map(name => ({name, tool: findTool(name, tools)}));
  const others = named.filter(({tool}) => tool === undefined).map(({name}) => name);
  return {
    found: [...new Set(named.flatMap(({tool}) => (tool ? [tool.name] : [])))],
    rules: others.filter(name => name.includes('(')),
    unknown: others.filter(name => !name.includes('(')),
  };
}

const missing = (names: readonly string[], tools: readonly KnownTool[]): string =>
  `these tools do not exist here: ${names.join(', ')} (${knownNames(tools)})`;

const findTool = (name: string, tools: readonly KnownTool[]): KnownTool | undefined =>
  tools.find(tool => tool.name === name) ?? tools.find(({aliases}) => aliases?.includes(name));

const knownNames = (tools: readonly KnownTool[]): string => `there are ${tools.map(({name}) => name).join(', ')}`;
