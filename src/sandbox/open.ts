/**
 * The sandbox of a session, if it is wanted and the machine can make one. Where it is off this loads nothing and looks at
 * nothing.
 */
import type {Environment} from '../platform/environment.js';
import {agentHome, userHome} from '../platform/home.js';
import {ownPath} from '../platform/search-path.js';
import {findShell} from '../platform/shell-call.js';
import type {SandboxSettings} from '../settings/settings.js';
import type {Sandbox, SandboxOptions} from './sandbox.js';

export interface SandboxWish extends Pick<SandboxOptions, 'folders' | 'fence' | 'tempFolder'> {
  readonly settings: SandboxSettings | null;
  /** Wanted whatever the settings say. */
  readonly isAsked: boolean;
  /** An absolute path without links. */
  readonly cwd: string;
  readonly projectFolder: string;
  readonly additionalDirectories: readonly string[];
  /** Of agent itself. */
  readonly env: Environment;
  /** Of commands. */
  readonly childEnv: Environment;
  readonly runId: string;
  /** The path of a ripgrep. @param path where to look for it. */
  ripgrep(path: string): Promise<string>;
}

/** `problem`: why there is none though it is wanted, for a person. */
export interface OpenedSandbox {
  readonly sandbox: Sandbox | null;
  readonly problem: string | null;
}

export async function openSandbox(wish: SandboxWish): Promise<OpenedSandbox> {
  const {settings, isAsked, env, childEnv, projectFolder} = wish;
  if (!isAsked && settings?.enabled !== true) return {sandbox: null, problem: null};
  const [{findSupport}, {isRoot}, {claimRuntime}, {createSandbox}] = await Promise.all([
    import('./support.js'),
    import('./root.js'),
    import('./runtime.js'),
    import('./sandbox.js'),
  ]);
  const path = ownPath(env.PATH ?? '', projectFolder);
  const support = await findSupport({platform: process.platform, path, isRoot: isRoot()});
  if (!support.ok) return without(support.reason);
  const shell = findShell(childEnv);
  if (!shell.endsWith('/bash')) return without('there is no bash; install it');
  const runtime = claimRuntime({
    ...support,
    ripgrep: () => wish.ripgrep(path),
    // The run's mark: its supervisor ends what carries it.
    environment: () => ({AGENT_RUN_ID: `${wish.runId}.sandbox`, TMPDIR: wish.folders().run}),
  });
  if (runtime === null) return without('another session of this program has it, until that is closed');
  const {cwd, additionalDirectories, folders, fence, tempFolder} = wish;
  const place = {cwd, projectFolder, additionalDirectories, home: userHome(env), agentHome: agentHome(env)};
  const sandbox = createSandbox({settings: settings ?? {}, place, runtime, shell, folders, fence, tempFolder});
  return {sandbox, problem: null};
}

const without = (reason: string): OpenedSandbox => ({
  sandbox: null,
  problem: `There is no sandbox, though it is switched on: ${reason}. Commands run without it, and are asked for.`,
});
