import {describe, expect, it} from 'vitest';
import type {AgentEvent} from '../../src/core/types.js';
import {receive} from '../../src/ui/receive.js';
import {createScreen, type Screen} from '../../src/ui/screen.js';
import {createTheme} from '../../src/ui/theme.js';
import {todoLines} from '../../src/ui/todo-lines.js';
import {runStarted, stamped} from './support/events.js';
import {plainStatus} from './support/status.js';

const theme = createTheme({dumb: true, colour: false, unicode: true});
const {glyphs} = theme;

const step = (content: string, status: string) => ({content, status, activeForm: `${content}ing`});
const noted = (...value: readonly unknown[]): AgentEvent => ({type: 'tool_state_changed', tool: 'TodoWrite', value});

function screen(size: Partial<Screen['size']>, ...events: readonly AgentEvent[]): Screen {
  const start = createScreen({
    size: {columns: 40, rows: 30, ...size},
    status: plainStatus,
    history: [],
    now: 0,
    printed: 'nothing',
  });
  return receive(
    start,
    [runStarted, ...events].map(event => stamped(event)),
    0,
  );
}

const many = Array.from({length: 20}, (_, at) =>
  step(`Step ${at}`, at < 8 ? 'completed' : at === 8 ? 'in_progress' : 'pending'),
);

describe('the steps of a task', () => {
  it('stand above the draft with what is done, what is done now, and what comes', () => {
    const so = screen({}, noted(step('Find', 'completed'), step('Mend', 'in_progress'), step('Test', 'pending')));
    expect(todoLines(so, theme, 30)).toEqual([
      `  ${glyphs.done} Find`,
      `  ${glyphs.chosen} Mending`,
      `  ${glyphs.queued} Test`,
    ]);
  });

  it('go once all are done, with the conversation, and when they are hidden', () => {
    const open = noted(step('Find', 'pending'));
    expect(todoLines(screen({}, open), theme, 30)).toHaveLength(1);
    expect(todoLines(screen({}, noted(step('Find', 'completed'))), theme, 30)).toEqual([]);
    expect(todoLines(screen({}, open, {type: 'prefix_changed', reason: 'clear', detail: ''}), theme, 30)).toEqual([]);
    expect(todoLines({...screen({}, open), areTodosHidden: true}, theme, 30)).toEqual([]);
  });

  it('are those around the present one where there are more than have room', () => {
    const so = screen({rows: 15}, noted(...many));
    expect(todoLines(so, theme, 30)).toEqual([
      `  ${glyphs.done} Step 7`,
      `  ${glyphs.chosen} Step 8ing`,
      `  ${glyphs.queued} Step 9`,
      `  ${glyphs.queued} Step 10`,
      `  ${glyphs.ellipsis} 8 of 20 done`,
    ]);
    expect(todoLines(screen({rows: 3}, noted(...many)), theme, 30)).toEqual([`  ${glyphs.chosen} Step 8ing`]);
    for (let rows = 1; rows < 40; rows += 1)
      expect(todoLines(screen({rows}, noted(...many)), theme, 30).join()).toContain('Step 8ing');
  });

  it('are shown as far as they can be, whatever they are', () => {
    const odd = noted(null, 'x', {content: 1}, step('a\nb\u001b[2J', 'pending'), step('long '.repeat(30), 'pending'));
    const lines = todoLines(screen({}, odd), theme, 30);
    expect(lines).toHaveLength(2);
    for (const line of lines) expect(line).toMatch(/^ {2}\S+ [^\n\u001b]{1,}$/);
    for (const line of lines) expect(line.length).toBeLessThan(40);
    expect(todoLines(screen({}, {type: 'tool_state_changed', tool: 'TodoWrite', value: 'x'}), theme, 30)).toEqual([]);
  });
});
