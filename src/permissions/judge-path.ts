/**
 * What the rules, and where they are silent the mode, say of one path: judged as it is written and as it leads, so that no
 * link and no `..` makes another file of it.
 */
import {normalize} from 'node:path';
import type {PermissionMode} from '../core/question.js';
import {asProjects} from './own-trees.js';
import {escapePattern} from './path-pattern.js';
import {type Located, liesIn, sensitiveName, showsProgram, tellsSystem} from './places.js';
import type {Rule, RuleView} from './rule-book.js';
import type {Surveyor} from './survey.js';

/** What a call comes to, as far as one of the things it touches goes. */
export interface Judged {
  readonly verdict: 'allow' | 'ask' | 'deny';
  /** The rule that decided, or null. */
  readonly rule: Rule | null;
  /** For a person, in a few words. */
  readonly reason: string;
  /** A rule that would allow it, if one could. */
  readonly offer: string | null;
  /** Only a rule that was written with this place in mind allows it. */
  readonly isGuarded: boolean;
}

/** The folders of a session; real paths. */
export interface Workplace {
  /** The project's, and those beside it that were named. */
  readonly folders: readonly string[];
  /** Files of the runtime's own that it tells agents of; may be read. */
  own(): readonly string[];
  readonly home: string | null;
  /** What offered rules are relative to. */
  readonly base: string;
  readonly ignoreCase: boolean;
  /** What the disk says of a path now, or said a moment ago within the same decision. */
  locate(path: string): Located;
  /** What lies in a folder, likewise. */
  readonly survey: Surveyor['survey'];
}

export interface PathQuery {
  readonly access: 'read' | 'write';
  /** Absolute. */
  readonly path: string;
}

const rank = {allow: 0, ask: 1, deny: 2} as const;

/**
 * The stricter judgement where `..` can be meant in two ways: above the link before it, as programs take it, or above where
 * that leads, as the system does.
 * @param mode of the caller.
 */
export function judgePath(query: PathQuery, view: RuleView, mode: PermissionMode, place: Workplace): Judged {
  const judged = judgeOne(query, view, mode, place);
  if (!/\/\.\.(\/|$)/.test(query.path)) return judged;
  const other = judgeOne({...query, path: normalize(query.path)}, view, mode, place);
  return rank[other.verdict] > rank[judged.verdict] ? other : judged;
}

function judgeOne(query: PathQuery, view: RuleView, mode: PermissionMode, place: Workplace): Judged {
  const found = place.locate(query.path);
  const located = asProjects(found, place.base);
  const firstOf = (list: 'deny' | 'ask', access: PathQuery['access']): Rule | null =>
    view.path(list, access, located) ?? (located === found ? null : view.path(list, access, found));
  // What may not be read cannot be changed either: a change shows what stands there, or makes it something else unseen.
  const denied = firstOf('deny', query.access) ?? (query.access === 'write' ? firstOf('deny', 'read') : null);
  if (denied) return {...asks(`the rule ${denied.text} forbids it`, null), verdict: 'deny', rule: denied};
  if (showsProgram(located)) return {...asks('it holds the keys of running programs', null), verdict: 'deny'};
  const asked = firstOf('ask', query.access);
  if (asked) return {...asks(`the rule ${asked.text} asks`, null), rule: asked};
  return query.access === 'read' ? judgeRead(located, view, place) : judgeWrite(located, view, mode, place);
}

/** Whether the path is in the project, or in a folder beside it that was named, both as it is written and as `..` takes it. */
export const leadsInside = (path: string, place: Workplace): boolean =>
  [path, normalize(path)].every(each => {
    const {real} = asProjects(place.locate(each), place.base);
    return real !== null && liesIn(real, place.folders, place.ignoreCase);
  });

const unknown = 'it cannot be found out where the path leads';

function allowed(reason: string, rule: Rule | null = null): Judged {
  return {verdict: 'allow', rule, reason, offer: null, isGuarded: false};
}

function asks(reason: string, offer: string | null, isGuarded = false): Judged {
  return {verdict: 'ask', rule: null, reason, offer, isGuarded};
}

function judgeRead(located: Located, view: RuleView, place: Workplace): Judged {
  const {real} = located;
  if (real === null) return asks(unknown, null, true);
  if (liesIn(real, place.folders, place.ignoreCase)) return allowed('reads in the project');
  if (liesIn(real, place.own(), place.ignoreCase)) return allowed('reads what agent wrote itself');
  if (tellsSystem(real)) return allowed('tells which system it is');
  const rule = view.path('allow', 'read', located);
  return rule
    ? allowed(`the rule ${rule.text} allows it`, rule)
    : asks('reads outside of the project', offerOf('Read', real, place));
}

function judgeWrite(located: Located, view: RuleView, mode: PermissionMode, place: Workplace): Judged {
  const {written, real} = located;
  if (real === null) return asks(unknown, null, true);
  const sensitive = sensitiveName(place.ignoreCase ? real.normalize('NFC') : real) ?? sensitiveName(written);
  const rule = view.path('allow', 'write', located);
  if (rule && (sensitive === null || names(rule, sensitive))) return allowed(`the rule ${rule.text} allows it`, rule);
  const offer = isOwnSettings(real) ? null : offerOf('Edit', real, place);
  if (sensitive !== null) return asks(`writes to ${sensitive}, which decides what runs or is kept secret`, offer, true);
  if (!liesIn(real, place.folders, place.ignoreCase)) return asks('writes outside of the project', offer);
  return mode === 'acceptEdits' ? allowed('edits are accepted') : asks('changes a file', offer);
}

/** Whether the rule was written with that place in mind, and does not just happen to cover it. */
const names = ({text}: Rule, name: string): boolean => text.toLowerCase().includes(name);

/** Who writes them decides what is asked: never for good. */
const isOwnSettings = (path: string): boolean => /\/\.(agent|claude)\/settings(\.[^/]*)?\.json$/i.test(path);

/** The rule for that path and nothing else, as short as it can be written. */
function offerOf(tool: 'Read' | 'Edit', path: string, {base, home}: Workplace): string | null {
  // What holds the project or the home would be too much at once.
  if ([base, home].some(folder => folder === path || folder?.startsWith(path === '/' ? path : `${path}/`))) return null;
  const below = (folder: string): string | null => (path.startsWith(`${folder}/`) ? path.slice(folder.length) : null);
  const inBase = base === '/' ? null : below(base);
  if (inBase !== null) return `${tool}(${escapePattern(inBase)})`;
  const atHome = home === null || home === '/' ? null : below(home);
  return `${tool}(${atHome === null ? `/${escapePattern(path)}` : `~${escapePattern(atHome)}`})`;
}
