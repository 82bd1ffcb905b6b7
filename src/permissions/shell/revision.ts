/**
 * What git prints of its own branches and commits, `$(git branch --show-current)`: one word, or none, that is no option, for git takes
 * no such names.
 */
import type {Scope} from './scope.js';

const asking =
  /^\$\(\s*git (?:branch --show-current|rev-parse (?:--(?:abbrev-ref|short|verify) )?(?:HEAD|@)|symbolic-ref --short HEAD|merge-base [\w./][\w./-]* [\w./][\w./-]*|rev-list --max-parents=0 HEAD|log -1 --format=(?:%[hH]|"%[hH]"|'%[hH]'))(?: 2>\/dev\/null)?\s*\)$/;

/** @param substitution as it is written. */
export const givesRevision = (substitution: string, {functions, lost}: Scope): boolean =>
  !lost && !functions.has('git') && asking.test(substitution);
