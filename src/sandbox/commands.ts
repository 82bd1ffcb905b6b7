/** The `Commands` port over the program's processes, in the sandbox where there is one: an agent owns what it started. */
import type {Commands} from '../core/ports.js';
import type {Processes} from '../platform/processes.js';
import type {Sandbox} from './sandbox.js';

export function toCommands(processes: Processes, sandbox: Sandbox | null): Commands {
  return {
    shell(command, {agentId: owner, isOutside, ...rest}) {
      const start = (code: string) => processes.shell(code, {owner, ...rest});
      return sandbox && !isOutside ? sandbox.run(command, {owner, signal: rest.signal}, start) : start(command);
    },
    exec: (file, args, {agentId, ...rest}) => processes.exec(file, args, {owner: agentId, ...rest}),
    end: agentId => processes.end(agentId),
  };
}
