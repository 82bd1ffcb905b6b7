/**
 * Words of which the line does not show whether they are options, for programs that some option has run another one: `find . $X`
 * may hold an `-exec`, and `tar xf a "$X"` a `--to-command=`.
 */
import type {Form} from './forms.js';
import {subcommandAt} from './options.js';
import {type Field, hidden, isKnown} from './types.js';

/** One word tells them to run something: `--filter=x`. */
const byOneWord =
  /^(?:fd|fdfind|rg|tar|bsdtar|rsync|ssh|scp|sftp|split|sort|man|less|wget|zip|svn|hg|g?make|vim?|nvim|view|ex|emacs|psql|mysql)$/;
/** What follows the file that these run is for that file. */
const byFirstWord = /^(?:(?:python|pypy|perl|ruby|php|lua)[\d.]*|node|nodejs|deno|bun|tsx|luajit|Rscript)$/;

/** Which of their subcommands they are given makes the difference. */
const running =
  /^(?:git|npm|pnpm|yarn|bun|poetry|pipenv|uv|conda|bundle|mise|asdf|docker|podman|kubectl|nix|cargo|go|dotnet|composer)$/;
const gitStarters =
  /^(?:fetch|pull|push|clone|ls-remote|archive|rebase|difftool|grep|filter-branch|bisect|submodule|send-email)$/;
const findTests =
  /^-(?:i?(?:name|path|wholename|regex|lname)|newer\w*|samefile|type|size|perm|user|group|(?:min|max)depth|[acm](?:min|time))$/;

export const unseenOptions = 'which options it is given is not known';

/** Whether what is not known among its words may be an option that has another program run. */
export function mayHoldOptions({program, words}: Pick<Form, 'program' | 'words'>): boolean {
  const rest = words.slice(1);
  if (program === 'find' || program === 'gfind') return rest.some(mayBeAction);
  // As many words may say that another program is to be run.
  const subcommand = words[subcommandAt(words)];
  if (running.test(program) && subcommand !== undefined && mayBeMany(subcommand)) return true;
  const isGit =
    program === 'git' && gitStarters.test(subcommand?.text ?? '') && !(reachesOut(words) && !rest.some(mayBeMany));
  const isFirst = byFirstWord.test(program);
  if (!isGit && !isFirst && !byOneWord.test(program)) return false;
  const end = rest.findIndex(({text}) => text === '--' || (isFirst && /^[^-\0]/.test(text)));
  return rest
    .slice(0, end < 0 ? undefined : end)
    .some((field, at) => mayBeMany(field) || (field.text.startsWith(hidden) && !isValue(rest[at - 1], at, program)));
}

/** `git push origin "$X"`: such an option says what another machine runs. */
const reachesOut = (words: readonly Field[]): boolean => {
  const at = subcommandAt(words);
  const remote = words.slice(at + 1).find(({text}) => !text.startsWith('-'));
  return /^(?:fetch|pull|push)$/.test(words[at]?.text ?? '') && /^\w[\w.-]*$/.test(remote?.text ?? '');
};

/** Names that a listing gives begin with a folder. */
const mayBeMany = ({splits, within}: Field): boolean => splits && within === undefined;

/** Most of their options have no value, or have it attached. */
const attaching = new RegExp(`${byFirstWord.source}|^g?make$`);

/** One word right after an option, or after the letters with which tar begins. */
const isValue = (before: Field | undefined, at: number, program: string): boolean =>
  before !== undefined &&
  isKnown(before) &&
  ((attaching.test(program) ? /^-[A-Za-z]*[cCeEfImoQrWX]$/ : /^-[^=]+$/).test(before.text) ||
    (program === 'tar' && at === 1 && /^[A-Za-z]*f$/.test(before.text)));

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
