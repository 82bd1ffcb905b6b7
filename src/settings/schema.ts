/**
 * What a settings file may hold: the one description from which the type of a file, the table of docs/settings.md and
 * docs/settings.schema.json come. Loaded only where there is a file, because it brings zod.
 */
import * as z from 'zod';
import {permissionModes} from '../core/question.js';
import {efforts} from '../core/types.js';
import type {AgentLimits, CompactionOptions, SandboxSettings} from './settings.js';

const text = z.string().min(1);
const texts = z.array(text);

/** A project's file may raise a limit, so there is an end to what it can cost. */
const limit = (most: number) => z.int().min(0).max(most).exactOptional();

const agents = z.strictObject({
  depth: limit(10).describe('how deep agents may start agents (3)'),
  live: limit(100).describe('agents that run at once, in all (16)'),
  children: limit(100).describe('agents that run at once, of one agent (8)'),
  spawnsPerTurn: limit(1_000).describe('agents that may start in one turn (32)'),
}) satisfies z.ZodType<AgentLimits>;

const compaction = z.strictObject({
  auto: z.boolean().exactOptional().describe('sums a conversation up before it fills the window of its model (true)'),
  at: z
    .number()
    .min(0.1)
    .max(0.95)
    .exactOptional()
    .describe('the part of the window at which it does: 0.1 to 0.95 (0.85)'),
}) satisfies z.ZodType<CompactionOptions>;

const permissions = z.strictObject({
  allow: texts.exactOptional().describe('rules: what runs without a question'),
  ask: texts.exactOptional().describe('rules: what is asked each time'),
  deny: texts.exactOptional().describe('rules: what never runs'),
  defaultMode: z.enum(permissionModes).exactOptional().describe('the permission mode to begin in (`default`)'),
  additionalDirectories: texts.exactOptional().describe('folders to work in beside the project'),
  disableBypassPermissionsMode: z
    .literal('disable')
    .exactOptional()
    .describe('takes the mode `bypassPermissions` away; wherever it stands, it counts'),
});

const hook = z.strictObject({
  type: z.literal('command'),
  command: text.describe('run by /bin/sh, with the event as JSON on its standard input'),
  timeout: z.number().positive().max(86_400).exactOptional().describe('in seconds'),
  onFailure: z.enum(['allow', 'block']).exactOptional().describe('what a crash or a timeout comes to (`allow`)'),
});
const hookGroup = z.strictObject({
  matcher: z.string().exactOptional().describe('a name, `A|B`, or a regular expression; without it everything matches'),
  hooks: z.array(hook),
});

const statusLine = z.strictObject({
  type: z.literal('command').describe('always that'),
  command: text.describe('a command for a line of status, as Claude Code runs it: read here, and not run yet'),
  padding: z.int().min(0).max(20).exactOptional().describe('columns left free before that line (0)'),
});

const flag = z.boolean().exactOptional();
const sandbox = z.strictObject({
  enabled: flag.describe('runs commands in a sandbox of the operating system'),
  autoAllowBashIfSandboxed: flag.describe('no question for a command that runs in the sandbox'),
  allowUnsandboxedCommands: flag.describe('a command may be asked for that needs out of the sandbox'),
  excludedCommands: texts.exactOptional().describe('commands that run outside the sandbox'),
  network: z
    .strictObject({
      allowedDomains: texts.exactOptional().describe('domains that sandboxed commands may reach'),
      deniedDomains: texts.exactOptional().describe('domains that they may not, whatever is allowed'),
      allowUnixSockets: texts.exactOptional().describe('Unix sockets that they may open (macOS)'),
      allowLocalBinding: flag.describe('they may listen on local ports (macOS)'),
    })
    .exactOptional(),
  filesystem: z
    .strictObject({
      allowWrite: texts.exactOptional().describe('folders and files that they may write beside the project'),
      denyWrite: texts.exactOptional().describe('what they may not write, even there'),
      denyRead: texts.exactOptional().describe('what they may not read, beside files with keys'),
      allowRead: texts.exactOptional().describe('what they may read of files with keys'),
    })
    .exactOptional(),
}) satisfies z.ZodType<SandboxSettings>;

const variableName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'a variable is named with letters, digits and _');

export const schema = z.strictObject({
  $schema: z.string().exactOptional().describe('for editors'),
  model: text.exactOptional().describe('as for `--model`'),
  fallbackModel: z
    .union([text, texts])
    .exactOptional()
    .describe('as for `--fallback-model`: models that take over while the first is overloaded or gone'),
  effort: z.enum(efforts).exactOptional().describe('how hard the model thinks'),
  agents: agents.exactOptional(),
  webFetch: z
    .strictObject({allowPrivate: flag.describe('whether WebFetch may reach this machine and its networks (false)')})
    .exactOptional(),
  memoryFiles: flag.describe('whether AGENTS.md, CLAUDE.md and the like are read (true)'),
  compaction: compaction.exactOptional(),
  env: z
    .record(variableName, z.union([z.string(), z.number(), z.boolean()]).transform(String))
    .exactOptional()
    .describe('variables for commands and hooks; outside a project also for agent itself'),
  permissions: permissions.exactOptional(),
  hooks: z
    .record(z.string(), z.array(hookGroup))
    .exactOptional()
    .describe('commands at points of a run, by event: `{"PreToolUse": [{"matcher": "Bash", "hooks": […]}]}`'),
  disableAllHooks: flag.describe('no hooks run but those that are managed'),
  statusLine: statusLine.exactOptional(),
  cleanupPeriodDays: z
    .int()
    .min(1)
    .max(36_500)
    .exactOptional()
    .describe('conversations that were last written longer ago are deleted when one ends (never)'),
  sandbox: sandbox.exactOptional(),
});

/** One settings file. */
export type SettingsFile = z.output<typeof schema>;

type Path = readonly PropertyKey[];

/** A key that stands in a file and means nothing. `known`: those that could stand there. */
export interface UnknownKey {
  readonly path: Path;
  readonly known: readonly string[];
}

export type CheckedSettings =
  | {readonly ok: true; readonly settings: SettingsFile; readonly unknown: readonly UnknownKey[]}
  /** `path` leads to the value at fault. */
  | {readonly ok: false; readonly path: Path; readonly problem: string};

/** Checks the value of a settings file. Unknown keys are left out and named, wherever they stand. */
export function checkSettings(value: unknown): CheckedSettings {
  const parsed = schema.safeParse(value);
  if (parsed.success) return {ok: true, settings: parsed.data, unknown: []};
  const {issues} = parsed.error;
  const fault = issues.find(({code}) => code !== 'unrecognized_keys');
  if (fault) {
    const message = fault.code === 'invalid_key' ? fault.issues[0]?.message : fault.message;
    return {ok: false, path: fault.path, problem: [fault.path.join('.'), message].filter(Boolean).join(': ')};
  }
  const unknown = issues.flatMap(issue =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map(key => ({path: [...issue.path, key], known: keysAt(schema, issue.path)}))
      : [],
  );
  return {
    ok: true,
    settings: schema.parse(
      without(
        value,
        unknown.map(({path}) => path),
      ),
    ),
    unknown,
  };
}

/** The value without what these paths lead to. */
function without(value: unknown, paths: readonly Path[]): unknown {
  if (Array.isArray(value)) return value.map((item, at) => without(item, below(paths, String(at))));
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([key]) => !paths.some(path => path.length === 1 && path[0] === key));
  return Object.fromEntries(kept.map(([key, each]) => [key, without(each, below(paths, key))]));
}

const below = (paths: readonly Path[], key: string): readonly Path[] =>
  paths.filter(([first]) => String(first) === key).map(path => path.slice(1));

/** The keys of the object that a path leads to. */
function keysAt(type: z.core.$ZodType, [key, ...rest]: Path): readonly string[] {
  if (type instanceof z.ZodExactOptional) return keysAt(type.unwrap(), key === undefined ? [] : [key, ...rest]);
  if (type instanceof z.ZodArray) return keysAt(type.element, rest);
  if (type instanceof z.ZodRecord) return keysAt(type.valueType, rest);
  if (!(type instanceof z.ZodObject)) return [];
  const next = key === undefined ? undefined : type.shape[String(key)];
  return next === undefined ? Object.keys(type.shape).filter(name => name !== '$schema') : keysAt(next, rest);
}
