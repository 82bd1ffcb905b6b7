/**
 * What a rule can speak of: who calls, and what the call touches. And what a question about it says to a person, and how
 * far the answer may reach.
 */

/**
 * How much runs without a question. `acceptEdits`: also changes of files; `plan`: nothing that changes anything runs at
 * all; `dontAsk`: what would be asked is refused; `bypassPermissions`: everything that no rule denies.
 */
export type PermissionMode = 'default' | 'acceptEdits' | 'plan' | 'dontAsk' | 'bypassPermissions';

/** The strictest first. */
export const permissionModes = ['plan', 'dontAsk', 'default', 'acceptEdits', 'bypassPermissions'] as const;

/** The one under which less runs; null demands nothing. */
export function strictest<Mode extends PermissionMode | null>(one: Mode, other: Mode): Mode {
  if (one === null || other === null) return one ?? other;
  return permissionModes.indexOf(one) < permissionModes.indexOf(other) ? one : other;
}

/** Whose call it is. */
export interface Caller {
  readonly agentId: string;
  /** Its type's name. */
  readonly kind: string;
  /** The agents above it from the root on, and itself last. */
  readonly lineage: readonly string[];
  /** What its type, or that of one above it, demands; null for the session's. */
  readonly mode: PermissionMode | null;
}

/** What a call touches. Paths are absolute; links on them are not followed yet. */
export type Subject =
  /** `sandbox`: where there is one. What runs `inside` is held back enough to need no question. */
  | {readonly type: 'command'; readonly command: string; readonly cwd: string; readonly sandbox?: 'inside' | 'outside'}
  | {readonly type: 'path'; readonly access: 'read' | 'write'; readonly path: string}
  | {readonly type: 'domain'; readonly domain: string}
  /** An agent of that type is started. */
  | {readonly type: 'agent'; readonly kind: string};

/** How long an allowing answer counts: for every agent of the session, for the asking one and all below it, for the project. */
export type Reach = 'session' | 'subtree' | 'project';

/** Rules as a person writes them that would have made the question needless. */
export interface Offer {
  readonly reach: Reach;
  readonly rules: readonly string[];
}

/** What a question says beside the call itself. */
export interface Asked {
  /** Why it is asked, in a few words. */
  readonly reason?: string;
  /** What the answer may be remembered for, the narrowest first. */
  readonly offers?: readonly Offer[];
  /** In which of these modes to go on, the answer may say. */
  readonly modes?: readonly PermissionMode[];
}
