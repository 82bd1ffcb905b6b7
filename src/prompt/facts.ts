/** What the system prompts of all agents of a session say of the world: gathered once, the same all along. */
import type {Environment} from '../platform/environment.js';
import {readGitFacts} from '../platform/git.js';
import {findShell} from '../platform/shell-call.js';
import type {PromptFacts} from './system.js';

/** How long git may take before the first request. */
const gitTimeoutMs = 300;

export interface Surroundings {
  readonly cwd: string;
  readonly env: Environment;
  /** What the person adds to the prompt. */
  readonly append: string | undefined;
  /** The part that holds files of instructions; empty if there are none. */
  memory(): Promise<string>;
}

/** Starts git at once, so that it runs while other things are loaded. */
export async function gatherFacts({
  cwd,
  env,
  append,
  memory,
}: Surroundings): Promise<Omit<PromptFacts, 'model' | 'mayStart'>> {
  const now = new Date();
  const git = readGitFacts(cwd, {signal: new AbortController().signal, timeoutMs: gitTimeoutMs});
  return {
    cwd,
    platform: process.platform,
    // The one that runs the commands, whichever the person types in.
    shell: findShell(env),
    // Of the person's own day, not of Greenwich's.
    date: [now.getFullYear(), now.getMonth() + 1, now.getDate()].map(part => String(part).padStart(2, '0')).join('-'),
    memory: await memory(),
    git: await git,
    ...(append !== undefined && {append}),
  };
}
