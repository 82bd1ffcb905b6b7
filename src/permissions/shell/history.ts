/**
 * The history of the shell: lines that may come from a file or from anywhere before, and that run again without standing on
 * the line that has them run.
 */
import type {Field} from './types.js';

/** Whether it runs lines of the history, or has later lines take words from there. */
export function repeats(program: string, words: readonly Field[]): boolean {
  const options = words.slice(1).map(({text}) => text);
  if (program === 'fc') return !isListing(options);
  if (program !== 'set' && program !== 'shopt') return false;
  return options.some(text => /^-[A-Za-z]*H/.test(text) || text === 'history' || text === 'histexpand');
}

/** With `-s` it runs them, and with `-e` an editor, whatever else it is told. */
const isListing = (options: readonly string[]): boolean =>
  options.some(text => /^-[lnr]*l[lnr]*$/.test(text)) &&
  options.every(text => !text.startsWith('-') || /^-(?:[lnr]+|\d+)$/.test(text));

/** What `history -r x` reads and `history -w x` writes. */
export function filesOfHistory(words: readonly Field[]): {
  readonly reads: readonly Field[];
  readonly writes: readonly Field[];
} {
  const rest = words.slice(1);
  const files = rest.filter(({text}) => !text.startsWith('-'));
  const isTold = (letters: RegExp): boolean => rest.some(({text}) => letters.test(text));
  return {reads: isTold(/^-[a-z]*[rn]/) ? files : [], writes: isTold(/^-[a-z]*[aw]/) ? files : []};
}
