/** The list of conversations as the rows of a screen. */
import {pad, truncate, width} from '../text/width.js';
import {paint, type Theme} from '../theme.js';
import {type Choice, fitting, type Picker, wordsOf} from './picker.js';

export interface PickerFrame {
  readonly choices: readonly Choice[];
  readonly size: {readonly columns: number; readonly rows: number};
  readonly theme: Theme;
}

/** Heading, what is typed, the keys, and two blank rows between. */
const rowsBeside = 5;
/** A name and its facts below it; where there is little room, on one line. */
const rowsOf = ({rows}: PickerFrame['size']): 1 | 2 => (rows < rowsBeside + 4 ? 1 : 2);

/** How many conversations are seen at once. */
export const pageOf = (size: PickerFrame['size']): number =>
  Math.max(1, Math.floor((size.rows - 1 - rowsBeside) / rowsOf(size)));

/** At most as many rows as the screen has, less one. */
export function pickerLines(picker: Picker, frame: PickerFrame): readonly string[] {
  const {choices, size, theme} = frame;
  const {styles, glyphs} = theme;
  const seen = fitting(picker, choices);
  const page = pageOf(size);
  const first = Math.max(0, Math.min(picker.selected - Math.floor(page / 2), seen.length - page));
  const counted = `${seen.length} of ${choices.length}`;
  const room = Math.max(0, size.columns - width(counted) - 1);
  const keys = ['type to search', `${glyphs.updown} choose`, 'enter goes on', 'esc leaves'].join(` ${glyphs.dot} `);
  const lines = [
    pad(truncate('Go on with a conversation', room, glyphs.ellipsis), room) + paint(styles.dim, counted),
    queryLine(picker, frame),
    '',
    ...seen.slice(first, first + page).flatMap((choice, at) => choiceLines(picker, choice, first + at, frame)),
    ...(seen.length === 0 ? [paint(styles.dim, '  None fits.')] : []),
    '',
    paint(styles.dim, truncate(`  ${keys}`, size.columns, glyphs.ellipsis)),
  ];
  return lines.slice(0, Math.max(1, size.rows - 1));
}

/** With a cell that shows the caret: of the alternate screen the cursor is hidden. */
function queryLine({query}: Picker, {size, theme}: PickerFrame): string {
  const {styles, glyphs} = theme;
  const head = `${glyphs.prompt} `;
  // Its end is what is being typed.
  let shown = query.text.slice(0, query.caret);
  while (width(shown) > size.columns - width(head) - 2) shown = shown.slice(1);
  const caret = query.text.slice(query.caret, query.caret + 1) || ' ';
  const rest = truncate(query.text.slice(query.caret + 1), Math.max(0, size.columns - width(head + shown) - 2), '');
  return `${paint(styles.accent, head)}${shown}${paint(styles.caret, caret)}${rest}`;
}

function choiceLines(picker: Picker, choice: Choice, at: number, {size, theme}: PickerFrame): readonly string[] {
  const {styles, glyphs} = theme;
  const isSelected = at === picker.selected;
  const mark = isSelected ? `${glyphs.chosen} ` : ' '.repeat(width(glyphs.chosen) + 1);
  const room = Math.max(0, size.columns - width(mark) - 2);
  const excerpt = wordsOf(picker) === '' ? undefined : picker.found.get(choice.id);
  const facts = [...choice.facts, ...(excerpt === undefined ? [] : [excerpt])].join(` ${glyphs.dot} `);
  const toTitle = (columns: number): string => {
    const title = truncate(choice.title, columns, glyphs.ellipsis);
    return isSelected ? paint(styles.accent, mark + title) : mark + title;
  };
  if (rowsOf(size) === 2) {
    return [
      toTitle(room),
      paint(styles.dim, `${' '.repeat(width(mark) + 2)}${truncate(facts, room - 2, glyphs.ellipsis)}`),
    ];
  }
  const least = Math.floor(room / 2);
  const beside = truncate(facts, least, glyphs.ellipsis);
  const columns = room - width(beside) - 2;
  return [`${toTitle(columns)}  ${paint(styles.dim, beside)}`];
}
