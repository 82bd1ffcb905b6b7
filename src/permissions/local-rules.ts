/**
 * Rules that a person gives for a project, in its settings.local.json: put in and taken out without touching anything else
 * in the file. A file that is not understood is left as it is.
 */
import {mkdir} from 'node:fs/promises';
import {dirname} from 'node:path';
import {UsageError} from '../core/errors.js';
import {writeAtomically} from '../platform/atomic-write.js';
import {withFileLock} from '../platform/file-lock.js';
import {realTarget} from '../platform/real-target.js';
import {codeOf, readTextFile} from '../platform/text-file.js';
import {liesIn} from './places.js';
import type {RuleList} from './rule.js';

export interface LocalFile {
  readonly path: string;
  /** The project that it belongs to; the file may not lie elsewhere, whatever links say. */
  readonly root: string;
}

export interface RuleChange {
  readonly action: 'add' | 'remove';
  readonly list: RuleList;
  readonly rules: readonly string[];
}

/** Others may write the same file: how often it is read again before giving up. */
const attempts = 5;

class Changed extends Error {}

/** Changes the file. Throws `UsageError` that says why it cannot. */
export async function changeLocalRules(file: LocalFile, change: RuleChange): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await changeOnce(file, change);
    } catch (error) {
      if (error instanceof UsageError) throw error;
      if (error instanceof Changed && attempt < attempts) continue;
      const reason = error instanceof Changed ? 'something else keeps changing it' : codeOf(error);
      throw new UsageError(
        `${file.path} could not be written (${reason}). Make it writable, or write the rule yourself.`,
        {
          cause: error,
        },
      );
    }
  }
}

async function changeOnce({path, root}: LocalFile, change: RuleChange): Promise<void> {
  if (!liesIn(realTarget(path), [realTarget(root)], false)) {
    throw new UsageError(`${path} leads out of the project, so no rule is written there. Make it a file of its own.`);
  }
  await mkdir(dirname(path), {recursive: true});
  // Other sessions take turns; an editor does not, and is noticed.
  await withFileLock(`${path}.lock`, async () => {
    const before = await textOf(path);
    const after = changed(path, before ?? '{}\n', change);
    if (after === before) return;
    const check = async (): Promise<void> => {
      if ((await textOf(path)) !== before) throw new Changed();
    };
    await writeAtomically(path, new TextEncoder().encode(after), {check});
  });
}

/** Null if there is no file. */
async function textOf(path: string): Promise<string | null> {
  const file = await readTextFile(path);
  if ('text' in file) return file.text;
  if (file.code === 'ENOENT') return null;
  throw new UsageError(`${path} cannot be used: ${file.problem}. Make it a readable file, or remove it.`);
}

type Json = Readonly<Record<string, unknown>>;

function changed(path: string, text: string, {action, list, rules}: RuleChange): string {
  const settings = parse(path, text);
  const permissions = objectAt(path, settings, 'permissions');
  const found = permissions[list] ?? [];
  if (!Array.isArray(found)) throw broken(path, `permissions.${list} is no list`);
  const others = found.filter(rule => !rules.includes(rule));
  const next = action === 'remove' ? others : [...found, ...rules.filter(rule => !found.includes(rule))];
  if (next.length === found.length) return text;
  const indent = /^[ \t]+(?=")/m.exec(text)?.[0] ?? '  ';
  const result = {...settings, permissions: {...permissions, [list]: next}};
  return `${JSON.stringify(result, null, indent)}${/\n\s*$/.test(text) ? '\n' : ''}`;
}

function parse(path: string, text: string): Json {
  try {
    const value: unknown = JSON.parse(text.trim() === '' ? '{}' : text);
    if (isObject(value)) return value;
  } catch (error) {
    throw broken(path, error instanceof Error ? error.message : String(error));
  }
  throw broken(path, 'it is no object');
}

function objectAt(path: string, settings: Json, key: string): Json {
  const value = settings[key] ?? {};
  if (isObject(value)) return value;
  throw broken(path, `"${key}" is no object`);
}

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const broken = (path: string, problem: string): UsageError =>
  new UsageError(`${path} is broken, so no rule was written there: ${problem}. Mend it first.`);
