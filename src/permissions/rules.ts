/**
 * The rules of a session as a person sees and changes them: where each is from, what is wrong with it, and what an answer or
 * a command adds. What counts for the project is written to its settings.local.json.
 */
import {UsageError} from '../core/errors.js';
import type {Offer} from '../core/question.js';
import type {LoadedSettings} from '../settings/settings.js';
import {changeLocalRules, type LocalFile, type RuleChange} from './local-rules.js';
import {type KnownTool, type RuleList, readRule} from './rule.js';
import type {Rule, RuleBook, RuleSource} from './rule-book.js';

/** A rule as it is listed. */
export interface ListedRule {
  readonly list: RuleList;
  readonly text: string;
  /** `session` and `subtree`: it ends with the session, and counts for all or for one agent and those below it. */
  readonly origin: RuleSource['origin'];
  /** The file that it stands in, or null. */
  readonly path: string | null;
  /** The agent that it counts for, with all below it; null for everyone. */
  readonly agentId: string | null;
  /** Why it does not do what it says, or null. */
  readonly problem: string | null;
}

export interface Rules {
  /** A rule as an answer for the whole session makes it. */
  toOffered(text: string): Rule;
  list(): readonly ListedRule[];
  /** Lines for the person: rules that do not do what they say. */
  readonly warnings: readonly string[];
  /** Tools that no call may use, whoever makes it. */
  deniedTools(): readonly string[];
  /** Makes rules of an answer, at once; a file that cannot be written is told of later. */
  grant(offer: Offer, agentId: string): void;
  /** Throws `UsageError` for a rule that would not do what it says, or a file that cannot be written. */
  add(list: RuleList, text: string, reach: 'session' | 'project'): Promise<void>;
  /** Takes out a rule of the session or of settings.local.json. Throws `UsageError` for others, naming their file. */
  remove(list: RuleList, text: string): Promise<void>;
  /** Resolves when all that was granted is on disk, or was told not to be. */
  saved(): Promise<void>;
}

interface Given {
  readonly settings: Pick<LoadedSettings, 'rules'>;
  readonly allowed: readonly string[];
  readonly disallowed: readonly string[];
  readonly tools: readonly KnownTool[];
}

/** The rules that a session begins with. Throws `UsageError` for one of a flag that would not do what it says. */
export function initialRules({settings, allowed, disallowed, tools}: Given, project: string): readonly Rule[] {
  const flags: RuleSource = {origin: 'flags', path: null, base: project};
  const ofFlag = (list: RuleList, flag: string) => (text: string) => {
    const rule = toRule(list, text, flags, tools);
    if (rule.problem === null) return rule;
    throw new UsageError(`The rule "${text}" (${flag}) cannot be used: ${rule.problem}.`);
  };
  return [
    ...disallowed.map(ofFlag('deny', '--disallowedTools')),
    ...allowed.map(ofFlag('allow', '--allowedTools')),
    ...settings.rules.map(({list, text, source}) => toRule(list, text, source, tools)),
  ];
}

function toRule(
  listed: RuleList,
  text: string,
  source: RuleSource,
  tools: readonly KnownTool[],
  owner: string | null = null,
): Rule {
  return {...readRule(listed, text, tools), listed, text, source, owner};
}

export interface RulesOptions {
  readonly book: RuleBook;
  readonly tools: readonly KnownTool[];
  readonly local: LocalFile;
  /** Called with allow rules once they stand in the project's file. A line for the person if anything went wrong. */
  trust(rules: readonly string[]): Promise<string | null>;
  /** A line for the person. */
  tell(text: string): void;
  /** Called after every change. */
  changed(): void;
}

export function createRules({book, tools, local, trust, tell, changed}: RulesOptions): Rules {
  const project: RuleSource = {origin: 'local', path: local.path, base: local.root};
  const session: RuleSource = {origin: 'session', path: null, base: local.root};
  /** One write of the file after the other. */
  let writes: Promise<unknown> = Promise.resolve();
  const write = (change: RuleChange): Promise<void> => {
    const written = writes.then(async () => {
      await changeLocalRules(local, change);
      const problem = change.action === 'add' && change.list === 'allow' ? await trust(change.rules) : null;
      if (problem !== null) tell(problem);
    });
    writes = written.catch(() => {});
    return written;
  };
  const insert = (rules: readonly Rule[]): void => {
    for (const rule of rules) {
      const isKnown = book.all().some(other => isSame(other, rule));
      if (!isKnown) book.add(rule);
    }
    changed();
  };

  return {
    toOffered: text => toRule('allow', text, session, tools),
    list: () => book.all().map(toListed),
    warnings: book.all().flatMap(warningOf),
    deniedTools: () => tools.flatMap(({name}) => (book.viewFor([]).tool('deny', name) ? [name] : [])),
    grant({reach, rules}, agentId) {
      const owner = reach === 'subtree' ? agentId : null;
      const source = {session, subtree: {...session, origin: 'subtree' as const}, project}[reach];
      const granted = rules.map(text => toRule('allow', text, source, tools, owner));
      insert(granted);
      if (reach !== 'project') return;
      write({action: 'add', list: 'allow', rules}).catch((error: unknown) => {
        // They count all the same, and are listed as what they are.
        for (const rule of granted) book.remove(rule);
        insert(rules.map(text => toRule('allow', text, session, tools)));
        const reason = error instanceof Error ? error.message : String(error);
        tell(`${rules.join(', ')} counts for this session only. ${reason}`);
      });
    },
    async add(list, text, reach) {
      const rule = toRule(list, text.trim(), reach === 'project' ? project : session, tools);
      if (rule.problem !== null) throw new UsageError(`The rule "${text}" was not added: ${rule.problem}.`);
      if (reach === 'project') await write({action: 'add', list, rules: [rule.text]});
      insert([rule]);
    },
    async remove(list, text) {
      const found = book.all().filter(rule => rule.listed === list && rule.text === text);
      const [first] = found;
      if (!first) throw new UsageError(`There is no rule "${text}" in the list ${list}.`);
      const removable = found.filter(({source}) => ['session', 'subtree', 'local'].includes(source.origin));
      // Claude Code's own file of that kind is not ours to write.
      const isOurs = ({source}: Rule): boolean => source.origin !== 'local' || source.path === local.path;
      const [ours] = removable.filter(isOurs);
      if (!ours) throw new UsageError(notOurs(first));
      if (removable.some(({source}) => source.path === local.path)) {
        await write({action: 'remove', list, rules: [text]});
      }
      for (const rule of removable.filter(isOurs)) book.remove(rule);
      changed();
    },
    saved: async () => void (await writes),
  };
}

const isSame = (one: Rule, other: Rule): boolean =>
  one.listed === other.listed &&
  one.text === other.text &&
  one.owner === other.owner &&
  one.source.origin === other.source.origin &&
  one.source.path === other.source.path;

function notOurs({text, source: {origin, path}}: Rule): string {
  const place = path ?? (origin === 'flags' ? 'the command line' : `the ${origin} settings`);
  return `The rule "${text}" is from ${place}: take it out there.`;
}

function toListed({listed, text, source, owner, problem}: Rule): ListedRule {
  return {list: listed, text, origin: source.origin, path: source.path, agentId: owner, problem};
}

function warningOf({listed, text, source, problem}: Rule): readonly string[] {
  if (problem === null) return [];
  return [
    `The rule "${text}" (permissions.${listed} of ${source.path ?? 'the command line'}) does not do what it says: ${problem}${problem.endsWith('?') ? '' : '.'}`,
  ];
}
