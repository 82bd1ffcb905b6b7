/**
 * The port through which tools run commands, over real processes.
 */
import type {Commands} from '../../src/core/ports.js';
import type {Processes} from '../../src/platform/processes.js';

export function toCommands(processes: Processes): Commands {
  return {
    shell: (command, {agentId, ...options}) => processes.shell(command, {owner: agentId, ...options}),
    exec: (file, args, {agentId, ...options}) => processes.exec(file, args, {owner: agentId, ...options}),
    end: processes.end,
  };
}
