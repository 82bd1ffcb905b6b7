/**
 * The value of a variable at one point of a command line: as assigned there, else as the environment has it.
 */
import type {Listing} from './input.js';
import type {Scope} from './scope.js';
import type {CommandContext} from './types.js';

/** The shell sets these by itself, whatever the line assigns. */
const moving =
  /^(?:_|OLDPWD|RANDOM|SRANDOM|LINENO|SECONDS|EPOCH\w*|BASH\w*|REPLY|MAPFILE|COPROC|OPTARG|OPTIND|PIPESTATUS|DIRSTACK|FUNCNAME|GROUPS|HIST\w*|IFS|PPID|UID|EUID|COMP_\w+|READLINE_\w+)$/;

/** Null: not known. */
export function lookUp(name: string, scope: Scope, context: CommandContext): string | null {
  if (scope.pinned.has(name) || moving.test(name)) return null;
  const assigned = scope.variables.get(name);
  if (assigned !== undefined) return typeof assigned === 'string' ? assigned : null;
  if (scope.lost || !/^[A-Za-z_]\w*$/.test(name)) return null;
  if (name === 'PWD') return scope.folders?.length === 1 ? (scope.folders[0] ?? null) : null;
  return context.variable(name) ?? null;
}

/** What told the name that the variable holds; null: it holds something else. */
export function listingOf(name: string, {variables, pinned, once}: Scope): Listing | null {
  if (moving.test(name) || (pinned.has(name) && !once.has(name))) return null;
  const value = variables.get(name);
  return value !== null && typeof value === 'object' ? value.listing : null;
}
