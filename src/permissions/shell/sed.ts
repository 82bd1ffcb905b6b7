/**
 * What a sed program does, command by command. Where sed programs of other systems would read it differently, or it is not
 * understood, the answer is null.
 */
import {isStream} from './paths.js';
import {type Field, hidden} from './types.js';

interface SedCommand {
  readonly name: string;
  /** Of `s`: its flags; of `e`: what it runs. */
  readonly rest: string;
}

/** Longer programs are not read. */
const maximumLength = 2_000;

const between = /[\s;]*/y;
const place = /(?:[0-9\0]+(?:~[0-9\0]+)?|\$|[+~][0-9\0]+)/y;
const separator = /[ \t]*,[ \t]*/y;
const negation = /[ \t]*(?:![ \t!]*)?/y;
const end = /[ \t\r]*(?:$|[;\n]|(?=[}#]))/y;
const line = /(?:\\.|[^\\\n])*(?:\n|$)/sy;
const one = /./sy;
const label = /[ \t]*[\w.-]*/y;
const exitCode = /[ \t]*\d*/y;
const flags = /(?:[gpiImMe]|\d)*/y;

/** Reads on from one place to the next. */
interface Reader {
  take(pattern: RegExp): string | null;
  readonly next: string;
}

function createReader(text: string): Reader {
  let at = 0;
  return {
    take(pattern) {
      pattern.lastIndex = at;
      const found = pattern.exec(text);
      if (found === null) return null;
      at = pattern.lastIndex;
      return found[0];
    },
    get next() {
      return text[at] ?? '';
    },
  };
}

/** @param program all of it, lines joined; what is not known of it may be any text where text stands, else a number. */
function sedCommands(program: string): readonly SedCommand[] | null {
  if (program.length > maximumLength) return null;
  const reader = createReader(program);
  const commands: SedCommand[] = [];
  for (reader.take(between); reader.next !== ''; reader.take(between)) {
    const command = readCommand(reader);
    if (command === null) return null;
    commands.push(command);
  }
  return commands;
}

function readCommand(reader: Reader): SedCommand | null {
  if (!takeAddresses(reader)) return null;
  const name = reader.take(one) ?? '';
  const rest = readRest(name, reader);
  return rest === null ? null : {name, rest};
}

function takeAddresses(reader: Reader): boolean {
  const first = takeAddress(reader);
  if (first === 'broken') return false;
  if (first === 'found' && reader.take(separator) !== null && takeAddress(reader) !== 'found') return false;
  reader.take(negation);
  return true;
}

function takeAddress(reader: Reader): 'found' | 'none' | 'broken' {
  if (reader.take(place) !== null) return 'found';
  const isOwn = reader.next === '\\';
  if (!isOwn && reader.next !== '/') return 'none';
  if (isOwn) reader.take(/\\/y);
  if (!takeUntil(reader, reader.take(one) ?? '', 1)) return 'broken';
  reader.take(/[IM]*/y);
  return 'found';
}

/** What follows a command's letter; null: not understood. */
function readRest(name: string, reader: Reader): string | null {
  switch (name) {
    case '{':
      return '';
    case '#':
    case 'a':
    case 'i':
    case 'c':
    case 'r':
    case 'R':
    case 'w':
    case 'W':
    case 'e':
      return reader.take(line);
    case 's': {
      if (!takeUntil(reader, reader.take(one) ?? '', 2)) return null;
      const given = reader.take(flags) ?? '';
      return reader.next === 'w' ? given + (reader.take(line) ?? '') : ended(reader, given);
    }
    case 'y':
      return takeUntil(reader, reader.take(one) ?? '', 2) ? ended(reader, '') : null;
    case ':':
    case 'b':
    case 't':
    case 'T':
      return ended(reader, reader.take(label) ?? '');
    case 'q':
    case 'Q':
    case 'l':
    case 'L':
      return ended(reader, reader.take(exitCode) ?? '');
    default:
      return /^[}=dDgGhHnNpPxzF]$/.test(name) ? ended(reader, '') : null;
  }
}

/** Nothing else may follow. */
const ended = (reader: Reader, rest: string): string | null => (reader.take(end) === null ? null : rest);

interface Halves {
  readonly pattern: RegExp;
  readonly replacement: RegExp;
}

const halves = new Map<string, Halves>();

/** Up to that sign. Within brackets it is no end, but not everywhere: there it is not understood. */
function halvesFor(sign: string): Halves {
  const quoted = `\\${sign}`;
  const plain = String.raw`(?!${quoted})[^\\\n`;
  const inBrackets = String.raw`(?:\[:[a-z]+:\]|(?!\[[.=:])${plain}\]]|\\[^\]\n])*\]`;
  const brackets = String.raw`\[\^?\]${inBrackets}|\[(?!\^?\])${inBrackets}`;
  const known = halves.get(sign) ?? {
    pattern: new RegExp(String.raw`(?:\\.|${brackets}|${plain}[])*${quoted}`, 'sy'),
    replacement: new RegExp(String.raw`(?:\\.|${plain}])*${quoted}`, 'sy'),
  };
  halves.set(sign, known);
  return known;
}

/** The pattern of an address, or both parts of `s` and `y`. */
function takeUntil(reader: Reader, sign: string, parts: 1 | 2): boolean {
  if (!/[/|#,:@!%~_+=^]/.test(sign)) return false;
  const {pattern, replacement} = halvesFor(sign);
  return reader.take(pattern) !== null && (parts === 1 || reader.take(replacement) !== null);
}

/** The programs that sed is given by its words; without any it is told by a file. @param words without its name. */
export function sedPrograms(words: readonly Field[]): readonly (Field | undefined)[] {
  const given = words.flatMap((field, at) => {
    const [, attached] = /^(?:-[nErsuz]*e|--e[a-z]*(?:=|$))(.*)$/s.exec(field.text) ?? [];
    if (attached === undefined) return [];
    return [attached === '' ? words[at + 1] : {...field, text: attached}];
  });
  if (given.length > 0) return given;
  if (words.some(({text}) => /^(?:-[nErsuz]*f|--fi)/.test(text))) return [];
  const end = words.findIndex(({text}) => text === '--');
  const first = words.findIndex(
    ({text}, at) =>
      (end >= 0 && at > end) ||
      (!text.startsWith('-') && !/^(?:-[nErsuz]*l|--l[a-z-]*)$/.test(words[at - 1]?.text ?? '')),
  );
  return first < 0 ? [] : [words[first]];
}

/** Whether it stays with the text that it is given: no file is opened from within, no command is run. */
export const isSedHarmless = (program: string): boolean =>
  !program.includes(hidden) &&
  sedCommands(program)?.every(({name, rest}) => (name === 's' ? !/[we]/.test(rest) : !/[rRwWe]/.test(name))) === true;

const fromFile = /^(?:-[nErsuz]*f|--fi(?:l|le)?=?)/;

/** Whether the program comes in by a stream. */
function isStreamed(text: string, before: string): boolean {
  const file = fromFile.test(text) ? text.replace(fromFile, '') : fromFile.test(before) ? text : '';
  return file === '-' || isStream(file);
}

/** What it has a shell run: code, or null where that is not known; undefined: nothing. @param words without sed's name. */
export function startedBySed(words: readonly Field[]): string | null | undefined {
  if (words.some(({text}, at) => isStreamed(text, words[at - 1]?.text ?? ''))) return null;
  const program = sedPrograms(words)
    .map(field => field?.text ?? '')
    .join('\n');
  const isHidden = program.includes(hidden) && program.replaceAll(hidden, '').trim() === '';
  const commands = isHidden ? null : sedCommands(program);
  if (commands === null) return null;
  const runner = commands.find(({name, rest}) => name === 'e' || (name === 's' && /^[^w]*e/.test(rest)));
  if (runner === undefined) return undefined;
  const code = runner.name === 'e' ? runner.rest.trim() : '';
  return code === '' || code.includes(hidden) ? null : code;
}
