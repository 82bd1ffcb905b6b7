/** Permissions without a session: what the rules say, for who only wants to know. Nobody is told of anything, and nothing is kept. */
import {createPermissions, type PermissionOptions, type SessionPermissions} from './permissions.js';

type Needed = 'cwd' | 'env' | 'settings' | 'tools' | 'free';

/** @param given what is not in it is as with a person who gave no flags. */
export function createJudge(given: Pick<PermissionOptions, Needed> & Partial<PermissionOptions>): SessionPermissions {
  return createPermissions({
    mode: null,
    allowed: [],
    disallowed: [],
    asker: 'person',
    own: () => [],
    trust: async () => null,
    tell: () => {},
    ...given,
  });
}
