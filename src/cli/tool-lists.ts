/**
 * Lists of tools that are given as several words: `--disallowedTools Edit Write`. A prompt may follow such a list, so
 * words are taken into it only when all of them, up to the next option, name tools; where just the first do, it is
 * refused. A prompt is never cut.
 */
import {splitRules} from '../permissions/rule-list.js';
import {builtInFacts} from '../tools/facts.js';

const listFlags: readonly string[] = ['--allowedTools', '--allowed-tools', '--disallowedTools', '--disallowed-tools'];

const toolWords: readonly string[] = builtInFacts.flatMap(({name, aliases = []}) => [name, ...aliases]);

export type GatheredLists =
  | {readonly ok: true; readonly argv: readonly string[]}
  | {readonly ok: false; readonly fault: string};

/** Rules, whole tools among them: `Edit,Write`, `Bash(git log, git show)`, `mcp__server`. */
function namesTools(word: string): boolean {
  const names = splitRules(word).map(rule => rule.replace(/\(.*$/s, ''));
  return names.length > 0 && names.every(name => toolWords.includes(name) || name.startsWith('mcp__'));
}

/** The arguments with each list of tools as one word. */
export function gatherToolLists(argv: readonly string[]): GatheredLists {
  const gathered: string[] = [];
  for (let at = 0; at < argv.length; at += 1) {
    const word = argv[at] ?? '';
    if (word === '--') return {ok: true, argv: [...gathered, ...argv.slice(at)]};
    gathered.push(word);
    const [flag = '', inline] = word.split('=', 2);
    if (!listFlags.includes(flag)) continue;
    if (inline === undefined) {
      at += 1;
      if (at < argv.length) gathered.push(argv[at] ?? '');
    }
    const more = wordsFrom(argv, at + 1);
    const [first] = more;
    if (first === undefined || !namesTools(first)) continue;
    if (!more.every(namesTools)) return {ok: false, fault: unclear(flag, first)};
    gathered.push(`${gathered.pop()},${more.join(',')}`);
    at += more.length;
  }
  return {ok: true, argv: gathered};
}

/** The words up to the next option. */
function wordsFrom(argv: readonly string[], start: number): readonly string[] {
  const end = argv.findIndex((word, at) => at >= start && word.startsWith('-'));
  return argv.slice(start, end === -1 ? argv.length : end);
}

const unclear = (flag: string, word: string): string =>
  `It is not clear whether "${word}" after ${flag} is a tool or begins the prompt. Put commas between tools, and the prompt in quotes.`;
