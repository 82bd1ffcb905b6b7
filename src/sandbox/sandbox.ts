/**
 * Runs shell commands in a sandbox of the operating system. What cannot be run in it is not run at all: only who calls
 * decides that a command runs outside.
 */
import {mkdirSync, readdirSync, rmSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import type {CommandSandbox} from '../core/ports.js';
import {atExit} from '../platform/at-exit.js';
import {isFolder, isWithin} from '../platform/paths.js';
import type {RunFolders} from '../platform/processes.js';
import {quote} from '../platform/shell-call.js';
import type {SandboxSettings} from '../settings/settings.js';
import {explainFailure} from './blocked.js';
import {type Fence, type SandboxPlace, toConfiguration, workplaces} from './configuration.js';
import {isExcluded} from './outside.js';
import type {Runtime} from './runtime.js';
import {outsideScript} from './script.js';
import {createStandIns, type StandIns} from './stand-ins.js';

export type {Fence};

export interface SandboxOptions {
  readonly settings: SandboxSettings;
  readonly place: SandboxPlace;
  readonly runtime: Runtime;
  /** The path of a bash. */
  readonly shell: string;
  /** The system's folder for temporary files. */
  readonly tempFolder: string;
  /** The folders of the run. */
  folders(): RunFolders;
  /** What permission rules say, at this moment. */
  fence(): Fence;
}

export interface SandboxRun {
  readonly owner: string;
  readonly signal: AbortSignal;
}

export interface Sandbox extends CommandSandbox {
  /**
   * Runs the command: `start` runs the shell code that it is given outside. Rejects if no sandbox can be made, and as
   * `start` does.
   */
  run<Outcome extends {readonly leftRunning: boolean}>(
    command: string,
    run: SandboxRun,
    start: (code: string) => Promise<Outcome>,
  ): Promise<Outcome>;
  /** Nothing runs any more of what the owner's commands had left running. */
  ended(owner: string): void;
  /** Folders of files that commands made for a while; agents may read them. */
  ownFolders(): readonly string[];
  /** To be called when nothing runs in it any more. */
  close(): Promise<void>;
}

interface SandboxFolders {
  readonly temp: string;
  readonly reports: string;
  readonly scripts: string;
}

export function createSandbox({settings, place, runtime, shell, tempFolder, folders, fence}: SandboxOptions): Sandbox {
  const {excludedCommands = [], allowUnsandboxedCommands: mayLeave = true} = settings;
  let own: SandboxFolders | null = null;
  let count = 0;
  let standIns: StandIns | null = null;
  const removeStandIns = (): void => standIns?.remove();
  const cancelAtExit = atExit(removeStandIns);
  /** Sandboxes that outlived their command, by whose they are. */
  const left = new Map<string, number>();

  function openFolders(): SandboxFolders {
    const base = join(folders().run, 'sandbox');
    own ??= {temp: join(base, 'temp'), reports: join(base, 'reports'), scripts: join(base, 'scripts')};
    for (const folder of Object.values(own)) mkdirSync(folder, {recursive: true, mode: 0o700});
    return own;
  }

  function configure({temp, scripts}: SandboxFolders, report: string) {
    const {run, commands, pipes} = folders();
    const others = otherRuns(tempFolder, run);
    const configuration = toConfiguration({
      settings,
      place,
      fence: fence(),
      folders: {
        temp,
        report,
        guarded: [commands, scripts, ...others.map(run => join(run, 'commands')).filter(isFolder)],
        pipes: dirname(pipes),
      },
    });
    const {allowWrite} = configuration.filesystem;
    standIns ??= createStandIns({
      list: join(run, standInList),
      others: () => otherRuns(tempFolder, run).map(other => join(other, standInList)),
    });
    standIns.put(workplaces(place).filter(folder => allowWrite.some(each => isWithin(folder, each))));
    return configuration;
  }

  return {
    asksNothing: settings.autoAllowBashIfSandboxed ?? true,
    mayLeave,
    isOutside: (command, wantsOut) => (wantsOut && mayLeave) || isExcluded(command, excludedCommands),
    explain: output => explainFailure(output, mayLeave),
    async run(command, {owner, signal}, start) {
      if (command.includes('\0')) throw new Error('a command cannot contain the character NUL');
      const made = openFolders();
      count += 1;
      const name = String(count);
      const [commandFile, scriptFile] = [join(made.scripts, `${name}.command`), join(made.scripts, `${name}.sh`)];
      // One for each: what another command makes of its own cannot hold this one up.
      const report = join(made.reports, name);
      mkdirSync(report, {mode: 0o700});
      const wrapped = await runtime.wrap(configure(made, report), shell, signal);
      let isLeft = false;
      try {
        writeFileSync(commandFile, command, {mode: 0o600});
        const script = outsideScript(wrapped, {
          shell,
          commandFile,
          reportFile: join(report, 'folder'),
          temp: made.temp,
        });
        writeFileSync(scriptFile, script, {mode: 0o600});
        const outcome = await start(`. ${quote(scriptFile)}`);
        isLeft = outcome.leftRunning;
        return outcome;
      } finally {
        for (const path of [commandFile, scriptFile, report]) rmSync(path, {recursive: true, force: true});
        if (isLeft) left.set(owner, (left.get(owner) ?? 0) + 1);
        else runtime.release();
      }
    },
    ended(owner) {
      for (let rest = left.get(owner) ?? 0; rest > 0; rest -= 1) runtime.release();
      left.delete(owner);
    },
    ownFolders: () => (own === null ? [] : [own.temp]),
    async close() {
      cancelAtExit();
      await runtime.close();
      removeStandIns();
    },
  };
}

/** In the folder of a run. */
const standInList = 'stand-ins.json';

/** Folders of other runs of agent by this machine's users. */
function otherRuns(tempFolder: string, run: string): readonly string[] {
  try {
    const names = readdirSync(tempFolder).filter(name => name.startsWith('agent-'));
    return names.map(name => join(tempFolder, name)).filter(path => path !== run);
  } catch {
    return [];
  }
}
