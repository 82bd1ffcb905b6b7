/**
 * For tests of the sandbox: whether this machine can make one, and a scene with a project, a home and a place outside of
 * both, in which commands run as a session runs them.
 */
import {mkdirSync, realpathSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {describe, expect, it, onTestFinished} from 'vitest';
import type {ShellOptions, ShellOutcome} from '../../src/platform/processes.js';
import {openSandbox} from '../../src/sandbox/open.js';
import {isRoot} from '../../src/sandbox/root.js';
import type {Fence, Sandbox} from '../../src/sandbox/sandbox.js';
import {findSupport} from '../../src/sandbox/support.js';
import type {SandboxSettings} from '../../src/settings/settings.js';
import {findRipgrep} from '../../src/tools/ripgrep.js';
import {createFolder} from './folder.js';
import {createOwnProcesses, type OwnProcesses} from './processes.js';

export const support = await findSupport({
  platform: process.platform,
  path: process.env.PATH ?? '',
  isRoot: isRoot(),
});

/** Tests on a real sandbox; where the machine can make none, one that holds it to say why. */
export function describeSandboxed(about: string, define: () => void): void {
  describe(about, () => {
    if (support.ok) define();
    else
      it('cannot be shown here, and agent says why', () =>
        expect(support).toMatchObject({reason: expect.stringMatching(/\S/)}));
  });
}

const noFence: Fence = {denyRead: [], denyWrite: [], allowedDomains: [], deniedDomains: []};

export interface SandboxScene {
  readonly sandbox: Sandbox;
  readonly processes: OwnProcesses;
  readonly project: string;
  readonly home: string;
  /** Neither in the project nor temporary. */
  readonly outside: string;
  run(command: string, options?: Partial<ShellOptions>): Promise<ShellOutcome>;
  /** Ends it before the test does. */
  close(): Promise<void>;
}

export interface SceneOptions {
  readonly settings?: SandboxSettings;
  readonly fence?: (folders: {readonly project: string; readonly home: string}) => Partial<Fence>;
  readonly additionalDirectories?: (outside: string) => readonly string[];
  /** Where bubblewrap and socat are looked for. */
  readonly path?: string;
  /** By path below the project. */
  readonly files?: Readonly<Record<string, string>>;
}

export async function createSandboxScene(options: SceneOptions = {}): Promise<SandboxScene> {
  const root = createFolder();
  const [project, home, outside] = ['project', 'home', 'outside'].map(name => join(root, name)) as [
    string,
    string,
    string,
  ];
  for (const folder of [project, home, outside]) mkdirSync(folder);
  for (const [path, text] of Object.entries(options.files ?? {})) {
    mkdirSync(dirname(join(project, path)), {recursive: true});
    writeFileSync(join(project, path), text);
  }
  const childEnv = {...process.env, HOME: home};
  const processes = createOwnProcesses(childEnv);
  const {sandbox, problem} = await openSandbox({
    settings: {enabled: true, ...options.settings},
    isAsked: false,
    cwd: realpathSync(project),
    projectFolder: realpathSync(project),
    additionalDirectories: options.additionalDirectories?.(outside) ?? [],
    env: {PATH: options.path ?? process.env.PATH, HOME: home, AGENT_HOME: join(home, '.agent')},
    childEnv,
    runId: processes.runId,
    tempFolder: processes.folder,
    folders: processes.openFolders,
    fence: () => ({...noFence, ...options.fence?.({project, home})}),
    ripgrep: findRipgrep,
  });
  if (sandbox === null) throw new Error(`the machine can make a sandbox, and yet: ${problem}`);
  let isClosed = false;
  const close = async (): Promise<void> => {
    if (isClosed) return;
    isClosed = true;
    await processes.close();
    await sandbox.close();
  };
  onTestFinished(close);
  const {signal: noSignal} = new AbortController();
  return {
    sandbox,
    processes,
    project,
    home,
    outside,
    close,
    run(command, {owner = 'main', signal = noSignal, ...rest} = {}) {
      const shell = {cwd: project, timeoutMs: 60_000, onOutput: () => {}, ...rest, owner, signal};
      return sandbox.run(command, {owner, signal}, code => processes.shell(code, shell));
    },
  };
}
