/**
 * The rules in force, from settings, flags and answers, and which of them speak of a call. An answer may count for one agent
 * and those below it only, so what is in force depends on who asks.
 */
import {join} from 'node:path';
import {realTarget} from '../platform/real-target.js';
import type {SettingsOrigin} from '../settings/sources.js';
import {createMatcher, literalPart, type PathPattern} from './path-pattern.js';
import type {Located} from './places.js';
import {meansDomain, meansTool, type ReadRule, type RuleList} from './rule.js';

export interface RuleSource {
  readonly origin: SettingsOrigin | 'session' | 'subtree';
  readonly path: string | null;
  readonly base: string;
}

export interface Rule extends ReadRule {
  /** As it was written, and the list that it stands in. */
  readonly text: string;
  readonly listed: RuleList;
  readonly source: RuleSource;
  /** The agent that it counts for, and all below it; null for everyone. */
  readonly owner: string | null;
}

/** What patterns are relative to, beside the base of their source. */
export interface PatternFolders {
  /** Where the session works. */
  readonly here: string;
  readonly home: string | null;
  readonly ignoreCase: boolean;
}

/** The rules as one caller has them. The first that was told decides. */
export interface RuleView {
  tool(list: RuleList, name: string): Rule | null;
  path(list: RuleList, access: 'read' | 'write', located: Located): Rule | null;
  domain(list: RuleList, domain: string): Rule | null;
  agent(list: RuleList, kind: string): Rule | null;
  /** Arguments of `Bash(…)` rules: the same lists as long as the rules are the same. */
  readonly commands: Readonly<Record<RuleList, readonly string[]>>;
  /** Whether any rule forbids something, or wants it asked. */
  readonly restrains: boolean;
  /** Whether any rule forbids to read some file. */
  readonly hidesFiles: boolean;
  /** The first rule that forbids to do so with some file. */
  forbidding(access: 'read' | 'write'): Rule | null;
  /** Where such rules begin. */
  forbiddenPlaces(access: 'read' | 'write'): ForbiddenPlaces;
}

/** By their written and their real folders, and what their patterns end with. */
export interface ForbiddenPlaces {
  readonly rule: string;
  readonly places: readonly string[];
  readonly names: readonly string[];
}

export interface RuleBook {
  all(): readonly Rule[];
  add(rule: Rule): void;
  remove(rule: Rule): void;
  /** @param lineage the agents above the caller from the root on, and itself last. */
  viewFor(lineage: readonly string[]): RuleView;
  /** The same as if these were allowed besides. */
  viewWith(lineage: readonly string[], more: readonly Rule[]): RuleView;
}

export function createRuleBook(initial: readonly Rule[], folders: PatternFolders): RuleBook {
  let rules = initial;
  let views = new Map<string, RuleView>();
  const change = (next: readonly Rule[]): void => {
    rules = next;
    views = new Map();
  };
  const inForce = (owners: ReadonlySet<string>): readonly Rule[] =>
    rules.filter(({owner}) => owner === null || owners.has(owner));
  const ownersIn = (lineage: readonly string[]): ReadonlySet<string> =>
    new Set(rules.flatMap(({owner}) => (owner !== null && lineage.includes(owner) ? [owner] : [])));
  return {
    all: () => rules,
    add: rule => change([...rules, rule]),
    remove: rule => change(rules.filter(each => each !== rule)),
    viewFor(lineage) {
      const owners = ownersIn(lineage);
      const key = [...owners].join('\n');
      let view = views.get(key);
      if (!view) {
        view = createView(inForce(owners), folders);
        views.set(key, view);
      }
      return view;
    },
    viewWith: (lineage, more) => createView([...inForce(ownersIn(lineage)), ...more], folders),
  };
}

function createView(rules: readonly Rule[], folders: PatternFolders): RuleView {
  const lists = {
    deny: rules.filter(({list}) => list === 'deny'),
    ask: rules.filter(({list}) => list === 'ask'),
    allow: rules.filter(({list}) => list === 'allow'),
  };
  const find = (list: RuleList, fits: (topic: Rule['topic'], rule: Rule) => boolean): Rule | null =>
    lists[list].find(rule => fits(rule.topic, rule)) ?? null;
  const pathRulesOf = (list: RuleList, access: 'read' | 'write'): readonly PathRule[] =>
    lists[list].flatMap(rule =>
      rule.topic.type === 'path' && rule.topic.access === access ? [{rule, pattern: rule.topic.pattern}] : [],
    );
  const byAccess = (list: RuleList) => ({read: pathRulesOf(list, 'read'), write: pathRulesOf(list, 'write')});
  // Asked many times for each command.
  const pathRules = {deny: byAccess('deny'), ask: byAccess('ask'), allow: byAccess('allow')};
  const forbidden: {read?: ForbiddenPlaces; write?: ForbiddenPlaces} = {};
  const commandsOf = (list: RuleList): readonly string[] =>
    lists[list].flatMap(({topic}) => (topic.type === 'command' ? [topic.argument] : []));
  return {
    tool: (list, name) => find(list, topic => topic.type === 'tool' && topic.names.some(each => meansTool(each, name))),
    path: (list, access, located) =>
      pathRules[list][access].find(({rule, pattern}) => isMeant(rule, pattern, located, folders))?.rule ?? null,
    domain: (list, domain) => find(list, topic => topic.type === 'domain' && meansDomain(topic.domain, domain)),
    agent: (list, kind) =>
      find(list, topic => topic.type === 'agent' && topic.kind.toLowerCase() === kind.toLowerCase()),
    commands: {deny: commandsOf('deny'), ask: commandsOf('ask'), allow: commandsOf('allow')},
    restrains: lists.deny.length + lists.ask.length > 0,
    hidesFiles: pathRules.deny.read.length > 0,
    forbidding: access => pathRules.deny[access][0]?.rule ?? null,
    forbiddenPlaces(access) {
      forbidden[access] ??= placesOf(lists.deny, access, folders);
      return forbidden[access];
    },
  };
}

function placesOf(denied: readonly Rule[], access: 'read' | 'write', folders: PatternFolders): ForbiddenPlaces {
  const places = new Set<string>();
  const names = new Set<string>();
  const rules = denied.filter(({topic}) => topic.type === 'path' && topic.access === access);
  for (const rule of rules) {
    if (rule.topic.type !== 'path') continue;
    const {anchor, alternatives} = rule.topic.pattern;
    for (const pattern of alternatives) {
      names.add(pattern.at(-1) ?? '**');
      for (const start of startsOf(rule, anchor, folders)) {
        const place = join(start, ...literalPart(pattern));
        places.add(place).add(realOf(place) ?? place);
      }
    }
  }
  return {rule: rules[0]?.text ?? '', places: [...places], names: [...names]};
}

interface PathRule {
  readonly rule: Rule;
  readonly pattern: PathPattern;
}

type Matcher = (path: string) => boolean;

/** A rule's matchers: links on the way to where it begins are followed once. */
const compiled = new WeakMap<Rule, readonly Matcher[]>();

/** To allow, a rule has to mean where the path leads; to forbid or to ask, how it is written is enough. */
function isMeant(rule: Rule, pattern: PathPattern, {written, real}: Located, folders: PatternFolders): boolean {
  let matchers = compiled.get(rule);
  if (!matchers) {
    matchers = matchersOf(rule, pattern, folders);
    compiled.set(rule, matchers);
  }
  if (rule.list === 'allow') return real !== null && matchers.some(fits => fits(real));
  return matchers.some(fits => fits(written) || (real !== null && real !== written && fits(real)));
}

function matchersOf(rule: Rule, {anchor, alternatives}: PathPattern, folders: PatternFolders): readonly Matcher[] {
  const isAllow = rule.list === 'allow';
  // A project may bring links: where they lead is not what a person meant to allow there.
  const followsNames = !isAllow || anchor === 'root' || anchor === 'home';
  const places = startsOf(rule, anchor, folders).flatMap(folder =>
    alternatives.flatMap(names => {
      const literal = followsNames ? literalPart(names) : [];
      const followed = realOf(join(folder, ...literal));
      const rest = names.slice(literal.length);
      return followed === null
        ? [{folder, names}]
        : [
            {folder, names},
            {folder: followed, names: rest},
          ];
    }),
  );
  return places.map(({folder, names}) => createMatcher(folder, names, folders.ignoreCase));
}

/** The folders that a pattern of the rule begins in. */
export function startsOf(
  {list, source}: Rule,
  anchor: PathPattern['anchor'],
  {here, home}: PatternFolders,
): readonly string[] {
  const isProjects = source.origin === 'project' || source.origin === 'local';
  switch (anchor) {
    case 'root':
      return ['/'];
    case 'home':
      return home === null ? [] : [home];
    case 'base':
      return [source.base];
    case 'name':
      // Whoever forbids `.env` means every one.
      if (list !== 'allow') return ['/'];
      return [isProjects ? source.base : here];
    case 'here':
      if (list !== 'allow') return [...new Set([source.base, here])];
      return [isProjects ? source.base : here];
    default:
      return anchor satisfies never;
  }
}

function realOf(path: string): string | null {
  try {
    return realTarget(path);
  } catch {
    return null;
  }
}
