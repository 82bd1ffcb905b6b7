/**
 * What a redirection opens: `>` and its kin write a file, `<` reads one; here-documents and here-strings are data, in
 * which substitutions are found. Copies of open files (`2>&1`) open nothing.
 */
import type {Redirection} from 'unbash';
import {judgeFile} from './paths.js';
import type {Scope} from './scope.js';
import {type Field, isKnown, type Judging} from './types.js';
import {expandValue, expandWord, visitSubstitutions} from './word.js';

/** The text that comes in by it, where it is known. */
export function judgeRedirection(redirection: Redirection, scope: Scope, judging: Judging): string | null {
  switch (redirection.type) {
    case 'HereDoc':
      visitSubstitutions(redirection.body, scope, judging);
      return redirection.body.parts?.some(part => part.type !== 'Literal') ? null : redirection.body.text;
    case 'HereString':
      return redirection.target ? expandValue(redirection.target, scope, judging) : null;
    case 'Redirect':
      judgeTarget(redirection, scope, judging);
      return null;
    default:
      return redirection satisfies never;
  }
}

function judgeTarget(redirection: Extract<Redirection, {type: 'Redirect'}>, scope: Scope, judging: Judging): void {
  const {operator, target} = redirection;
  if (target === undefined) return;
  const fields = expandWord(target, scope, judging);
  const [only] = fields;
  const field: Field =
    only !== undefined && fields.length === 1 ? only : {text: '\0', shown: target.text, splits: true, glob: false};
  if (operator.endsWith('&') && isKnown(field) && /^(?:\d+-?|-)$/.test(field.text)) return;
  const reads = operator === '<' || operator === '<&';
  if (!reads) report(operator === '<>' ? '<>' : '>', 'write', field, scope, judging);
  if (reads || operator === '<>') report('<', 'read', field, scope, judging);
}

function report(sign: string, access: 'read' | 'write', field: Field, scope: Scope, judging: Judging): void {
  const {verdict, rule, reason} = judgeFile(access, field, scope, judging);
  if (verdict === 'allow' && rule === null && reason === '') return;
  judging.report({text: `${sign} ${isKnown(field) ? field.text : field.shown}`, verdict, rule, reason});
}
