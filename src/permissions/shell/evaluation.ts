/**
 * What a shell evaluates besides commands: substitutions within words, and arithmetic, which takes the value of a variable
 * for code of its own and so may run commands that stand in it.
 */
import {forEachChild, type SyntaxNode} from 'unbash';
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
      if (node.index && !/^[@*]$/.test(node.index.text)) judgeArithmetic(node.index.text, scope, judging);
      break;
    case 'Slice':
      judgeArithmetic(`${node.offset.text} ${node.length?.text ?? ''}`, scope, judging);
      break;
    case 'ArithmeticWord':
      judgeArithmetic(node.value, scope, judging);
      break;
    default:
  }
  forEachChild(node, child => visitSubstitutions(child, scope, judging));
}

/** Asks if a variable in it may hold code: one that the line gave something else than a number. */
export function judgeArithmetic(text: string, scope: Scope, judging: Judging): void {
  const risky = (text.match(/[A-Za-z_]\w*/g) ?? []).find(name => {
    if (!scope.texts?.has(name) && !scope.lost) return false;
    return !/^-?\d+$/.test(lookUp(name, scope, judging.context) ?? '');
  });
  if (risky !== undefined || /\[[^\]]*[$`]/.test(text)) reportEvaluation(text, judging);
}

export function reportEvaluation(text: string, judging: Judging): void {
  judging.report({text, verdict: 'ask', rule: null, reason: 'it is evaluated, and may run commands', ...judging.doubt});
}
