/**
 * Reads from a command's words which of the options in carriers.ts it is given, and with what.
 */
import {type Carrier, carriersOf, type Given, isGitCommand} from './carriers.js';
import {subcommandAt} from './options.js';
import {startedBySed} from './sed.js';
import {type Field, isKnown, knownField} from './types.js';

export interface Carried {
  /** As the table has it, or as it was written where it is a setting. */
  readonly option: string;
  /** What is run; null: not known, or no command. */
  readonly code: string | null;
  readonly given: Given;
  /** As it is given; null: not known. */
  readonly value: string | null;
}

const none: readonly Carried[] = [];

/** What a command is told by its options and settings to start, to load, to write, or where to work. */
export function carriedBy(program: string, words: readonly Field[]): readonly Carried[] {
  const at = subcommandAt(words);
  const texts = words.map(({text}) => text);
  const found: Carried[] = [];
  for (const {carriers, from} of carriersOf(program, texts, at)) {
    for (let place = from; place < words.length; place += 1) {
      const field = words[place];
      if (field === undefined || !/^-./.test(field.text)) continue;
      for (const each of carriers) found.push(...carriedAt(field, words[place + 1], each));
    }
  }
  return [...found, ...otherwise(program, words, at)];
}

function carriedAt(field: Field, next: Field | undefined, carrier: Carrier): readonly Carried[] {
  const {text} = field;
  const {only, given} = carrier;
  const match = matchOf(text, carrier);
  if (match === null) return none;
  const source = match.attached === '' ? next : knownField(match.attached.replace(/^=/, ''));
  const value = source && isKnown(source) ? source.text : null;
  if (only && value !== null && !only.test(value)) return none;
  const code = given !== 'command' ? null : only && value !== null ? ofSetting(value) : value;
  return [{option: match.option, code, given, value}];
}

interface Spellings {
  readonly whole: ReadonlyMap<string, string>;
  readonly long: readonly (readonly [canonical: string, option: string])[];
  readonly letters: readonly (readonly [option: string, pattern: RegExp])[];
}

const compiled = new WeakMap<Carrier, Spellings>();

/** Written together or with dashes between: `--setup-files` is `--setupFiles`. */
const toCanonical = (name: string): string =>
  name.startsWith('--') ? `--${name.slice(2).replaceAll('-', '').toLowerCase()}` : name;

function spellingsOf(carrier: Carrier): Spellings {
  const known = compiled.get(carrier);
  if (known) return known;
  const {options, behind = 'A-Za-z', isWhole} = carrier;
  const isLetter = (option: string): boolean => option.length === 2 && isWhole !== true;
  const prefix = behind === '' ? '' : `[${behind}]{0,4}?`;
  const spellings: Spellings = {
    whole: new Map(options.filter(option => !isLetter(option)).map(option => [toCanonical(option), option])),
    long: isWhole
      ? []
      : options.filter(option => option.startsWith('--')).map(option => [toCanonical(option), option] as const),
    letters: options.filter(isLetter).map(option => [option, new RegExp(`^-${prefix}${option[1]}(.*)$`, 's')] as const),
  };
  compiled.set(carrier, spellings);
  return spellings;
}

/** Which of the options the word is, and what is attached to it. */
function matchOf(text: string, carrier: Carrier): {readonly option: string; readonly attached: string} | null {
  const {whole, long, letters} = spellingsOf(carrier);
  const name = text.split('=', 1)[0] ?? '';
  const canonical = toCanonical(name);
  const option =
    whole.get(canonical) ??
    (name.startsWith('--') && name.length > 3 ? long.find(([each]) => each.startsWith(canonical))?.[1] : undefined);
  if (option !== undefined) return {option, attached: text.slice(name.length)};
  if (text.startsWith('--')) return null;
  for (const [letter, pattern] of letters) {
    const [, attached] = pattern.exec(text) ?? [];
    if (attached !== undefined) return {option: letter, attached};
  }
  return null;
}

/** `exec=x`, `ProxyCommand x`, `alias.y=!x`: what is run is x. */
const ofSetting = (setting: string): string => toCode(setting.replace(/^[^=\s]*[=\s]\s*/, ''));

/** What a setting of git has it run: an alias is one of its own commands, and a folder of hooks or a file does not show it. */
function ofGitSetting(name: string, value: string): string | null {
  if (/^alias\./i.test(name) && !value.startsWith('!')) return `git ${value} "$@"`;
  return /^(?:core\.hookspath|include.*)$/i.test(name) ? null : toCode(value);
}
const toCode = (value: string): string => value.replace(/^!/, '');

const toStart = (option: string, code: string | null): Carried => ({option, code, given: 'command', value: code});

/** What is said in other ways than by options. @param at where the subcommand stands. */
function otherwise(program: string, words: readonly Field[], at: number): readonly Carried[] {
  switch (program) {
    case 'git':
      return [
        ...steersOf(words.slice(1, at)),
        ...placesOf(words.slice(1, at)),
        ...(words[at]?.text === 'config' ? settingOf(words.slice(at + 1)) : none),
      ];
    case 'make':
      return words.flatMap(({text}) =>
        // What a variable holds is put into the lines that a shell runs.
        /^(?:\.?SHELL|MAKE\w*)\W?=|^\w+\W{0,3}=.*[;&|`$<>()\n\\]|^(?:CC|CXX|CPP|LD|AR|AS|FC|RM|CP|MV|INSTALL|PYTHON|NODE|NPM|GO|CARGO|JAVA|SH|BASH|\w*(?:CMD|COMMAND|COMPILER|BIN))\W{0,3}=.*[\s/]/s.test(
          text,
        )
          ? [toStart('SHELL=', ofSetting(text))]
          : [],
      );
    case 'pytest':
    case 'py.test':
      // More words are read from that file.
      return words.flatMap(({text}) =>
        text.startsWith('@') ? [{...toStart(text, null), given: 'settings' as const}] : [],
      );
    case 'tar':
      // The first word may hold its options without a dash.
      return /^[A-Za-z]*[IF][A-Za-z]*$/.test(words[1]?.text ?? '') ? [toStart('-I', null)] : none;
    case 'sed':
    case 'gsed': {
      const code = startedBySed(words.slice(1));
      return code === undefined ? none : [toStart('s///e', code)];
    }
    default:
      return none;
  }
}

/** `git -c alias.x='!y'`, and settings from elsewhere. */
function steersOf(before: readonly Field[]): readonly Carried[] {
  return before.flatMap(({text}, at) => {
    if (/^--(?:config-env|exec-path=)/.test(text)) return [toStart(text, null)];
    const setting = text === '-c' ? before[at + 1] : undefined;
    if (setting === undefined || !isGitCommand(setting.text)) return [];
    const [name = ''] = setting.text.split('=', 1);
    return [toStart('-c', isKnown(setting) ? ofGitSetting(name, setting.text.slice(name.length + 1)) : null)];
  });
}

/** `git -C src -C ../test`: one leads on from the other. */
function placesOf(before: readonly Field[]): readonly Carried[] {
  const given = before.filter((_, at) => before[at - 1]?.text === '-C');
  if (given.length === 0) return none;
  const value = given.every(isKnown)
    ? given.reduce((from, {text}) => (text.startsWith('/') || from === '' ? text : `${from}/${text}`), '')
    : null;
  return [{option: '-C', code: null, given: 'place', value}];
}

/** `git config alias.x '!y'`. */
function settingOf(rest: readonly Field[]): readonly Carried[] {
  const at = rest.findIndex(({text}) => isGitCommand(text));
  const value = rest[at + 1];
  if (at < 0 || value === undefined) return none;
  const name = rest[at]?.text ?? '';
  return [toStart(name, isKnown(value) ? ofGitSetting(name, value.text) : null)];
}
