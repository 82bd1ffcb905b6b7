/**
 * The names that a pattern stands for, where the context can tell them.
 */
import type {Scope} from './scope.js';
import {type Field, hidden, type Judging, knownField} from './types.js';

/** The field itself if it is no pattern, or its names are not known; as it is written if nothing matches, as the shell does. */
export function expandPattern(field: Field, {folders}: Scope, {context, spend}: Judging): readonly Field[] {
  const [folder, other] = folders ?? [];
  if (!field.glob || field.splits || field.text.includes(hidden) || folder === undefined || other !== undefined)
    return [field];
  const names = context.glob?.(field.text, folder);
  if (names === undefined || !spend(names.length)) return [field];
  return (names.length === 0 ? [field.text] : names).map(name => ({...knownField(name), isFound: true}));
}
