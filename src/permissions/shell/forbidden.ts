/**
 * A net under what is understood: whether a text that some program takes in its own way, and may run, names a command that
 * a rule forbids or asks about. What is only text (speech.ts) is left out of it.
 */
import type {Form} from './forms.js';
import type {Input} from './input.js';
import {wordsNamed} from './rules.js';
import {withoutSpeech} from './speech.js';
import {type CommandRules, hidden} from './types.js';

/** Why a command cannot be allowed by itself. */
export interface Stop {
  readonly rule: string;
  readonly reason: string;
}

/** The words of a rule, each as a token of its own; an option may hold the first of them without a gap: `-Ifoo`. */
interface Named {
  readonly source: string;
  readonly words: readonly RegExp[];
  readonly attached: RegExp;
}

interface NamedList {
  readonly rules: readonly Named[];
  /** Whether a text could name any of them. */
  readonly any: RegExp;
}

const compiled = new WeakMap<readonly string[], NamedList>();

function namedIn(list: readonly string[]): NamedList {
  const known = compiled.get(list);
  if (known) return known;
  const firsts: string[] = [];
  const rules = list.flatMap(source => {
    const [program, ...others] = wordsNamed(source);
    if (program === undefined) return [];
    const name = program.slice(program.lastIndexOf('/') + 1);
    const texts = [name, ...others].filter(text => text !== '').map(text => text.replace(/[^\w]/g, '\\$&'));
    const words = texts.map(
      text => new RegExp(`(?<![\\w.-])${text}(?:\\.(?:exe|cmd|bat|com|ps1))?(?![\\w/-]|\\.\\w)`, 'i'),
    );
    // A short name is the end of many an option's own.
    const attached = new RegExp(`(?<![\\w-])-[a-z]{1,${name.length > 3 ? 5 : 1}}${texts[0]}(?![\\w-]|\\.\\w)`, 'i');
    if (texts[0] === undefined) return [];
    firsts.push(texts[0]);
    return [{source, words, attached}];
  });
  const named = {rules, any: firsts.length === 0 ? /(?!)/ : new RegExp(firsts.join('|'), 'i')};
  compiled.set(list, named);
  return named;
}

/** Longer texts are looked at in part. */
const maximumLength = 16_384;

/** The first rule against running something whose words stand in the text, in their order. */
export function findNamed(given: string, {deny, ask}: CommandRules): Stop | null {
  if (deny.length + ask.length === 0) return null;
  const text = given.slice(0, maximumLength);
  // As other languages put texts together as well: `can""ary`, `can\ary`.
  const bare = text.replace(/["'\\]/g, '');
  for (const list of [deny, ask]) {
    const {rules, any} = namedIn(list);
    if (!any.test(bare)) continue;
    for (const named of rules) {
      if (!isNamed(named, text) && !isNamed(named, bare)) continue;
      return {rule: named.source, reason: `it may run what a rule ${list === deny ? 'denies' : 'asks about'}`};
    }
  }
  return null;
}

function isNamed({words: [first, ...others], attached}: Named, text: string): boolean {
  let at = first === undefined ? -1 : endOf(first, text);
  if (at < 0) at = endOf(attached, text);
  for (const word of others) {
    if (at < 0) return false;
    const next = endOf(word, text.slice(at));
    at = next < 0 ? -1 : at + next;
  }
  return at >= 0;
}

function endOf(pattern: RegExp, text: string): number {
  const found = pattern.exec(text);
  return found === null ? -1 : found.index + found[0].length;
}

/** What of a command's words its program may take for something to run. */
export function runnableText(form: Form, input: Input): string {
  const spoken = withoutSpeech(form);
  const text = (spoken ?? form.words.slice(1)).map(field => field.text.replaceAll(hidden, ' ')).join(' ');
  return input === null || spoken !== null ? text : `${text}\n${input.text}`;
}
