/**
 * Reads files of instructions and what they bring in by `@path`: each once, whichever way it is come to, and bounded. What
 * leads out of a file's own folder is read only if it may be.
 */
import {realpath} from 'node:fs/promises';
import {dirname, resolve} from 'node:path';
import {isWithin} from '../../platform/paths.js';
import {codeOf, readTextFile} from '../../platform/text-file.js';
import {importsOf, isCertainImport} from './imports.js';
import type {MemoryPlace, MemoryScope} from './places.js';

export interface MemoryFile {
  readonly path: string;
  /** Without links. */
  readonly target: string;
  readonly scope: MemoryScope;
  /** The file that brings it in; null for one that is found by its name. */
  readonly importedBy: string | null;
  readonly text: string;
  /** Of the whole file; `text` has fewer where it is cut. */
  readonly characters: number;
}

/** A path that leads out of where the file may bring something in from. */
export interface OutsideImport {
  readonly file: string;
  /** Without links. */
  readonly target: string;
}

export interface Memory {
  readonly files: readonly MemoryFile[];
  readonly outside: readonly OutsideImport[];
  /** Lines for a person: what is wrong with which file. */
  readonly reports: readonly string[];
}

export interface LoadOptions {
  /** The person's, where there is one. */
  readonly home: string | null;
  /** Those that are known already; nor is a copy of one read, as each worktree has them. */
  readonly known?: readonly MemoryFile[];
  /** Whether a file may be read though it lies outside of where it may be brought in from. @param target without links. */
  mayImport(target: string): boolean;
  /** Whether rules or secrets keep it from being read. */
  hides(path: string): boolean;
}

/** As many as Claude Code follows. */
const deepest = 5;
/** About 10,000 tokens of one file, and 30,000 of all: they are paid for with every request. */
const mostOfOne = 40_000;
const mostOfAll = 120_000;
const mostFiles = 100;

interface Wanted extends MemoryPlace {
  readonly importedBy: string | null;
  readonly depth: number;
  /** Whether a file that is not there is worth a word. */
  readonly isCertain: boolean;
}

/** Reads the places in their order, what each brings in behind it. Never rejects. */
export async function loadMemory(places: readonly MemoryPlace[], options: LoadOptions): Promise<Memory> {
  const files: MemoryFile[] = [];
  const outside: OutsideImport[] = [];
  const reports: string[] = [];
  const seen = new Set(options.known?.map(({target}) => target));
  const texts = new Set(options.known?.map(({text}) => text));
  let room = mostOfAll;

  async function add(wanted: Wanted): Promise<void> {
    const {path, scope, base, importedBy, depth} = wanted;
    const target = await realPathOf(path);
    if ('code' in target) {
      if (wanted.isCertain) reports.push(skipped(wanted, `it cannot be read (${target.code})`));
      return;
    }
    const {real} = target;
    if (seen.has(real)) return;
    seen.add(real);
    const isOutside = base !== null && !isWithin(real, base);
    if (isOutside && !options.mayImport(real)) {
      outside.push({file: importedBy ?? path, target: real});
      return;
    }
    if (options.hides(real) || options.hides(path)) return;
    const read = await readTextFile(real);
    if ('problem' in read) {
      if (wanted.isCertain) reports.push(skipped(wanted, read.problem));
      return;
    }
    const whole = read.text.replace(/^\ufeff/, '').trim();
    // Two names with the same words, as AGENTS.md and CLAUDE.md often are.
    if (whole === '' || texts.has(whole)) return;
    if (files.length >= mostFiles || room === 0) {
      reports.push(skipped(wanted, 'there are too many others before it'));
      return;
    }
    texts.add(whole);
    const text = whole.slice(0, Math.min(mostOfOne, room)).replace(/[\uD800-\uDBFF]$/, '');
    room -= text.length;
    if (text.length < whole.length)
      reports.push(`${nameOf(wanted)} is too long: only its first ${text.length} characters are read.`);
    files.push({path, target: real, scope, importedBy, text, characters: whole.length});
    // What a person let in from elsewhere is as much their own as a file in their home.
    const next = {scope, base: isOutside ? null : base, importedBy: path, depth: depth + 1};
    for (const name of importsOf(text)) {
      const imported = {...next, path: toPath(name, path, options.home), isCertain: isCertainImport(name)};
      if (depth < deepest) await add(imported);
      else if (imported.isCertain) reports.push(skipped(imported, `imports go ${deepest} deep at most`));
    }
  }

  for (const place of places) await add({...place, importedBy: null, depth: 0, isCertain: true});
  return {files, outside, reports};
}

async function realPathOf(path: string): Promise<{readonly real: string} | {readonly code: string}> {
  try {
    return {real: await realpath(path)};
  } catch (error) {
    return {code: codeOf(error)};
  }
}

function toPath(name: string, file: string, home: string | null): string {
  return resolve(dirname(file), home !== null && name.startsWith('~/') ? home + name.slice(1) : name);
}

const nameOf = ({path, importedBy}: Wanted): string =>
  importedBy === null ? `The file of instructions ${path}` : `The file ${path}, which ${importedBy} imports,`;

const skipped = (wanted: Wanted, problem: string): string => `${nameOf(wanted)} is skipped: ${problem}.`;
