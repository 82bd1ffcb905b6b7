/** Input while a question is open: choosing, and typing the reason of a refusal. Null: the draft takes the input. */
import type {Verdict} from '../core/policy.js';
import type {AgentId} from '../core/types.js';
import {type Choice, choiceFor, choicesOf, refusalFor} from './choices.js';
import {createComposer} from './composer/composer.js';
import type {Pressed} from './effects.js';
import {scrolled} from './preview.js';
import {type Answering, askedQuestion, createAnswering, isRunning, questionKey, type Screen} from './screen.js';
import type {Input} from './terminal/keys.js';
import type {Question} from './view.js';

/** Nobody has read a question that has just come up: an enter this soon, in milliseconds, was meant for something else. */
const unreadMs = 500;

export function pressInQuestion(screen: Screen, input: Input, now: number): Pressed | null {
  const {answering} = screen;
  const question = askedQuestion(screen);
  if (!answering || !question || answering.isDone) return null;
  if (answering.kept) return pressInReason(screen, answering, question, input);
  if (!answering.hasFocus) return null;
  // Help covers the question: nobody answers what cannot be seen.
  if (screen.isHelpOpen && !isForAll(input)) return {screen: {...screen, isHelpOpen: false}, effects: []};
  const choices = choicesOf(question);
  // A letter or number that is no choice begins a text: from there on, keys go to the draft.
  if (input.type === 'text') return choose(screen, answering, choiceFor(input.text, choices), choices);
  if (input.type === 'paste') return null;
  switch (input.chord) {
    case 'up':
    case 'down': {
      const step = input.chord === 'up' ? choices.length - 1 : 1;
      return {
        screen: {...screen, answering: {...answering, choice: (answering.choice + step) % choices.length}},
        effects: [],
      };
    }
    case 'pageup':
      return scroll(screen, answering, -1, 'page');
    case 'pagedown':
      return scroll(screen, answering, 1, 'page');
    case 'shift+up':
    case 'ctrl+up':
      return scroll(screen, answering, -1, 'line');
    case 'shift+down':
    case 'ctrl+down':
      return scroll(screen, answering, 1, 'line');
    case 'enter':
      if (answering.openedAt !== null && now - answering.openedAt < unreadMs) return {screen, effects: []};
      return choose(screen, answering, answering.choice, choices);
    case 'tab':
      return {screen: toNext(screen, answering), effects: []};
    case 'escape':
      if (mayWait(screen)) return {screen: putOff(screen), effects: []};
      return {screen, effects: isRunning(screen) ? [{type: 'interrupt'}] : []};
    default:
      return null;
  }
}

/** Stopping, leaving and the like mean the same before a question. */
function isForAll(input: Input): boolean {
  return input.type === 'key' && /^ctrl\+[a-z]$/.test(input.chord);
}

/** Whether a question can be decided later: the root does nothing but wait for the only one it asks. */
export function mayWait(screen: Screen): boolean {
  const {questions, rootId} = screen.view;
  return questions.length > 1 || questions.some(({agentId}) => agentId !== rootId);
}

/** Gives the keys to the open question, else opens the oldest that was put off. Null: there is none, or it has them. */
export function nextQuestion(screen: Screen): Screen | null {
  if (screen.answering) return withKeys(screen, screen.answering);
  const [first] = screen.view.questions;
  return first ? opened(screen, first) : null;
}

/** The same with a question of that agent. Null: it asks none, or another's is open. */
export function openQuestion(screen: Screen, agentId: AgentId | null): Screen | null {
  if (screen.answering) return askedQuestion(screen)?.agentId === agentId ? withKeys(screen, screen.answering) : null;
  const question = screen.view.questions.find(asked => asked.agentId === agentId);
  return question ? opened(screen, question) : null;
}

function withKeys(screen: Screen, answering: Answering): Screen | null {
  return answering.isDone || answering.hasFocus ? null : {...screen, answering: {...answering, hasFocus: true}};
}

function opened(screen: Screen, question: Question): Screen {
  const postponed = new Set(screen.postponed);
  postponed.delete(questionKey(question));
  return {...screen, postponed, answering: createAnswering(question)};
}

/** To the next of several questions, else to the draft. */
function toNext(screen: Screen, answering: Answering): Screen {
  const {questions} = screen.view;
  const at = questions.findIndex(question => questionKey(question) === answering.key);
  const next = questions[(at + 1) % questions.length];
  return next && questions.length > 1 ? opened(screen, next) : {...screen, answering: {...answering, hasFocus: false}};
}

/** Puts the open question off; the next that was not is opened. */
export function putOff(screen: Screen): Screen {
  const postponed = new Set(screen.postponed);
  if (screen.answering) postponed.add(screen.answering.key);
  const next = screen.view.questions.find(question => !postponed.has(questionKey(question)));
  return {...screen, postponed, answering: next ? createAnswering(next) : null};
}

function scroll(screen: Screen, answering: Answering, direction: -1 | 1, unit: 'line' | 'page'): Pressed {
  return {screen: {...screen, answering: {...answering, scroll: scrolled(screen, direction, unit)}}, effects: []};
}

/** Null: there is no such choice. */
function choose(screen: Screen, answering: Answering, index: number, choices: readonly Choice[]): Pressed | null {
  const choice = choices[index];
  if (!choice) return null;
  if (choice.answer !== null) return answered(screen, answering, choice.answer);
  const {history} = screen.composer;
  return {
    screen: {
      ...screen,
      composer: createComposer(history),
      answering: {...answering, choice: index, kept: screen.composer},
    },
    effects: [],
  };
}

/** Enter refuses with what was typed, escape goes back to the choices; everything else edits. */
function pressInReason(screen: Screen, answering: Answering, question: Question, input: Input): Pressed | null {
  if (input.type !== 'key' || !answering.kept) return null;
  const back = {...screen, composer: answering.kept, answering: {...answering, kept: null, hasFocus: true}};
  if (input.chord === 'escape') return {screen: back, effects: []};
  if (input.chord !== 'enter') return null;
  const reason = screen.composer.text.trim();
  return reason === '' ? {screen, effects: []} : answered(back, answering, refusalFor(question, reason));
}

function answered(screen: Screen, answering: Answering, answer: Verdict): Pressed {
  const question = askedQuestion(screen);
  return {
    screen: {...screen, answering: {...answering, kept: null, hasFocus: false, isDone: true}},
    effects: question ? [{type: 'answer', callId: question.callId, answer}] : [],
  };
}
