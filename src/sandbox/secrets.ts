/**
 * What no command in the sandbox may read or write unless the person says so: files that hold keys and passwords, and
 * files that decide what runs outside of it later.
 */
import {join} from 'node:path';
import {isWithin} from '../platform/paths.js';

/** At home. Folders with all that is in them, or files. */
const secretNames: readonly string[] = [
  '.ssh',
  '.aws',
  '.azure',
  '.gnupg',
  '.kube',
  '.netrc',
  '.npmrc',
  '.pgpass',
  '.pypirc',
  '.git-credentials',
  '.password-store',
  '.vault-token',
  '.cargo/credentials',
  '.cargo/credentials.toml',
  '.claude/.credentials.json',
  '.codex/auth.json',
  '.config/gcloud',
  '.config/gh',
  '.config/git/credentials',
  '.config/hub',
  '.config/op',
  '.docker/config.json',
  '.gem/credentials',
  '.gemini/oauth_creds.json',
  '.local/share/keyrings',
];

/** Below agent's own home. */
const ownSecretNames: readonly string[] = ['credentials', 'credentials.json', '.credentials.json'];

export interface SecretPlaces {
  /** Null where the system names none. */
  readonly home: string | null;
  readonly agentHome: string | null;
  /** What the person opens again: these places, and what they hold. */
  readonly allowed: readonly string[];
}

/** Absolute paths that may not be read. */
export function secretPaths({home, agentHome, allowed}: SecretPlaces): readonly string[] {
  const below = (folder: string | null, names: readonly string[]): readonly string[] =>
    folder === null ? [] : names.map(name => join(folder, name));
  const secrets = [...below(home, secretNames), ...below(agentHome, ownSecretNames)];
  return secrets.filter(secret => !allowed.some(path => isWithin(secret, path)));
}

/**
 * In a folder to work in: who writes them decides what agent or git runs next time. Of git, only what may run programs.
 * The sandbox itself adds shells' and editors' files.
 */
const guardedNames: readonly string[] = [
  '.agents',
  '.husky',
  '.mcp.json',
  '.vscode',
  '.idea',
  '.git/hooks',
  '.git/config',
  '.git/config.worktree',
];

/** Guarded also where they are not there: something stands in for them then. */
export const settingsNames: readonly string[] = ['.agent', '.claude'];

/** Paths in a folder that may not be written. */
export function guardedPaths(folder: string, exists: (path: string) => boolean): readonly string[] {
  const below = (name: string): string => join(folder, name);
  return [...settingsNames.map(below), ...guardedNames.map(below).filter(exists)];
}
