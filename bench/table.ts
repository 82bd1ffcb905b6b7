/**
 * The bench's figures as a plain text table: one line a figure, written as soon as it is known.
 */
import {type Figure, judged, ratios, type Spread, spread} from './figure.js';
import type {Recorded} from './record.js';

const columns = [
  {title: 'work', width: 66},
  {title: 'median (min – max)', width: 28},
  {title: '× node -e 0', width: 22},
  {title: 'at most', width: 10},
  {title: '', width: 5},
  {title: 'earlier', width: 0},
] as const;

const line = (cells: readonly string[]): string =>
  columns
    .map(({width}, index) => (cells[index] ?? '').padEnd(width))
    .join(' ')
    .trimEnd();

/** The two lines above the figures. */
export function header(): string {
  const titles = line(columns.map(({title}) => title));
  return `${titles}\n${'─'.repeat(titles.length)}`;
}

function range({median, min, max}: Spread, digits: number): string {
  const [middle, low, high] = [median, min, max].map(value => value.toFixed(digits));
  return low === high ? `${middle}` : `${middle} (${low} – ${high})`;
}

/** One figure with its limit and what was recorded earlier. */
export function toLine(figure: Figure, earlier: Recorded | undefined): string {
  const {unit, work} = figure;
  const {measured, limit, text} = judged(figure);
  const relative = ratios(figure);
  return line([
    work,
    `${range(spread(figure.samples.map(({value}) => value)), unit.digits)} ${unit.name}`,
    relative ? range(relative, 2) : '',
    text,
    measured.median <= limit ? 'ok' : 'over',
    earlier ? `${earlier.value} ${unit.name}${earlier.ratio === undefined ? '' : ` (${earlier.ratio} ×)`}` : '–',
  ]);
}
