/**
 * What a line means that was typed where nothing is redrawn: a command also while a question is open, for nobody refuses a
 * call with `/agents`; else an answer, or words for the agent.
 */
import {agentVerbs} from './agents-command.js';
import {parseCommand} from './commands.js';
import type {Answer} from './effects.js';
import {blankRow, type HelpRow} from './help-rows.js';
import {mayWait, toAnswer} from './press-question.js';
import {askedQuestion, isAsked, isRunning, questionKey, type Screen} from './screen.js';

export type LineMeaning =
  | {readonly type: 'command'; readonly name: string; readonly argument: string}
  | {readonly type: 'answer'; readonly callId: string; readonly answer: Answer}
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
  return {type: 'answer', callId: question.callId, answer: toAnswer(text)};
}

/** What is asked for below an open question. */
export function answerPrompt(screen: Screen): string {
  return mayWait(screen) ? 'y, n, later, or why not: ' : 'y, n, or why not: ';
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
  ['y, n, words', 'before a question: yes, no, no and why'],
  ['later', 'before a question that can wait: put it off; /questions opens it'],
  ['?', 'this help'],
  ['ctrl+c', 'stop the agent and all below it; when idle, leave'],
  ['ctrl+d', 'leave'],
];
