/** The line that says what the agent does now, for how long, and which keys stop it. */
import {count, duration, ordinal} from './format.js';
import {isAsked, isRunning, liveItems, type Screen} from './screen.js';
import {cleanLine} from './text/clean.js';
import {pad, truncate, width} from './text/width.js';
import {paint, type Theme} from './theme.js';
import {type AgentView, type Retry, type Run, rootOf} from './view.js';

/** Characters of English text or code a token stands for, roughly: until the reply's own figure is there. */
const charactersPerToken = 4;

const hint = 'esc interrupts';

/** What was typed ahead, then, while something runs and nothing is asked, the state. */
export function activityLines(screen: Screen, theme: Theme): string[] {
  if (!isRunning(screen) || isAsked(screen)) return queuedLines(screen, theme);
  const {glyphs, styles} = theme;
  const root = rootOf(screen.view);
  const run = root?.run ?? null;
  const elapsed = run ? screen.now - run.startedAt : 0;
  const figures = [duration(elapsed), ...(run ? tokensOf(run, theme) : [])];
  const state = [stateOf(screen, root, run), ...figures].join(` ${glyphs.dot} `);
  const room = screen.size.columns - 4 - width(hint) - 2;
  const isCramped = room < 24;
  const text = truncate(state, isCramped ? screen.size.columns - 4 : room, glyphs.ellipsis);
  const mark = paint(run?.retry ? styles.waiting : styles.accent, spinnerAt(screen.now, theme));
  const line = `  ${mark} ${paint(styles.dim, isCramped ? text : pad(text, room) + hint)}`;
  return [...queuedLines(screen, theme), line];
}

/** The spinner's glyph at a time. */
export function spinnerAt(now: number, {spinner}: Theme): string {
  return spinner[Math.floor(now / spinnerMs) % spinner.length] ?? '';
}

/** Milliseconds a spinner's glyph stays. */
export const spinnerMs = 132;

function stateOf(screen: Screen, root: AgentView | null, run: Run | null): string {
  if (run?.retry) return retryState(run.retry, screen.now);
  const running = liveItems(screen).flatMap(item => (item.type === 'call' && item.state === 'running' ? [item] : []));
  const [call] = running;
  if (call) return running.length === 1 ? `running ${cleanLine(call.tool)}` : `running ${running.length} calls`;
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
