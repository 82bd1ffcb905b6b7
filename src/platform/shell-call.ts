/**
 * How a command is handed to a shell so that it runs as `bash -c` would run it, and still tells where it stood at its
 * end. The command travels in the environment or through the shell's input and not in the arguments, so that a command's
 * own `pkill -f name` does not find the shell that runs it.
 */
import {existsSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {basename, delimiter, join} from 'node:path';
import type {Environment} from './environment.js';
import {isExecutable, isFolder} from './paths.js';

/** The first bash of the PATH, else /bin/sh. */
export function findShell({PATH = ''}: Environment): string {
  const found = PATH.split(delimiter)
    .filter(folder => folder.startsWith('/'))
    .map(folder => join(folder, 'bash'))
    .find(isExecutable);
  return found ?? '/bin/sh';
}

/**
 * Where the shell ends in another folder than it began, it writes that into a file. The EXIT trap leaves exit codes
 * alone and prints nothing under `set -x`; after an `exec` or a trap of the command's own it is gone, and the folder is
 * not known. `eval` reads the command as `-c` would: comments and here-documents may end it, and what stands before a
 * syntax error is run.
 */
export const commandScript = (getCommand: string): string =>
  [
    'agent_folder=$PWD agent_report=$AGENT_REPORT',
    getCommand,
    'unset -v AGENT_REPORT AGENT_COMMAND',
    `trap '{ [ "$PWD" = "$agent_folder" ] || command pwd -L >|"$agent_report"; } 2>/dev/null || :' EXIT`,
    'eval "$agent_command"',
  ].join('; ');

const script = commandScript('agent_command=$AGENT_COMMAND');
/**
 * Reads the command up to a NUL, one character at a time as shells do with pipes, and goes if none comes. There may be
 * functions called `read` and `exec`.
 */
const waitingScript = commandScript(
  "IFS= command read -r -d '' agent_command || exit; command exec </dev/null; SECONDS=0",
);

/** An environment entry longer than 128 KiB is refused by Linux; longer commands are read from a file. */
const maxInlineBytes = 100 * 1024;
/** A longer one takes longer to be read character by character than a shell takes to start. */
const maxTypedLength = 4 * 1024;

/** For every command. Nobody is there to type into an editor that git opens; this one keeps the text that git proposes. */
export const shellEnvironment = {GIT_EDITOR: 'true'};

/** How to call a shell. */
export interface ShellCall {
  readonly args: readonly string[];
  readonly env: Environment;
  /** The folder where the shell ended, or null if it did not say that it is another. To be called once, after its end. */
  readReport(): string | null;
}

/** A call that runs the command. @param files the beginning of the paths of this call's own files; absolute. */
export function toShellCall(shell: string, command: string, files: string): ShellCall {
  if (Buffer.byteLength(command) <= maxInlineBytes)
    return toCall(shell, script, {files, env: {AGENT_COMMAND: command}});
  const text = `${files}.sh`;
  writeFileSync(text, command, {mode: 0o600});
  const call = toCall(shell, script, {files, env: {AGENT_COMMAND: `. ${quote(text)}`}});
  return {
    ...call,
    readReport() {
      rmSync(text, {force: true});
      return call.readReport();
    },
  };
}

/** A call that waits for its command. @param shell the path of a bash. */
export function toWaitingCall(shell: string, files: string): ShellCall {
  return toCall(shell, waitingScript, {files, env: {}});
}

/** What a waiting shell is given to read; null for a command that had better get a shell of its own. */
export function toTyped(command: string): string | null {
  return command.length > maxTypedLength ? null : `${command}\0`;
}

interface CallParts {
  readonly files: string;
  readonly env: Environment;
}

function toCall(shell: string, code: string, {files, env}: CallParts): ShellCall {
  const report = `${files}.cwd`;
  return {
    // Without --norc, a bash that takes itself for a remote login's reads ~/.bashrc with every command.
    args: [...(basename(shell) === 'bash' ? ['--norc'] : []), '-c', code, basename(shell)],
    env: {AGENT_REPORT: report, ...env},
    readReport() {
      // Asked first, because most commands end where they began and an exception costs twenty times as much.
      if (!existsSync(report)) return null;
      try {
        const folder = readFileSync(report, 'utf8').replace(/\n$/, '');
        rmSync(report);
        return isFolder(folder) ? folder : null;
      } catch {
        return null;
      }
    },
  };
}

/** As one word of shell code. */
export const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
