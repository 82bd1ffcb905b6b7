/** Rules that the person gave for a folder: what they wrote themselves they are not asked to trust. */
import {projectRoot} from '../platform/git.js';
import {agentHome} from '../platform/home.js';
import {toItem} from './grants.js';
import type {SettingsOptions} from './load.js';
import {realFolder} from './load.js';
import {saveTrust} from './trust.js';

/** Keeps that these allow rules are trusted in the folder. A line for the person if that cannot be kept, else null. */
export async function trustOwnRules(
  rules: readonly string[],
  {cwd, env}: Pick<SettingsOptions, 'cwd' | 'env'>,
): Promise<string | null> {
  const home = agentHome(env);
  if (home === null) return null;
  const source = {origin: 'local', path: null, base: projectRoot(cwd)} as const;
  const hashes = rules.map(text => toItem({kind: 'allow rule', rule: {list: 'allow', text, source}}).hash);
  return saveTrust(home, realFolder(projectRoot(cwd)), hashes);
}
