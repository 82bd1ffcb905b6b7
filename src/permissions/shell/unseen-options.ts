/**
 * Words of which the line does not show whether they are options, for programs that some option has run another one: `find . $X`
 * may hold an `-exec`, and `tar xf a "$X"` a `--to-command=`.
 */
import type {Form} from './forms.js';
import {subcommandAt} from './options.js';
import {type Field, hidden, isKnown} from './types.js';

/** One word tells them to run something: `--filter=x`. */
const byOneWord = /^(?:fd|fdfind|tar|bsdtar|rsync|ssh|scp|sftp|split|sort|man|wget|zip|svn|hg)$/;

const gitStarters =
  /^(?:fetch|pull|push|clone|ls-remote|archive|rebase|difftool|grep|filter-branch|bisect|submodule|send-email)$/;
const findTests =
  /^-(?:i?(?:name|path|wholename|regex|lname)|newer\w*|samefile|type|size|perm|user|group|(?:min|max)depth|[acm](?:min|time))$/;

export const unseenOptions = 'which options it is given is not known';

/** Whether what is not known among its words may be an option that has another program run. */
export function mayHoldOptions({program, words}: Pick<Form, 'program' | 'words'>): boolean {
  const rest = words.slice(1);
  if (program === 'find' || program === 'gfind') return rest.some(mayBeAction);
  if (program === 'git') return gitStarters.test(words[subcommandAt(words)]?.text ?? '') && rest.some(mayBeMany);
  if (!byOneWord.test(program)) return false;
  const end = rest.findIndex(({text}) => text === '--');
  return rest
    .slice(0, end < 0 ? undefined : end)
    .some((field, at) => mayBeMany(field) || (field.text.startsWith(hidden) && !isValue(rest[at - 1], at, program)));
}

/** Names that a listing gives begin with a folder. */
const mayBeMany = ({splits, within}: Field): boolean => splits && within === undefined;

/** One word right after an option, or after the letters with which tar begins. */
const isValue = (before: Field | undefined, at: number, program: string): boolean =>
  before !== undefined &&
  isKnown(before) &&
  (/^-[^=]+$/.test(before.text) || (program === 'tar' && at === 1 && /^[A-Za-z]*f$/.test(before.text)));

/** `-exec` takes further words, and where one stands already, `;` ends it. */
function mayBeAction(field: Field, at: number, rest: readonly Field[]): boolean {
  if (mayBeMany(field)) return true;
  if (!field.text.startsWith(hidden) || findTests.test(rest[at - 1]?.text ?? '')) return false;
  const isInside = rest.slice(0, at).some(({text}) => actions.test(text));
  if (isInside) return rest.slice(at + 1).some(({text}) => actions.test(text));
  const next = rest[at + 1]?.text ?? '-';
  return !/^[-()!]/.test(next);
}

const actions = /^-(?:exec|execdir|ok|okdir)$/;
