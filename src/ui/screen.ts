/** Everything the screen shows, as one value: the folded view, the draft, the window, and what was typed ahead. */
import type {PermissionMode} from '../core/question.js';
import type {AgentId} from '../core/types.js';
import {type Composer, createComposer} from './composer/composer.js';
import type {Printed} from './item-lines.js';
import type {Item} from './items.js';
import {type Fold, liveAgents} from './panes/tree.js';
import type {Picker} from './rewind/picker.js';
import type {Steered} from './steered.js';
import type {Transcript} from './transcript/transcript.js';
import {createView, type Question, rootOf, type View} from './view.js';

/** What the status line tells about the place, the model and the permission mode. */
export interface Status {
  readonly model: string;
  /** As shown: `~/shop`. */
  readonly folder: string;
  readonly branch: {readonly name: string; readonly isDirty: boolean} | null;
  /** Tokens; null if unknown. */
  readonly contextWindow: number | null;
  /** Dollars that may be spent in all; null for any. */
  readonly budgetUsd: number | null;
  readonly mode: PermissionMode;
  /** The modes to step through. */
  readonly modes: readonly PermissionMode[];
}

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

export interface Screen {
  readonly view: View;
  readonly composer: Composer;
  readonly size: Size;
  readonly status: Status;
  /** Milliseconds since the epoch, of this frame. */
  readonly now: number;
  /** The first frame since nothing runs any more; null while something does. */
  readonly quietSince: number | null;
  /** Final, but not printed yet. */
  readonly held: readonly Item[];
  /** What was printed last. */
  readonly printed: Printed;
  /** Sent, and its turn has not begun yet. */
  readonly isSending: boolean;
  /** Typed while the agent works and not delivered yet. */
  readonly steered: readonly Steered[];
  readonly answering: Answering | null;
  /** Questions put off: they wait, and open again when the person goes to one. */
  readonly postponed: ReadonlySet<string>;
  /** The agent whose pane has the keys; null: the draft has, and it is for the root. */
  readonly focus: AgentId | null;
  readonly folds: ReadonlyMap<AgentId, Fold>;
  /** Drafts for agents other than the one being typed to; the root's under `''`. */
  readonly drafts: ReadonlyMap<AgentId, Composer>;
  /** For whom the draft was typed, if that agent ended meanwhile: it is sent only after the person said to whom. */
  readonly strayed: string | null;
  /** That the focus moved on by itself: a key meant for the one who had it stops nobody else. */
  readonly moved: Moved | null;
  /** Shift-Tab has left the panes: pressed again it may be once too often, and only tells what the next one does. */
  readonly wayOut: 'left' | 'told' | null;
  /** The key that leaves when it is pressed once more. */
  readonly leaving: LeavingKey | null;
  /** Esc was pressed once over an empty draft, with nothing to interrupt. */
  readonly isGoingBack: boolean;
  /** A message to go back to is being chosen. */
  readonly picker: Picker | null;
  readonly isHelpOpen: boolean;
  /** The steps of the task are not shown. */
  readonly areTodosHidden: boolean;
  /** The view of the whole session; while it is open nothing is printed. */
  readonly transcript: Transcript | null;
}

/** Ctrl-C over an empty draft asks to be pressed twice, ctrl-d only where leaving would stop something. */
export type LeavingKey = 'ctrl+c' | 'ctrl+d';

/** The focus left an agent that ended. */
export interface Moved {
  /** The agent, as a person knows it. */
  readonly from: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** A stop was pressed right after, and held off. */
  readonly isHeldOff: boolean;
}

/** How far a person is with a question. */
export interface Answering {
  /** Of the question. */
  readonly key: string;
  /** Whether keys go to the question; else to the draft. */
  readonly hasFocus: boolean;
  /** When it came up by itself; null if the person went to it. */
  readonly openedAt: number | null;
  /** Answered here, and not confirmed yet. */
  readonly isDone: boolean;
  readonly choice: number;
  /** Lines of its preview that were scrolled away at the top; null before anybody scrolled. */
  readonly scroll: number | null;
  /** While the reason of a refusal is typed: the draft to give back. */
  readonly kept: Composer | null;
}

export function createScreen(options: {
  readonly size: Size;
  readonly status: Status;
  readonly history: readonly string[];
  readonly now: number;
  readonly printed: Printed;
}): Screen {
  return {
    view: createView(),
    composer: createComposer(options.history),
    size: options.size,
    status: options.status,
    now: options.now,
    quietSince: 0,
    held: [],
    printed: options.printed,
    isSending: false,
    steered: [],
    answering: null,
    postponed: new Set(),
    focus: null,
    folds: new Map(),
    drafts: new Map(),
    strayed: null,
    moved: null,
    wayOut: null,
    leaving: null,
    isGoingBack: false,
    picker: null,
    isHelpOpen: false,
    areTodosHidden: false,
    transcript: null,
  };
}

export function isRunning({view, isSending}: Screen): boolean {
  return isSending || rootOf(view)?.run != null;
}

/** Whether the root's turn runs, or any agent below it. */
export function isBusy(screen: Screen): boolean {
  return isRunning(screen) || liveAgents(screen.view) > 0;
}

/** The screen of a frame at that moment. */
export function atMoment(screen: Screen, now: number): Screen {
  return {...screen, now, quietSince: isBusy(screen) ? null : (screen.quietSince ?? now)};
}

/** Whether frames come by themselves, or did so within the last moments. */
export function isLively({quietSince, now}: Screen, moments: number): boolean {
  return quietSince === null || now - quietSince < moments;
}

/** Whether a question is open before the person. */
export function isAsked({answering}: Screen): boolean {
  return answering?.isDone === false;
}

/** Names a question among all that wait. */
export function questionKey({agentId, callId}: Pick<Question, 'agentId' | 'callId'>): string {
  return `${agentId} ${callId}`;
}

export function isQuestionOf(key: string, agentId: AgentId): boolean {
  return key.startsWith(`${agentId} `);
}

/** The question that is open before the person, or was just answered. */
export function askedQuestion({view, answering}: Screen): Question | null {
  return view.questions.find(question => questionKey(question) === answering?.key) ?? null;
}

/** The questions that wait until the person goes to one of them, oldest first. */
export function putOffQuestions({view, postponed}: Screen): readonly Question[] {
  return view.questions.filter(question => postponed.has(questionKey(question)));
}

export function createAnswering(question: Question): Answering {
  const key = questionKey(question);
  return {key, hasFocus: true, openedAt: null, isDone: false, choice: 0, scroll: null, kept: null};
}

/** What may still change, with what waits to be printed before it. */
export function liveItems({view, held}: Screen): readonly Item[] {
  const items = rootOf(view)?.items ?? [];
  return held.length === 0 ? items : [...held, ...items];
}
