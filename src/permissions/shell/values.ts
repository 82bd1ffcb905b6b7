/**
 * The value of a variable at one point of a command line: as assigned there, else as the environment has it.
 */
import type {Scope} from './scope.js';
import type {CommandContext} from './types.js';

/** Null: not known. */
export function lookUp(name: string, scope: Scope, context: CommandContext): string | null {
  if (scope.pinned.has(name)) return null;
  const assigned = scope.variables.get(name);
  if (assigned !== undefined) return assigned;
  if (scope.lost || !/^[A-Za-z_]\w*$/.test(name)) return null;
  if (name === 'PWD') return scope.folders?.length === 1 ? (scope.folders[0] ?? null) : null;
  // The shell sets these by itself.
  if (
    /^(?:OLDPWD|RANDOM|LINENO|SECONDS|BASH.*|_|REPLY|OPTARG|OPTIND|EPOCH.*|SRANDOM|PIPESTATUS|IFS|PPID|UID|EUID)$/.test(
      name,
    )
  )
    return null;
  return context.variable(name) ?? null;
}
