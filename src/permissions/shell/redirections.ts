/**
 * What a redirection opens: `>` and its kin write a file, `<` reads one; here-documents and here-strings are data, in
 * which substitutions are found. Copies of open files (`2>&1`) open nothing.
 */
import type {Redirection, Word} from 'unbash';
import {visitSubstitutions} from './evaluation.js';
import type {Input} from './input.js';
import {judgeFile, stricter} from './paths.js';
import {expandPattern} from './patterns.js';
import {listedBy} from './piped.js';
import type {Scope} from './scope.js';
import {comingFrom} from './substituted.js';
import {judgeTrees, treesListed} from './trees.js';
import {type Field, hidden, isKnown, type Judging} from './types.js';
import {expandValue, expandWord} from './word.js';

/** What comes in by it, null if that is not known; undefined if it leaves standard input as it is. */
export function judgeRedirection(redirection: Redirection, scope: Scope, judging: Judging): Input | undefined {
  const isInput =
    redirection.descriptor === undefined ||
    /^0?$/.test(String('value' in redirection.descriptor ? redirection.descriptor.value : '-'));
  switch (redirection.type) {
    case 'HereDoc': {
      const {body, delimiter} = redirection;
      visitSubstitutions(body, scope, judging);
      if (!isInput) return undefined;
      if (body.parts?.some(part => part.type !== 'Literal')) return null;
      return {text: body.text, certain: delimiter?.quoted === true || !body.text.includes('\\')};
    }
    case 'HereString': {
      const text = redirection.target ? expandValue(redirection.target, scope, judging) : null;
      if (!isInput) return undefined;
      return text === null ? null : {text, certain: true};
    }
    case 'Redirect':
      judgeTarget(redirection, scope, judging);
      if (!redirection.operator.startsWith('<') || !isInput) return undefined;
      return redirection.target ? inputFrom(redirection.target, {scope, judging}) : null;
    default:
      return redirection satisfies never;
  }
}

/** `< <(find …)` gives names, as a pipe does. */
function inputFrom(target: Word, place: {readonly scope: Scope; readonly judging: Judging}): Input {
  const [part, more] = target.parts ?? [];
  const script = part?.type === 'ProcessSubstitution' && more === undefined ? part.script : undefined;
  const listing = script ? listedBy(script, place) : null;
  return listing ? {text: '', certain: false, listing} : (comingFrom([target], place) ?? null);
}

function judgeTarget(redirection: Extract<Redirection, {type: 'Redirect'}>, scope: Scope, judging: Judging): void {
  const {operator, target} = redirection;
  if (target === undefined) return;
  const fields = expandWord(target, scope, judging).flatMap(each => expandPattern(each, scope, judging));
  const [only] = fields;
  const field: Field =
    only !== undefined && fields.length === 1 ? only : {text: hidden, shown: target.text, splits: true, glob: false};
  if (operator.endsWith('&') && isKnown(field) && /^(?:\d+-?|-)$/.test(field.text)) return;
  const reads = operator === '<' || operator === '<&';
  if (!reads) noteOutput(field, judging);
  if (!reads && !(isKnown(field) && field.text === '/dev/null')) judging.links.unsettle('written');
  if (!reads) report(operator === '<>' ? '<>' : '>', 'write', field, scope, judging);
  if (reads || operator === '<>') report('<', 'read', field, scope, judging);
}

function noteOutput({text}: Field, {written, doubt}: Judging): void {
  if (doubt.isDemanded === true) written.add(text, false);
}

function report(sign: string, access: 'read' | 'write', field: Field, scope: Scope, judging: Judging): void {
  const named = judgeFile(access, field, scope, judging);
  const {verdict, rule, reason} = stricter(named, judgeTrees(treesListed([field]), scope, judging));
  if (verdict === 'allow' && rule === null && reason === '') return;
  judging.report({text: `${sign} ${isKnown(field) ? field.text : field.shown}`, verdict, rule, reason});
}
