/**
 * What a shell evaluates besides commands: substitutions within words, and arithmetic, which takes the value of a variable
 * for code of its own and so may run commands that stand in it.
 */
import {forEachChild, type SyntaxNode, type Word} from 'unbash';
import {countsOnly, namesInput, withoutLengths} from './numbers.js';
import type {Scope} from './scope.js';
import type {Judging} from './types.js';
import {lookUp} from './values.js';

/** Finds the substitutions in a word, however deep, and has each judged. */
export function visitSubstitutions(node: SyntaxNode, scope: Scope, judging: Judging): void {
  switch (node.type) {
    case 'Script':
      judging.script(node, scope);
      return;
    case 'Transform':
      reportEvaluation(`@${node.operand.text}`, judging);
      break;
    case 'ParameterExpansion':
      if (node.prefix === '!') reportEvaluation(node.text, judging);
      if (node.index && !/^[@*]$/.test(node.index.text)) judgeNumber(node.index, scope, judging);
      break;
    case 'Slice':
      judgeNumber(node.offset, scope, judging);
      if (node.length) judgeNumber(node.length, scope, judging);
      break;
    case 'ArithmeticWord':
      if (!judgeArithmetic(node.value, scope, judging) && holdsText(node, scope)) reportUnknown(node.value, judging);
      break;
    case 'ArithmeticCommandExpansion':
      if (!countsOnly(node.text, scope.texts) || scope.lost) reportUnknown(node.text, judging);
      break;
    default:
  }
  forEachChild(node, child => visitSubstitutions(child, scope, judging));
}

/** Asks unless what the word gives is sure to be a number, for arithmetic would take it for code. */
export function judgeNumber(word: Word, scope: Scope, judging: Judging): void {
  if (!judgeArithmetic(word.text, scope, judging) && holdsText(word, scope)) reportUnknown(word.text, judging);
}

/** Asks if a variable in it may hold code: one that was given something else than a number. Whether it asked. */
export function judgeArithmetic(source: string, scope: Scope, judging: Judging): boolean {
  const text = withoutLengths(source);
  const risky = (text.match(/[A-Za-z_]\w*/g) ?? []).find(name => {
    if (!scope.texts?.has(name) && !scope.lost) return false;
    return !/^-?\d+$/.test(lookUp(name, scope, judging.context) ?? '');
  });
  if (risky !== undefined || namesInput(text) || /\[[^\]]*[$`]/.test(text)) {
    reportUnknown(source, judging);
    return true;
  }
  return false;
}

/** Whether a substitution in it may give something else than a number. */
function holdsText(node: SyntaxNode, scope: Scope): boolean {
  if (node.type === 'CommandExpansion') return scope.lost || !countsOnly(node.text, scope.texts);
  // Arithmetic gives a number, and is judged by itself.
  if (node.type === 'Script' || node.type === 'ArithmeticExpansion') return false;
  let found = false;
  forEachChild(node, child => {
    found ||= holdsText(child, scope);
  });
  return found;
}

function reportUnknown(text: string, judging: Judging): void {
  const reason = 'arithmetic runs code in what is no number, and this is not known to be one';
  judging.report({text, verdict: 'ask', rule: null, reason, ...judging.doubt});
}

export function reportEvaluation(text: string, judging: Judging): void {
  judging.report({text, verdict: 'ask', rule: null, reason: 'it is evaluated, and may run commands', ...judging.doubt});
}
