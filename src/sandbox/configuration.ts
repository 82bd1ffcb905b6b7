/**
 * What a command in the sandbox may touch, as plain data, from settings, permission rules and where the session works. Made
 * anew for each command: rules may have changed, and folders may have come into being.
 */
import {existsSync} from 'node:fs';
import {isAbsolute, join, resolve} from 'node:path';
import {isWithin} from '../platform/paths.js';
import type {SandboxSettings} from '../settings/settings.js';
import {guardedPaths, secretPaths} from './secrets.js';
import {writableGit} from './writable-git.js';

/** What permission rules say of files and domains, for programs: absolute paths, perhaps with wildcards. */
export interface Fence {
  readonly denyRead: readonly string[];
  readonly denyWrite: readonly string[];
  readonly allowedDomains: readonly string[];
  readonly deniedDomains: readonly string[];
}

/** What of a run's folders a command may write, and may not. Absolute paths. */
export interface CommandFolders {
  /** What sandboxed commands have for temporary files. */
  readonly temp: string;
  /** Where the command's shell notes where it stood at its end. */
  readonly report: string;
  /** What is run outside: no sandboxed command may write it. */
  readonly guarded: readonly string[];
  /** Holds the named pipes that unguarded shells read commands from; of this run and of others. */
  readonly pipes: string;
}

export interface SandboxPlace {
  readonly cwd: string;
  readonly projectFolder: string;
  readonly additionalDirectories: readonly string[];
  readonly home: string | null;
  readonly agentHome: string | null;
}

export interface Configuration {
  readonly network: {
    readonly allowedDomains: string[];
    readonly deniedDomains: string[];
    readonly allowUnixSockets?: string[];
    readonly allowLocalBinding?: boolean;
  };
  readonly filesystem: {
    readonly allowWrite: string[];
    readonly denyWrite: string[];
    readonly denyRead: string[];
    readonly allowRead: string[];
  };
}

export interface ConfigurationFacts {
  readonly settings: SandboxSettings;
  readonly fence: Fence;
  readonly place: SandboxPlace;
  readonly folders: CommandFolders;
}

export function toConfiguration({settings, fence, place, folders}: ConfigurationFacts): Configuration {
  const {network = {}, filesystem = {}} = settings;
  const toPaths = (given: readonly string[] = []): readonly string[] => given.map(path => toPath(path, place));
  const denied = [...toPaths(filesystem.denyRead), ...fence.denyRead];
  const allowRead = toPaths(filesystem.allowRead).filter(path => !denied.some(each => isWithin(path, each)));
  const git = writableGit(place.cwd);
  return {
    network: {
      allowedDomains: unique([...(network.allowedDomains ?? []), ...fence.allowedDomains].filter(isDomain)),
      deniedDomains: unique([...(network.deniedDomains ?? []), ...fence.deniedDomains].filter(isDomain)),
      ...(network.allowUnixSockets && {allowUnixSockets: [...toPaths(network.allowUnixSockets)]}),
      ...(network.allowLocalBinding !== undefined && {allowLocalBinding: network.allowLocalBinding}),
    },
    filesystem: {
      allowWrite: unique([
        place.cwd,
        ...place.additionalDirectories,
        ...git,
        folders.temp,
        folders.report,
        ...toPaths(filesystem.allowWrite),
      ]),
      denyWrite: unique([
        ...folders.guarded,
        ...workplaces(place).flatMap(folder => guardedPaths(folder, existsSync)),
        ...git.flatMap(folder => ['hooks', 'config'].map(name => join(folder, name))),
        ...(place.agentHome === null ? [] : [place.agentHome]),
        ...toPaths(filesystem.denyWrite),
        ...fence.denyWrite,
      ]),
      denyRead: unique([
        ...secretPaths({home: place.home, agentHome: place.agentHome, allowed: allowRead}),
        folders.pipes,
        ...denied,
      ]),
      allowRead: unique(allowRead),
    },
  };
}

/** The folders of the work, each once. */
export const workplaces = ({cwd, projectFolder, additionalDirectories}: SandboxPlace): readonly string[] =>
  unique([cwd, projectFolder, ...additionalDirectories]);

const unique = (texts: readonly string[]): string[] => [...new Set(texts)];

/** As settings have them: `~/x` at home, `//x` and `/x` absolute, others from where the session works. */
function toPath(written: string, {cwd, home}: SandboxPlace): string {
  if (home !== null && (written === '~' || written.startsWith('~/'))) return join(home, written.slice(1));
  return isAbsolute(written) ? resolve(written) : resolve(cwd, written);
}

/** What the proxies take: a name, all below one, perhaps with a port. All of the internet is not a domain. */
const isDomain = (text: string): boolean => /^(\*\.)?[a-z0-9_-]+(\.[a-z0-9_-]+)*(:\d{1,5})?$/i.test(text);
