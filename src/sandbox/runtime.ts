/**
 * The package that makes sandboxes, loaded with the first command that runs in one. It keeps its state for the whole
 * process, so one session at a time has it.
 */
import type {SandboxManager} from '@anthropic-ai/sandbox-runtime';
import type {Configuration} from './configuration.js';
import {withoutPlaceholders} from './placeholders.js';
import {asOrdinary, withKernelFilesKept} from './root.js';
import {insideScript} from './script.js';
import type {Means} from './support.js';

export interface Runtime {
  /**
   * Shell code that runs the inside script in a sandbox. To each call belongs one of `release`.
   *
   * @param shell the path of a bash.
   */
  wrap(configuration: Configuration, shell: string, signal: AbortSignal): Promise<string>;
  /** The sandbox of one `wrap` is gone: when all are, the mount points go that the package made for them. */
  release(): void;
  /** Ends its proxies, and lets another session have it. */
  close(): Promise<void>;
}

export interface RuntimeOptions extends Means {
  /** The path of a ripgrep: files are looked for that may not be written. */
  ripgrep(): Promise<string>;
  /** What its helper processes have in their environment, and with it a folder for their sockets. */
  environment(): Readonly<Record<string, string>>;
}

/** It looks through a few folders for each command: quicker in one thread, and in no way that a person's own settings change. */
const ripgrepArgs = ['--no-config', '-j1'];

type Manager = typeof SandboxManager;

let isTaken = false;

/** Null if another session has it. Loads nothing before the first `wrap`. */
export function claimRuntime(options: RuntimeOptions): Runtime | null {
  if (isTaken) return null;
  isTaken = true;
  let starting: Promise<Manager> | null = null;
  let started: Manager | null = null;
  let configured = '';
  const {bwrap, socat, setpriv} = options;

  async function start(configuration: Configuration): Promise<Manager> {
    const {SandboxManager: manager} = await import('@anthropic-ai/sandbox-runtime');
    configured = JSON.stringify(configuration.network);
    const ripgrep = {command: await options.ripgrep(), args: [...ripgrepArgs]};
    const programs = {...(bwrap !== null && {bwrapPath: bwrap}), ...(socat !== null && {socatPath: socat})};
    await withEnvironment(options.environment(), () =>
      withoutSignalHandlers(() => manager.initialize({...configuration, ...programs, ripgrep})),
    );
    await manager.waitForNetworkInitialization();
    return manager;
  }

  async function getStarted(configuration: Configuration): Promise<Manager> {
    starting ??= start(configuration);
    try {
      started = await starting;
      return started;
    } catch (error) {
      starting = null;
      throw error;
    }
  }

  return {
    async wrap(configuration, shell, signal) {
      const manager = await getStarted(configuration);
      const network = JSON.stringify(configuration.network);
      const current = manager.getConfig();
      if (network !== configured && current) {
        manager.updateConfig({...current, network: configuration.network});
        configured = network;
      }
      const {filesystem} = configuration;
      const script = setpriv === null ? insideScript : asOrdinary(insideScript, {setpriv, shell});
      const wrapped = await manager.wrapWithSandbox(script, shell, {filesystem}, signal, {commandId: 'agent'});
      try {
        const code = withoutPlaceholders(wrapped, process.cwd());
        return setpriv === null ? code : withKernelFilesKept(code);
      } catch (error) {
        manager.cleanupAfterCommand();
        throw error;
      }
    },
    release: () => started?.cleanupAfterCommand(),
    async close() {
      await starting?.catch(() => {});
      await started?.reset();
      isTaken = false;
    },
  };
}

/** How the program ends at a signal is the program's matter; the package would answer them by itself. */
async function withoutSignalHandlers(run: () => Promise<void>): Promise<void> {
  const signals = ['SIGINT', 'SIGTERM'] as const;
  const before = signals.map(signal => new Set(process.listeners(signal)));
  await run();
  signals.forEach((signal, index) => {
    for (const listener of process.listeners(signal)) if (!before[index]?.has(listener)) process.off(signal, listener);
  });
}

/** The package hands the process's own environment on; with these in it, the run's supervisor finds what it started. */
async function withEnvironment(values: Readonly<Record<string, string>>, run: () => Promise<void>): Promise<void> {
  const before = Object.keys(values).map(name => [name, process.env[name]] as const);
  Object.assign(process.env, values);
  try {
    await run();
  } finally {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
}
