/**
 * What a person may answer to a question: the choices in the order of their numbers. What an answer is remembered as, the
 * question shows itself (`preview.ts`).
 */
import type {Verdict} from '../core/policy.js';
import type {PermissionMode, Reach} from '../core/question.js';
import {width} from './text/width.js';
import type {Question} from './view.js';

export interface Choice {
  /** In fewer and fewer words. */
  readonly forms: readonly [whole: string, short: string, least: string];
  /** Null: the reason is typed first. */
  readonly answer: Verdict | null;
  /** The letter that means it as well. */
  readonly letter: 'y' | 'n' | null;
}

const reachForms: Readonly<Record<Reach, Choice['forms']>> = {
  subtree: ['yes, always for this agent and all below it', 'yes, always for it and below it', 'below'],
  session: ['yes, always in this session', 'yes, always in this session', 'session'],
  project: ['yes, always in this project (.agent/settings.local.json)', 'yes, always in this project', 'project'],
};

const modeForms: Readonly<Partial<Record<PermissionMode, Choice['forms']>>> = {
  acceptEdits: ['yes, and accept edits', 'yes, and accept edits', 'edits'],
  default: ['yes, and ask for edits', 'yes, and ask for edits', 'yes'],
};

/** What the person is told of a call that they refused; behind it stands the reason they gave. */
export const refusedWord = 'you said no';

/** The narrowest yes first; after a plan, the one that asks least. */
export function choicesOf(question: Question): readonly Choice[] {
  const no: Choice = {forms: ['no', 'no', 'no'], answer: refusalOf(question), letter: 'n'};
  if (isPlan(question)) {
    const modes = question.modes.toReversed().map((mode): Choice => {
      const forms = modeForms[mode] ?? [`yes, in the mode ${mode}`, `yes, ${mode}`, mode];
      return {forms, answer: {verdict: 'allow', mode}, letter: mode === 'default' ? 'y' : null};
    });
    const change = 'no, and tell it what to change';
    return [
      ...modes,
      {...no, forms: ['no, keep planning', 'no, keep planning', 'no']},
      {forms: [change, change, 'change'], answer: null, letter: null},
    ];
  }
  return [
    {forms: ['yes', 'yes', 'yes'], answer: {verdict: 'allow'}, letter: 'y'},
    ...question.offers.map(
      ({reach}): Choice => ({forms: reachForms[reach], answer: {verdict: 'allow', reach}, letter: null}),
    ),
    no,
    {forms: ['no, and tell it why', 'no, and tell it why', 'why not'], answer: null, letter: null},
  ];
}

/** Whether it asks to carry out a plan, which stands above it. */
export function isPlan({modes}: Question): boolean {
  return modes.length > 0;
}

/** The choice that a letter or a number means, or -1. */
export function choiceFor(text: string, choices: readonly Choice[]): number {
  const typed = text.toLowerCase();
  return choices.findIndex(({letter}, index) => letter === typed || String(index + 1) === typed);
}

function refusalOf(question: Question): Verdict {
  const message = isPlan(question)
    ? 'The user does not approve the plan yet. Plan mode stays on: ask what to change, or improve the plan.'
    : 'The user does not want this call. Do not repeat it; ask what to do instead, or go on without it.';
  return {verdict: 'deny', message};
}

/** A refusal with its reason, in words that do not let the model take the reason for the tool's own answer. */
export function refusalFor(question: Question, reason: string): Verdict {
  const message = isPlan(question)
    ? `The user does not approve the plan yet. Plan mode stays on. The user says: ${reason}`
    : `The user does not want this call, and says: ${reason}`;
  return {verdict: 'deny', message, summary: `${refusedWord}: ${reason}`};
}

/** What a typed line means as an answer: a choice by its letter, word or number, or no with its reason. */
export function toAnswer(line: string, question: Question): Verdict {
  const choices = choicesOf(question);
  const word = /^(?:yes|no)$/i.test(line) ? line.slice(0, 1) : line;
  return choices[choiceFor(word, choices)]?.answer ?? refusalFor(question, line);
}

/** Columns before a choice's words: mark, number and blanks. */
const before = 5;

/** All choices side by side, in as many words as one line has room for; in the fewest, they may take several. */
export function compactChoices(choices: readonly Choice[], columns: number): readonly (readonly PlacedChoice[])[] {
  for (const form of [0, 1] as const) {
    const line = choices.map(({forms}, index) => ({index, words: forms[form]}));
    if (widthOf(line) <= columns) return [line];
  }
  const lines: PlacedChoice[][] = [[]];
  for (const [index, {forms}] of choices.entries()) {
    const placed = {index, words: forms[2]};
    const last = lines.at(-1) ?? [];
    if (last.length === 0 || widthOf([...last, placed]) <= columns) last.push(placed);
    else lines.push([placed]);
  }
  return lines;
}

/** A choice by its index, and the words for it that there is room for. */
export interface PlacedChoice {
  readonly index: number;
  readonly words: string;
}

function widthOf(line: readonly PlacedChoice[]): number {
  return line.reduce((sum, {words}) => sum + 1 + before + width(words), 1);
}
