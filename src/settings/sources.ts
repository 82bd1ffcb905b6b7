/**
 * Where settings come from, those that win last: the person's files, the project's shared and local ones, the command
 * line, and what the machine's administrator sets. At each level Claude Code's file of the same name is read before ours.
 */
import {realpathSync} from 'node:fs';
import {join, resolve} from 'node:path';
import type {Environment} from '../platform/environment.js';
import {projectRoot} from '../platform/git.js';
import {agentHome, userHome} from '../platform/home.js';

export type SettingsOrigin = 'managed' | 'flags' | 'local' | 'project' | 'user';

export interface Source {
  readonly origin: SettingsOrigin;
  /** Null: JSON given on the command line. */
  readonly path: string | null;
  /** What relative paths in its rules are relative to: the project's root, or for the user's files the home. */
  readonly base: string;
}

/** The files that a person can choose from. */
export const settingSources = ['user', 'project', 'local'] as const;
export type SettingSource = (typeof settingSources)[number];

/** Whether a source is part of the folder that the agent works in: whoever made the folder may have written it. */
export const isOfFolder = ({origin}: Source): boolean => origin === 'project' || origin === 'local';

export interface SourcesOptions {
  readonly cwd: string;
  readonly env: Environment;
  /** A file or JSON, over all files but the managed one. */
  readonly given: string | null;
  readonly chosen: readonly SettingSource[];
  readonly managedFile: string;
}

export interface SettingsPlace {
  readonly source: Source;
  readonly family: 'agent' | 'claude';
  /** The text itself, where it was given; null: it is to be read. */
  readonly text: string | null;
}

export const managedFile =
  process.platform === 'darwin' ? '/Library/Application Support/agent/settings.json' : '/etc/agent/settings.json';

/** Each file once, those that win last. Nothing is read. */
export function settingsPlaces({cwd, env, given, chosen, managedFile}: SourcesOptions): readonly SettingsPlace[] {
  const root = projectRoot(cwd);
  const [home, own] = [userHome(env), agentHome(env)];
  const at = (origin: SettingsOrigin, base: string, family: SettingsPlace['family'], path: string) =>
    ({source: {origin, path, base}, family, text: null}) satisfies SettingsPlace;
  const ofUser = [
    ...(home === null ? [] : [at('user', home, 'claude', join(home, '.claude', 'settings.json'))]),
    ...(own === null ? [] : [at('user', home ?? own, 'agent', join(own, 'settings.json'))]),
  ];
  const inFolder = (origin: 'project' | 'local', name: string) => [
    at(origin, root, 'claude', join(root, '.claude', name)),
    at(origin, root, 'agent', join(root, '.agent', name)),
  ];
  // A home is no project: what lies in it is the person's own, also where they work there.
  const ofFolder =
    home !== null && isSameFolder(home, root)
      ? []
      : [...inFolder('project', 'settings.json'), ...inFolder('local', 'settings.local.json')];
  const files = [...ofUser, ...ofFolder].filter(({source}) => chosen.some(name => name === source.origin));
  return [
    ...withoutRepeats(files),
    ...(given === null ? [] : [givenPlace(given, cwd, root)]),
    at('managed', root, 'agent', managedFile),
  ];
}

function givenPlace(given: string, cwd: string, root: string): SettingsPlace {
  const isText = given.trimStart().startsWith('{');
  const path = isText ? null : resolve(cwd, given);
  return {source: {origin: 'flags', path, base: root}, family: 'agent', text: isText ? given : null};
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

const isSameFolder = (one: string, other: string): boolean => realPath(one) === realPath(other);

/** A link in the folder to the person's own file brings nothing new. */
function withoutRepeats(places: readonly SettingsPlace[]): readonly SettingsPlace[] {
  const seen = new Set<string>();
  return places.filter(({source: {path}}) => {
    const real = realPath(path ?? '');
    const isNew = !seen.has(real);
    seen.add(real);
    return isNew;
  });
}
