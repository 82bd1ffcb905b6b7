/**
 * How a command is handed to a shell so that it runs as `bash -c` would run it, and still tells where it stood at its
 * end. The command travels in the environment and not in the arguments, so that a command's own `pkill -f name` does not
 * find the shell that runs it.
 */
import {existsSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {basename, delimiter, join} from 'node:path';
import {isExecutable, isFolder} from './paths.js';

export type Environment = Readonly<Record<string, string | undefined>>;

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
const script = [
  'agent_folder=$PWD agent_report=$AGENT_REPORT agent_command=$AGENT_COMMAND',
  'unset -v AGENT_REPORT AGENT_COMMAND',
  `trap '{ [ "$PWD" = "$agent_folder" ] || command pwd -L >|"$agent_report"; } 2>/dev/null || :' EXIT`,
  'eval "$agent_command"',
].join('; ');

/** An environment entry longer than 128 KiB is refused by Linux; longer commands are read from a file. */
const maxInlineBytes = 100 * 1024;

export interface ShellCall {
  readonly args: readonly string[];
  readonly env: Environment;
  /** The folder where the shell ended, or null if it did not say that it is another. To be called once, after its end. */
  readReport(): string | null;
}

/** @param files the beginning of the paths of this call's own files; absolute. */
export function toShellCall(shell: string, command: string, files: string): ShellCall {
  if (command.includes('\0')) throw new Error('a command cannot contain the character NUL');
  const report = `${files}.cwd`;
  const text = `${files}.sh`;
  const isLong = Buffer.byteLength(command) > maxInlineBytes;
  if (isLong) writeFileSync(text, command, {mode: 0o600});
  return {
    args: ['-c', script, basename(shell)],
    env: {AGENT_REPORT: report, AGENT_COMMAND: isLong ? `. ${quote(text)}` : command},
    readReport() {
      if (isLong) rmSync(text, {force: true});
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

const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
