/**
 * What a program writes for a terminal, as plain text: no escape sequences, no control characters but tab and newline.
 * The model gets words instead of codes, and nothing a command prints can move the cursor of the person's terminal.
 */

/** CSI; OSC, DCS and their kin up to BEL or ST, never past a line's end; two-character escapes. */
const escapeSequences = /\x1b(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_][^\x07\x1b\n]*(?:\x07|\x1b\\)?|[ -/]*[0-~])/g;
const silentControls = /[\x07\x0e\x0f]/g;
const anyControl = /[\x00-\x08\x0b-\x1f\x7f-\x9f]/g;

/**
 * The text as it would stand on a screen: a carriage return starts its line anew, a backspace goes back over a character,
 * which what follows replaces, and bells are dropped. What else is no text becomes U+FFFD, so that binary output shows as what it is.
 */
export function toPlainText(text: string): string {
  if (text.search(anyControl) === -1) return text;
  return text
    .replace(escapeSequences, '')
    .replace(silentControls, '')
    .split('\n')
    .map(line => overwritten(lastVersion(line)))
    .join('\n')
    .replace(anyControl, '\uFFFD');
}

/** A progress line is written over and over; only what it said last is of use. */
function lastVersion(line: string): string {
  return line.includes('\r') ? (line.split('\r').findLast(version => version !== '') ?? '') : line;
}

function overwritten(line: string): string {
  if (!line.includes('\b')) return line;
  const written: string[] = [];
  let at = 0;
  for (const character of line) {
    if (character === '\b') at = Math.max(0, at - 1);
    else {
      written[at] = character;
      at += 1;
    }
  }
  return written.join('');
}
