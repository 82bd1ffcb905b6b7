/** A person before a screen with agents: a registry says what they do, as in a session; keys go to the screen. */
import type {AgentEvent, AgentId, EndState, StampedEvent} from '../../../src/core/types.js';
import type {Effect} from '../../../src/ui/effects.js';
import {type FrameOptions, toFrame} from '../../../src/ui/frame.js';
import {createItemLines} from '../../../src/ui/item-lines.js';
import {createPaneLines} from '../../../src/ui/panes/pane-lines.js';
import {press} from '../../../src/ui/press.js';
import {receive} from '../../../src/ui/receive.js';
import {dueItems} from '../../../src/ui/refusals.js';
import {createScreen, type Screen, type Size} from '../../../src/ui/screen.js';
import {createTheme} from '../../../src/ui/theme.js';
import {noLayout} from '../../../src/ui/transcript/transcript.js';
import {createFakeSession, type FakeSession} from '../../pty/fixture/session.js';
import {call, runStarted, toolFinished} from './events.js';
import {plainStatus} from './status.js';

export interface Troupe {
  readonly session: FakeSession;
  screen: Screen;
  readonly effects: Effect[];
  /** Gets the events once the screen has them. */
  onHear: (events: readonly StampedEvent[]) => void;
  /** What was printed for good, in its order. */
  readonly printed: string[];
  /** Starts an agent as a call of its parent's does. */
  spawn(description: string, options?: {parentId?: AgentId; kind?: string; background?: boolean}): AgentId;
  /** Ends an agent, and the call that waited for it. */
  end(id: AgentId, text?: string, state?: EndState): void;
  say(id: AgentId, ...events: AgentEvent[]): void;
  keys(...chords: string[]): void;
  type(text: string): void;
  /** What is pressed from now on comes so much later. */
  waits(milliseconds: number): void;
  /** The live region, line by line. */
  frame(): string[];
}

const plain = createTheme({dumb: true, colour: false, unicode: false});
const theme = {...createTheme({dumb: false, colour: false, unicode: false}), styles: plain.styles, spinner: ['/']};

export function createTroupe(size: Partial<Size> = {}): Troupe {
  const session = createFakeSession();
  const options: FrameOptions = {
    theme,
    itemLines: createItemLines(),
    paneLines: createPaneLines(),
    commands: [],
    markdown: () => null,
    lateness: 0,
  };
  const calls = new Map<AgentId, {callId: string; parentId: AgentId; background: boolean}>();
  let made = 0;
  let waited = 0;
  const troupe: Troupe = {
    session,
    screen: createScreen({
      size: {columns: 100, rows: 40, ...size},
      status: plainStatus,
      history: [],
      now: Date.now(),
      printed: 'nothing',
    }),
    effects: [],
    onHear() {},
    printed: [],
    spawn(description, {parentId = 'main', kind = 'explore', background = false} = {}) {
      made += 1;
      const callId = `call-${made}`;
      session.say({type: 'tool_started', ...call(callId, 'Agent', description)}, parentId);
      const id = session.spawn({parentId, callId, kind, description, background});
      if (background) session.say(toolFinished(callId, 'ok', {summary: 'in the background'}), parentId);
      calls.set(id, {callId, parentId, background});
      hear();
      return id;
    },
    end(id, text = `Found ${id}.\n\nAnd more.`, state = 'done') {
      session.finish(id, state, text);
      const {callId, parentId, background} = calls.get(id) ?? {callId: '', parentId: '', background: true};
      if (!background) session.say(toolFinished(callId), parentId);
      hear();
    },
    say(id, ...events) {
      for (const event of events) session.say(event, id);
      hear();
    },
    keys(...chords) {
      for (const chord of chords) give({type: 'key', chord});
    },
    type(text) {
      for (const letter of text) give({type: 'text', text: letter});
    },
    waits(milliseconds) {
      waited += milliseconds;
    },
    frame() {
      const {window, activity, panel, status, draft} = toFrame(troupe.screen, options);
      const parts = [activity, panel, status, draft].filter(part => part !== '');
      return [...window, ...parts.flatMap(part => part.split('\n'))];
    },
  };

  function hear(): void {
    const events = session.drain();
    const heard = receive(troupe.screen, events, Date.now() + waited, session.agents.snapshot());
    const {size, now} = heard;
    const layout = {columns: size.columns, theme, markdown: null, now, spinner: '/'};
    const due = dueItems(heard);
    const {lines, printed} = options.itemLines.print(due, heard.printed, layout);
    troupe.printed.push(...lines);
    troupe.screen = {...heard, held: heard.held.slice(due.length), printed};
    troupe.onHear(events);
  }

  function give(input: Parameters<typeof press>[1]): void {
    const {screen, effects} = press(troupe.screen, input, {
      commands: [{name: 'clear', description: ''}],
      now: Date.now() + waited,
      transcript: noLayout,
    });
    troupe.screen = screen;
    troupe.effects.push(...effects);
  }

  session.say(runStarted);
  hear();
  return troupe;
}
