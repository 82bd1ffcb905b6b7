/**
 * What a piece of code may assign or move without the walk following it step by step: loops, functions, and assignments
 * that hide in arithmetic, in `${x:=…}` and in the arguments of built-in commands.
 */
import {forEachChild, type SyntaxNode, type Word} from 'unbash';

export interface Changes {
  readonly names: ReadonlySet<string>;
  /** It may change the folder. */
  readonly moves: boolean;
}

/** Commands whose arguments name variables that they set. */
const setters = /^(?:read|mapfile|readarray|getopts|printf|unset|let|declare|typeset|local|export|readonly|wait)$/;
const movers = /^(?:cd|pushd|popd|eval|source|\.|builtin|command|trap)$/;

/** What this code assigns in ways of which only the name is seen; with `all`, also what it assigns plainly. */
export function changesIn(node: SyntaxNode, all: boolean): Changes {
  const names = new Set<string>();
  let moves = false;
  const visit = (each: SyntaxNode): void => {
    for (const name of namesSetBy(each, all)) names.add(name);
    if (each.type === 'Command' && (each.name?.parts !== undefined || movers.test(each.name?.value ?? '')))
      moves = true;
    forEachChild(each, visit);
  };
  visit(node);
  return {names, moves};
}

function namesSetBy(node: SyntaxNode, all: boolean): readonly string[] {
  switch (node.type) {
    case 'Assignment':
      return all || node.append || node.index !== undefined || node.value.type === 'ArrayValue' ? [node.name] : [];
    case 'For':
    case 'Select':
      return all || node.type === 'Select' ? [node.name.value] : [];
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
