/** How the steps of a task stand above the draft. */
import type {Screen} from './screen.js';
import {truncate, width} from './text/width.js';
import {paint, type Theme} from './theme.js';
import type {Todo} from './todos.js';
import {agentOf} from './view.js';

/** Of a list that is longer, those around the one that is done now. */
const mostRows = 10;

/** The steps of the agent that the keys are for, while any of them is open; at most a third of the window's rows. */
export function todoLines({view, focus, size, areTodosHidden}: Screen, theme: Theme, rows: number): string[] {
  const {styles, glyphs} = theme;
  const id = focus ?? view.rootId;
  const todos = (id === null ? null : agentOf(view, id)?.todos) ?? [];
  if (areTodosHidden || todos.every(({status}) => status === 'completed')) return [];
  const most = Math.min(rows, mostRows, Math.max(1, Math.floor(size.rows / 3)));
  const marked = (mark: string, text: string, [ofMark, ofText]: readonly [string, string]): string => {
    const shown = truncate(text, Math.max(1, size.columns - width(mark) - 4), glyphs.ellipsis);
    return `  ${paint(ofMark, mark)} ${paint(ofText, shown)}`;
  };
  const toLine = ({text, activeForm, status}: Todo): string => {
    switch (status) {
      case 'completed':
        return marked(glyphs.done, text, [styles.good, styles.dim]);
      case 'in_progress':
        return marked(glyphs.chosen, activeForm, [styles.accent, styles.bold]);
      default:
        return marked(glyphs.queued, text, [styles.dim, '']);
    }
  };
  if (todos.length <= most) return todos.map(toLine);
  const room = Math.max(1, most - 1);
  const current = todos.findIndex(({status}) => status !== 'completed');
  const from = Math.max(0, Math.min(current - 1, todos.length - room));
  const done = todos.filter(({status}) => status === 'completed').length;
  const shown = todos
    .slice(room === 1 ? current : from)
    .slice(0, room)
    .map(toLine);
  const more = `${glyphs.ellipsis} ${done} of ${todos.length} done`;
  return most === 1 ? shown : [...shown, `  ${paint(styles.dim, more)}`];
}
