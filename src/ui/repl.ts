/**
 * The interactive screen: events in, callbacks out. Streamed events are folded at most every 66 ms (100 over ssh),
 * keys are drawn at once; while nothing runs, no timer runs and nothing is written.
 */
import type {StampedEvent} from '../core/types.js';
import {spinnerMs} from './activity.js';
import {type Command, type HelpRow, helpText, unknownCommand} from './commands.js';
import type {Answer, Effect} from './effects.js';
import {type FrameOptions, itemLayout, toFrame} from './frame.js';
import {createItemLines} from './item-lines.js';
import type {Item} from './items.js';
import {createMarkdownLoader} from './markdown-loader.js';
import {press} from './press.js';
import {createPulse} from './pulse.js';
import {createRegion} from './region.js';
import {createScreen, isRunning, receive, type Screen, type Status} from './screen.js';
import {readCapabilities} from './terminal/capabilities.js';
import type {Input} from './terminal/keys.js';
import {openTerminal} from './terminal/terminal.js';
import {createTheme} from './theme.js';

export type {Answer, Command, Status};

export interface ReplOptions {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly env: NodeJS.ProcessEnv;
  /** A mailbox of the session's events; the wake listener is called when something came in. */
  readonly events: {drain(): readonly StampedEvent[]; onWake(listener: () => void): () => void};
  readonly status: {get(): Status; onChange(listener: () => void): () => void};
  /** Earlier prompts, newest last. */
  readonly history: readonly string[];
  /** Lines printed once, above everything. */
  readonly banner: readonly string[];
  /** `/help` is added to them. */
  readonly commands: readonly Command[];
  /** What else `/help` shows, above the keys: what the model understands, for example. */
  readonly help?: () => readonly HelpRow[];
  /** Starts a turn; called only while none runs. */
  send(text: string): void;
  /** Mail to the agent, while a turn runs. */
  steer(text: string): void;
  interrupt(): void;
  abort(): void;
  answer(callId: string, answer: Answer): void;
  /** Every prompt and command as it was typed, for the history. */
  onSubmit(text: string): void;
}

export interface Repl {
  /** `left`: the person wants to go; `gone`: the terminal is. Rejects if drawing failed. */
  readonly exited: Promise<'left' | 'gone'>;
  /** Does what Ctrl-C does: for a SIGINT from elsewhere. */
  pressCtrlC(): void;
  /** Wipes the live region and restores every terminal mode, synchronously. May be repeated. */
  close(): void;
}

export function startRepl(options: ReplOptions): Repl {
  const {events, status} = options;
  const capabilities = readCapabilities(options.env);
  const theme = createTheme(capabilities);
  const itemLines = createItemLines();
  const loader = createMarkdownLoader(() => flush());
  const commands = withHelp(options.commands, options.help);
  const frameOptions: FrameOptions = {theme, itemLines, commands, markdown: loader.get};
  let settle: {readonly resolve: (how: 'left' | 'gone') => void; readonly reject: (error: unknown) => void};
  const exited = new Promise<'left' | 'gone'>((resolve, reject) => {
    settle = {resolve, reject};
  });

  const terminal = openTerminal({
    stdin: options.stdin,
    stdout: options.stdout,
    onInput,
    onResize,
    onResume: onResize,
    onGone: () => leave('gone'),
    farewell: () => region.erase(),
  });
  const size = (): Screen['size'] => ({columns: terminal.columns, rows: terminal.rows});
  let screen = createScreen({size: size(), status: status.get(), history: options.history, now: Date.now()});
  /** Printed with the next frame. */
  let above: string[] = [...options.banner];
  let notices = 0;
  let isClosed = false;
  const region = createRegion({
    size: size(),
    reflows: capabilities.reflows,
    frame: toFrame(screen, frameOptions),
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
  return {exited, close, pressCtrlC: () => onInput([{type: 'key', chord: 'ctrl+c'}])};

  function flush(): void {
    if (isClosed) return;
    screen = receive(screen, events.drain(), Date.now());
    draw();
  }

  function draw(): void {
    if (isClosed) return;
    screen = {...screen, now: Date.now()};
    if (isRunning(screen)) loader.load();
    if (loader.isReady(textsOf(screen.held))) print();
    region.draw(toFrame(screen, frameOptions), above);
    above = [];
    pulse.drawn(isRunning(screen));
  }

  /** Items that are final leave our state and become lines of the scrollback. */
  function print(): void {
    const last = screen.held.at(-1);
    if (!last) return;
    above.push(...itemLines.print(screen.held, screen.printed, itemLayout(screen, frameOptions)));
    screen = {...screen, held: [], printed: last.type};
  }

  function onInput(inputs: readonly Input[]): void {
    for (const input of inputs) {
      if (isClosed) return;
      const pressed = press(screen, input, {commands, now: Date.now()});
      screen = pressed.screen;
      for (const effect of pressed.effects) perform(effect);
    }
    draw();
  }

  function onResize(): void {
    screen = {...screen, size: size()};
    region.resize(screen.size);
    draw();
  }

  function perform(effect: Effect): void {
    switch (effect.type) {
      case 'send':
      case 'steer':
        options.onSubmit(effect.text);
        options[effect.type](effect.text);
        return;
      case 'command':
        void runCommand(effect.name, effect.argument);
        return;
      case 'answer':
        options.answer(effect.callId, effect.answer);
        return;
      case 'interrupt':
        options.interrupt();
        return;
      case 'abort':
        options.abort();
        return;
      case 'suspend':
        terminal.suspend();
        return;
      case 'redraw':
        region.resize(screen.size);
        return;
      case 'leave':
        leave('left');
        return;
      default:
        effect satisfies never;
    }
  }

  async function runCommand(name: string, argument: string): Promise<void> {
    options.onSubmit(`/${name}${argument ? ` ${argument}` : ''}`);
    const command = commands.find(known => known.name === name);
    hold({type: 'prompt', id: nextId(), text: `/${name}${argument ? ` ${argument}` : ''}`});
    try {
      const said = command
        ? await command.run(argument)
        : unknownCommand(
            name,
            commands.map(known => known.name),
          );
      if (said) hold({type: 'notice', id: nextId(), level: command ? 'info' : 'warning', text: said});
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      hold({type: 'notice', id: nextId(), level: 'error', text});
    }
    draw();
  }

  function hold(item: Item): void {
    screen = {...screen, held: [...screen.held, item]};
  }

  function nextId(): string {
    notices += 1;
    return `screen:${notices}`;
  }

  function leave(how: 'left' | 'gone'): void {
    close();
    settle.resolve(how);
  }

  function close(): void {
    if (isClosed) return;
    flush();
    isClosed = true;
    pulse.stop();
    stopWake();
    stopStatus();
    terminal.close();
    region.close();
  }
}

function withHelp(commands: readonly Command[], more: ReplOptions['help']): readonly Command[] {
  const all: Command[] = [...commands];
  all.push({name: 'help', description: 'show the commands and keys', run: () => helpText(all, more?.() ?? [])});
  return all;
}

function textsOf(items: readonly Item[]): string[] {
  return items.flatMap(item => (item.type === 'text' ? [item.text] : []));
}
