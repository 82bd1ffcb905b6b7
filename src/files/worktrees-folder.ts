/** Where agents' own working trees are, in a project. */
import {readdirSync} from 'node:fs';
import {join} from 'node:path';

export const worktreesFolder = (project: string): string => join(project, '.agent', 'worktrees');

/** Those that there are, or were, by name: beside each lies what is known of it. */
export function worktreeNames(project: string): readonly string[] {
  try {
    const names = readdirSync(worktreesFolder(project));
    return names.flatMap(name => (name.endsWith('.json') ? [name.slice(0, -'.json'.length)] : []));
  } catch {
    return [];
  }
}
