/**
 * What input does: the screen after it, and the effects on the outside. Pure, so that every key can be tested without
 * a terminal. Keys go to an open question if it has the focus, else to the draft.
 */
import {completions, parseCommand} from './commands.js';
import {type ComposerAction, compose} from './composer/composer.js';
import type {Effect, Pressed} from './effects.js';
import {plural} from './format.js';
import type {Item} from './items.js';
import {commandOf, type KeyCommand} from './keymap.js';
import {promptColumns} from './layout.js';
import {nextMode} from './mode.js';
import {moveFocus, takenBackFrom, withDraft} from './panes/focus.js';
import {pressInPane} from './panes/press-pane.js';
import {awaitedCommands, stoppedByLeaving, withStopped} from './panes/stops.js';
import {nextQuestion, pressInQuestion} from './press-question.js';
import {pressInPicker} from './rewind/press-picker.js';
import {isBusy, isRunning, type LeavingKey, type Screen} from './screen.js';
import type {Input} from './terminal/keys.js';
import {createTranscript, pressInTranscript, type TranscriptLayout} from './transcript/transcript.js';
import {liveCommands} from './view.js';

/** `commands`: names of the slash commands, for completion. */
export interface PressContext {
  readonly commands: readonly {readonly name: string; readonly description: string}[];
  readonly now: number;
  /** How the transcript was last drawn. */
  readonly transcript: TranscriptLayout;
}

export function press(before: Screen, input: Input, context: PressContext): Pressed {
  if (before.transcript && !isForTerminal(input)) {
    return stay({...before, transcript: pressInTranscript(before.transcript, input, context.transcript)});
  }
  const chord = input.type === 'key' ? input.chord : null;
  const screen = {
    ...before,
    leaving: before.leaving === chord ? before.leaving : null,
    wayOut: chord === 'shift+tab' ? before.wayOut : null,
    isGoingBack: chord === 'escape' && before.isGoingBack,
  };
  const pressed =
    pressInQuestion(screen, input, context.now) ??
    pressInPicker(screen, input) ??
    pressInPane(screen, input) ??
    pressInComposer(screen, input, context);
  const {moved} = screen;
  if (moved && context.now - moved.at < heldOffMs && pressed.effects.some(isStop))
    return stay({...screen, moved: {...moved, isHeldOff: true}});
  return {...pressed, screen: pressed.effects.reduce(withStopped, {...pressed.screen, moved: null})};
}

/** After the focus has moved by itself, for so long a stop is still meant for the one who had it. */
const heldOffMs = 1_000;

function isStop({type}: Effect): boolean {
  return type === 'stop' || type === 'interrupt' || type === 'abort';
}

/** Suspending and repainting mean the same everywhere. */
function isForTerminal(input: Input): boolean {
  return input.type === 'key' && (input.chord === 'ctrl+z' || input.chord === 'ctrl+l');
}

function pressInComposer(screen: Screen, input: Input, context: PressContext): Pressed {
  if (input.type === 'key') {
    const agentId = screen.focus ?? screen.view.rootId;
    if (input.chord === 'ctrl+b' && agentId !== null && awaitedCommands(screen.view, agentId) > 0)
      return effect(screen, {type: 'background', agentId});
    const command = commandOf(input.chord);
    return command ? run(screen, command, context) : stay(screen);
  }
  if (input.type === 'text' && input.text === '?' && screen.composer.text === '' && !screen.answering?.kept) {
    return stay({...screen, isHelpOpen: !screen.isHelpOpen});
  }
  const typed = edited(screen, {type: 'insert', text: input.text});
  const answering = screen.answering && {...screen.answering, hasFocus: false};
  return stay({...typed, answering});
}

function run(screen: Screen, command: KeyCommand, context: PressContext): Pressed {
  switch (command.type) {
    case 'edit':
      return stay(edited(screen, command.action));
    case 'row':
      return moveByRow(screen, command.by);
    case 'newline':
      return stay(edited(screen, {type: 'insert', text: '\n'}));
    case 'submit':
      return submit(screen);
    case 'complete':
      return stay(complete(screen, context));
    case 'mode':
      return changeMode(screen);
    case 'interrupt':
      return interrupt(screen);
    case 'windDown':
      return windDown(screen);
    case 'abort':
      return abort(screen, context);
    case 'leave':
      return leave(screen);
    case 'transcript':
      return stay({...screen, transcript: createTranscript(screen.focus)});
    case 'todos':
      return stay({...screen, areTodosHidden: !screen.areTodosHidden});
    case 'suspend':
      return effect(screen, {type: 'suspend'});
    case 'redraw':
      return effect(screen, {type: 'redraw'});
    default:
      return command satisfies never;
  }
}

/** Up from a draft in which nothing was typed is what waits to be read, then the history; down from an empty one, the agents. */
function moveByRow(screen: Screen, by: -1 | 1): Pressed {
  const {composer, focus, answering, size} = screen;
  const isEmpty = composer.text === '' && composer.recalled === null && focus === null && !answering?.kept;
  if (by > 0 && isEmpty) return stay(moveFocus(screen, 1, false));
  const agentId = by < 0 ? takenBackFrom(screen) : null;
  if (agentId !== null) return effect(screen, {type: 'takeBack', agentId});
  return stay(edited(screen, {type: 'row', by, columns: promptColumns(size)}));
}

/** Not while a question has the keys: a mode answers questions. Nor by a key that was meant for the panes. */
function changeMode(screen: Screen): Pressed {
  if (screen.wayOut === 'left') return stay({...screen, wayOut: 'told'});
  const {status, answering} = screen;
  const mode = nextMode(status);
  if (mode === status.mode || (answering && !answering.isDone && (answering.hasFocus || answering.kept))) {
    return stay(screen);
  }
  return effect({...screen, wayOut: null, status: {...status, mode}}, {type: 'mode', mode});
}

/** Enter: a backslash before the caret makes it a line feed. */
function submit(screen: Screen): Pressed {
  const {text, caret} = screen.composer;
  if (text[caret - 1] === '\\') {
    const without = compose(screen.composer, {type: 'erase', to: 'left'});
    return stay({...screen, composer: compose(without, {type: 'insert', text: '\n'})});
  }
  if (text.trim() === '') return stay(screen);
  const command = parseCommand(text);
  // What was typed for an agent that ended is for somebody else now: that has to be seen before it is sent.
  if (screen.strayed !== null && !command) return stay({...screen, strayed: null});
  const sent = withDraft(edited(screen, {type: 'keep'}));
  if (command) return effect(sent, {type: 'command', ...command});
  if (screen.focus !== null) return effect(sent, {type: 'mail', agentId: screen.focus, text});
  return isRunning(screen)
    ? effect({...sent, steered: [...screen.steered, {text, mailId: null}]}, {type: 'steer', text})
    : effect({...sent, isSending: true}, {type: 'send', text});
}

function complete(screen: Screen, {commands}: PressContext): Screen {
  const [first] = completions(screen.composer.text, commands);
  if (first) return edited(screen, {type: 'replace', text: `/${first.name} `});
  return nextQuestion(screen) ?? moveFocus(screen, 1, true);
}

function interrupt(screen: Screen): Pressed {
  if (screen.isHelpOpen) return stay({...screen, isHelpOpen: false});
  if (isRunning(screen)) return effect(screen, {type: 'interrupt'});
  if (screen.composer.text !== '') return stay(screen);
  return screen.isGoingBack
    ? effect({...screen, isGoingBack: false}, {type: 'pickRewind'})
    : stay({...screen, isGoingBack: true});
}

function windDown(screen: Screen): Pressed {
  const {rootId} = screen.view;
  return rootId !== null && isBusy(screen)
    ? effect(screen, {type: 'stop', how: 'windDown', agentId: rootId})
    : stay(screen);
}

/** Stops the turn and all agents below; else what its commands left running; else clears the draft; else, the second time running, leaves. */
function abort(screen: Screen, {now}: PressContext): Pressed {
  if (isBusy(screen)) return effect(screen, {type: 'abort'});
  const live = liveCommands(screen.view);
  if (live > 0) {
    const text = `Ending ${plural(live, 'command')} that ${live === 1 ? 'was' : 'were'} still running.`;
    const notice: Item = {type: 'notice', id: `ending:${now}`, level: 'info', text};
    return effect({...screen, held: [...screen.held, notice]}, {type: 'abort'});
  }
  if (screen.composer.text !== '') return stay(edited(screen, {type: 'keep'}));
  return leaveOnSecond(screen, 'ctrl+c');
}

/** Where something would be stopped by it, it is asked for once more; over a draft the key only deletes. */
function leave(screen: Screen): Pressed {
  if (screen.composer.text !== '') return stay(edited(screen, {type: 'erase', to: 'right'}));
  return stoppedByLeaving(screen.view) === '' ? effect(screen, {type: 'leave'}) : leaveOnSecond(screen, 'ctrl+d');
}

function leaveOnSecond(screen: Screen, leaving: LeavingKey): Pressed {
  return screen.leaving === leaving ? effect(screen, {type: 'leave'}) : stay({...screen, leaving});
}

function edited(screen: Screen, action: ComposerAction): Screen {
  const composer = compose(screen.composer, action);
  return {...screen, composer, isHelpOpen: false, strayed: composer.text === '' ? null : screen.strayed};
}

function stay(screen: Screen): Pressed {
  return {screen, effects: []};
}

function effect(screen: Screen, effect: Effect): Pressed {
  return {screen, effects: [effect]};
}
