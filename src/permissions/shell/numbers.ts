/**
 * What is sure to be a number, so that arithmetic may take it for code without harm: lengths, counts of the shell, and the
 * output of commands that print nothing else, `$(wc -l < x)`.
 */

const piece = '(?:[^()`;&#\\n|\'"\\\\]|"[^"\\\\`()]*"|\'[^\'\\\\]*\'|2>&1)+';
const file = '(?:"[^"\\\\`()]*"|\'[^\'\\\\]*\'|[\\w./$][\\w./$-]*)';
const pattern = '(?:"[^-"\\\\`()$][^"\\\\`()$]*"|\'[^-\'\\\\][^\'\\\\]*\'|[\\w.^][\\w.^-]*)';
/** Without files of their own, or with one, so that no name stands before the number. */
const counting = [
  `wc(?:\\s+-[lwcmL]+)+(?:\\s*<\\s*${file})?`,
  `e?grep\\s+-[Eiosvwx]*c[Eiosvwx]*\\s+${pattern}(?:\\s+${file})?`,
  'date(?:\\s+-u)?\\s+["\']?\\+(?:%[sNYmdHMSju])+["\']?',
  'nproc',
  'id\\s+-u',
  'tput\\s+(?:cols|lines)',
].join('|');
const cleaning = '(?:\\s*\\|\\s*tr\\s+-d\\s+(?:\' \'|" "|\'\\[:space:\\]\'|"\\[:space:\\]"))?';
const instead = '(?:\\s*2>\\s*/dev/null)?(?:\\s*\\|\\|\\s*(?:echo\\s+\\d+|true))?';
const count = new RegExp(`^\\s*(?:${piece}\\|)*\\s*((?:${counting}))(${cleaning})${instead}\\s*$`);

/**
 * Whether the substitution, as it is written, gives a number or nothing.
 * @param texts holds `name()` for each program that the line makes a function.
 */
export function countsOnly(substitution: string, texts: ReadonlySet<string> | null): boolean {
  const [, modern, old] = /^(?:\$\((.{1,500})\)|`([^`]{1,500})`)$/s.exec(substitution) ?? [];
  const [, command = '', cleaned] = count.exec(modern ?? old ?? '') ?? [];
  const program = command.split(/\s/, 1)[0] ?? '';
  return program !== '' && !texts?.has(`${program}()`) && !(cleaned && texts?.has('tr()'));
}

/** `$#`, `$?`, `${#x}`. */
const lengths = /\$(?:[?$#!](?!\w)|\{(?:[?$#!]|#[A-Za-z_]\w*(?:\[[@*]\])?|#[@*])\})/g;

export const isLength = (text: string): boolean => text.replace(lengths, '') === '';
export const withoutLengths = (text: string): string => text.replace(lengths, '0');

/** The shell puts there what it read or was given. */
const filled =
  /(?<![\w$])(?:REPLY|MAPFILE|OPTARG|BASH_(?:REMATCH|ARGV|COMMAND|SOURCE)|DIRSTACK|FUNCNAME|READLINE_LINE|COMP_\w+)(?!\w)|\$\{?(?:[1-9@*_-]|REPLY\b|MAPFILE\b|OPTARG\b|BASH_REMATCH\b)/;

export const namesInput = (text: string): boolean => filled.test(text);
