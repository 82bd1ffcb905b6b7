/**
 * The last recorded figures, in bench/figures.json: medians by name, with the Node and the day they were measured on.
 */
import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {type Figure, ratios, spread} from './figure.js';

/** Medians. `ratio` is relative to `node -e 0`. */
export interface Recorded {
  readonly value: number;
  readonly ratio?: number;
  readonly node: string;
  readonly date: string;
}

export type Records = Readonly<Record<string, Recorded>>;

const place = (root: string): string => join(root, 'bench', 'figures.json');

/** The figures recorded earlier; none if there is no file. */
export function readRecords(root: string): Records {
  try {
    return JSON.parse(readFileSync(place(root), 'utf8'));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {};
    throw error;
  }
}

function toRecorded(figure: Figure): Recorded {
  const relative = ratios(figure);
  return {
    value: Number(spread(figure.samples.map(({value}) => value)).median.toFixed(figure.unit.digits)),
    ...(relative ? {ratio: Number(relative.median.toFixed(2))} : {}),
    node: process.version,
    date: new Date().toISOString().slice(0, 10),
  };
}

/** Replaces what was recorded for these figures; the others stay. */
export function writeRecords(root: string, figures: readonly Figure[]): void {
  const fresh = Object.fromEntries(figures.map(figure => [figure.name, toRecorded(figure)]));
  writeFileSync(place(root), `${JSON.stringify({...readRecords(root), ...fresh}, null, 2)}\n`);
}
