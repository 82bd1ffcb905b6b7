/**
 * The command `agent`: reads the arguments, decides between a conversation and a single answer, and ends with the
 * exit code that says how it went. Everything that a run may not need is loaded when it does.
 */
import {readFileSync} from 'node:fs';
import {UsageError} from '../core/errors.js';
import {toPlainText} from '../platform/plain-text.js';
import {type Arguments, type ParsedArguments, parseArguments} from './arguments.js';
import {exit} from './exit.js';
import {exitCodes} from './exit-codes.js';
import {createOutput, type Output} from './output.js';
import {catchSignals} from './signals.js';

const packageFile = new URL('../package.json', import.meta.url);
const version: string = JSON.parse(readFileSync(packageFile, 'utf8')).version;

/** How long a slow reader of standard error may keep the program from ending. */
const patienceMs = 1_000;

async function run(note: (line: string) => void): Promise<number> {
  const parsed = parseArguments(process.argv.slice(2), version);
  switch (parsed.type) {
    case 'fault':
      note(parsed.message);
      return exitCodes.usage;
    case 'answer':
      return print(parsed.text, note);
    case 'doctor':
      return examine(parsed.runHooks, note);
    case 'explain':
      return explainCommand(parsed, note);
    case 'sessions':
      return manage(parsed.words, note);
    case 'run':
      return start(parsed.arguments, note);
    default:
      return parsed satisfies never;
  }
}

async function print(text: string, note: (line: string) => void): Promise<number> {
  const output = createOutput(process.stdout);
  await output.write(text);
  await output.flush();
  const fault = output.fault();
  if (fault === null) return exitCodes.done;
  note(fault);
  return exitCodes.error;
}

async function examine(runHooks: boolean, note: (line: string) => void): Promise<number> {
  const {runDoctor} = await import('./doctor.js');
  const {signal} = new AbortController();
  return reported(write => runDoctor({version, env: process.env, cwd: process.cwd(), runHooks, signal}, write), note);
}

async function explainCommand(
  {command, given}: Extract<ParsedArguments, {type: 'explain'}>,
  note: (line: string) => void,
): Promise<number> {
  const {explain} = await import('./explain.js');
  return reported(write => explain({command, given, cwd: process.cwd(), env: process.env}, write, note), note);
}

/** Columns of a table that goes into a file or a pipe. */
const widest = 160;

async function manage(words: readonly string[], note: (line: string) => void): Promise<number> {
  const {manageSessions} = await import('./sessions/command.js');
  const {workingFolder} = await import('./working-folder.js');
  const columns = process.stdout.columns ?? widest;
  return reported(write => manageSessions({words, columns, cwd: workingFolder, env: process.env}, write, note), note);
}

/** Writes a report to standard output. Gives its exit code, if all of it could be written. */
async function reported(
  report: (write: (text: string) => Promise<void>) => Promise<number>,
  note: (line: string) => void,
): Promise<number> {
  const output = createOutput(process.stdout);
  const code = await report(output.write);
  await output.flush();
  const fault = output.fault();
  if (fault !== null) note(fault);
  return fault === null ? code : exitCodes.error;
}

async function start(given: Arguments, note: (line: string) => void): Promise<number> {
  if (given.print || !process.stdin.isTTY || !process.stdout.isTTY) {
    const signals = catchSignals();
    const crashed = new Promise<never>((_, reject) => process.on('uncaughtException', reject));
    const {answerOnce} = await import('./answer-once.js');
    return Promise.race([answerOnce({given, version, note, signals}), crashed]);
  }
  const {converse} = await import('./converse.js');
  return converse({given, version});
}

/** What a person sees of something that was thrown: a usage fault's own line; anything else is a bug of ours. */
function toFault(error: unknown): {readonly lines: readonly string[]; readonly code: number} {
  if (error instanceof UsageError) return {lines: [error.message], code: exitCodes.usage};
  const [message, stack] = error instanceof Error ? [error.message, error.stack] : [String(error), undefined];
  const line = `agent failed, and that is a bug of agent: ${message.replace(/\.$/, '')}. --debug shows where; please report it.`;
  const isDebugging = process.env.AGENT_DEBUG || process.argv.some(word => /^(-d|--debug)(=|$)/.test(word));
  return {lines: isDebugging && stack ? [line, stack] : [line], code: exitCodes.error};
}

async function flushed(output: Output): Promise<void> {
  const patience = new Promise<void>(done => setTimeout(done, patienceMs).unref());
  await Promise.race([output.flush(), patience]);
}

async function main(): Promise<void> {
  // Made with the first line: most runs have nothing to say there.
  let errors: Output | null = null;
  const note = (line: string): void => {
    errors ??= createOutput(process.stderr);
    // Text of models, servers and files may stand in it: none of it is to steer the terminal.
    void errors.write(`${toPlainText(line)}\n`);
  };
  let code: number;
  try {
    code = await run(note);
  } catch (error) {
    const fault = toFault(error);
    for (const line of fault.lines) note(line);
    code = fault.code;
  }
  if (errors) await flushed(errors);
  exit(code);
}

void main();
