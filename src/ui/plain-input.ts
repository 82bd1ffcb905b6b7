/**
 * What a line means that was typed where nothing is redrawn: a command also while a question is open, for nobody refuses a
 * call with `/agents`; else an answer, or words for the agent.
 */
import type {Verdict} from '../core/policy.js';
import {agentVerbs} from './agents-command.js';
import {choicesOf, toAnswer} from './choices.js';
import {parseCommand} from './commands.js';
import {blankRow, type HelpRow} from './help-rows.js';
import {mayWait} from './press-question.js';
import {askedQuestion, isAsked, isRunning, questionKey, type Screen} from './screen.js';
import type {Question} from './view.js';

export type LineMeaning =
  | {readonly type: 'command'; readonly name: string; readonly argument: string}
  | {readonly type: 'answer'; readonly callId: string; readonly answer: Verdict}
  /** The open question is to wait. */
  | {readonly type: 'later'}
  | {readonly type: 'send' | 'steer'};

/** `line` is not blank. */
export function meaningOf(line: string, screen: Screen): LineMeaning {
  const text = line.trim();
  if (text === '?') return {type: 'command', name: 'help', argument: ''};
  const command = parseCommand(text);
  if (command) return {type: 'command', ...command};
  const question = isAsked(screen) ? askedQuestion(screen) : null;
  if (!question) return {type: isRunning(screen) ? 'steer' : 'send'};
  if (mayWait(screen) && /^later$/i.test(text)) return {type: 'later'};
  return {type: 'answer', callId: question.callId, answer: toAnswer(text, question)};
}

/** What is asked for below an open question. */
export function answerPrompt(screen: Screen): string {
  const question = askedQuestion(screen);
  const words = ['y', 'n', ...(question && isMoreThanYesOrNo(question) ? ['a number'] : [])];
  return `${[...words, ...(mayWait(screen) ? ['later'] : [])].join(', ')}, or why not: `;
}

/** The choices of an open question, where there are more than yes and no, below a blank line. */
export function choiceRows(question: Question): readonly string[] {
  if (!isMoreThanYesOrNo(question)) return [];
  const told = choicesOf(question).filter(({answer}) => answer !== null);
  return ['', ...told.map(({forms: [words]}, index) => `  ${index + 1}: ${words}`)];
}

function isMoreThanYesOrNo({offers, modes}: Question): boolean {
  return offers.length + modes.length > 0;
}

/** `question 2 of 3`; `question` where no other waits. */
export function questionPlace({view, answering}: Screen): string {
  const at = view.questions.findIndex(question => questionKey(question) === answering?.key);
  return view.questions.length > 1 ? `question ${at + 1} of ${view.questions.length}` : 'question';
}

/** Below the commands in `/help`. */
export const plainHelp: readonly HelpRow[] = [
  ...agentVerbs,
  blankRow,
  ['any words', 'are sent; while the agent works, they join its work'],
  ['\\ at the end of a line', 'the next line belongs to it'],
  ['y, n, a number, words', 'before a question: yes, no, one of its choices, no and why'],
  ['later', 'before a question that can wait: put it off; /questions opens it'],
  ['?', 'this help'],
  ['ctrl+c', 'stop the agent and all below it; when idle, leave'],
  ['ctrl+d', 'leave'],
];

/** Reads no lines while somebody else has the terminal. */
export async function lendInput(input: {pause(): void; resume(): void}, work: () => Promise<void>): Promise<void> {
  input.pause();
  await work().finally(() => input.resume());
}
