/** The line that says what the agent does now, for how long, and which keys stop it. */
import type {AgentId} from '../core/types.js';
import type {Retry, Run} from './fold-run.js';
import {count, duration, ordinal, plural} from './format.js';
import {stopped} from './panes/stops.js';
import {liveAgents} from './panes/tree.js';
import {isAsked, isBusy, isRunning, liveItems, type Screen} from './screen.js';
import {cleanLine} from './text/clean.js';
import {pad, truncate, width} from './text/width.js';
import {paint, type Theme} from './theme.js';
import {type AgentView, rootOf} from './view.js';

/** Characters of English text or code a token stands for, roughly: until the reply's own figure is there. */
const charactersPerToken = 4;

/** What was typed ahead, then, while something runs and nothing is asked, the state. */
export function activityLines(screen: Screen, theme: Theme): string[] {
  if (!isBusy(screen) || isAsked(screen)) return queuedLines(screen, theme);
  const {glyphs, styles} = theme;
  if (screen.focus !== null) return [...queuedLines(screen, theme), paneKeys(screen, screen.focus, theme)];
  const hint = stopKeys(screen, theme);
  const root = rootOf(screen.view);
  const run = root?.run ?? null;
  const figures = run ? [duration(screen.now - run.startedAt), ...tokensOf(run, theme)] : [];
  const state = [stateOf(screen, root, run), ...figures].join(` ${glyphs.dot} `);
  const room = screen.size.columns - 4 - width(hint) - 2;
  const isCramped = room < 24;
  const text = truncate(state, isCramped ? screen.size.columns - 4 : room, glyphs.ellipsis);
  const mark = paint(run?.retry ? styles.waiting : styles.accent, spinnerAt(screen.now, theme));
  const line = `  ${mark} ${paint(styles.dim, isCramped ? text : pad(text, room) + hint)}`;
  return [...queuedLines(screen, theme), line];
}

/** Which keys stop what, while the draft is the root's. */
function stopKeys(screen: Screen, {glyphs}: Theme): string {
  const {rootId, known} = screen.view;
  const reached = rootId === null || known.size < 2 ? '' : stopped(screen.view, rootId);
  const keys = [...(isRunning(screen) ? ['esc interrupts'] : []), ...(reached ? [`ctrl-c stops ${reached}`] : [])];
  return keys.join(` ${glyphs.dot} `);
}

/** What the keys do to the agent whose pane has them. */
function paneKeys({view, size}: Screen, focus: AgentId, {styles, glyphs}: Theme): string {
  const keys = [
    'esc interrupt',
    'ctrl-x wind down',
    `ctrl-c abort (${stopped(view, focus)})`,
    `${glyphs.sideways} fold`,
    `${glyphs.updown} move`,
    'tab next',
  ];
  return `  ${paint(styles.dim, truncate(keys.join(` ${glyphs.dot} `), size.columns - 4, glyphs.ellipsis))}`;
}

/** The spinner's glyph at a time. */
export function spinnerAt(now: number, {spinner}: Theme): string {
  return spinner[Math.floor(now / spinnerMs) % spinner.length] ?? '';
}

/** Milliseconds a spinner's glyph stays. */
export const spinnerMs = 132;

function stateOf(screen: Screen, root: AgentView | null, run: Run | null): string {
  if (run?.retry) return retryState(run.retry, screen.now);
  if (run?.awaited) return `waiting for ${plural(liveAgents(screen.view) || run.awaited, 'agent')}`;
  const live = liveItems(screen).flatMap(item => (item.type === 'call' && item.state === 'running' ? [item] : []));
  const running = live.filter(({agent}) => agent === null);
  const [call] = running;
  if (call) return running.length === 1 ? `running ${cleanLine(call.tool)}` : `running ${running.length} calls`;
  const awaited = live.filter(({agent}) => agent?.end === null).length;
  if (awaited > 0) return `waiting for ${plural(awaited, 'agent')}`;
  if (!isRunning(screen)) return `${plural(liveAgents(screen.view), 'agent')} in the background`;
  if (!run || root === null) return 'starting';
  return run.phase === 'working' ? 'working' : run.phase;
}

/** `retrying in 42 s (overloaded, 3rd try)` */
export function retryState({attempt, maxAttempts, until, kind}: Retry, now: number): string {
  const seconds = Math.max(0, Math.ceil((until - now) / 1000));
  const tries = maxAttempts === null ? `${ordinal(attempt)} try` : `${ordinal(attempt)} of ${maxAttempts} tries`;
  return `retrying in ${seconds} s (${troubles[kind] ?? kind.replaceAll('_', ' ')}, ${tries})`;
}

/** Kinds of failure whose name alone does not say enough. */
const troubles: Readonly<Record<string, string>> = {
  network: 'no connection',
  cut: 'the answer broke off',
  garbage: 'the answer was unreadable',
  timeout: 'no answer',
};

function tokensOf(run: Run, {glyphs}: Theme): string[] {
  const tokens = run.outputTokens + run.replyLength / charactersPerToken;
  return tokens < 1 ? [] : [`${glyphs.down} ${count(tokens)} tok`];
}

function queuedLines({steered, size}: Screen, {styles, glyphs}: Theme): string[] {
  return steered.slice(-3).map(text => {
    const state = ` ${glyphs.dot} queued`;
    const shown = truncate(cleanLine(text), size.columns - 4 - width(state), glyphs.ellipsis);
    return `  ${paint(styles.accent, glyphs.mail)} ${paint(styles.dim, shown + state)}`;
  });
}
