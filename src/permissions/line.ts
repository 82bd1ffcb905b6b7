/**
 * A shell line as words and the signs between them, read without a grammar: enough to see that a rule holds more than one
 * command, and to find such a rule's line again however it is spaced or quoted. Needs nothing, for rules are read at the start.
 */

export interface Piece {
  /** A word without its quotes, or a sign: `|`, `&&`, `>`, `(`. */
  readonly text: string;
  /** As it was written. */
  readonly source: string;
  readonly isSign: boolean;
}

const piece =
  /(?<sign>\$\(|`|&&|\|\||\|&|;;&?|;&|&>>?|>>|<<<?|[<>]&|[<>]\(|>\||<>|[;&|()<>\n])|(?<word>(?:\\.|'[^']*'|"(?:[^"\\]|\\.)*"|\$(?!\()|[^\s;&|()<>`'"\\$]|['"\\])+)/gs;

const unquoted = (word: string): string =>
  word.replace(/'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)/gs, (_, single, double, escaped) => single ?? double ?? escaped);

export function piecesOf(line: string): readonly Piece[] {
  return [...line.matchAll(piece)].map(({0: source, groups}) =>
    groups?.sign === undefined
      ? {text: unquoted(source), source, isSign: false}
      : {text: source === '\n' ? ';' : source, source, isSign: true},
  );
}

const isAssignment = ({source}: Piece): boolean => /^[A-Za-z_]\w*\+?=/.test(source);

/** The words of a rule, without the `:*` that lets more follow. */
const withoutEnd = (rule: string): string => rule.replace(/\s*:\*\s*$/, '');

/** Whether a rule is a whole line: several commands, or one with a redirection. */
export const isLine = (rule: string): boolean => piecesOf(withoutEnd(rule)).some(({isSign}) => isSign);

/** Why a rule for commands can match none, or null. @param allows a line as a whole can be forbidden, but not allowed. */
export function whyNoCommand(rule: string, allows: boolean): string | null {
  const pieces = piecesOf(withoutEnd(rule));
  const [first] = pieces;
  const sign = pieces.find(({isSign}) => isSign);
  if (pieces.some(({source}) => source.endsWith(':*'))) return '":*" counts only at its end';
  if (sign && allows)
    return `"${sign.source.trim() || 'a line’s end'}" joins or redirects commands, and each is judged by itself`;
  if (first && !sign && isAssignment(first) && pieces.length > 1)
    return 'an assignment before a command is judged by itself';
  return null;
}

/** A sign after which a command may begin, or before which one may end. */
const divides = ({isSign, text}: Piece): boolean =>
  isSign && /^(?:[;&|()`]|\$\(|[<>]\(|&&|\|\||\|&)/.test(text) && !/^&>/.test(text);

/** Longer lines are compared as a whole only. */
const mostDivisions = 40;

/** The line, and each run of commands in it, in one spelling. */
export function runsOf(line: string): readonly string[] {
  const pieces = piecesOf(line);
  const ends = pieces.flatMap((each, at) => (divides(each) ? [at] : []));
  const all = textOf(pieces);
  if (ends.length > mostDivisions) return [all];
  const starts = [0, ...ends.map(at => at + 1)];
  const runs = starts.flatMap(start =>
    [...ends, pieces.length].filter(end => end > start).map(end => textOf(pieces.slice(start, end))),
  );
  return [...new Set([all, ...runs])];
}

export const textOf = (pieces: readonly Piece[]): string => pieces.map(({text}) => text).join(' ');
