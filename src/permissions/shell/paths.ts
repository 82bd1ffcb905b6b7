/**
 * Asks for each file that a command's words name whether it may be read or written, and keeps the strictest answer.
 */
import {pathsOf, type Scope} from './scope.js';
import {type Field, hidden, isKnown, type Judging, type PathJudgement} from './types.js';

export const fine: PathJudgement = {verdict: 'allow', rule: null, reason: ''};
const rank = {allow: 0, ask: 1, deny: 2} as const;

/** An answer that a rule gave counts for more than one that nobody wrote down. */
const isStricter = (one: PathJudgement, than: PathJudgement): boolean =>
  rank[one.verdict] > rank[than.verdict] ||
  (one.verdict === than.verdict && than.rule === null && one.rule !== null && one.verdict !== 'allow');

export const stricter = (one: PathJudgement, other: PathJudgement): PathJudgement =>
  isStricter(other, one) ? other : one;

/**
 * The same for files that are named and not opened: what may not be read may still be listed, but a folder's names are what is in it.
 */
export function judgeNamed(
  fields: readonly Field[],
  {isDeep}: {readonly isDeep: boolean},
  scope: Scope,
  judging: Judging,
): PathJudgement {
  return fields.reduce((worst, field) => {
    const judged = judgeFile('read', field, scope, judging);
    if (!isDeep && judged.verdict === 'ask' && judged.rule === null && isCommon(field, scope, judging)) return worst;
    if (!isKnown(field)) return stricter(worst, {...judged, rule: null});
    return stricter(worst, (judged.rule === null ? null : judgeName(field, scope, judging)) ?? judged);
  }, fine);
}

/** What everybody may know the names of. */
const isCommon = (field: Field, scope: Scope, {context, links}: Judging): boolean =>
  isKnown(field) &&
  pathsOf(scope, field.text)?.every(path => !links.mayCross(path) && context.isCommon?.(path) === true) === true;

/** A file that is only named; null: it may be a folder. */
function judgeName(field: Field, scope: Scope, {context}: Judging): PathJudgement | null {
  const paths = isKnown(field) ? pathsOf(scope, field.text) : null;
  if (!paths?.every(path => context.isFolder?.(path) === false)) return null;
  return paths.every(path => context.isInside?.(path) === true)
    ? fine
    : {verdict: 'ask', rule: null, reason: 'it is outside of the project'};
}

const freeFiles = /^\/dev\/(?:null|zero|full|u?random|std(?:in|out|err)|fd\/\d+|tty)$/;
/** Whether what is read there comes in by a stream. */
export const isStream = (name: string): boolean => /^\/(?:dev\/(?:stdin|fd\/)|proc\/\w+\/fd\/)/.test(name);

const network = /^\/dev\/(?:tcp|udp)\//;

export function judgeFiles(
  access: 'read' | 'write',
  fields: readonly Field[],
  scope: Scope,
  judging: Judging,
): PathJudgement {
  return fields.reduce((worst, field) => stricter(worst, judgeFile(access, field, scope, judging)), fine);
}

export function judgeFile(access: 'read' | 'write', field: Field, scope: Scope, judging: Judging): PathJudgement {
  if (access === 'read' && field.within) return judgeFiles(access, field.within, scope, judging);
  if (!isKnown(field)) {
    // Whichever program it is, what it holds is secret; there is none with this number.
    const held = field.text.startsWith('/proc/') && judging.context.path(access, field.text.replaceAll(hidden, '0'));
    if (held && held.verdict === 'deny') return held;
    const rule = judging.context.forbidding?.(access) ?? null;
    return {verdict: 'ask', rule, reason: `which file ${field.shown} means is not known`};
  }
  return judgeKnown(access, field.text, scope, judging);
}

function judgeKnown(access: 'read' | 'write', name: string, scope: Scope, judging: Judging): PathJudgement {
  if (name === '-' || freeFiles.test(name)) return fine;
  if (network.test(name)) return {verdict: 'ask', rule: null, reason: 'it opens a network connection'};
  const paths = pathsOf(scope, name);
  if (paths === null) {
    // It may be where the command began.
    const there = judging.context.path(access, `${judging.context.cwd}/${name}`);
    return there.verdict === 'deny'
      ? there
      : {verdict: 'ask', rule: null, reason: `the folder of ${name} is not known`};
  }
  judging.spend(paths.length);
  const {context, links} = judging;
  const judged = paths.map(path => context.path(access, path)).reduce(stricter, fine);
  if (judged.verdict === 'deny' || !paths.some(path => links.mayCross(path))) return judged;
  const rule = context.forbidding?.(access) ?? null;
  return {
    verdict: 'ask',
    rule,
    reason: `where ${name} leads is not known, for this line may make links`,
    isGuarded: true,
  };
}
