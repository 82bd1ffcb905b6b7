/**
 * The one width function of the screen: columns a text takes in the terminal. Layout, wrapping, truncation and the
 * caret all ask here, so they agree. Text in the ranges of `narrow` is one column a UTF-16 unit; only what lies outside
 * pays for grapheme segmentation, whose tables cost about 30 ms to load.
 */
import stringWidth from 'string-width';

/** Printable ASCII, Latin, and the punctuation, arrows, box drawing, dingbats and Braille that are one column wide. */
const narrow =
  /^[\x20-\x7e\xa0-\xac\xae-\u02ff\u2010-\u2027\u2030-\u205e\u2190-\u22ff\u2500-\u25fc\u2706-\u2709\u270c-\u2727\u2729-\u274b\u276f\u2800-\u28ff]*$/;
const sequences = /\x1b(?:\[[\d;]*m|\]8;[^\x07\x1b]*(?:\x07|\x1b\\))/g;
/** No real text needs more UTF-16 units a column; what is longer is cut before it is looked at. */
const unitsPerColumn = 16;
const rememberedWidths = 4_096;

const widths = new Map<string, number>();
let segmenter: Intl.Segmenter | undefined;

/** Columns of a text without line breaks; escape sequences count nothing. */
export function width(text: string): number {
  const bare = withoutStyles(text);
  if (narrow.test(bare)) return bare.length;
  const known = widths.get(text);
  if (known !== undefined) return known;
  const measured = stringWidth(text);
  if (widths.size >= rememberedWidths) widths.clear();
  widths.set(text, measured);
  return measured;
}

/** `text` without its styles and links. */
export function withoutStyles(text: string): string {
  return text.includes('\x1b') ? text.replace(sequences, '') : text;
}

/** Whether every UTF-16 unit of the text is a character of its own, one column wide. */
export function isNarrow(text: string): boolean {
  return narrow.test(text);
}

/** What a person sees as single characters, in order. */
export function graphemes(text: string): string[] {
  if (narrow.test(text)) return text.split('');
  segmenter ??= new Intl.Segmenter();
  return Array.from(segmenter.segment(text), ({segment}) => segment);
}

/** The longest beginning of `text` that fits, with `ellipsis` as its last column if anything was cut. */
export function truncate(text: string, columns: number, ellipsis: string): string {
  const beginning = text.slice(0, Math.max(64, columns * unitsPerColumn));
  if (beginning.length === text.length && width(text) <= columns) return text;
  const room = columns - width(ellipsis);
  if (room < 0) return '';
  if (narrow.test(beginning)) return beginning.slice(0, room) + ellipsis;
  let kept = '';
  let used = 0;
  for (const grapheme of graphemes(beginning)) {
    used += width(grapheme);
    if (used > room) break;
    kept += grapheme;
  }
  return kept + ellipsis;
}

/** A line that is made to measure; one that is too wide all the same, as in a very narrow window, loses its styles and its end. */
export function clip(line: string, columns: number, ellipsis: string): string {
  return width(line) <= columns ? line : truncate(withoutStyles(line), columns, ellipsis);
}

/** `text` with spaces appended until it takes `columns`. */
export function pad(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - width(text)));
}
