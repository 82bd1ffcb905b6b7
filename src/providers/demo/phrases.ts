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
  /** The first that fits. */
  readonly patterns: readonly RegExp[];
  readonly isSlow?: boolean;
  plan(groups: Readonly<Record<string, string | undefined>>): Plan;
}

/** A quoted text: straight or curly quotes or backticks; a quote inside is written \". */
const quoted = (name: string): string => `(?<${name}>"(?:\\\\"|[^"])*"|“[^”]*”|'[^']*'|\`[^\`]*\`)`;
const unquote = (text = ''): string =>
  /^(".*"|“.*”|'.*'|`.*`)$/s.test(text) ? text.slice(1, -1).replaceAll('\\"', '"') : text;
/** Quoted, or up to the next blank, without what ends a sentence. */
const name = (group: string): string => `(?:${quoted(group)}|(?<${group}Bare>\\.{1,2}|\\S*[^\\s.,!?]))`;
const nameIn = (groups: Readonly<Record<string, string | undefined>>, group: string): string =>
  unquote(groups[group] ?? groups[`${group}Bare`]);

const numbers = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight'];
const count = `(?<count>[1-8]|${numbers.join('|')})`;
const the = '(?:this|the|my|our|that)';
const repository = `(?:${the} (?:repository|repo|project|code(?: |-)?base|code|folder|directory)|here)`;
const folder = `(?:${the} )?(?:(?:folder|directory) )?${name('path')}(?: folder| directory)?`;
const somewhere = `(?: (?:here|in (?:${repository}|${folder})))?`;
const file = `(?:${the} )?(?:file )?${name('path')}(?: file)?`;
const change = `(?:replace|change) ${quoted('from')} (?:with|by|to|into) ${quoted('to')}`;
const everywhere = '(?<everywhere> everywhere)?';

const courtesy = `(?:(?:hello|hi|hey|ok|okay|now|so)[,!.]? )?(?:(?:can|could|would|will) you )?(?:please,? |let us |let's )?`;
const thanks = '(?:,? (?:please|for me|now|thanks|thank you)){0,2}\\s*[.!?]*';

/** What may be typed for a phrase: in any case, with any blanks between the words, and as politely as one likes. */
const typed = (words: string, {end = thanks} = {}): RegExp =>
  new RegExp(`^${courtesy}(?:${words})${end}$`.replaceAll(' ', '\\s+'), 'is');

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
    patterns: [
      typed(`(?:(?:have|take) a )?look (?:around|over)(?: (?:in )?${repository})?`),
      typed(`show me around(?: ${repository})?`),
      typed(`(?:look at|explore|survey|describe|summari[sz]e|explain) ${repository}`),
      typed(`what (?:is|does) ${repository}(?: do| about)?`),
    ],
    plan: () => lookAround(),
  },
  {
    phrase: 'explore with three agents',
    meaning: 'agents at once, in the background and nested',
    patterns: [typed(`(?:explore|look at) (?:${repository} )?(?:with|using) ${count} (?:sub-?)?agents?`)],
    plan: ({count: wanted = ''}) => exploreWithAgents(Number(wanted) || numbers.indexOf(wanted.toLowerCase()) + 1),
  },
  {
    phrase: 'explore <folder>',
    meaning: 'slowly enough to watch; add: with an agent',
    patterns: [typed(`explore ${folder}(?:(?<agent> with an agent)|(?<thorough> thoroughly))?`)],
    isSlow: true,
    plan: groups =>
      groups.agent === undefined
        ? explore(nameIn(groups, 'path'), groups.thorough !== undefined)
        : exploreWithAgent(nameIn(groups, 'path')),
  },
  {
    phrase: 'find "text"',
    meaning: 'searches all files; add: in <folder>',
    patterns: [typed(`(?:find|search(?: for)?|look for|grep) (?!(?:it|this|that|them)\\b)${name('text')}${somewhere}`)],
    plan: groups => find(nameIn(groups, 'text'), nameIn(groups, 'path') || null),
  },
  {
    phrase: 'read <file>',
    meaning: 'reads a file and says what is in it',
    patterns: [typed(`(?:read|open|show(?: me)?|print|display|cat) ${file}`)],
    plan: groups => readFile(nameIn(groups, 'path')),
  },
  {
    phrase: 'run <command>',
    meaning: 'runs a shell command and shows its output',
    // What ends it belongs to the command.
    patterns: [typed(`(?:run|execute) (?:the command )?(?!${the} )(?<command>\\S.*)`, {end: ''})],
    plan: groups => run(unquote(groups.command)),
  },
  {
    phrase: 'in <file> replace "a" with "b"',
    meaning: 'makes a small edit and shows the difference; add: everywhere',
    patterns: [typed(`in ${file},? ${change}${everywhere}`), typed(`${change}${everywhere} in ${file}`)],
    plan: editPlan,
  },
];

/** What the demo model understands, for `/help`. */
export const demoPhrases: readonly DemoPhrase[] = understood.map(({phrase, meaning}) => ({phrase, meaning}));

/** What a prompt asks for, or null if it is none of the phrases. */
export function parsePhrase(prompt: string): Task | null {
  const text = prompt.trim();
  for (const {patterns, plan, isSlow = false} of understood) {
    for (const pattern of patterns) {
      const match = pattern.exec(text);
      if (match) return {plan: plan(match.groups ?? {}), isSlow};
    }
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
