/** The lines between what is said and what is typed: what was typed ahead; what the agent does now, and the keys that stop it. */
import type {Run, Wait} from './fold-run.js';
import {countRoughly, duration, ordinal, plural} from './format.js';
import type {CallItem} from './items.js';
import {queuedRows} from './layout.js';
import {takenBackFrom} from './panes/focus.js';
import {stopKey} from './panes/stops.js';
import {liveAgents, liveChildren} from './panes/tree.js';
import {isAsked, isBusy, isRunning, liveItems, putOffQuestions, type Screen} from './screen.js';
import {estimateTokens} from './spending.js';
import {cleanLine} from './text/clean.js';
import {revealLine} from './text/reveal.js';
import {pad, truncate, width} from './text/width.js';
import {paint, type Theme} from './theme.js';
import {type AgentView, agentOf, rootOf} from './view.js';

/** What ends sooner is not worth a word. */
const heldUpMs = 3_000;

/** Columns of a state that still says something. */
const leastState = 12;

/** One line while something runs and nothing is asked, else none. */
export function stateLine(screen: Screen, theme: Theme): string[] {
  if (!isBusy(screen) || isAsked(screen)) return [];
  const {glyphs, styles} = theme;
  const room = screen.size.columns - 4;
  if (screen.focus !== null) return [`  ${paint(styles.dim, paneKeys(screen, room, theme))}`];
  const root = rootOf(screen.view);
  const run = root?.run ?? null;
  const state = stateOf(screen, root, run, theme);
  const figures = run ? [duration(screen.now - run.startedAt), ...tokensOf(run, theme)] : [];
  const stops = stopKey(screen);
  const interrupts = isRunning(screen) ? ['esc interrupts'] : [];
  const moves = isHeldUp(screen) ? ['ctrl-b background'] : [];
  const dotted = (...parts: readonly string[]): string => parts.filter(part => part !== '').join(` ${glyphs.dot} `);
  const [said, keys] = fitted(
    [
      [dotted(state, ...figures), dotted(...moves, ...interrupts, stops)],
      [dotted(state, ...figures), dotted(...interrupts, stops)],
      [dotted(state, ...figures.slice(0, 1)), dotted(...interrupts, stops)],
      [dotted(state, ...figures.slice(0, 1)), stops],
      [state, stops],
    ],
    room,
    glyphs.ellipsis,
  );
  const mark = paint(run?.wait ? styles.waiting : styles.accent, spinnerAt(screen.now, theme));
  return [`  ${mark} ${paint(styles.dim, `${pad(said, room - width(keys))}${keys}`.trimEnd())}`];
}

type Halves = readonly [left: string, right: string];

/** The first halves of a line that fit. If none do, the last left one is cut, and gives way at last. */
function fitted(wishes: readonly Halves[], room: number, ellipsis: string): Halves {
  const widthOf = ([left, right]: Halves): number => width(left) + (right === '' ? 0 : 2 + width(right));
  const fitting = wishes.find(wish => widthOf(wish) <= room);
  if (fitting) return fitting;
  const [left, right] = wishes.at(-1) ?? ['', ''];
  const rest = room - widthOf(['', right]);
  return rest < leastState ? [truncate(right, room, ellipsis), ''] : [truncate(left, rest, ellipsis), right];
}

/** What the keys do to the agent whose pane has them: as many as there is room for, the most important first. */
function paneKeys(screen: Screen, room: number, {glyphs}: Theme): string {
  const asks = screen.view.questions.some(({agentId}) => agentId === screen.focus);
  const stops = stopKey(screen);
  const wrapsUp = screen.focus !== null && agentOf(screen.view, screen.focus)?.isWindingDown;
  const keys = [
    ...(asks && screen.composer.text === '' ? ['enter answers'] : []),
    ...(stops === '' ? [] : [stops, 'esc interrupt', ...(wrapsUp ? [] : ['ctrl-x wind down'])]),
    ...(takenBackFrom(screen) === null ? [] : ['ctrl-p takes back']),
    `${glyphs.sideways} fold`,
    `${glyphs.updown} move`,
    'tab next',
  ];
  const fitting = keys.findLastIndex((_, last) => width(keys.slice(0, last + 1).join(` ${glyphs.dot} `)) <= room);
  return truncate(keys.slice(0, Math.max(1, fitting + 1)).join(` ${glyphs.dot} `), room, glyphs.ellipsis);
}

/** The spinner's glyph at a time. */
export function spinnerAt(now: number, {spinner}: Theme): string {
  return spinner[Math.floor(now / spinnerMs) % spinner.length] ?? '';
}

/** Milliseconds a spinner's glyph stays. */
export const spinnerMs = 132;

/** What the agent does; before it, that questions were put off: then it may wait for nothing but the person. */
function stateOf(screen: Screen, root: AgentView | null, run: Run | null, {glyphs}: Theme): string {
  const putOff = putOffQuestions(screen).length;
  const asks = putOff > 0 ? [`waiting for you: ${plural(putOff, 'question')} ${glyphs.dot} tab`] : [];
  const awaits = run?.wait ? null : awaitedAgents(screen, run);
  const calls = run?.wait || awaits !== null ? '' : callsUnderWay(screen);
  const does = awaits ?? (calls === '' ? occupation(screen, run) : `running ${calls}`);
  const wrapsUp = calls === '' ? `wrapping up, ${does}` : `wrapping up after ${calls}`;
  const state = root?.isWindingDown && run ? wrapsUp : does;
  return [...asks, ...(putOff > 0 && awaits !== null ? [] : [state])].join(` ${glyphs.dot} `);
}

/** Where it has nothing else to do: the agents it waits for, or those that go on without it. */
function awaitedAgents(screen: Screen, run: Run | null): string | null {
  const {view} = screen;
  if (run?.awaited) return `waiting for ${plural(liveChildren(view, view.rootId).length || run.awaited, 'agent')}`;
  const live = runningCalls(screen);
  if (live.some(({agent}) => agent === null)) return null;
  const awaited = live.filter(({agent}) => agent?.end === null).length;
  if (awaited > 0) return `waiting for ${plural(awaited, 'agent')}`;
  return isRunning(screen) ? null : `${plural(liveAgents(view), 'agent')} in the background`;
}

/** Whether a command has run for so long that one may want to go on without it. */
function isHeldUp(screen: Screen): boolean {
  const isLong = ({startedAt}: CallItem): boolean => startedAt !== null && screen.now - startedAt > heldUpMs;
  return runningCalls(screen).some(call => call.tool === 'Bash' && isLong(call));
}

/** `Bash`, `3 calls`; empty if none runs. */
function callsUnderWay(screen: Screen): string {
  const running = runningCalls(screen).filter(({agent}) => agent === null);
  const [call] = running;
  if (!call) return '';
  return running.length === 1 ? revealLine(call.tool) : plural(running.length, 'call');
}

function occupation({now}: Screen, run: Run | null): string {
  if (run?.wait) return waitState(run.wait, now);
  return run?.phase ?? 'starting';
}

function runningCalls(screen: Screen): readonly CallItem[] {
  return liveItems(screen).flatMap(item => (item.type === 'call' && item.state === 'running' ? [item] : []));
}

/** `retrying in 42 s (overloaded, 3rd try)`, or `held back 42 s: claude-haiku-4-5 is overloaded` behind others. */
export function waitState(wait: Wait, now: number): string {
  const seconds = Math.ceil((wait.until - now) / 1000);
  if (wait.type === 'held') {
    return `held back${seconds > 0 ? ` ${seconds} s` : ''}: ${obstacle(wait.kind, cleanLine(wait.model))}`;
  }
  const {attempt, maxAttempts, kind} = wait;
  const tries = maxAttempts === null ? `${ordinal(attempt)} try` : `${ordinal(attempt)} of ${maxAttempts} tries`;
  const trouble = troubles[kind] ?? kind.replaceAll('_', ' ');
  return `retrying${seconds > 0 ? ` in ${seconds} s` : ''} (${trouble}, ${tries})`;
}

/** Kinds of failure whose name alone does not say enough. */
const troubles: Readonly<Record<string, string>> = {
  network: 'no connection',
  cut: 'the answer broke off',
  garbage: 'the answer was unreadable',
  timeout: 'no answer',
};

/** What others of the same model, or of the same connection, are held up by. */
function obstacle(kind: string, model: string): string {
  switch (kind) {
    case 'network':
      return 'no connection';
    case 'overloaded':
      return `${model} is overloaded`;
    case 'rate_limited':
      return `${model} is rate limited`;
    case 'timeout':
      return `${model} does not answer`;
    default:
      return `${model} fails`;
  }
}

function tokensOf({outputTokens, replyLength}: Run, {glyphs}: Theme): string[] {
  const estimate = estimateTokens(replyLength);
  const tokens = outputTokens + estimate;
  return tokens === 0 ? [] : [`${glyphs.received} ${countRoughly(tokens, estimate > 0)} tok`];
}

/** What was typed ahead. */
export function queuedLines(screen: Screen, {styles, glyphs}: Theme): string[] {
  const {steered, size} = screen;
  return steered.slice(steered.length - queuedRows(screen)).map(({text}) => {
    const state = ` ${glyphs.dot} queued`;
    const shown = truncate(cleanLine(text), size.columns - 4 - width(state), glyphs.ellipsis);
    return `  ${paint(styles.accent, glyphs.mail)} ${paint(styles.dim, shown + state)}`;
  });
}
