/**
 * Runs ripgrep: the person's own `rg` if there is one, else the one that comes with the `@vscode/ripgrep` package.
 * What it is asked is independent of the person's ripgrep configuration.
 */
import {constants} from 'node:fs';
import {access, stat} from 'node:fs/promises';
import {delimiter, join} from 'node:path';
import {ToolError} from '../core/errors.js';
import type {ToolContext} from '../core/ports.js';
import {projectRoot} from '../platform/git.js';
import {ownPath} from '../platform/search-path.js';

export interface RipgrepOutcome {
  readonly output: string;
  /** Why this is not all there is, and what to do, in brackets and on a line of its own; empty if it is all. */
  readonly note: string;
}

/** Output taken at most: far more than is shown, so that it can be sorted first. */
const maxOutputBytes = 8 * 1024 * 1024;
/** Milliseconds: repositories of any size take a few seconds, a whole disk minutes. */
const maxTimeMs = 20_000;

async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

/** The path of a ripgrep; `searchPath` is the PATH to look in first. Throws `ToolError` that says what to install. */
export async function findRipgrep(
  searchPath: string,
  packaged: () => Promise<{readonly rgPath: string}> = () => import('@vscode/ripgrep'),
): Promise<string> {
  for (const folder of searchPath.split(delimiter).filter(Boolean)) {
    const candidate = join(folder, 'rg');
    if (await isProgram(candidate)) return candidate;
  }
  try {
    return (await packaged()).rgPath;
  } catch (error) {
    throw new ToolError(
      'ripgrep is needed for this and there is none: the user can install it (https://github.com/BurntSushi/ripgrep#installation). Until then use grep or find in Bash.',
      {cause: error},
    );
  }
}

const common = ['--no-config', '--no-messages', '--color=never', '--hidden', '--no-require-git', '--null'];

/** Git's own files, and the system's, where reading can wait for ever. */
const neverIn = (folder: string): readonly string[] =>
  ['.git', ...(folder === '/' ? ['/proc', '/sys', '/dev'] : [])].map(name => `--glob=!${name}`);

/**
 * Runs ripgrep in `folder`, for a while. No match is empty output. Throws `ToolError` with ripgrep's own word on a wrong
 * pattern, and where nothing was found in that time.
 */
export async function ripgrep(
  args: readonly string[],
  {folder, target}: {readonly folder: string; readonly target: string},
  {agentId, commands, place, signal}: ToolContext,
): Promise<RipgrepOutcome> {
  if (args.some(arg => arg.includes('\0'))) {
    throw new ToolError('A parameter contains a NUL character. To search for one, write \\x00 in the pattern.');
  }
  const program = await findRipgrep(ownPath(process.env.PATH ?? '', projectRoot(place.root)));
  // Later globs win: what is never searched comes last.
  const all = [...common, ...args, ...neverIn(folder), '--', target];
  const options = {agentId, cwd: folder, maxBytes: maxOutputBytes, timeoutMs: maxTimeMs, signal};
  const outcome = await commands.exec(program, all, options).catch((error: unknown) => {
    if (signal.aborted) throw error;
    const reason = error instanceof Error ? error.message.replace(/\.$/, '') : String(error);
    throw new ToolError(
      `${program} could not be run: ${reason}. Try grep or find in Bash; if that fails too, tell the user.`,
      {cause: error},
    );
  });
  const {exitCode, stdout, stderr, truncated, timedOut} = outcome;
  if (timedOut && stdout === '') {
    throw new ToolError(
      `Nothing was found in ${maxTimeMs / 1000} s; then the search was stopped. Search in a smaller folder, or for fewer files.`,
    );
  }
  if (stdout === '' && stderr.trim() !== '') throw new ToolError(stderr.trim());
  if (exitCode === null && !truncated && !timedOut) {
    throw new ToolError('ripgrep was ended before it was done. Search again, in fewer files.');
  }
  if (timedOut) return {output: wholeRecords(stdout, args), note: `\n[${stopped}]`};
  return truncated ? {output: wholeRecords(stdout, args), note: `\n[${tooMuch}]`} : {output: stdout, note: ''};
}

const stopped = `The search was stopped after ${maxTimeMs / 1000} s, so there may be more: search in a smaller folder, or for fewer files.`;
const tooMuch = 'There is more than could be taken: narrow the search.';

/** Without the record that the end cut in two. */
function wholeRecords(output: string, args: readonly string[]): string {
  const end = args.some(arg => arg === '--files' || arg === '--files-with-matches') ? '\0' : '\n';
  return output.slice(0, output.lastIndexOf(end) + 1);
}
