/** The phrases that the demo model understands, and how each becomes a plan. */
import {edit} from './edit.js';
import {explore, exploreWithAgent, exploreWithAgents} from './explore.js';
import {find, readFile, run} from './find-and-read.js';
import {lookAround} from './look-around.js';
import type {Plan, Task} from './plan.js';

/** A phrase as `/help` shows it. */
export interface DemoPhrase {
  readonly phrase: string;
  readonly meaning: string;
}

interface Understood extends DemoPhrase {
  readonly pattern: RegExp;
  readonly isSlow?: boolean;
  plan(groups: Readonly<Record<string, string | undefined>>): Plan;
}

/** A quoted text: straight or curly quotes or backticks; a quote inside is written \". */
const quoted = (name: string): string => `(?<${name}>"(?:\\\\"|[^"])*"|“[^”]*”|'[^']*'|\`[^\`]*\`)`;
const unquote = (text = ''): string =>
  /^(".*"|“.*”|'.*'|`.*`)$/s.test(text) ? text.slice(1, -1).replaceAll('\\"', '"') : text;
/** Quoted, or up to the next blank. */
const name = (group: string): string => `(?:${quoted(group)}|(?<${group}Bare>\\S+))`;
const nameIn = (groups: Readonly<Record<string, string | undefined>>, group: string): string =>
  unquote(groups[group] ?? groups[`${group}Bare`]);
const end = '\\s*[.!?]?$';

const numbers = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight'];
const repository = '(?:this|the) (?:repository|repo|project|folder|code)';

const editPlan: Understood['plan'] = groups =>
  edit({
    path: nameIn(groups, 'path'),
    from: unquote(groups.from),
    to: unquote(groups.to),
    everywhere: groups.everywhere !== undefined,
  });

const understood: readonly Understood[] = [
  {
    phrase: 'look around this repository',
    meaning: 'counts files and lines, opens README and manifest, sums up',
    pattern: new RegExp(`^look around(?: (?:in )?${repository})?${end}`, 'i'),
    plan: () => lookAround(),
  },
  {
    phrase: 'explore with three agents',
    meaning: 'agents at once, in the background and nested',
    pattern: new RegExp(`^explore (?:${repository} )?with (?<count>[1-8]|${numbers.join('|')}) agents?${end}`, 'i'),
    plan: ({count = ''}) => exploreWithAgents(Number(count) || numbers.indexOf(count.toLowerCase()) + 1),
  },
  {
    phrase: 'explore <folder>',
    meaning: 'slowly enough to watch; add: with an agent',
    pattern: new RegExp(`^explore ${name('path')}(?:(?<agent> with an agent)|(?<thorough> thoroughly))?${end}`, 'i'),
    isSlow: true,
    plan: groups =>
      groups.agent === undefined
        ? explore(nameIn(groups, 'path'), groups.thorough !== undefined)
        : exploreWithAgent(nameIn(groups, 'path')),
  },
  {
    phrase: 'find "text"',
    meaning: 'searches all files; add: in <folder>',
    pattern: new RegExp(`^(?:find|search for) ${quoted('text')}(?: in ${name('path')})?${end}`, 'i'),
    plan: groups => find(unquote(groups.text), nameIn(groups, 'path') || null),
  },
  {
    phrase: 'read <file>',
    meaning: 'reads a file and says what is in it',
    pattern: new RegExp(`^read ${name('path')}$`, 'i'),
    plan: groups => readFile(nameIn(groups, 'path')),
  },
  {
    phrase: 'run <command>',
    meaning: 'runs a shell command and shows its output',
    pattern: /^run (?<command>\S.*)$/is,
    plan: groups => run(unquote(groups.command)),
  },
  {
    phrase: 'in <file> replace "a" with "b"',
    meaning: 'makes a small edit and shows the difference; add: everywhere',
    pattern: new RegExp(
      `^in ${name('path')},? replace ${quoted('from')} (?:with|by) ${quoted('to')}(?<everywhere> everywhere)?${end}`,
      'is',
    ),
    plan: editPlan,
  },
];

/** What the demo model understands, for `/help`. */
export const demoPhrases: readonly DemoPhrase[] = understood.map(({phrase, meaning}) => ({phrase, meaning}));

/** What a prompt asks for, or null if it is none of the phrases. */
export function parsePhrase(prompt: string): Task | null {
  const text = prompt.trim();
  for (const {pattern, plan, isSlow = false} of understood) {
    const match = pattern.exec(text);
    if (match) return {plan: plan(match.groups ?? {}), isSlow};
  }
  return null;
}

/** What the demo model says to anything else. */
export const onlyPhrases = [
  'I am the demo model, a small offline planner and not a language model. I only know these phrases:',
  '',
  ...demoPhrases.map(({phrase, meaning}) => `- \`${phrase}\`: ${meaning}`),
  '',
  'To work with a real model, set ANTHROPIC_API_KEY and start agent again.',
].join('\n');
