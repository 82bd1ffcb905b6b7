/**
 * The one owner of the terminal's modes: raw input, bracketed paste, disambiguated keys, the cursor. They are left
 * again on every way out, `exit` and uncaught errors included, and around a suspension. Leaving is synchronous and
 * may be repeated.
 */
import {createInputDecoder, type Input} from './keys.js';
import {createStillness} from './stillness.js';
import {typedAhead} from './type-ahead.js';

export interface Terminal {
  readonly columns: number;
  readonly rows: number;
  /** Whether it is ours: not while suspended, and never again after `close`. */
  readonly isEntered: boolean;
  /** The window is changing: where the cursor is nobody knows, and nothing is to be drawn before `onResize`. */
  readonly isResizing: boolean;
  /** Calls `onResize` now, if it is due. */
  settle(): void;
  /** Writes; a terminal that is gone swallows it. */
  write(bytes: string): void;
  /** Takes the alternate screen, or gives it back: then the main one stands as it was left. */
  setAlternate(isWanted: boolean): void;
  /** Restores every mode and stops listening. */
  close(): void;
  /** Gives the terminal to another program while `work` goes on. */
  lend(work: () => Promise<void>): Promise<void>;
  /** Gives the terminal back and stops the process group, until somebody continues it. */
  suspend(): void;
}

export interface TerminalOptions {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  /** Milliseconds without a change after which the window stands still. */
  readonly stillAfter: number;
  readonly onInput: (inputs: readonly Input[]) => void;
  /** The window changed, and stands still now. */
  readonly onResize: () => void;
  /** Called with the bytes that give the terminal back if the program can't, when they change; empty once it is given back. */
  readonly onModes: (restore: string) => void;
  /** Called before the modes are left, to wipe the region: its bytes. */
  readonly farewell: () => string;
  /** The process goes on after a suspension. */
  readonly onResume: () => void;
  /** The terminal is gone: no more input, or writing fails. */
  readonly onGone: () => void;
}

const pasteOn = '\x1b[?2004h';
const pasteOff = '\x1b[?2004l';
/**
 * Keys that legacy codes cannot tell apart, shift+enter among them, come as sequences of their own (1), with the key
 * of the Latin layout beside that of another (4): ctrl+c is where it always was.
 */
const keysOn = '\x1b[>5u';
const keysOff = '\x1b[<u';
const cursorOn = '\x1b[?25h';
const cursorOff = '\x1b[?25l';
/** Off within a frame, which may have been cut. */
const wrapOn = '\x1b[?7h';
const modesOff = keysOff + pasteOff + wrapOn + cursorOn;
/** What stood below the cursor goes, and what comes next begins a line: nobody is left to wipe the region. */
const abandoned = `${modesOff}\r\n\x1b[J`;
/** Each of the two screens has keyboard modes of its own. */
const alternateOn = `\x1b[?1049h${keysOn}${cursorOff}`;
const alternateOff = `${keysOff}\x1b[?1049l`;

/** A lone escape is one when nothing follows it for so long; a split sequence over ssh arrives within. */
const escapeMs = 50;
/** A paste that lost its end marker ends when nothing comes for so long. */
const pasteMs = 100;
/** A process that the kernel did not stop, because nobody could continue it, comes back by itself. */
const notStoppedMs = 50;

/** What was written to a terminal that is gone fails later, when nobody waits for it any more. */
const ignore = (): void => {};

export function openTerminal(options: TerminalOptions): Terminal {
  const {stdin, stdout} = options;
  const decoder = createInputDecoder();
  let isEntered = false;
  let isClosed = false;
  let isAlternate = false;
  let enteredAt = 0;
  /** What is read now lay there before the terminal was ours. */
  let isAhead = false;
  let pending: NodeJS.Timeout | undefined;
  let resuming: NodeJS.Timeout | undefined;
  const resizing = createStillness({after: options.stillAfter, onStill: options.onResize});

  const write = (bytes: string): void => {
    if (bytes !== '' && stdout.writable) stdout.write(bytes);
  };
  const setAlternate = (isWanted: boolean): void => {
    if (isWanted === isAlternate || (isWanted && !isEntered)) return;
    isAlternate = isWanted;
    if (isWanted) options.onModes(alternateOff + abandoned);
    write(isWanted ? alternateOn : alternateOff);
    if (!isWanted) options.onModes(abandoned);
  };
  const enter = (): void => {
    if (isEntered || isClosed) return;
    isEntered = true;
    enteredAt = Date.now();
    options.onModes(abandoned);
    stdin.setRawMode(true);
    stdin.resume();
    write(pasteOn + keysOn);
    // The first of these may come before the event loop has looked at the terminal, the second does not.
    isAhead = true;
    setImmediate(() =>
      setImmediate(() => {
        isAhead = false;
      }),
    );
  };
  const leave = (): void => {
    if (!isEntered) return;
    isEntered = false;
    setAlternate(false);
    write(options.farewell() + modesOff);
    try {
      stdin.setRawMode(false);
    } catch {
      // The terminal is gone; there is no mode left to restore.
    }
    stdin.pause();
    options.onModes('');
  };
  const take = (inputs: readonly Input[]): void => {
    if (inputs.length > 0) options.onInput(inputs);
  };
  const onData = (chunk: string): void => {
    clearTimeout(pending);
    take(decoder.push(isAhead ? typedAhead(chunk) : chunk));
    if (decoder.pending === 'nothing') return;
    pending = setTimeout(() => take(decoder.settle()), decoder.pending === 'paste' ? pasteMs : escapeMs);
  };
  const lend = async (work: () => Promise<void>): Promise<void> => {
    resizing.settle();
    leave();
    process.off('SIGTSTP', suspend).off('SIGCONT', onContinue);
    try {
      await work();
    } finally {
      process.on('SIGCONT', onContinue);
      resume();
    }
  };
  const suspend = (): void => {
    if (isClosed) return;
    resizing.settle();
    leave();
    process.off('SIGTSTP', suspend);
    process.kill(0, 'SIGTSTP');
    // A timer that fell due while the process was stopped runs before the signal that continued it: let that go first.
    resuming = setTimeout(() => setImmediate(resume), notStoppedMs);
  };
  const resume = (): void => {
    if (isClosed || isEntered) return;
    clearTimeout(resuming);
    process.off('SIGTSTP', suspend).on('SIGTSTP', suspend);
    enter();
    options.onResume();
  };
  /** Also after a SIGSTOP, which nobody announces: then the modes are whatever the shell left. */
  const onContinue = (): void => {
    if (isEntered && Date.now() - enteredAt > notStoppedMs) {
      stdin.setRawMode(false);
      isEntered = false;
    }
    resume();
  };
  const close = (): void => {
    if (isClosed) return;
    leave();
    isClosed = true;
    clearTimeout(pending);
    clearTimeout(resuming);
    resizing.stop();
    stdin.off('data', onData).off('end', options.onGone).on('error', ignore).off('error', options.onGone);
    stdout.off('resize', resizing.moved).on('error', ignore).off('error', options.onGone);
    process.off('exit', close).off('SIGTSTP', suspend).off('SIGCONT', onContinue);
  };

  stdin.setEncoding('utf8');
  stdin.on('data', onData).on('end', options.onGone).on('error', options.onGone);
  stdout.on('resize', resizing.moved).on('error', options.onGone);
  process.on('exit', close).on('SIGTSTP', suspend).on('SIGCONT', onContinue);
  enter();

  return {
    get columns() {
      return stdout.columns || 80;
    },
    get rows() {
      return stdout.rows || 24;
    },
    get isEntered() {
      return isEntered;
    },
    get isResizing() {
      return resizing.isAwaited;
    },
    settle: resizing.settle,
    write,
    setAlternate,
    close,
    suspend,
    lend,
  };
}
