/**
 * As many lines of a result as are shown, and a word on the rest.
 */

/** Lines shown where nothing else is asked for. */
export const defaultLines = 250;
/** Characters shown in all. */
const maxCharacters = 40_000;

/** The first of `lines`, at most `limit`, with a note if there are more. `what` names them, `more` says how to get more. */
export function showLines(
  lines: readonly string[],
  {limit, what, more}: {readonly limit: number; readonly what: string; readonly more: string},
): string {
  let characters = 0;
  const tooMany = lines.findIndex(line => {
    characters += line.length + 1;
    return characters > maxCharacters;
  });
  const fitting = tooMany === -1 ? lines.length : tooMany;
  const shown = lines.slice(0, Math.min(fitting, limit));
  const note = shown.length < lines.length ? `\n\n[${shown.length} of ${lines.length} ${what} shown. ${more}]` : '';
  return shown.join('\n') + note;
}
