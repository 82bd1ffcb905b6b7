/**
 * The shell code around a sandboxed command. The sandbox is started by an ordinary shell command; inside, one shell watches
 * over another that runs the person's command. What comes out beside the output is one record: exit code, whether something
 * still runs, and the folder where the command's shell stood. Nothing of the command is in anybody's arguments, where a
 * `pkill -f` of its own would find it.
 */
import {commandScript, quote} from '../platform/shell-call.js';

export interface SandboxedCommand {
  /** The path of a bash. */
  readonly shell: string;
  /** A file that holds the command; it can be read, but not written, inside. */
  readonly commandFile: string;
  /** Where the command's shell notes its folder; it can be written inside. */
  readonly reportFile: string;
  readonly temp: string;
}

/**
 * Runs inside, as the watcher. The record goes to 8, which the command does not get; what the command writes goes to 1.
 * Processes are counted before and after: the sandbox shows only its own. The watcher stays as long as any, because all end
 * with it.
 */
export const insideScript = `
exec 3>&1 2>/dev/null
TMPDIR=$AGENT_SANDBOX_TEMP TMP=$AGENT_SANDBOX_TEMP TEMP=$AGENT_SANDBOX_TEMP
export TMPDIR TMP TEMP
set -- /proc/[0-9]*; agent_before=$#
"$AGENT_SANDBOX_SHELL" --norc -c "$AGENT_SANDBOX_SCRIPT" bash 2>&3 3>&- 8>&-
agent_code=$?
exec >/dev/null 3>&-
agent_folder=
[ -f "$AGENT_REPORT" ] && IFS= read -r -d '' -n 4096 agent_folder <"$AGENT_REPORT"
set -- /proc/[0-9]*
printf '\\0%s %s %s\\0' "$agent_code" "$(($# > agent_before))" "$agent_folder" >&8
exec 8>&-
while set -- /proc/[0-9]*; [ $# -gt $agent_before ]; do sleep 1; done
`;

/** Runs inside, as the command's shell. */
const script = [
  'unset -v AGENT_SANDBOX_SHELL AGENT_SANDBOX_SCRIPT AGENT_SANDBOX_TEMP',
  commandScript(`IFS= command read -r -d '' agent_command <"$AGENT_COMMAND"`),
].join('; ');

/** Nothing told how the command ended: the sandbox could not be made, and said why. */
const notStartedCode = 126;

/**
 * Runs outside. The sandbox dies with its parent: that is a shell which stays as long as it does, hence the colon, without
 * which bash would not keep one. What the sandbox itself has to say comes before the record, through the same pipe, which
 * its processes hold until the last of them is gone; if nothing is left running, this waits for that. What the record
 * says is the command's own word: it is compared and handed on, never run.
 *
 * @param wrapped starts the sandbox.
 */
export function outsideScript(wrapped: string, {shell, commandFile, reportFile, temp}: SandboxedCommand): string {
  return `
export AGENT_SANDBOX_SHELL=${quote(shell)} AGENT_SANDBOX_SCRIPT=${quote(script)}
export AGENT_SANDBOX_TEMP=${quote(temp)} AGENT_REPORT=${quote(reportFile)} AGENT_COMMAND=${quote(commandFile)}
exec 9>&1 7< <(exec 8>&1 >&9 2>&8 9>&-
${wrapped}
:)
exec 9>&-
IFS= read -r -d '' -n 8192 agent_said <&7
printf %s "$agent_said"
IFS= read -r -d '' -n 8192 agent_record <&7
agent_code=\${agent_record%% *} agent_record=\${agent_record#* }
agent_left=\${agent_record%% *} agent_end=\${agent_record#* }
[ "$agent_left" = 1 ] || { while IFS= read -r agent_record <&7; do :; done; wait "$!"; } 2>/dev/null
agent_end=\${agent_end%$'\\n'}
case $agent_end in /*) cd -- "$agent_end" ;; esac 2>/dev/null
case $agent_code in '' | *[!0-9]*) exit ${notStartedCode} ;; esac
exit "$agent_code"
`;
}
