/** The steps of a task as an agent notes them (TodoWrite). */
import type {StampedEvent} from '../core/types.js';
import {cleanLine} from './text/clean.js';

export interface Todo {
  readonly text: string;
  /** What is said of it while it is done. */
  readonly activeForm: string;
  readonly status: 'pending' | 'in_progress' | 'completed';
}

const tool = 'TodoWrite';
const states: readonly unknown[] = ['pending', 'in_progress', 'completed'];

/** The steps after an event. What a tool keeps may be from another version, or a tool of the caller's own. */
export function foldTodos(todos: readonly Todo[], event: StampedEvent): readonly Todo[] {
  if (event.type === 'prefix_changed' && event.reason === 'clear') return [];
  if (event.type !== 'tool_state_changed' || event.tool !== tool) return todos;
  return Array.isArray(event.value) ? event.value.flatMap(toTodo) : [];
}

function toTodo(value: unknown): readonly Todo[] {
  const {content, status, activeForm} = (value ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof content !== 'string' || !states.includes(status)) return [];
  const text = cleanLine(content);
  const doing = typeof activeForm === 'string' ? cleanLine(activeForm) : text;
  return [{text, activeForm: doing, status: status as Todo['status']}];
}
