/** What a settings file may hold. Loaded only where there is a file, because it brings zod. */
import * as z from 'zod';
import type {Effort} from '../core/types.js';
import type {AgentLimits} from './settings.js';

export interface Settings {
  readonly model?: string;
  readonly effort?: Effort;
  readonly agents?: AgentLimits;
}

const effortLevels = ['low', 'medium', 'high', 'xhigh', 'max'] as const;

/** A project's file may raise a limit, so there is an end to what it can cost. */
const limit = (most: number) => z.int().min(0).max(most).exactOptional();

const agents = z.strictObject({
  depth: limit(10),
  live: limit(100),
  children: limit(100),
  spawnsPerTurn: limit(1_000),
}) satisfies z.ZodType<AgentLimits>;

const shape = {
  model: z.string().min(1).exactOptional(),
  effort: z.enum(effortLevels).exactOptional(),
  agents: agents.exactOptional(),
};
const schema = z.strictObject(shape) satisfies z.ZodType<Settings>;

export type CheckedSettings =
  | {readonly ok: true; readonly settings: Settings}
  /** `path` leads to the value at fault. */
  | {readonly ok: false; readonly path: readonly PropertyKey[]; readonly problem: string};

/** Checks the value of a settings file. Unknown keys are faults: a misspelt setting would silently do nothing. */
export function checkSettings(value: unknown): CheckedSettings {
  const parsed = schema.safeParse(value);
  if (parsed.success) return {ok: true, settings: parsed.data};
  const [issue] = parsed.error.issues;
  if (issue?.code === 'unrecognized_keys') {
    const key = issue.keys[0] ?? '';
    const known = Object.keys(issue.path[0] === 'agents' ? agents.shape : shape).join(', ');
    const name = [...issue.path, key].join('.');
    return {ok: false, path: [...issue.path, key], problem: `there is no setting "${name}" (known: ${known})`};
  }
  const path = issue?.path ?? [];
  return {ok: false, path, problem: [path.join('.'), issue?.message].filter(Boolean).join(': ')};
}
