/**
 * Where paths really lead, which folders are the agent's to work in, and which places in them are not for it to change
 * without being seen: what is written there runs by itself later, or decides what may run.
 */
import {statSync} from 'node:fs';
import {dirname, join, normalize} from 'node:path';
import {realTarget} from '../platform/real-target.js';
import {toComparable} from './path-pattern.js';

/** A path as it was given, and where it leads; null where that cannot be found out. */
export interface Located {
  readonly written: string;
  readonly real: string | null;
}

/** As the system follows it: `..` behind a link is above where that leads. @param path absolute. */
export function locate(path: string): Located {
  const written = withoutEnd(normalize(path));
  try {
    return {written, real: realTarget(path)};
  } catch {
    return {written, real: null};
  }
}

/** Asks the disk once for each path, until it is told to forget: as often as anything may have changed. */
export function createLocator(): {locate(path: string): Located; forget(): void} {
  const known = new Map<string, Located>();
  return {
    locate(path) {
      let located = known.get(path);
      if (!located) {
        located = locate(path);
        known.set(path, located);
      }
      return located;
    },
    forget: () => known.clear(),
  };
}

const withoutEnd = (path: string): string => (path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path);

/** Whether two spellings of a name are one file there: the file system says it of the folder's own name. */
export function ignoresCase(folder: string): boolean {
  for (let path = folder; path !== dirname(path); path = dirname(path)) {
    const name = path.slice(dirname(path).length);
    const other = name === name.toUpperCase() ? name.toLowerCase() : name.toUpperCase();
    if (other !== name) return isSame(path, join(dirname(path), other));
  }
  return process.platform === 'darwin' || process.platform === 'win32';
}

function isSame(one: string, other: string): boolean {
  try {
    const [a, b] = [statSync(one), statSync(other)];
    return a.ino === b.ino && a.dev === b.dev;
  } catch {
    return false;
  }
}

/** Whether a real path is one of the folders or lies in it. */
export function liesIn(path: string, folders: readonly string[], ignoreCase: boolean): boolean {
  const given = toComparable(path, ignoreCase);
  return folders.some(folder => {
    const base = toComparable(folder, ignoreCase);
    return given === base || given.startsWith(base === '/' ? '/' : `${base}/`);
  });
}

const sensitiveFolders = new Set([
  '.git',
  '.agent',
  '.claude',
  '.agents',
  '.ssh',
  '.gnupg',
  '.aws',
  '.vscode',
  '.idea',
  '.husky',
  '.cursor',
  '.devcontainer',
]);
const sensitiveFiles = new Set([
  '.bashrc',
  '.bash_profile',
  '.bash_login',
  '.bash_logout',
  '.bash_aliases',
  '.profile',
  '.zshrc',
  '.zshenv',
  '.zprofile',
  '.zlogin',
  '.zlogout',
  '.envrc',
  '.gitconfig',
  '.gitmodules',
  '.mcp.json',
  '.claude.json',
  '.npmrc',
  '.yarnrc',
  '.yarnrc.yml',
  '.pnpmfile.cjs',
  '.mise.toml',
  '.ripgreprc',
]);

/** Whether what bears the name is such a place. */
export const isSensitive = (name: string): boolean =>
  sensitiveFolders.has(name.toLowerCase()) || sensitiveFiles.has(name.toLowerCase());

/** The name on the path that makes it such a place, or null. Spelled as it may be: .GIT is .git on some systems. */
export function sensitiveName(path: string): string | null {
  const names = path.split('/').map(name => name.toLowerCase());
  const folder = names.find(name => sensitiveFolders.has(name));
  if (folder !== undefined) return folder;
  const last = names.at(-1) ?? '';
  return sensitiveFiles.has(last) ? last : null;
}

/** The environment and the memory of running programs: keys lie there in the clear, this program's own among them. */
const innerState = /^\/proc\/(?:[^/]+\/)+(?:environ|mem)$/;

/** Whether it shows what a running program holds. */
export const showsProgram = ({written, real}: Located): boolean =>
  innerState.test(written) || (real !== null && innerState.test(real));

const systemFolders = /^\/(?:bin|sbin|lib\d*|usr|opt|etc|dev|System|Library|Applications)(?:\/|$)/;

/** Whether what lies in it may be named to anybody: it holds the project, or the system. @param real where a path leads. */
export const isCommonFolder = (real: string | null, projects: readonly string[]): boolean =>
  real !== null &&
  (real === '/' ||
    real === '/tmp' ||
    systemFolders.test(real) ||
    projects.some(project => project === real || project.startsWith(`${real}/`)));

/** What system and which machine it is. */
const aboutSystem =
  /^\/(?:etc|usr\/lib)\/(?:os-release|lsb-release|debian_version|(?:alpine|arch|centos|fedora|redhat|rocky|system|SuSE)-release|issue|timezone|shells)$|^\/proc\/(?:cpuinfo|meminfo|version|loadavg|uptime|filesystems|stat|vmstat)$/;

export const tellsSystem = (path: string): boolean => aboutSystem.test(path);
