/**
 * What a piece of code may assign or move without the walk following it step by step: loops, functions, and assignments
 * that hide in arithmetic, in `${x:=…}` and in the arguments of built-in commands.
 */
import {forEachChild, type SyntaxNode, type Word} from 'unbash';
import {countsOnly, isLength} from './numbers.js';

export interface Changes {
  readonly names: ReadonlySet<string>;
  /** Those of them that may get something else than a number; `name()` for each function. */
  readonly texts: ReadonlySet<string>;
  /** Those that one `read` sets and nothing else. */
  readonly once: ReadonlySet<string>;
  /** It may change the folder. */
  readonly moves: boolean;
  readonly definesFunction: boolean;
}

/** Commands whose arguments name variables that they set. */
const setters = /^(?:read|mapfile|readarray|getopts|printf|unset|let|declare|typeset|local|export|readonly|wait)$/;
const movers = /^(?:cd|pushd|popd|eval|source|\.|builtin|command|trap)$/;

/**
 * `hidden`: what is assigned in ways of which only the name is seen. `all`: what is assigned plainly as well. `lasting`: of
 * that, what outlasts the code, so nothing that happens in a shell of its own.
 */
export function changesIn(
  node: SyntaxNode,
  which: 'hidden' | 'all' | 'lasting',
  given: ReadonlySet<string> | null = null,
): Changes {
  const times = new Map<string, number>();
  const texts = new Set<string>();
  const functions = new Set(given);
  const find = (each: SyntaxNode): void => {
    if (each.type === 'Function') functions.add(`${each.name.value}()`);
    forEachChild(each, find);
  };
  find(node);
  for (const name of functions) texts.add(name);
  let moves = false;
  let definesFunction = false;
  const visit = (each: SyntaxNode): void => {
    if (which === 'lasting' && isApart(each)) return;
    for (const name of namesSetBy(each, which !== 'hidden'))
      times.set(name, (times.get(name) ?? 0) + (isPlainRead(each) ? 1 : Infinity));
    for (const name of isNumeric(each, functions) ? [] : namesSetBy(each, true)) texts.add(name);
    moves ||= each.type === 'Command' && (each.name?.parts !== undefined || movers.test(each.name?.value ?? ''));
    definesFunction ||= each.type === 'Function';
    forEachChild(each, visit);
  };
  visit(node);
  const once = new Set([...times].flatMap(([name, count]) => (count === 1 ? [name] : [])));
  return {names: new Set(times.keys()), texts, once, moves, definesFunction};
}

const isPlainRead = (node: SyntaxNode): boolean => node.type === 'Command' && node.name?.value === 'read';

const isApart = (node: SyntaxNode): boolean =>
  node.type === 'Subshell' || node.type === 'Script' || (node.type === 'Pipeline' && node.commands.length > 1);

function isNumeric(node: SyntaxNode, functions: ReadonlySet<string>): boolean {
  if (node.type === 'ArithmeticBinary' || node.type === 'ArithmeticUnary') return true;
  if (node.type === 'Command') return node.name?.value === 'let';
  if (node.type === 'For') return node.wordlist?.every(word => isNumber(word, functions)) === true;
  return (
    node.type === 'Assignment' &&
    node.index === undefined &&
    node.value.type === 'Word' &&
    isNumber(node.value, functions)
  );
}

/** A number, a range of them, or what arithmetic gives. */
const isNumber = ({text, value, parts}: Word, functions: ReadonlySet<string>): boolean =>
  parts === undefined || parts[0]?.type === 'BraceExpansion'
    ? /^(?:\d*|\{\d+\.\.\d+\})$/.test(value)
    : (parts.length === 1 && parts[0]?.type === 'ArithmeticExpansion') || isLength(text) || countsOnly(text, functions);

function namesSetBy(node: SyntaxNode, plainly: boolean): readonly string[] {
  switch (node.type) {
    case 'Assignment':
      return plainly || node.append || node.index !== undefined || node.value.type === 'ArrayValue' ? [node.name] : [];
    case 'For':
    case 'Select':
      return plainly || node.type === 'Select' ? [node.name.value] : [];
    case 'Coproc':
      return [node.name?.value ?? 'COPROC'];
    case 'FileDescriptorVariable':
      return [node.name];
    case 'ParameterExpansion':
      return node.operation?.type === 'Default' && node.operation.operator.includes('=') ? [node.parameter] : [];
    case 'ArithmeticBinary':
      return /^(?:[-+*/%&|^]|<<|>>)?=$/.test(node.operator) ? nameIn(node.left) : [];
    case 'ArithmeticUnary':
      return /^(?:\+\+|--)$/.test(node.operator) ? nameIn(node.operand) : [];
    case 'Command':
      return setters.test(node.name?.value ?? '')
        ? node.suffix.flatMap(each => (each.type === 'Word' ? namesInWord(each) : []))
        : [];
    default:
      return [];
  }
}

const namesInWord = (word: Word): readonly string[] => word.value.match(/[A-Za-z_]\w*/g) ?? [];

const nameIn = (node: SyntaxNode): readonly string[] =>
  node.type === 'ArithmeticWord' ? (node.value.match(/^[A-Za-z_]\w*/) ?? []) : [];
