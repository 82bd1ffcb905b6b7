/** The words after `agent sessions`: what is wanted of the kept conversations. */
import {parseArgs} from 'node:util';
import {UsageError} from '../../core/errors.js';
import {type ExportFormat, exportFormats} from '../export/export.js';
import {type SessionVerb, sessionVerbs} from './help.js';

export interface SessionArguments {
  readonly verb: SessionVerb;
  readonly words: readonly string[];
  readonly all: boolean;
  readonly json: boolean;
  readonly format: ExportFormat | null;
  readonly force: boolean;
  /** Milliseconds. */
  readonly olderThan: number | null;
  /** Bytes. */
  readonly maxSize: number | null;
  readonly dryRun: boolean;
}

const flagsOf = {
  list: ['all', 'json'],
  show: ['json'],
  export: ['format', 'force'],
  delete: [],
  prune: ['all', 'older-than', 'max-size', 'dry-run'],
} as const satisfies Readonly<Record<SessionVerb, readonly string[]>>;

type Flag = (typeof flagsOf)[SessionVerb][number];

const valued: readonly Flag[] = ['format', 'older-than', 'max-size'];

/** How many words a verb takes beside its options. */
const wordsOf: Readonly<Record<SessionVerb, readonly [least: number, most: number, form: string]>> = {
  list: [0, 0, ''],
  show: [1, 1, ' <id>'],
  export: [1, 2, ' <id> [file]'],
  delete: [1, Number.POSITIVE_INFINITY, ' <id> …'],
  prune: [0, 0, ' --older-than 30d'],
};

/** Throws `UsageError`. */
export function parseSessionArguments([name = '', ...rest]: readonly string[]): SessionArguments {
  const verb = sessionVerbs.find(known => known === name);
  if (!verb) throw new UsageError(`There is no agent sessions ${name}. ${seeHelp}`);
  const {words, values} = parse(verb, rest);
  const [least, most, form] = wordsOf[verb];
  if (words.length < least || words.length > most)
    throw new UsageError(`It is: agent sessions ${verb}${form}. ${seeHelp}`);
  const read = <T>(flag: Flag, toValue: (value: string) => T): T | null => {
    const value = values[flag];
    return typeof value === 'string' ? toValue(value) : null;
  };
  return {
    verb,
    words,
    all: values.all === true,
    json: values.json === true,
    format: read('format', parseFormat),
    force: values.force === true,
    olderThan: read('older-than', parseAge),
    maxSize: read('max-size', parseSize),
    dryRun: values['dry-run'] === true,
  };
}

const seeHelp = 'See agent sessions --help.';

function parse(verb: SessionVerb, args: readonly string[]) {
  const flags: readonly Flag[] = flagsOf[verb];
  const options = Object.fromEntries(
    flags.map(flag => [flag, {type: valued.includes(flag) ? 'string' : 'boolean'}] as const),
  );
  try {
    const {values, positionals} = parseArgs({args: [...args], options, allowPositionals: true});
    return {words: positionals, values: values as Partial<Record<Flag, string | boolean>>};
  } catch (error) {
    // Its message names the option, and what to do about it.
    const [message = ''] = error instanceof Error ? error.message.split(/\.? To specify|\n/) : [];
    throw new UsageError(`agent sessions ${verb}: ${message}. ${seeHelp}`, {cause: error});
  }
}

function parseFormat(value: string): ExportFormat {
  const format = exportFormats.find(known => known === value);
  if (!format) throw new UsageError(`There is no format "${value}". There are: ${exportFormats.join(', ')}.`);
  return format;
}

const hour = 3_600_000;
const ages: Readonly<Record<string, number>> = {h: hour, d: 24 * hour, w: 7 * 24 * hour};
const sizes: Readonly<Record<string, number>> = {kb: 1e3, mb: 1e6, gb: 1e9};

function parseAge(value: string): number {
  const [, count = '', unit = ''] = /^(\d+)([hdw])$/i.exec(value) ?? [];
  const each = ages[unit.toLowerCase()];
  if (each === undefined) throw new UsageError(`"${value}" is no age. Give hours, days or weeks: 12h, 30d, 8w.`);
  return Number(count) * each;
}

function parseSize(value: string): number {
  const [, count = '', unit = ''] = /^(\d+(?:\.\d+)?)([kMG]B)$/i.exec(value) ?? [];
  const each = sizes[unit.toLowerCase()];
  if (each === undefined) throw new UsageError(`"${value}" is no size. Give kB, MB or GB: 500MB, 2GB.`);
  return Number(count) * each;
}
