/**
 * What the rules say of files and domains, for programs: a sandbox holds them to it without asking. Only what can be said
 * there of a path is in it: `*`, `?`, `[…]` and `**` as in rules.
 */
import {join} from 'node:path';
import {literalPart, type PathPattern} from './path-pattern.js';
import {type PatternFolders, type Rule, startsOf} from './rule-book.js';

/** Absolute paths, perhaps with wildcards; domains as `example.com` and `*.example.com`. */
export interface Fence {
  readonly denyRead: readonly string[];
  readonly denyWrite: readonly string[];
  readonly allowedDomains: readonly string[];
  readonly deniedDomains: readonly string[];
}

export interface FenceFolders extends PatternFolders {
  /** Where a name without folders is looked for: everywhere would be the whole disk. */
  readonly workplaces: readonly string[];
}

/** `rules` of all agents: what one may not read, no program of any may. */
export function toFence(rules: readonly Rule[], folders: FenceFolders): Fence {
  const denied = (access: 'read' | 'write'): readonly string[] =>
    rules.flatMap(rule => {
      const {list, topic} = rule;
      if (list !== 'deny' || topic.type !== 'path' || topic.access !== access) return [];
      return pathsOf(rule, topic.pattern, folders);
    });
  const domains = (list: Rule['list']): readonly string[] =>
    rules.flatMap(({list: own, owner, topic}) =>
      own === list && topic.type === 'domain' && (list === 'deny' || owner === null) ? [topic.domain] : [],
    );
  return {
    denyRead: denied('read'),
    denyWrite: denied('write'),
    allowedDomains: domains('allow'),
    // What is asked for cannot be asked here.
    deniedDomains: [...domains('deny'), ...domains('ask')],
  };
}

function pathsOf(rule: Rule, {anchor, alternatives}: PathPattern, folders: FenceFolders): readonly string[] {
  const starts = anchor === 'name' ? folders.workplaces : startsOf(rule, anchor, folders);
  return starts.flatMap(folder =>
    alternatives.map(names => {
      const literal = literalPart(names);
      return join(folder, ...literal, ...names.slice(literal.length));
    }),
  );
}
