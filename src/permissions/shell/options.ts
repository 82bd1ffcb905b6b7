/**
 * Reads a command's words by a short description of its options, so that tables can say in one line what a command may
 * be given. Anything that the description does not name makes the answer null: not understood.
 *
 *   -abc      options without a value, alone or together        --long     the same, long
 *   -n#       takes a value that means nothing further          --long#    the same; --long? takes one only after `=`
 *   -f<  -o>  takes the name of a file that it reads, writes    --long<  --long>
 *   --arg&    takes two values
 *   -0        a number by itself is an option (`head -20`)
 */
import {type Field, hidden, isKnown, knownField} from './types.js';

type Kind = 'flag' | 'value' | 'pair' | 'optional' | 'read' | 'write';

export interface Options {
  readonly short: ReadonlyMap<string, Kind>;
  readonly long: ReadonlyMap<string, Kind>;
  readonly numbers: boolean;
}

export interface ReadWords {
  readonly options: ReadonlySet<string>;
  readonly operands: readonly Field[];
  readonly reads: readonly Field[];
  readonly writes: readonly Field[];
}

const kinds: Readonly<Record<string, Kind>> = {'#': 'value', '&': 'pair', '?': 'optional', '<': 'read', '>': 'write'};

export function describeOptions(description: string): Options {
  const short = new Map<string, Kind>();
  const long = new Map<string, Kind>();
  let numbers = false;
  for (const token of description.split(/\s+/).filter(each => each !== '')) {
    const kind = kinds[token.slice(-1)] ?? 'flag';
    const name = kind === 'flag' ? token : token.slice(0, -1);
    if (token === '-0') numbers = true;
    else if (name.startsWith('--')) long.set(name, kind);
    else for (const letter of name.slice(1)) short.set(letter, kind);
  }
  return {short, long, numbers};
}

interface Reading {
  readonly seen: Set<string>;
  readonly operands: Field[];
  readonly reads: Field[];
  readonly writes: Field[];
}

/**
 * The words after the program's name; null if any is not understood. A leading `-` may hide in what is not known. With
 * `operandsFirst` no word is an option any more after `own` operands and one.
 */
export function readWords(
  fields: readonly Field[],
  options: Options,
  operandsFirst = false,
  own = 0,
): ReadWords | null {
  const reading: Reading = {seen: new Set(), operands: [], reads: [], writes: []};
  for (let at = 0; at < fields.length; at += 1) {
    const field = fields[at];
    if (field === undefined) return null;
    // From here on the words belong to the command that is run.
    const done = operandsFirst && reading.operands.length > own;
    if (!done && mayBeOption(field)) return null;
    const {text} = field;
    if (text === '--' && !done) {
      reading.operands.push(...fields.slice(at + 1));
      break;
    }
    if (done || !text.startsWith('-') || text === '-') reading.operands.push(field);
    else {
      const used = text.startsWith('--')
        ? readLong(field, fields[at + 1], options, reading)
        : readShort(field, fields[at + 1], options, reading);
      if (used === null) return null;
      at += used;
    }
  }
  return {options: reading.seen, operands: reading.operands, reads: reading.reads, writes: reading.writes};
}

/** Whether it is not known if it begins with `-`; what follows an unknown beginning could be anything. */
export const mayBeOption = (field: Field): boolean =>
  field.text.startsWith(hidden) ||
  (!isKnown(field) && (field.text.startsWith('-') || (field.glob && /^[*?[@!+]/.test(field.text))));

/** How many further fields were used as a value; null: not understood. */
function readLong(field: Field, next: Field | undefined, options: Options, reading: Reading): 0 | 1 | 2 | null {
  const equals = field.text.indexOf('=');
  const name = equals < 0 ? field.text : field.text.slice(0, equals);
  const kind = options.long.get(name);
  if (kind === undefined || (kind === 'flag' && equals >= 0)) return null;
  reading.seen.add(name);
  if (kind === 'flag' || (kind === 'optional' && equals < 0)) return 0;
  if (kind === 'pair') return equals < 0 && next?.splits === false ? 2 : null;
  if (equals >= 0) return keep(kind, knownField(field.text.slice(equals + 1)), reading) ? 0 : null;
  return keep(kind, next, reading) ? 1 : null;
}

function readShort(field: Field, next: Field | undefined, options: Options, reading: Reading): 0 | 1 | null {
  const letters = field.text.slice(1);
  if (options.numbers && /^\d+$/.test(letters)) return 0;
  for (const [index, letter] of [...letters].entries()) {
    const kind = options.short.get(letter);
    if (kind === undefined) return null;
    reading.seen.add(`-${letter}`);
    if (kind === 'flag') continue;
    const rest = letters.slice(index + 1);
    if (rest !== '' || kind === 'optional') return keep(kind, knownField(rest), reading) ? 0 : null;
    return keep(kind, next, reading) ? 1 : null;
  }
  return 0;
}

function keep(kind: Kind, value: Field | undefined, {reads, writes}: Reading): boolean {
  if (value === undefined || value.splits || value.glob) return false;
  if (kind === 'read') reads.push(value);
  if (kind === 'write') writes.push(value);
  return true;
}

/** Where a program's subcommand stands, or the end. */
export const subcommandAt = (words: readonly Field[]): number => {
  const at = words.findIndex(
    (field, place) => place > 0 && !/^-/.test(field.text) && !/^-[cC]$/.test(words[place - 1]?.text ?? ''),
  );
  return at < 0 ? words.length : at;
};
