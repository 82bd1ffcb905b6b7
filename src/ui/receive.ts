/** How events change the screen: what is folded, what waits to be printed, which question is open, who has the keys. */
import type {AgentSnapshot} from '../core/tree.js';
import type {StampedEvent} from '../core/types.js';
import {answeredAlong} from './answered-along.js';
import {fold} from './fold.js';
import {closeItems} from './fold-items.js';
import {spentBelow} from './fold-turn.js';
import type {Item} from './items.js';
import {giveBack, withFocus} from './panes/focus.js';
import {foldRefusals} from './refusals.js';
import {askedQuestion, createAnswering, isQuestionOf, questionKey, type Screen} from './screen.js';
import {addSpending} from './spending.js';
import {foldSteered} from './steered.js';
import {type Question, rootOf, takeSettled, type View} from './view.js';

/** The screen after a batch of events; `agents` is what the registry says of all agents at that moment. */
export function receive(
  screen: Screen,
  events: readonly StampedEvent[],
  now: number,
  agents: readonly AgentSnapshot[] = [...screen.view.known.values()],
): Screen {
  let {steered, isSending, status} = screen;
  let view: View = {...screen.view, known: new Map(agents.map(agent => [agent.id, agent]))};
  for (const event of events) {
    const isRunning = Boolean(rootOf(view)?.run);
    view = fold(view, event, now);
    if (event.parentId !== null) continue;
    if (event.type === 'mode_changed') status = {...status, mode: event.mode};
    if (event.type === 'run_started' || event.type === 'run_finished') isSending = false;
    steered = foldSteered(steered, event, isRunning);
  }
  const settled = takeSettled(view);
  const told = [...settled.items, ...answeredAlong(screen, events)];
  const held = told.length > 0 ? foldRefusals([...screen.held, ...told]) : screen.held;
  const postponed = withoutWrappingUp(screen.postponed, events);
  const heard = withQuestion({...screen, view: settled.view, held, status, steered, isSending, postponed, now});
  return withFocus(events.reduce(withTakenBack, heard), screen.view);
}

/** What the person sent to an agent and took back unread is in the draft for it again, before what is typed there. */
function withTakenBack(screen: Screen, event: StampedEvent): Screen {
  if (event.type !== 'mail_withdrawn') return screen;
  return giveBack(screen, event.parentId === null ? null : event.agentId, event.mail.text);
}

/** The screen as it is left in the middle of a turn: what is open is final, and waits to be printed with an end. */
export function interrupted(screen: Screen, now: number): Screen {
  const {view, held} = screen;
  const root = rootOf(view);
  if (!root?.run) return screen;
  const {startedAt, spent} = root.run;
  const below = spentBelow(view);
  const end: Item = {
    type: 'end',
    id: 'end:left',
    reason: 'aborted',
    durationMs: now - startedAt,
    ...addSpending(spent, below),
    message: '',
    agents: below.agents,
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

/** An agent that is to wrap up cannot before its questions are answered: they are put off no longer. */
function withoutWrappingUp(postponed: ReadonlySet<string>, events: readonly StampedEvent[]): ReadonlySet<string> {
  const asked = events.flatMap(event =>
    event.type === 'mail_queued' && event.mail.kind === 'wind_down' ? [event.agentId] : [],
  );
  if (asked.length === 0 || postponed.size === 0) return postponed;
  return new Set([...postponed].filter(key => !asked.some(agentId => isQuestionOf(key, agentId))));
}

/** Keeps `answering` about the same question; when that is gone, about the oldest that was not put off, or at last was. */
function withQuestion(screen: Screen): Screen {
  const {answering, composer, view} = screen;
  if (answering && askedQuestion(screen)) return screen;
  const postponed = new Set(screen.postponed);
  const isNew = (question: Question): boolean => !postponed.has(questionKey(question));
  const question = view.questions.find(isNew) ?? (answering ? view.questions[0] : undefined);
  const restored = answering?.kept ?? composer;
  if (!question) return answering ? {...screen, composer: restored, answering: null} : screen;
  postponed.delete(questionKey(question));
  // An enter that was meant for a draft must never answer.
  const hasFocus = restored.text === '';
  return {
    ...screen,
    postponed,
    composer: restored,
    answering: {...createAnswering(question), hasFocus, openedAt: screen.now},
    isHelpOpen: false,
  };
}
