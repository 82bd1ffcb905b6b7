/** What a settings file may hold. Loaded only where there is a file, because it brings zod. */
import * as z from 'zod';
import type {Effort} from '../core/types.js';

export interface Settings {
  readonly model?: string;
  readonly effort?: Effort;
}

const effortLevels = ['low', 'medium', 'high', 'xhigh', 'max'] as const;

const shape = {
  model: z.string().min(1).exactOptional(),
  effort: z.enum(effortLevels).exactOptional(),
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
    const known = Object.keys(shape).join(', ');
    return {ok: false, path: [...issue.path, key], problem: `there is no setting "${key}" (known: ${known})`};
  }
  const path = issue?.path ?? [];
  return {ok: false, path, problem: [path.join('.'), issue?.message].filter(Boolean).join(': ')};
}
