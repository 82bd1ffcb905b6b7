/**
 * What a row of the bench brings home: samples of one quantity, its limit, and how to say both.
 */

/** How a quantity is written: `scale` turns the sample's own unit into the shown one. */
export interface Unit {
  readonly name: 'ms' | 'µs' | 's' | 'MB' | 'kB' | '%' | 'bytes';
  readonly digits: number;
}

export const milliseconds: Unit = {name: 'ms', digits: 1};
export const microseconds: Unit = {name: 'µs', digits: 1};
export const seconds: Unit = {name: 's', digits: 2};
export const megabytes: Unit = {name: 'MB', digits: 1};
export const kilobytes: Unit = {name: 'kB', digits: 1};
export const percent: Unit = {name: '%', digits: 2};
export const bytes: Unit = {name: 'bytes', digits: 0};

/** `base` is the same quantity of the `node -e 0` that ran just before, where there is one. */
export interface Sample {
  readonly value: number;
  readonly base?: number;
}

export interface Figure {
  /** Stable: figures.json keeps the earlier figure under this name. */
  readonly name: string;
  readonly work: string;
  readonly unit: Unit;
  readonly samples: readonly Sample[];
  /** `ratio`: at most so many times `node -e 0`; `value`: at most so much. */
  readonly limit: {readonly ratio: number} | {readonly value: number};
}

export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** Median, least and greatest of one number or more. */
export function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (index: number): number => sorted[index] ?? Number.NaN;
  const last = sorted.length - 1;
  return {median: (at(Math.floor(last / 2)) + at(Math.ceil(last / 2))) / 2, min: at(0), max: at(last)};
}

/** The spread of sample over base, or null if any sample has no base. */
export function ratios({samples}: Figure): Spread | null {
  const all = samples.flatMap(({value, base}) => (base === undefined ? [] : [value / base]));
  return all.length === samples.length ? spread(all) : null;
}

/** What the limit speaks of: the ratio or the value itself. */
export function judged(figure: Figure): {readonly measured: Spread; readonly limit: number; readonly text: string} {
  const {limit, unit, samples} = figure;
  if ('value' in limit) {
    return {measured: spread(samples.map(({value}) => value)), limit: limit.value, text: `${limit.value} ${unit.name}`};
  }
  const measured = ratios(figure);
  if (!measured) throw new Error(`${figure.name} has a limit relative to node -e 0 and no base`);
  return {measured, limit: limit.ratio, text: `${limit.ratio} ×`};
}
