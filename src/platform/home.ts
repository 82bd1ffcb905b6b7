/**
 * Where a person's own things are, if anywhere. A path that is not absolute is never taken for it: it would mean
 * another place in every folder.
 */
import {homedir} from 'node:os';
import {isAbsolute, join} from 'node:path';
import type {Environment} from './environment.js';

/** The person's home folder; null where the system names none: an empty HOME, or a user it has no entry for. */
export function userHome(env: Environment = process.env): string | null {
  try {
    const home = env.HOME ?? homedir();
    return isAbsolute(home) ? home : null;
  } catch {
    return null;
  }
}

/** The folder of the user's own settings and of compiled code: `AGENT_HOME`, by default `~/.agent`; null if there is none. */
export function agentHome(env: Environment): string | null {
  const home = env.AGENT_HOME || join(userHome(env) ?? '', '.agent');
  return isAbsolute(home) ? home : null;
}
