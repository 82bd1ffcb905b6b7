/**
 * One shell beside the program that outlives it: when the program is gone, however it went, the supervisor ends the
 * process groups it was told of and what carries the run's mark, and removes the run's folders. It costs one process
 * for the whole program, and a line through a pipe at the beginning and the end of each command.
 */
import {type ChildProcess, spawn} from 'node:child_process';

export interface Supervisor {
  /** From now on the group dies with the program. */
  add(group: number): void;
  /** The group is gone; its number may soon be another's. */
  remove(group: number): void;
  /** Nothing is left to do: it goes, and touches nothing. */
  dismiss(): void;
}

/**
 * Reads `+ group` and `- group`, at the end of its input ends the groups: TERM, half a second, KILL. `q` lets it go.
 * $1 is the mark that processes of the run have in their environment, $2 and $3 are the folders to remove, the last one with
 * that above it if it is empty then. Where there is no /proc (macOS), the groups are all it can find. Killing is repeated, because what forks may have forked meanwhile.
 */
const script = `
trap '' HUP INT TERM
groups=' '
while read -r verb group; do
  case $verb in
    +) groups="$groups$group " ;;
    -) case $groups in *" $group "*) groups="\${groups%%" $group "*} \${groups#*" $group "}" ;; esac ;;
    q) exit ;;
  esac
done
marked() {
  for path in $(grep -lsF "$1" /proc/[0-9]*/environ); do
    path=\${path#/proc/}
    echo "\${path%/environ}"
  done
}
end() {
  for group in $groups; do kill -s "$1" -- "-$group"; done
  pids=$(marked "$2")
  [ -z "$pids" ] || kill -s "$1" $pids
} 2>/dev/null
end TERM "$1"
sleep 0.5
for round in 1 2 3 4 5; do
  end KILL "$1"
  [ -n "$pids" ] || break
done
rm -rf -- "$2" "$3"
rmdir -- "\${3%/*}"
`;

/** A group that is gone is told of with the next that comes, if one comes so soon: each line wakes a process. */
const tellAfterMs = 50;

export interface SupervisorOptions {
  /** Text that the environment of every child of the run contains. */
  readonly mark: string;
  readonly folders: {readonly run: string; readonly pipes: string};
  /** Where programs are found. */
  readonly path: string;
}

/** Starts at once, and anew with the next group if it was killed. Does not keep the program alive. */
export function createSupervisor({mark, folders, path}: SupervisorOptions): Supervisor {
  const groups = new Set<number>();
  let shell: ChildProcess | null = start();
  let untold = '';
  let telling: NodeJS.Timeout | undefined;

  function start(): ChildProcess {
    // The script is in the environment and not in the arguments, where a careless `pkill -f sleep` would find it. The
    // environment is otherwise empty: an outer run's mark would let that run take the supervisor for its own child.
    const started: ChildProcess = spawn(
      '/bin/sh',
      ['-c', 'eval "$AGENT_SUPERVISOR"', 'agent-supervisor', mark, folders.run, folders.pipes],
      {
        cwd: '/',
        detached: true,
        env: {PATH: path, AGENT_SUPERVISOR: script},
        stdio: ['pipe', 'ignore', 'ignore'],
      },
    );
    const isGone = (): void => {
      if (shell === started) shell = null;
    };
    started.on('exit', isGone).on('error', isGone);
    started.stdin?.on('error', () => {});
    started.unref();
    for (const group of groups) started.stdin?.write(`+ ${group}\n`);
    return started;
  }

  function tell(): void {
    clearTimeout(telling);
    telling = undefined;
    shell?.stdin?.write(untold);
    untold = '';
  }

  return {
    add(group) {
      untold += `+ ${group}\n`;
      tell();
      groups.add(group);
      shell ??= start();
    },
    remove(group) {
      if (!groups.delete(group)) return;
      untold += `- ${group}\n`;
      telling ??= setTimeout(tell, tellAfterMs).unref();
    },
    dismiss() {
      clearTimeout(telling);
      shell?.stdin?.end('q\n');
      shell = null;
    },
  };
}
