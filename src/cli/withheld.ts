/**
 * What a folder brings and may not do, in words for the person. Whoever made the folder wrote all of it: every character
 * is shown, so that what would run can be read.
 */
import {relative} from 'node:path';
import type {WithheldItem} from '../settings/settings.js';
import {plural} from '../ui/format.js';
import {reveal, revealLine} from '../ui/text/reveal.js';

type Kind = WithheldItem['kind'];

/** What each would do, those that run something first. */
const headings: Readonly<Record<Kind, string>> = {
  hook: 'Commands that run at points of a turn (hooks)',
  'status line': 'A command that runs for the status line',
  env: 'Variables for all commands',
  'allow rule': 'Rules: what runs without a question',
  directory: 'Folders beside this one, to work in',
  import: 'Files elsewhere that its instructions (AGENTS.md, CLAUDE.md) bring in',
  cost: 'What work may cost: the model, its effort, how many agents',
};
const nouns: Readonly<Record<Kind, string>> = {
  hook: 'hook',
  'status line': 'status line',
  env: 'variable',
  'allow rule': 'allow rule',
  directory: 'folder',
  import: 'file elsewhere',
  cost: 'setting of model or agents',
};
const kinds = Object.keys(headings) as readonly Kind[];

const ofKind = (items: readonly WithheldItem[], kind: Kind): readonly WithheldItem[] =>
  items.filter(item => item.kind === kind);

/** One line for a run that nobody can be asked in. */
export function withheldLine(items: readonly WithheldItem[]): string {
  const counts = kinds.flatMap(kind => {
    const {length} = ofKind(items, kind);
    return length === 0 ? [] : [plural(length, nouns[kind])];
  });
  return `This folder is not trusted, so these of its settings have no effect: ${counts.join(', ')}. --trust accepts them for one run; a conversation in a terminal asks once.`;
}

/** Items shown unless all are asked for, and how much of each. */
const mostItems = 20;
const mostLetters = 300;

export interface Listing {
  readonly lines: readonly string[];
  /** Whether all of everything stands there. */
  readonly isWhole: boolean;
}

/** What the folder brings, by what it would do. `whole`: without a bound. */
export function listWithheld(items: readonly WithheldItem[], folder: string, whole: boolean): Listing {
  // What runs something comes first, so that nothing else can crowd it out.
  const sorted = kinds.flatMap(kind => ofKind(items, kind));
  const shown = whole ? sorted : sorted.slice(0, mostItems);
  const most = whole ? Number.POSITIVE_INFINITY : mostLetters;
  const lines = kinds.flatMap(kind => {
    const listed = ofKind(shown, kind).map(({text, source: {path}}) => {
      const what = whole ? reveal(text).replaceAll('\n', '\n      ') : revealLine(text, most);
      return `    ${what}  (${revealLine(relative(folder, path ?? ''))})`;
    });
    return listed.length === 0 ? [] : [`  ${headings[kind]}`, ...listed];
  });
  const more = items.length - shown.length;
  return {
    lines: more > 0 ? [...lines, `  … and ${more} more`] : lines,
    isWhole: more === 0 && items.every(({text}) => text.length <= most),
  };
}
