/** Everything the screen shows, as one value: the folded view, the draft, the window, and what was typed ahead. */
import type {StampedEvent} from '../core/types.js';
import {type Composer, createComposer} from './composer/composer.js';
import {closeItems} from './fold-items.js';
import type {Printed} from './item-lines.js';
import type {Item} from './items.js';
import {createView, fold, type Question, rootOf, takeSettled, type View} from './view.js';

/** What the status line tells about the place and the model. */
export interface Status {
  readonly model: string;
  /** As shown: `~/shop`. */
  readonly folder: string;
  readonly branch: {readonly name: string; readonly isDirty: boolean} | null;
  /** Tokens; null if unknown. */
  readonly contextWindow: number | null;
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
  /** Final, but not printed yet. */
  readonly held: readonly Item[];
  /** What was printed last. */
  readonly printed: Printed;
  /** Sent, and its turn has not begun yet. */
  readonly isSending: boolean;
  /** Typed while the agent works and not delivered yet. */
  readonly steered: readonly string[];
  readonly answering: Answering | null;
  /** Ctrl-C was pressed once over an empty draft. */
  readonly isLeaving: boolean;
  readonly isHelpOpen: boolean;
  readonly lastTypedAt: number;
}

/** How far a person is with the first question. */
export interface Answering {
  readonly callId: string;
  /** Whether keys go to the question; else to the draft. */
  readonly hasFocus: boolean;
  /** Answered here, and not confirmed yet. */
  readonly isDone: boolean;
  readonly choice: number;
  /** Lines of its preview that were scrolled away at the top; null before anybody scrolled. */
  readonly scroll: number | null;
  /** While the reason of a refusal is typed: the draft to give back. */
  readonly kept: Composer | null;
}

/** Who typed into a draft this recently is still typing: a question that opens then does not take the keys. */
const typingMs = 700;

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
    held: [],
    printed: options.printed,
    isSending: false,
    steered: [],
    answering: null,
    isLeaving: false,
    isHelpOpen: false,
    lastTypedAt: 0,
  };
}

export function isRunning({view, isSending}: Screen): boolean {
  return isSending || rootOf(view)?.run != null;
}

/** Whether a question waits for the person. */
export function isAsked({view, answering}: Screen): boolean {
  return view.questions.length > 0 && answering?.isDone === false;
}

/** What may still change, with what waits to be printed before it. */
export function liveItems({view, held}: Screen): readonly Item[] {
  const items = rootOf(view)?.items ?? [];
  return held.length === 0 ? items : [...held, ...items];
}

/** The screen after a batch of events. */
export function receive(screen: Screen, events: readonly StampedEvent[], now: number): Screen {
  let {view, steered, isSending} = screen;
  for (const event of events) {
    view = fold(view, event, now);
    if (event.parentId !== null) continue;
    if (event.type === 'run_started' || event.type === 'run_finished') isSending = false;
    if (event.type === 'entry_appended' && event.origin === 'mail') steered = withoutDelivered(steered, event);
  }
  const settled = takeSettled(view);
  const held = settled.items.length > 0 ? [...screen.held, ...settled.items] : screen.held;
  return withQuestion({...screen, view: settled.view, held, steered, isSending, now});
}

/** The screen as it is left in the middle of a turn: what is open is final, and waits to be printed with an end. */
export function interrupted(screen: Screen, now: number): Screen {
  const {view, held} = screen;
  const root = rootOf(view);
  if (!root?.run) return screen;
  const {startedAt, spent} = root.run;
  const end: Item = {
    type: 'end',
    id: 'end:left',
    reason: 'aborted',
    durationMs: now - startedAt,
    ...spent,
    message: '',
  };
  const agents = new Map(view.agents).set(root.id, {...root, items: [], run: null});
  return {
    ...screen,
    view: {...view, agents, questions: []},
    held: [...held, ...closeItems(root.items), end],
    answering: null,
    isSending: false,
  };
}

function withoutDelivered(
  steered: readonly string[],
  {entry}: StampedEvent & {readonly type: 'entry_appended'},
): readonly string[] {
  const said = JSON.stringify(entry.message.content);
  return steered.filter(text => !said.includes(JSON.stringify(text).slice(1, -1)));
}

/** Keeps `answering` about the first open question. */
function withQuestion(screen: Screen): Screen {
  const question: Question | undefined = screen.view.questions[0];
  const {answering, composer} = screen;
  if (question?.callId === answering?.callId) return screen;
  const restored = answering?.kept ?? composer;
  if (!question) return {...screen, composer: restored, answering: null};
  const isTyping = composer.text !== '' && screen.now - screen.lastTypedAt <= typingMs;
  return {
    ...screen,
    composer: restored,
    answering: {callId: question.callId, hasFocus: !isTyping, isDone: false, choice: 0, scroll: null, kept: null},
  };
}
