/**
 * Runs a shell command. The agent's working directory moves with the command's `cd`; however the command ends, the
 * model gets what it wrote and a line that says how it ended.
 */
import {constants} from 'node:os';
import {interruption} from '../core/cancel.js';
import {ToolError} from '../core/errors.js';
import type {BackgroundCommand, CommandOutcome, CommandSandbox, Place, Tool} from '../core/ports.js';
import {defineTool} from '../core/tool.js';
import type {ToolDisplay, ToolResult} from '../core/types.js';
import {isFolder} from '../platform/paths.js';
import {quote} from '../platform/shell-call.js';
import {facts} from './facts.js';
import {about, flag, nonEmptyText, optional, parameters, text, wholeNumber} from './parameters.js';

const defaultTimeoutMs = 120_000;
const maxTimeoutMs = 600_000;

const bashDescription = `Runs a command in bash and returns its output, stdout and stderr together, and a failing exit code.
Use it for builds, tests, git and other programs. To find, read or change files use Glob, Grep, Read, Edit and Write, not find, grep, cat, sed or echo.
The working directory carries over to the next call; variables do not. Standard input is empty, so choose flags that ask nothing. Quote paths with spaces; join commands that depend on each other with &&.
Long output is cut in the middle, and a file keeps all of it. With run_in_background, for servers and long builds, returns an id and an output file at once; a message tells its end.`;

const sandboxDescription = `
Commands run in a sandbox: they write only in the project and in $TMPDIR, and reach only allowed domains. Put temporary files into $TMPDIR, not /tmp.`;

const shape = {
  command: nonEmptyText(),
  timeout: optional(about(wholeNumber(1, maxTimeoutMs), `Milliseconds, by default ${defaultTimeoutMs}`)),
  description: optional(about(text(), 'What it does, in 5 to 10 words')),
  run_in_background: optional(flag()),
};
const wayOut = {
  dangerouslyDisableSandbox: optional(
    about(flag(), 'Runs it outside of the sandbox, after asking the user. Only for what cannot work inside'),
  ),
};

interface BashInput {
  readonly command: string;
  readonly timeout?: number | undefined;
  readonly description?: string | undefined;
  readonly run_in_background?: boolean | undefined;
  readonly dangerouslyDisableSandbox?: boolean | undefined;
}

/** @param sandbox that commands run in; null where there is none. */
export function createBashTool(sandbox: CommandSandbox | null): Tool<BashInput> {
  /** Where an agent stood before it came to where it is. */
  const folderBefore = new WeakMap<Place, string>();
  const isOutside = ({command, dangerouslyDisableSandbox = false}: BashInput): boolean =>
    sandbox?.isOutside(command, dangerouslyDisableSandbox) ?? true;
  return defineTool<BashInput>({
    ...facts.bash,
    description: sandbox ? bashDescription + sandboxDescription : bashDescription,
    input: parameters(sandbox?.mayLeave ? {...shape, ...wayOut} : shape),
    title: ({command, dangerouslyDisableSandbox}) =>
      `${dangerouslyDisableSandbox ? 'outside of the sandbox: ' : ''}${subjectOf(command)}`,
    subjects: (input, {cwd}) => {
      const subject = {type: 'command', command: input.command, cwd} as const;
      if (sandbox === null) return [subject];
      if (isOutside(input)) return [{...subject, sandbox: 'outside'}];
      return [sandbox.asksNothing ? {...subject, sandbox: 'inside'} : subject];
    },
    async preview({command, description}) {
      return {summary: description ?? subjectOf(command), output: command};
    },
    async run(input, {agentId, place, commands, tasks, signal, progress}) {
      requireFolder(place);
      const {cwd} = place;
      const {command, description = '', timeout: timeoutMs = defaultTimeoutMs, run_in_background = false} = input;
      const outside = isOutside(input);
      let outcome: CommandOutcome | BackgroundCommand;
      let isOver = false;
      try {
        outcome = await tasks.start({
          command,
          description,
          isBackground: run_in_background,
          run: running =>
            commands.shell(withOldFolder(command, folderBefore.get(place)), {
              agentId,
              cwd,
              timeoutMs,
              onOutput: text => (isOver ? undefined : progress(text)),
              ...running,
              ...(outside && {isOutside: true}),
            }),
        });
      } catch (error) {
        if (signal.aborted) throw interruption(signal);
        const reason = error instanceof Error ? error.message : String(error);
        throw new ToolError(`The command was not started: ${reason}.`, {cause: error});
      }
      isOver = true;
      if ('state' in outcome) return toMoved(outcome, run_in_background);
      if (outcome.cwd !== cwd) folderBefore.set(place, cwd);
      place.cwd = outcome.cwd;
      const output = outcome.output.trimEnd();
      const {summary, told} = toEnding(outcome, timeoutMs);
      const hint = outcome.exitCode === 0 || outside ? null : sandbox?.explain(output);
      const notes = [...toNotes(outcome, cwd), ...(hint ? [hint] : [])];
      return {
        content: [output || '(no output)', ...told, ...notes].join('\n'),
        display: {summary, ...(output !== '' && {output}), ...(outcome.isCut && {cut: toCut(outcome)})},
        ...(outcome.exitCode !== 0 && {isError: true}),
      };
    },
  });
}

/**
 * Each command has a shell of its own, so one that goes back has to be told where to; where the person's shell was before it
 * started this program is no such place. On the command's line: messages count lines.
 */
function withOldFolder(command: string, folder: string | undefined): string {
  if (!/\bcd\s+-|~-|OLDPWD/.test(command)) return command;
  return `${folder === undefined ? 'unset -v OLDPWD' : `OLDPWD=${quote(folder)}`}; ${command}`;
}

/** Names of signals by number; the first of those that have two. */
const signals = new Map(
  Object.entries(constants.signals)
    .toReversed()
    .map(([name, number]) => [number, name]),
);

/** Its first line, and how many follow: `npm ci … +2 lines`. */
function subjectOf(command: string): string {
  const [first = '', ...rest] = command.trim().split('\n');
  return rest.length === 0 ? first : `${first} … +${rest.length} ${rest.length === 1 ? 'line' : 'lines'}`;
}

/** A shell needs a folder to stand in, and no command runs in another than the model believes. */
function requireFolder(place: Place): void {
  if (isFolder(place.cwd)) return;
  const gone = `The working directory ${place.cwd} no longer exists, so the command was not run.`;
  if (!isFolder(place.root)) {
    const both = place.cwd === place.root ? '' : ` Nor does ${place.root}.`;
    throw new ToolError(`${gone}${both} Ask the user what happened to it.`);
  }
  place.cwd = place.root;
  throw new ToolError(`${gone} It is now ${place.root}: check the command's paths and call again.`);
}

/** @param wasAsked by the model; else the person did. */
function toMoved({id, path}: BackgroundCommand, wasAsked: boolean): ToolResult {
  const moved = wasAsked
    ? `Runs in the background as ${id}.`
    : `The user moved it to the background, where it runs as ${id}.`;
  const where = path === null ? '' : ` Its output goes to ${path}.`;
  const told = 'A message tells you when it ends; TaskOutput shows what it wrote, TaskStop stops it.';
  return {content: `${moved}${where} ${told}`, display: {summary: `in the background as ${id}`}};
}

interface Ending {
  /** A few words for the screen. */
  readonly summary: string;
  /** For the model; empty when all is well. */
  readonly told: readonly string[];
}

function toEnding({exitCode, timedOut, interrupted}: CommandOutcome, timeoutMs: number): Ending {
  if (interrupted) {
    const told = 'Interrupted: the command was stopped, and all it started. Check what it did before you run it again.';
    return {summary: 'interrupted', told: [told]};
  }
  if (timedOut) {
    const hint = timeoutMs < maxTimeoutMs ? ` If it needs longer, set timeout (at most ${maxTimeoutMs}).` : '';
    const told = `Command timed out after ${timeoutMs / 1_000}s and was stopped, with all it started.${hint}`;
    return {summary: 'timed out', told: [told]};
  }
  const signal = signals.get((exitCode ?? 0) - 128);
  const told = `Exit code ${exitCode}${signal ? ` (${signal})` : ''}`;
  return {summary: `exit ${exitCode}`, told: exitCode === 0 ? [] : [told]};
}

function toNotes({cwd, outputFile, totalBytes, leftRunning}: CommandOutcome, cwdBefore: string): readonly string[] {
  const notes: string[] = [];
  if (leftRunning) notes.push('Something it started still runs, and will be ended when this agent ends.');
  if (outputFile) notes.push(fileNote(outputFile, totalBytes, leftRunning));
  if (cwd !== cwdBefore) notes.push(`The working directory is now ${cwd}`);
  return notes;
}

/** What the screen says of an output that is too long, where the model reads the same. */
function toCut({totalBytes, totalLines, outputFile, leftRunning}: CommandOutcome): NonNullable<ToolDisplay['cut']> {
  const note = `Cut in the middle, of ${totalBytes.toLocaleString('en')} bytes.`;
  return {
    lines: totalLines,
    note: outputFile ? `${note} ${fileNote(outputFile, totalBytes, leftRunning)}` : note,
  };
}

function fileNote(
  {path, bytes, fault}: NonNullable<CommandOutcome['outputFile']>,
  totalBytes: number,
  leftRunning: boolean,
): string {
  const first = `The first ${bytes.toLocaleString('en')} bytes of the output are in ${path}`;
  if (fault !== undefined) {
    const why = fault === 'ENOSPC' || fault === 'EDQUOT' ? `the disk is full, ${fault}` : fault;
    return `The output could not be kept whole (${why}).${bytes > 0 ? ` ${first}.` : ''}`;
  }
  const part = bytes < totalBytes ? first : `All output is in ${path}`;
  return `${part}${leftRunning ? ', and what is still to come' : ''}.`;
}
