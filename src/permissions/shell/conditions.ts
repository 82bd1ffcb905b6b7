/**
 * What `[[ … ]]` evaluates: its words, and what its operators take for arithmetic or for the name of a variable.
 */
import type {TestExpression} from 'unbash';
import {judgeArithmetic, judgeNumber, reportEvaluation} from './evaluation.js';
import type {Scope} from './scope.js';
import type {Judging} from './types.js';
import {expandWord} from './word.js';

export function walkTest(expression: TestExpression, scope: Scope, judging: Judging): void {
  switch (expression.type) {
    case 'TestUnary': {
      const [operand] = expandWord(expression.operand, scope, judging);
      if (/^-[vR]$/.test(expression.operator) && !/^\w+$/.test(operand?.text ?? ''))
        reportEvaluation(expression.operand.text, judging);
      return;
    }
    case 'TestBinary':
      for (const word of [expression.left, expression.right]) {
        const text = expandWord(word, scope, judging)
          .map(field => field.text)
          .join(' ');
        // These operators evaluate what they compare, subscripts included.
        if (!/^-(?:eq|ne|lt|le|gt|ge)$/.test(expression.operator)) continue;
        if (!judgeArithmetic(text, scope, judging)) judgeNumber(word, scope, judging);
      }
      return;
    case 'TestLogical':
      for (const operand of expression.operands) walkTest(operand, scope, judging);
      return;
    case 'TestNot':
      walkTest(expression.operand, scope, judging);
      return;
    case 'TestGroup':
      walkTest(expression.expression, scope, judging);
      return;
    default:
      expression satisfies never;
  }
}
