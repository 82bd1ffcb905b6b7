/**
 * Settings from files and from the command line, merged by precedence. A broken file stops the start: it is named with
 * line, column and key. Nothing of a folder takes effect that the person has not trusted it with.
 */
import {realpathSync} from 'node:fs';
import type {Environment} from '../platform/environment.js';
import {projectRoot} from '../platform/git.js';
import {agentHome, userHome} from '../platform/home.js';
import {mergeSettings, withoutFiles} from './merge.js';
import {type Contribution, type ReadOutcome, readSettings} from './read.js';
import type {FolderImport, LoadedSettings, WithheldItem} from './settings.js';
import {managedFile, type SettingSource, settingSources, settingsPlaces} from './sources.js';
import {readTrust, saveTrust} from './trust.js';

/** `fault` is one line for a person: which file, where in it, what is wrong, what to do. */
export type SettingsOutcome =
  | {readonly ok: true; readonly settings: LoadedSettings}
  | {readonly ok: false; readonly fault: string};

export interface FolderItems {
  /** The folder that would be trusted with them. */
  readonly folder: string;
  readonly items: readonly WithheldItem[];
}

export interface SettingsOptions {
  readonly cwd: string;
  readonly env: Environment;
  /** A file or JSON, over all files but the managed one. */
  readonly given?: string | undefined;
  /** Which files are read; all unless told. Whoever names the project's trusts it. */
  readonly sources?: readonly SettingSource[] | undefined;
  /** Trusts the folder for this run. */
  readonly trust?: boolean | undefined;
  /** Asked, where the folder brings something that is not trusted yet; true is kept for the next time. */
  readonly askTrust?: ((found: FolderItems) => Promise<boolean>) | undefined;
  /** What the folder's files of instructions would bring in from elsewhere. */
  readonly imports?: readonly FolderImport[];
  /** The administrator's file, unless it is the system's. */
  readonly managedFile?: string | undefined;
}

const isFault = (outcome: ReadOutcome): outcome is {readonly fault: string} => outcome !== null && 'fault' in outcome;
const isThere = (outcome: ReadOutcome): outcome is Contribution => outcome !== null && 'settings' in outcome;

/** Reads all settings that are there. */
export async function loadSettings(options: SettingsOptions): Promise<SettingsOutcome> {
  const {cwd, env, sources, given = null, imports = []} = options;
  const places = settingsPlaces({
    cwd,
    env,
    given,
    chosen: sources ?? settingSources,
    managedFile: options.managedFile ?? managedFile,
  });
  const outcomes = await Promise.all(places.map(readSettings));
  const fault = outcomes.find(isFault);
  if (fault) return {ok: false, ...fault};
  const contributions = outcomes.filter(isThere);
  if (contributions.length === 0 && imports.length === 0) return {ok: true, settings: withoutFiles};
  return {ok: true, settings: await withTrust(contributions, options)};
}

async function withTrust(contributions: readonly Contribution[], options: SettingsOptions): Promise<LoadedSettings> {
  const {cwd, env, sources, trust = sources?.includes('project') ?? false, askTrust, imports = []} = options;
  const home = userHome(env);
  const merge = (isTrusted: (item: WithheldItem) => boolean) =>
    mergeSettings(contributions, {home, isTrusted, imports});
  if (trust) return merge(() => true);
  const untrusted = merge(() => false);
  if (untrusted.withheld.length === 0) return untrusted;

  const own = agentHome(env);
  const folder = realFolder(projectRoot(cwd));
  const known = own === null ? {hashes: new Set<string>(), problem: null} : await readTrust(own, folder);
  const settings = withWarning(
    merge(({hash}) => known.hashes.has(hash)),
    known.problem,
  );
  const {withheld} = settings;
  if (withheld.length === 0 || !askTrust || !(await askTrust({folder, items: withheld}))) return settings;
  const problem =
    own === null
      ? null
      : await saveTrust(
          own,
          folder,
          withheld.map(({hash}) => hash),
        );
  return withWarning(
    merge(() => true),
    problem,
  );
}

const withWarning = (settings: LoadedSettings, warning: string | null): LoadedSettings =>
  warning === null ? settings : {...settings, warnings: [...settings.warnings, warning]};

/** Its real path, if that can be found out. */
export function realFolder(folder: string): string {
  try {
    return realpathSync(folder);
  } catch {
    return folder;
  }
}
