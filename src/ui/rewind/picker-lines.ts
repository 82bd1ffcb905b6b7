/** What the panel shows while a message to go back to is chosen: the messages, then the files and what goes back. */
import type {Size} from '../screen.js';
import {truncate, width} from '../text/width.js';
import {paint, type Theme} from '../theme.js';
import {type Picker, scopesOf} from './picker.js';
import {fileWords, pointWords} from './rewinding.js';

export function pickerLines(picker: Picker, {columns}: Pick<Size, 'columns'>, theme: Theme, rows: number): string[] {
  const {styles} = theme;
  const lines =
    picker.what === null ? messageLines(picker, columns, theme, rows) : scopeLines(picker, columns, theme, rows);
  const words = picker.what === null ? 'enter chooses, esc closes' : 'enter goes back, esc to the messages';
  const hint = picker.what?.isUnderWay ? 'going back' : words;
  const isAiry = rows > lines.length;
  return [...lines, ...(isAiry ? [right(paint(styles.dim, hint), width(hint), columns)] : [])].slice(0, rows);
}

const right = (text: string, columns: number, all: number): string => ' '.repeat(Math.max(0, all - columns - 2)) + text;

/** So many of the messages as there is room for, around the chosen one. */
function messageLines({points, chosen}: Picker, columns: number, theme: Theme, rows: number): string[] {
  const {styles, glyphs} = theme;
  const room = Math.max(1, rows - 2);
  const start = Math.max(0, Math.min(chosen - Math.floor(room / 2), points.length - room));
  const shown = points.slice(start, start + room);
  const head = `Back to before which message?${points.length > room ? ` ${chosen + 1} of ${points.length}` : ''}`;
  return [
    line(head, columns, theme),
    ...shown.map((point, at) => {
      const isChosen = start + at === chosen;
      const mark = isChosen ? paint(styles.accent, glyphs.chosen) : ' '.repeat(width(glyphs.chosen));
      const words = truncate(pointWords(point), Math.max(1, columns - 6 - width(glyphs.chosen)), glyphs.ellipsis);
      return `  ${mark} ${paint(isChosen ? styles.accent : '', words)}`;
    }),
  ];
}

function scopeLines({points, chosen, what}: Picker, columns: number, theme: Theme, rows: number): string[] {
  const {styles, glyphs} = theme;
  const point = points[chosen];
  if (!what || !point) return [];
  const scopes = scopesOf(what).map(({words}, index) => {
    const isChosen = index === what.choice;
    const mark = isChosen ? paint(styles.accent, glyphs.chosen) : ' '.repeat(width(glyphs.chosen));
    return `  ${mark} ${index + 1}  ${paint(isChosen ? styles.accent : '', words)}`;
  });
  const told = what.files === null ? [`looking at the files ${glyphs.ellipsis}`] : fileWords(what.files);
  const room = Math.max(1, rows - 2 - scopes.length);
  const all = told.length === 0 ? ['No file has to change.'] : told;
  const cut =
    all.length > room ? [...all.slice(0, room - 1), `${glyphs.ellipsis} + ${all.length - room + 1} more`] : all;
  return [
    line(`Back to before: ${pointWords(point)}`, columns, theme),
    ...cut.map(words => `    ${paint(styles.dim, truncate(words, Math.max(1, columns - 6), glyphs.ellipsis))}`),
    ...scopes,
  ];
}

const line = (words: string, columns: number, {glyphs}: Theme): string =>
  `  ${truncate(words, Math.max(1, columns - 4), glyphs.ellipsis)}`;
