/**
 * Foreign text made harmless for the terminal: no escape sequences, no control characters, no marks that make text
 * read in another order than it runs. Line feeds stay, tabs become spaces.
 */

const escapes =
  /\x1b(?:\[[\x30-\x3f]*[\x20-\x2f]*[\x40-\x7e]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[PX^_][^\x1b]*(?:\x1b\\)?|.?)/g;
const harmful = /[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/;
const controls = /[\x00-\x08\x0b-\x1f\x7f-\x9f]/g;
const reordering = /[\u202a-\u202e\u2066-\u2069]/g;
/** What a carriage return without line feed overwrites on its line. */
const overwritten = /[^\n]*\r(?!\n|$)/g;

export function clean(text: string): string {
  if (!harmful.test(text)) return text;
  return text
    .replace(escapes, '')
    .replace(/\r+\n/g, '\n')
    .replace(overwritten, '')
    .replaceAll('\t', '    ')
    .replace(controls, '')
    .replace(reordering, '\ufffd');
}

/** As `clean`, on one line. */
export function cleanLine(text: string): string {
  return clean(text)
    .replace(/\s*\n\s*/g, ' ')
    .trim();
}
