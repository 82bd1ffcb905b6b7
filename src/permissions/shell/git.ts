/**
 * What of git only reads: subcommands and the options under which that holds. Options that start programs of their own
 * (`--ext-diff`, `--textconv`, `-O<command>`, `--upload-pack`) or write (`--output`) are not among them.
 */

import {printsContents} from './git-contents.js';
import {describeOptions, type Options, readWords} from './options.js';
import {type Field, isKnown} from './types.js';
import type {Use} from './use.js';

const shows =
  '-0 -abBcdDhilmMpqrRstuvwzC -n# -U# -S# -G# -L< -O< --oneline --graph --all --stat? --shortstat --numstat --name-only --name-status ' +
  '--patch --no-patch --patch-with-stat --raw --summary --color? --no-color --decorate? --no-decorate --abbrev-commit --abbrev? --no-abbrev --no-abbrev-commit ' +
  '--pretty? --format# --date# --since# --after# --until# --before# --author# --committer# --grep# --all-match --invert-grep --max-count# --skip# ' +
  '--first-parent --merges --no-merges --reverse --follow --full-diff --find-renames? --find-copies? --no-renames --diff-filter# --diff-algorithm# ' +
  '--minimal --patience --histogram --word-diff? --word-diff-regex# --color-words? --color-moved? --ignore-all-space --ignore-space-change ' +
  '--ignore-blank-lines --ignore-space-at-eol --ignore-cr-at-eol --ignore-submodules? --submodule? --unified# --inter-hunk-context# --function-context ' +
  '--exit-code --quiet --check --full-index --binary --relative? --no-relative --text --no-ext-diff --no-textconv --no-prefix --src-prefix# --dst-prefix# ' +
  '--branches? --tags? --remotes? --glob# --source --left-right --cherry-pick --cherry-mark --boundary --simplify-by-decoration --topo-order --date-order ' +
  '--author-date-order --walk-reflogs --no-notes --notes? --no-mailmap --use-mailmap --regexp-ignore-case --extended-regexp --fixed-strings --perl-regexp ' +
  '--pickaxe-all --pickaxe-regex --compact-summary --dirstat? --cached --staged --merge-base --no-index --relative-date --parents --children --show-signature --expand-tabs?';

const rows: Readonly<Record<string, string>> = {
  status:
    '-bsuvz -u? --short --branch --show-stash --porcelain? --long --verbose --untracked-files? --ignored? --ignore-submodules? --column? --no-column --ahead-behind --no-ahead-behind --renames --no-renames --find-renames?',
  diff: shows.replace(' -O<', ''),
  log: shows.replace(' -O<', ''),
  show: shows.replace(' -O<', ''),
  shortlog: '-censw --numbered --summary --email --committer --group# --all --since# --until# --no-merges',
  whatchanged: shows.replace(' -O<', ''),
  reflog: shows.replace(' -O<', ''),
  blame:
    '-bcefklMCnpstw -L# -S< --line-porcelain --porcelain --incremental --root --show-stats --show-name --show-number --show-email --date# --since# --abbrev# --ignore-rev# --color-lines --color-by-age',
  annotate: '-bcefklnpstw -L#',
  'rev-parse':
    '--abbrev-ref? --show-toplevel --show-prefix --show-cdup --git-dir --git-common-dir --absolute-git-dir --is-inside-work-tree --is-inside-git-dir --is-bare-repository --is-shallow-repository --short? --verify --quiet --symbolic --symbolic-full-name --all --branches? --tags? --remotes? --show-object-format? --show-superproject-working-tree -q',
  'rev-list':
    '--all --count --branches? --tags? --remotes? --max-count# -n# --since# --until# --author# --grep# --oneline --reverse --parents --first-parent --merges --no-merges --objects --left-right --left-only --right-only --cherry-pick --abbrev-commit --no-walk --topo-order --date-order --skip# -0',
  'ls-files':
    '-cdmosiuktvzf -x# -X< --cached --deleted --modified --others --ignored --stage --unmerged --killed --exclude# --exclude-from< --exclude-standard --full-name --error-unmatch --directory --eol --deduplicate --recurse-submodules --abbrev?',
  'ls-tree': '-drtlz --name-only --name-status --full-name --full-tree --long --object-only --abbrev? --format#',
  'cat-file': '-epst --allow-unknown-type',
  describe:
    '--all --tags --contains --abbrev? --candidates# --exact-match --long --match# --exclude# --always --first-parent --dirty? --broken?',
  'merge-base': '-a --all --octopus --independent --is-ancestor --fork-point',
  'show-ref': '-dhqs --head --heads --branches --tags --dereference --hash? --verify --quiet --abbrev?',
  'for-each-ref':
    '--count# --sort# --format# --points-at? --merged? --no-merged? --contains? --no-contains? --ignore-case --shell',
  'name-rev': '--tags --refs# --exclude# --all --name-only --no-undefined --always',
  'diff-tree':
    '-0prstvzmcbw --stat? --name-only --name-status --raw --root --no-commit-id --numstat --shortstat --patch -M -C --find-renames? --diff-filter# --no-ext-diff --no-textconv -U#',
  'diff-index':
    '--cached --name-only --name-status --quiet --stat? -p -z --raw --exit-code --numstat --shortstat --diff-filter# --no-ext-diff --no-textconv',
  'diff-files':
    '--name-only --name-status --quiet --stat? -p -z --raw --exit-code --numstat --shortstat --diff-filter# --no-ext-diff --no-textconv',
  'check-ignore': '-qvzn --quiet --verbose --non-matching --no-index',
  'check-attr': '-az --all --cached',
  'count-objects': '-vH --verbose --human-readable',
  cherry: '-v --abbrev?',
  grep: '-acEFGhHiIlLnopPqvwWz -A# -B# -C# -e# -f< -m# --cached --untracked --no-index --text --ignore-case --word-regexp --invert-match --extended-regexp --basic-regexp --perl-regexp --fixed-strings --line-number --column --files-with-matches --name-only --files-without-match --count --color? --no-color --break --heading --show-function --function-context --only-matching --max-depth# --recurse-submodules --and --or --not --all-match --quiet --exclude-standard --no-exclude-standard --max-count# --full-name --context# --after-context# --before-context#',
  var: '',
  version: '--build-options',
};

/** Subcommands that only read when nothing else than these words follows: the first operand, then whatever `rest` allows. */
const listings: Readonly<Record<string, string>> = {
  branch:
    '-aravl -vv --all --remotes --list --verbose --show-current --contains# --no-contains# --merged? --no-merged? --points-at# --sort# --format# --color? --no-color --column? --no-column --ignore-case',
  tag: '-l -n? --list --contains# --no-contains# --merged? --no-merged? --points-at# --sort# --format# --color? --column? --no-column --ignore-case',
  remote: '-v --verbose',
  config:
    '-l --list --get --get-all --get-regexp --get-urlmatch --local --global --system --worktree --show-origin --show-scope --name-only -z --null --type# --default# --includes --no-includes',
  stash:
    '-pu --patch --stat --shortstat --numstat --name-only --name-status --include-untracked --only-untracked --oneline',
  worktree: '',
  submodule: '',
  notes: '',
  bisect: '',
};

const lister: Readonly<Record<string, ReadonlySet<string>>> = {
  stash: new Set(['list', 'show']),
  worktree: new Set(['list']),
  submodule: new Set(['status', 'summary']),
  notes: new Set(['list', 'show']),
  bisect: new Set(['log']),
  remote: new Set(['get-url']),
};

const quiet =
  /^(?:--no-pager|-P|--no-optional-locks|--literal-pathspecs|--glob-pathspecs|--noglob-pathspecs|--icase-pathspecs|--no-replace-objects|--no-advice)$/;

/** How something is shown; the pager may be none, or cat. */
const harmlessSetting =
  /^(?:color\.[\w.]+|core\.(?:quotepath|abbrev)|advice\.\w+|column\.\w+|diff\.(?:noprefix|renames|algorithm|context)|log\.(?:date|decorate|abbrevcommit))=[\w-]*$|^core\.pager=(?:cat)?$/i;

export interface GitCall {
  /** The words without the options before the subcommand that change nothing of what it does. */
  readonly bare: readonly Field[];
  /** Where it works, if not where the command stands. */
  readonly folders: readonly Field[];
  /** Null: not known to only read. Else the files that it shows, or only names. */
  readonly use: Use | null;
}

/** Null if options before the subcommand are not understood, or steer git (`-c`, `--git-dir`, `--exec-path`). */
export function readGit(words: readonly Field[]): GitCall | null {
  const folders: Field[] = [];
  let at = 1;
  for (; at < words.length; at += 1) {
    const field = words[at];
    if (field === undefined || !isKnown(field)) return null;
    if (field.text === '-C' && words[at + 1] !== undefined) {
      folders.push(words[at + 1] as Field);
      at += 1;
    } else if (field.text === '-c' && harmlessSetting.test(words[at + 1]?.text ?? '')) at += 1;
    else if (!quiet.test(field.text)) break;
  }
  const subcommand = words[at];
  const [program] = words;
  if (subcommand === undefined || program === undefined || subcommand.text.startsWith('-')) return null;
  return {bare: [program, ...words.slice(at)], folders, use: filesShown(subcommand.text, words.slice(at + 1))};
}

const options = new Map<string, Options>();

function optionsOf(name: string, row: string): Options {
  const known = options.get(name) ?? describeOptions(row);
  options.set(name, known);
  return known;
}

/** They tell of files that there are, that they changed and when, unless they are told to show how. */
const telling =
  /^(?:status|log|reflog|whatchanged|show|diff|diff-tree|diff-index|diff-files|ls-files|ls-tree|check-ignore|check-attr|rev-list|shortlog)$/;

/** What is known to be a revision names no file, and where it is none at all git takes its own. */
const toRevision = (field: Field): Field => (field.isRevision ? {...field, text: 'HEAD', splits: false} : field);

function filesShown(subcommand: string, given: readonly Field[]): Use | null {
  const rest = given.map(toRevision);
  const row = Object.hasOwn(rows, subcommand) ? rows[subcommand] : undefined;
  if (row !== undefined) {
    if (subcommand === 'reflog' && /^(?:expire|delete|drop|write)$/.test(rest[0]?.text ?? '')) return null;
    if (subcommand === 'var' && /^-|EDITOR|PAGER|SHELL/.test(rest[0]?.text ?? '-')) return null;
    const read = readWords(rest, optionsOf(subcommand, row));
    if (read === null) return null;
    // What `-S` and `-G` find tells what is in a file.
    const tells =
      telling.test(subcommand) && !rest.some(({text}) => /^-[SGL]/.test(text)) && !printsContents(subcommand, rest);
    const isNamed = ({text}: Field): boolean => tells && !text.includes(':');
    const shown = read.operands.filter(operand => !isNamed(operand));
    return {
      reads: [...read.reads.map(withoutRange), ...shown.map(asFile)],
      lists: read.operands.filter(isNamed),
      writes: [],
    };
  }
  return Object.hasOwn(listings, subcommand) && onlyLists(subcommand, rest) ? {reads: [], writes: []} : null;
}

/** `-L 1,2:.env`; an option that names a file as it is has no colon. */
const withoutRange = (field: Field): Field => ({...field, text: field.text.slice(field.text.lastIndexOf(':') + 1)});

/** `HEAD:.env` shows that file too, and so does `:(icase).env`. */
function asFile(operand: Field): Field {
  const path = operand.text.replace(/^:\([^)]*\)|^[^:]*:(?:[0-3]:)?/, '');
  return path === '' || path.startsWith('/') || !operand.text.includes(':') ? operand : {...operand, text: path};
}

function onlyLists(subcommand: string, rest: readonly Field[]): boolean {
  const read = readWords(rest, optionsOf(subcommand, listings[subcommand] ?? ''));
  if (read === null) return false;
  const {operands, options: seen} = read;
  if (operands.some(operand => !isKnown(operand))) return false;
  const [first] = operands;
  switch (subcommand) {
    case 'branch':
    case 'tag':
      return operands.length === 0 || seen.has('--list') || seen.has('-l');
    case 'config':
      // A name alone is asked for, a name and a value are set.
      if (seen.size === 0)
        return operands.length === 1 && /^[\w-]+\.[\w.-]+$/.test(first?.text ?? '') && !hasSecret(operands);
      return (
        [...seen].some(option => /^(?:-l|--list|--get|--get-all|--get-regexp|--get-urlmatch)$/.test(option)) &&
        !hasSecret(operands)
      );
    case 'remote':
      return first === undefined || lister.remote?.has(first.text) === true;
    default:
      return first !== undefined && lister[subcommand]?.has(first.text) === true && operands.length <= 2;
  }
}

const hasSecret = (operands: readonly Field[]): boolean =>
  operands.some(({text}) => /token|password|secret|extraheader|credential/i.test(text));

/** Whether an option before the subcommand gives git settings or programs of its own: an alias may be anything. */
export function isSteered(words: readonly Field[]): boolean {
  for (let at = 1; at < words.length && words[at]?.text.startsWith('-'); at += 1) {
    const text = words[at]?.text ?? '';
    if (/^(?:-c|--config-env|--exec-path)/.test(text)) return true;
    if (/^(?:-C|--git-dir|--work-tree|--namespace)$/.test(text)) at += 1;
  }
  return false;
}
