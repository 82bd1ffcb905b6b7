/** Programs that put whole trees where the line does not show it. */
import type {Field} from './types.js';

/** The words with which they do. */
const unpackers: Readonly<Record<string, RegExp>> = {
  tar: /^-?[A-Za-z]*x|^--(?:extract|get)/,
  bsdtar: /^-?[A-Za-z]*x/,
  unzip: /^/,
  '7z': /^[xe]$/,
  cpio: /^-[A-Za-z]*[ip]|^--(?:extract|pass)/,
  rsync: /^-[A-Za-z]*[al]|^--(?:archive|links)/,
  patch: /^/,
  git: /^(?:checkout|checkout-index|switch|restore|stash|reset|merge|pull|rebase|cherry-pick|revert|am|apply|clone|worktree|submodule|read-tree|bisect|mv)$/,
};

/** @param rest the words after the program. */
export function unpacks(program: string, rest: readonly Field[]): boolean {
  const how = Object.hasOwn(unpackers, program) ? unpackers[program] : undefined;
  return how !== undefined && rest.some(({text}) => how.test(text));
}
