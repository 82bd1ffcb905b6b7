/**
 * The interactive screen: events in, callbacks out. Streamed events are folded at most every 66 ms (100 over ssh),
 * keys are drawn at once; while nothing runs, no timer runs and nothing is written.
 */
import {spinnerMs} from './activity.js';
import type {Effect, ScreenEffect} from './effects.js';
import {type FrameOptions, itemLayout, toFrame} from './frame.js';
import {blankRow, type HelpRow} from './help-rows.js';
import {createItemLines} from './item-lines.js';
import {type Item, textsOf} from './items.js';
import {keyHelp} from './keymap.js';
import {createMarkdownLoader} from './markdown-loader.js';
import {giveBack} from './panes/focus.js';
import {createPaneLines} from './panes/pane-lines.js';
import {withStopped} from './panes/stops.js';
import {createPerformer, type HeldItem, isForScreen} from './perform.js';
import {press} from './press.js';
import {createPulse} from './pulse.js';
import {interrupted, receive} from './receive.js';
import {dueItems} from './refusals.js';
import {createRegion} from './region.js';
import type {Repl, ReplOptions} from './repl-options.js';
import {createRewindCommand} from './rewind/rewind-command.js';
import {atMoment, createScreen, isBusy, isLively, type Screen} from './screen.js';
import {createScreenCommands} from './screen-commands.js';
import type {Capabilities} from './terminal/capabilities.js';
import type {Input} from './terminal/keys.js';
import {openTerminal} from './terminal/terminal.js';
import {span, toAnsi, wrap} from './text/styled.js';
import {createTheme} from './theme.js';
import {createTranscriptView} from './transcript/transcript-view.js';

/** Takes the terminal over until `close`. */
export function startInteractive(options: ReplOptions, capabilities: Capabilities): Repl {
  const {events, status} = options;
  const theme = createTheme(capabilities);
  const itemLines = createItemLines();
  const loader = createMarkdownLoader(() => flush());
  const performer = createPerformer({repl: options, commands: () => commands, screen: () => screen, update, hold});
  const rewind = createRewindCommand({
    rewinding: options.rewinding,
    open: performer.pickRewind,
    giveBack: text => update(before => giveBack(before, null, text)),
  });
  const commands = createScreenCommands({
    ...options,
    commands: [...options.commands, rewind],
    view: () => screen.view,
    columns: () => screen.size.columns,
    help: () => helpRows(options.help?.() ?? []),
    leave: () => leave(),
    onStop: hearStop,
  });
  const frameOptions: FrameOptions = {
    theme,
    itemLines,
    paneLines: createPaneLines(),
    commands,
    markdown: loader.get,
    lateness: capabilities.lateness,
  };
  let settle: {readonly resolve: (how: 'left' | 'gone') => void; readonly reject: (error: unknown) => void};
  const exited = new Promise<'left' | 'gone'>((resolve, reject) => {
    settle = {resolve, reject};
  });

  const terminal = openTerminal({
    stdin: options.stdin,
    stdout: options.stdout,
    stillAfter: capabilities.stillAfter,
    onInput,
    onResize,
    onResume() {
      region.forget();
      screen = {...screen, transcript: null};
      onResize();
    },
    onGone() {
      close();
      settle.resolve('gone');
    },
    onModes: options.onModes,
    farewell: () => region.erase(),
  });
  const size = (): Screen['size'] => ({columns: terminal.columns, rows: terminal.rows});
  let screen = createScreen({
    size: size(),
    status: status.get(),
    history: options.history,
    now: Date.now(),
    printed: options.banner.length > 0 ? 'block' : 'nothing',
  });
  /** Printed with the next frame. */
  let above: readonly string[] = options.banner.flatMap(line => wrap([span(line)], terminal.columns).map(toAnsi));
  const transcript = createTranscriptView(terminal);
  let notices = 0;
  /** The person has left: what still ends is shown, keys mean nothing any more. */
  let isLeft = false;
  let isClosed = false;
  const region = createRegion({
    size: size(),
    reflows: capabilities.reflows,
    pushesUp: capabilities.pushesUp,
    write: terminal.write,
    onError(error) {
      close();
      settle.reject(error);
    },
  });
  const pulse = createPulse({
    flushEvery: capabilities.flushEvery,
    tickEvery: spinnerMs,
    onFlush: flush,
    onTick: draw,
  });
  const stopWake = events.onWake(pulse.wake);
  const stopStatus = status.onChange(() => {
    screen = {...screen, status: status.get()};
    draw();
  });
  flush();
  return {exited, tell, lend: terminal.lend, leave, close, pressCtrlC};

  /** Meant for whoever has the terminal. */
  function pressCtrlC(): void {
    if (terminal.isEntered) onInput([{type: 'key', chord: 'ctrl+c'}]);
  }

  function flush(): void {
    if (isClosed) return;
    const heard = events.drain();
    screen = receive(screen, heard, Date.now(), options.agents.snapshot());
    if (heard.some(({type}) => type === 'prompt_withdrawn')) {
      hold({type: 'notice', level: 'info', text: '↑ brings the prompt back.'});
    }
    draw();
  }

  function draw(): void {
    if (!terminal.isEntered || terminal.isResizing) return;
    screen = atMoment(screen, Date.now());
    if (isBusy(screen) || screen.transcript) loader.load();
    if (showTranscript()) return;
    if (loader.isReady(textsOf(screen.held))) print(dueItems(screen));
    region.draw(toFrame(screen, frameOptions), above);
    above = [];
    pulse.drawn(isLively(screen, capabilities.lateness));
  }

  /** While the transcript is open it has the terminal, and what would be printed waits. */
  function showTranscript(): boolean {
    if (screen.transcript) {
      transcript.draw(screen, screen.transcript, itemLayout(screen, frameOptions));
      pulse.drawn(isBusy(screen));
    } else if (transcript.close()) region.resize(screen.size);
    return screen.transcript !== null;
  }

  /** The next frame is drawn whole. */
  function forgetFrame(): void {
    if (screen.transcript) transcript.forget();
    else region.resize(screen.size);
  }

  /** Items that are final leave our state and become lines of the scrollback. */
  function print(due: readonly Item[]): void {
    if (due.length === 0) return;
    const {lines, printed} = itemLines.print(due, screen.printed, itemLayout(screen, frameOptions));
    above = [...above, ...lines];
    screen = {...screen, held: screen.held.slice(due.length), printed};
  }

  /** Whoever leaves keeps what stands on the screen, also without the colours that are still being loaded. */
  function printOpen(): void {
    screen = interrupted(screen, Date.now());
    print(screen.held);
    region.draw(toFrame(screen, frameOptions), above);
    above = [];
  }

  function onInput(inputs: readonly Input[]): void {
    for (const input of inputs) {
      if (isLeft || isClosed) return;
      const pressed = press(screen, input, {commands, now: Date.now(), transcript: transcript.layout});
      screen = pressed.screen;
      for (const effect of pressed.effects) {
        if (isForScreen(effect)) perform(effect);
        else performer.perform(effect);
      }
    }
    draw();
  }

  function onResize(): void {
    screen = {...screen, size: size()};
    forgetFrame();
    draw();
  }

  function perform(effect: ScreenEffect): void {
    switch (effect.type) {
      case 'suspend':
        terminal.suspend();
        return;
      case 'redraw':
        forgetFrame();
        return;
      case 'leave':
        leave();
        return;
      default:
        effect satisfies never;
    }
  }

  function update(change: (before: Screen) => Screen = before => before): void {
    screen = change(screen);
    flush();
  }

  function hearStop(stop: Effect): void {
    screen = withStopped(screen, stop);
  }

  function hold(item: HeldItem): void {
    notices += 1;
    screen = {...screen, held: [...screen.held, {...item, id: `screen:${notices}`}]};
  }

  function tell(text: string): void {
    hold({type: 'notice', level: 'info', text});
    draw();
  }

  function leave(): void {
    isLeft = true;
    settle.resolve('left');
  }

  function close(): void {
    if (isClosed) return;
    terminal.settle();
    flush();
    screen = {...screen, transcript: null};
    if (terminal.isEntered) {
      showTranscript();
      printOpen();
    }
    isClosed = true;
    pulse.stop();
    stopWake();
    stopStatus();
    terminal.close();
    region.close();
  }
}

/** Below the commands, each behind a blank row: what the model understands, and the keys. */
function helpRows(more: readonly HelpRow[]): readonly HelpRow[] {
  return [...(more.length > 0 ? [blankRow, ...more] : []), blankRow, ...keyHelp];
}
