/** The commands of a call that runs them and has none in the background. */
import type {CallTasks} from '../../src/core/ports.js';

/** @param signal the call's. */
export const noTasks = (signal: AbortSignal): CallTasks => ({
  start: ({run}) => run({signal, onStart: () => {}}),
  find: () => null,
  output: () => '',
  stop: () => Promise.resolve(),
  wait: () => Promise.resolve(),
});
