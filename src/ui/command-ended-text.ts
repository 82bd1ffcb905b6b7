/** That a command in the background has ended, in words. */
import type {StampedEvent} from '../core/types.js';

/** Lines of the command stay as they are. */
export function commandEndedText({
  taskId,
  command,
  state,
  exitCode,
}: Pick<StampedEvent & {readonly type: 'command_ended'}, 'taskId' | 'command' | 'state' | 'exitCode'>): string {
  const how = state === 'stopped' || exitCode === null ? state : `exit ${exitCode}`;
  return `The background command ${taskId} ended (${how}): ${command}`;
}
