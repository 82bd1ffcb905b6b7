/**
 * The mode that a session is in: how it changes, what it comes to for an agent whose type demands another, and what the model
 * is told of it. The model hears of it with the next prompt: the system prompt is never rebuilt.
 */
import {UsageError} from '../core/errors.js';
import type {HookInput, HookOutcome, Hooks} from '../core/policy.js';
import {type PermissionMode, permissionModes, strictest} from '../core/question.js';

export interface ModeOptions {
  readonly start: PermissionMode;
  readonly mayBypass: boolean;
  /** Whether a plan can be presented to somebody. */
  readonly asker: 'person' | 'nobody';
  changed(mode: PermissionMode): void;
}

export interface Mode {
  get(): PermissionMode;
  /** Counts from the next decision on. Throws `UsageError` for what may not be. */
  set(mode: PermissionMode): void;
  /** Those to step through with a key. */
  readonly cycle: readonly PermissionMode[];
  /** @param demanded by an agent's type, or one above it. */
  forAgent(demanded: PermissionMode | null): PermissionMode;
  /** What the model does not know yet, or null; it is told with what is returned. */
  takeNote(): string | null;
  hasNote(): boolean;
  /** The model was told of nothing: its conversation begins anew. */
  forget(): void;
}

const bypassRefused = 'The settings forbid to skip permissions (permissions.disableBypassPermissionsMode).';

export function createMode({start, mayBypass, asker, changed}: ModeOptions): Mode {
  let mode = start;
  /** Whether the model believes that it plans. */
  let toldPlan = false;
  if (mode === 'bypassPermissions' && !mayBypass) throw new UsageError(bypassRefused);
  const hasNote = (): boolean => (mode === 'plan') !== toldPlan;
  return {
    get: () => mode,
    set(next) {
      if (!permissionModes.includes(next)) {
        throw new UsageError(`There is no permission mode "${next}". The modes are: ${permissionModes.join(', ')}.`);
      }
      if (next === 'bypassPermissions' && !mayBypass) throw new UsageError(bypassRefused);
      if (next === mode) return;
      mode = next;
      changed(mode);
    },
    cycle: [...new Set<PermissionMode>(['default', 'acceptEdits', 'plan', start])],
    forAgent(demanded) {
      if (demanded === null || strictest(mode, demanded) === demanded) return demanded ?? mode;
      // What the person chose is not loosened by a type, save where they chose nothing.
      return mode !== 'default' || (demanded === 'bypassPermissions' && !mayBypass) ? mode : demanded;
    },
    hasNote,
    forget() {
      toldPlan = false;
    },
    takeNote() {
      if (!hasNote()) return null;
      toldPlan = mode === 'plan';
      if (!toldPlan) return planIsOff;
      return `${planIsOn} ${asker === 'person' ? present : report}`;
    },
  };
}

const planIsOff = '[Plan mode is off: you may make changes again.]';
const planIsOn =
  '[Plan mode is on: look around, but change nothing. Calls that may change something are refused, also those of agents you start.';
const present = 'When your plan is ready, call ExitPlanMode with it.]';
const report = 'End with the plan as your answer.]';

/** Hooks that also put the mode's note beside a prompt of the root's. */
export function withModeNotes(hooks: Hooks | null, mode: Pick<Mode, 'hasNote' | 'takeNote'>): Hooks {
  const isPrompt = (event: HookInput['event']): boolean => event === 'UserPromptSubmit';
  return {
    matches: (event, tool) => (isPrompt(event) && mode.hasNote()) || (hooks?.matches(event, tool) ?? false),
    async run(input, signal): Promise<HookOutcome> {
      const said = hooks?.matches(input.event) || !isPrompt(input.event) ? await hooks?.run(input, signal) : undefined;
      const outcome = said ?? {};
      if (!isPrompt(input.event) || outcome.decision === 'deny' || outcome.stop !== undefined) return outcome;
      const note = mode.takeNote();
      if (note === null) return outcome;
      return {...outcome, context: [outcome.context, note].filter(Boolean).join('\n\n')};
    },
  };
}
