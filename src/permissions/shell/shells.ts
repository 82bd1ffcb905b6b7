/**
 * What a shell runs that a line starts: the code or the file that it is given, or what comes in to it.
 */

import type {Input} from './input.js';
import {mayBeOption} from './options.js';
import {type Field, isKnown, knownField} from './types.js';
import {guess, nothing, unclear, type Wrapped} from './wrapped.js';

const shells = /^(?:sh|bash|dash|ash|zsh|ksh|mksh|fish|rbash|csh|tcsh)$/;
export const isShell = (program: string): boolean => shells.test(program);

/** What other shells read differently: `((x))` is arithmetic in bash and runs `x` elsewhere. */
const onlyBash =
  /\(\(|\[\[|&>|[<>]\(|\$['"[]|<<<|\|&|\{[^}\s]*(?:,|\.\.)|;&|\b(?:function|select|coproc)\b|~[+-]|\+=|=\(/;

/** Whether that shell takes the code as bash would. */
const isAlike = (program: string, code: string | null): boolean =>
  program === 'bash' || (/^(?:sh|dash|ash)$/.test(program) && !onlyBash.test(code ?? ''));

interface ShellWords {
  /** Where its options end. */
  readonly at: number;
  readonly isCode: boolean;
  readonly isInput: boolean;
  /** Options change how it reads code. */
  readonly changed: boolean;
  /** A file that it runs before anything else. */
  readonly startup: Field | null;
}

/** Null: not understood. @param rest without the shell's name. */
function readShell(rest: readonly Field[]): ShellWords | null {
  let words: ShellWords = {at: 0, isCode: false, isInput: false, changed: false, startup: null};
  let at = 0;
  for (; at < rest.length && !words.isInput; at += 1) {
    const field = rest[at];
    if (field === undefined || mayBeOption(field)) return null;
    const {text} = field;
    if (text === '--' || text === '-') {
      at += 1;
      break;
    }
    // bash takes these with one dash as well.
    if (/^--?(?:rcfile|init-file)$/.test(text)) {
      at += 1;
      words = {...words, startup: rest[at] ?? null};
    } else if (/^--?(?:norc|noprofile|posix|login|verbose|restricted)$/.test(text)) continue;
    else if (text.startsWith('--')) return null;
    else if (/^[-+][A-Za-z]+$/.test(text)) {
      if (/o$/i.test(text)) at += 1;
      words = {
        ...words,
        changed: words.changed || text.endsWith('O'),
        isCode: words.isCode || /^-[A-Za-z]*c/.test(text),
        isInput: /^-[A-Za-z]*s/.test(text),
      };
    } else break;
  }
  return {...words, at};
}

export function unwrapShell(program: string, rest: readonly Field[], input: Input): Wrapped {
  const read = readShell(rest);
  if (read === null)
    return rest.some(mayBeOption)
      ? {...unclear, scripts: [null]}
      : {...unclear, ...guess([knownField(program), ...rest])};
  const {startup} = read;
  const wrapped = runOf(program, rest, read, input);
  if (startup === null) return wrapped;
  const commands = [...wrapped.commands, [startup]];
  return {...wrapped, commands, reads: [...wrapped.reads, startup], blind: true, asks: 'it runs a file at its start'};
}

function runOf(
  program: string,
  rest: readonly Field[],
  {at, isCode, isInput, changed}: ShellWords,
  input: Input,
): Wrapped {
  const operand = rest[at];
  if (isInput) return runsInput(program, input);
  if (isCode) {
    const script = operand !== undefined && isKnown(operand) ? operand.text : null;
    const isSeen = !changed && isAlike(program, script);
    return {...nothing, scripts: [script], blind: !isSeen, asks: isSeen ? null : `${program} may read it differently`};
  }
  if (operand === undefined) return runsInput(program, input);
  return {...nothing, commands: [rest.slice(at)], at: at + 1, reads: [operand], asks: 'it runs a file'};
}

/** What is only likely to come in is looked at for what is denied. */
export const runsInput = (program: string, input: Input): Wrapped =>
  input?.certain && isAlike(program, input.text)
    ? {...nothing, scripts: [input.text]}
    : {
        ...nothing,
        guessed: true,
        blind: true,
        scripts: input === null ? [] : [input.text],
        asks: 'it runs what it reads',
      };
