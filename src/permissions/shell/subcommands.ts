/**
 * Subcommands and forms of programs of all kinds that only tell something: what is not in this table asks. None of them reads
 * settings of the folder that could start something.
 */
import {describeOptions, type Options, readWords} from './options.js';
import {type Field, isKnown} from './types.js';
import type {Use} from './use.js';

/** As in readers.ts; after `:` whether operands are files that are read, or text. */
const rows: Readonly<Record<string, string>> = {
  'docker ps': '-aqlsn -f# --all --quiet --latest --size --no-trunc --filter# --format# --last# : none',
  'docker images': '-aq -f# --all --quiet --digests --no-trunc --filter# --format# : text',
  'docker container ls': '-aqls -f# --all --quiet --no-trunc --filter# --format# : none',
  'docker image ls': '-aq -f# --all --quiet --no-trunc --filter# --format# : text',
  'docker volume ls': '-q -f# --quiet --filter# --format# : none',
  'docker network ls': '-q -f# --quiet --no-trunc --filter# --format# : none',
  'pip list': '-v --format# --local --user --not-required --verbose : none',
  'pip show': '-fv --files --verbose : text',
  'pip freeze': '--local --user --all --exclude-editable : none',
  'pip check': ': none',
  'go env': '-json : text',
  // Syntax is looked at, and nothing run.
  'node --check': ': files',
  'bash -n': ': files',
  'sh -n': ': files',
  'dash -n': ': files',
  'ruby -c': ': files',
  'php -l': ': files',
};

const others: Readonly<Record<string, string>> = {podman: 'docker', pip3: 'pip'};

const described = new Map<string, Options>();

export function usesOfSubcommand(given: string, rest: readonly Field[]): Use | null {
  const program = others[given] ?? given;
  for (const count of [2, 1]) {
    const words = rest.slice(0, count);
    const key = [program, ...words.map(({text}) => text)].join(' ');
    const row = words.every(isKnown) && Object.hasOwn(rows, key) ? rows[key] : undefined;
    if (row === undefined) continue;
    const at = row.lastIndexOf(':');
    const options = described.get(key) ?? describeOptions(row.slice(0, at));
    described.set(key, options);
    const read = readWords(rest.slice(count), options);
    const kind = row.slice(at + 1).trim();
    if (read === null || (kind === 'none' && read.operands.length > 0)) return null;
    return {reads: kind === 'files' ? read.operands : [], writes: []};
  }
  return null;
}
