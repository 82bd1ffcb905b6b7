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
  '.agent',
  '.agents',
  '.claude/settings.json',
  '.claude/settings.local.json',
  '.claude/hooks',
  '.claude/skills',
  '.husky',
  '.mcp.json',
  '.git/hooks',
  '.git/config',
  '.git/config.worktree',
];

/**
 * Paths in a folder that may not be written. What is not there yet and would be read by agent is named in full: then it can
 * be kept from coming into being, and its folder stays one.
 */
export function guardedPaths(folder: string, exists: (path: string) => boolean): readonly string[] {
  const wouldBeRead = ['.agent/settings.json', '.claude/settings.json', '.mcp.json'].map(name => join(folder, name));
  return [...guardedNames.map(name => join(folder, name)).filter(exists), ...wouldBeRead.filter(path => !exists(path))];
}
