/**
 * Options by which a command that is harmless in itself is told to start another program, or to write a file. A rule that allows the command
 * with whatever follows does not mean them, and what they name is held against the rules that deny.
 *
 * Long options count in every abbreviation, for that is how programs read them.
 */
import {startedBySed} from './sed.js';
import {type Field, isKnown, knownField} from './types.js';

interface Carrier {
  /** `-x` may have its value attached, and stand behind other letters. */
  readonly options: readonly string[];
  /** Only with such a value. */
  readonly only?: RegExp;
  /** What it is given is no command, but a file: one that says what runs, or one that is written. */
  readonly file?: 'loaded' | 'written';
}

const carrier = (options: string, only?: RegExp): Carrier => ({options: options.split(' '), ...(only && {only})});
const loader = (options: string): Carrier => ({options: options.split(' '), file: 'loaded'});

/** Settings of ssh and of git that are commands. */
const sshSetting = /^\s*(?:ProxyCommand|LocalCommand|KnownHostsCommand|RemoteCommand|Include|PKCS11Provider)\b/i;
const gitSetting =
  /^(?:alias\.|core\.(?:pager|editor|sshcommand|fsmonitor|gitproxy|askpass|hookspath|alternaterefscommand)|sequence\.editor|diff\.external|gpg\.|pager\.|include|url\.|protocol\.|.*\.(?:command|cmd|textconv|clean|smudge|process|helper|program|path|driver|uploadpack|receivepack|proxy|browser|vcs))/i;

const packs = carrier(
  '--upload-pack --receive-pack --exec --extcmd --open-files-in-pager --ext-diff --textconv --smtp-server --to-cmd --cc-cmd',
);
const sshSettings = carrier('-o', sshSetting);

/** By program, or program and subcommand. */
const carriers: Readonly<Record<string, readonly Carrier[]>> = {
  git: [packs, {options: ['--output'], file: 'written'}],
  'git rebase': [carrier('-x')],
  'git difftool': [carrier('-x')],
  'git grep': [carrier('-O')],
  'git clone': [carrier('-u'), loader('--template'), carrier('-c --config', gitSetting)],
  'git init': [loader('--template')],
  'git filter-branch': [
    carrier(
      '--setup --tree-filter --index-filter --env-filter --msg-filter --commit-filter --parent-filter --tag-name-filter',
    ),
  ],
  tar: [
    carrier('-I -F --use-compress-program --to-command --info-script --new-volume-script --rsh-command --rmt-command'),
    carrier('--checkpoint-action', /^exec/),
  ],
  ssh: [sshSettings, loader('-F')],
  scp: [sshSettings, loader('-F'), carrier('-S')],
  sftp: [sshSettings, loader('-F'), carrier('-S')],
  rsync: [carrier('-e --rsh --rsync-path')],
  split: [carrier('--filter')],
  sort: [carrier('--compress-program')],
  npm: [carrier('--script-shell --call --shell --node-options'), loader('--userconfig --globalconfig')],
  'npm exec': [carrier('-c')],
  npx: [carrier('-c --call --shell --node-options')],
  pnpm: [carrier('--script-shell --shell-mode')],
  cargo: [loader('--config')],
  go: [carrier('-exec -toolexec -vettool --exec --toolexec --vettool')],
  make: [carrier('--eval')],
  man: [carrier('-P -H --pager --html')],
  curl: [loader('-K --config')],
  wget: [carrier('-e --execute --use-askpass'), loader('--config')],
  zip: [carrier('-TT --unzip-command')],
  gcc: [carrier('-wrapper'), loader('-B --specs')],
  pytest: [loader('-p -c --rootdir --override-ini')],
  jest: [
    loader('-c --config --globalSetup --globalTeardown --runner --testEnvironment --transform --resolver --reporters'),
  ],
  vitest: [loader('-c --config --root --globalSetup --reporter')],
  hg: [loader('--config')],
  sed: [],
  gsed: [],
  svn: [carrier('--config-option --diff-cmd --diff3-cmd --editor-cmd')],
};

export interface Carried {
  /** As the table has it, or as it was written where it is a setting. */
  readonly option: string;
  /** What is run; null: not known. */
  readonly code: string | null;
  /** Whether that is a command, so that one that is not known could be any. */
  readonly isCommand: boolean;
}

const none: readonly Carried[] = [];
const command = (option: string, code: string | null): Carried => ({option, code, isCommand: true});

/** What a command is told to start by its options and settings. */
export function carriedBy(program: string, words: readonly Field[]): readonly Carried[] {
  const own = Object.hasOwn(carriers, program) ? carriers[program] : undefined;
  if (own === undefined) return none;
  const at = subcommandAt(words);
  const key = `${program} ${words[at]?.text ?? ''}`;
  const all = Object.hasOwn(carriers, key) ? [...own, ...(carriers[key] ?? [])] : own;
  const found = words.slice(1).flatMap((field, place) => all.flatMap(each => carriedAt(field, words[place + 2], each)));
  return [...found, ...otherwise(program, words, at)];
}

/** Where a program's subcommand stands, or the end. */
export const subcommandAt = (words: readonly Field[]): number => {
  const at = words.findIndex(
    (field, place) => place > 0 && !/^-/.test(field.text) && !/^-[cC]$/.test(words[place - 1]?.text ?? ''),
  );
  return at < 0 ? words.length : at;
};

function carriedAt(field: Field, next: Field | undefined, {options, only, file}: Carrier): readonly Carried[] {
  if (!/^-./.test(field.text)) return none;
  const isLong = field.text.startsWith('--');
  for (const option of options) {
    // Of two dashes and of one, each by its like.
    if (isLong !== option.startsWith('--')) continue;
    const value = givenTo(field.text, next, option);
    if (value === undefined || (only && value !== null && !only.test(value))) continue;
    const code = file === 'written' ? null : only && value !== null ? ofSetting(value) : value;
    return [{option, code, isCommand: file === undefined}];
  }
  return none;
}

/** What the option is given there; null: not known; undefined: it is another option. */
function givenTo(text: string, next: Field | undefined, option: string): string | null | undefined {
  const [, attached] = (option.length === 2 ? shortPattern(option) : longPattern(text, option)).exec(text) ?? [];
  if (attached === undefined) return undefined;
  const value = attached === '' ? next : knownField(attached.replace(/^=/, ''));
  return value && isKnown(value) ? value.text : null;
}

const shortPatterns = new Map<string, RegExp>();

function shortPattern(option: string): RegExp {
  const known = shortPatterns.get(option) ?? new RegExp(`^-[A-Za-z]{0,4}?${option[1]}(.*)$`, 's');
  shortPatterns.set(option, known);
  return known;
}

const nothing = /(?!)/;

/** The option as it may be written: in whole, or if it begins with two dashes, any beginning of it. */
function longPattern(text: string, option: string): RegExp {
  const name = text.split('=', 1)[0] ?? '';
  const isMeant = name === option || (name.startsWith('--') && name.length > 3 && option.startsWith(name));
  return isMeant ? /^[^=]+(.*)$/s : nothing;
}

/** `exec=x`, `ProxyCommand x`, `alias.y=!x`: what is run is x. */
const ofSetting = (setting: string): string => toCode(setting.replace(/^[^=\s]*[=\s]\s*/, ''));
const toCode = (value: string): string => value.replace(/^!/, '');

/** What is said in other ways than by options. @param at where the subcommand stands. */
function otherwise(program: string, words: readonly Field[], at: number): readonly Carried[] {
  switch (program) {
    case 'git':
      return [
        ...steersOf(words.slice(1, at)),
        ...(words[at]?.text === 'config' ? settingOf(words.slice(at + 1)) : none),
      ];
    case 'make':
      return words.flatMap(({text}) =>
        /^(?:\.?SHELL|MAKE\w*)\W?=/.test(text) ? [command('SHELL=', ofSetting(text))] : [],
      );
    case 'tar':
      // The first word may hold its options without a dash.
      return /^[A-Za-z]*[IF][A-Za-z]*$/.test(words[1]?.text ?? '') ? [command('-I', null)] : none;
    case 'sed':
    case 'gsed': {
      const code = startedBySed(words.slice(1));
      return code === undefined ? none : [command('s///e', code)];
    }
    default:
      return none;
  }
}

/** `git -c alias.x='!y'`, and settings from elsewhere. */
function steersOf(before: readonly Field[]): readonly Carried[] {
  return before.flatMap(({text}, at) => {
    if (/^--(?:config-env|exec-path=)/.test(text)) return [command(text, null)];
    const setting = text === '-c' ? before[at + 1] : undefined;
    if (setting === undefined || !gitSetting.test(setting.text)) return [];
    return [command('-c', isKnown(setting) ? ofSetting(setting.text) : null)];
  });
}

/** `git config alias.x '!y'`. */
function settingOf(rest: readonly Field[]): readonly Carried[] {
  const at = rest.findIndex(({text}) => gitSetting.test(text));
  const value = rest[at + 1];
  if (at < 0 || value === undefined) return none;
  return [command(rest[at]?.text ?? '', isKnown(value) ? toCode(value.text) : null)];
}
