/** `/memory`: the files of instructions, and an editor for them; `/init`: has the agent write them for a project. */
import {join} from 'node:path';
import type {ListedMemory, Session} from '../session.js';
import {plural} from '../ui/format.js';
import type {Command} from '../ui/repl.js';
import {revealLine} from '../ui/text/reveal.js';

export interface MemoryOptions {
  readonly session: Pick<Session, 'memory' | 'projectFolder' | 'ownFolder' | 'isRunning'>;
  /** Opens a file in the person's editor; resolves when that ends, with a line if it cannot. */
  edit(path: string): Promise<string | null>;
  /** Starts a turn. */
  send(prompt: string): void;
}

const whose = {user: 'yours, for all projects', project: "the project's", local: 'yours, for this project'} as const;

const usage = `/memory <number>   opens one of them in $EDITOR
/memory project    the project's AGENTS.md
/memory user       yours for all projects
/memory local      yours for this project: CLAUDE.local.md, not to be committed`;

export function createMemoryCommand({session, edit}: MemoryOptions): Command {
  return {
    name: 'memory',
    description: 'files of instructions (AGENTS.md, CLAUDE.md): list and edit them',
    async run(argument) {
      const files = await session.memory();
      if (argument === '') return listed(files);
      const path = places(session).get(argument) ?? files[Number(argument) - 1]?.path ?? null;
      if (path === null) return `There is no "${revealLine(argument)}" among them.\n\n${usage}`;
      const problem = await edit(path);
      return problem ?? `${revealLine(path)}: what you changed counts for conversations that begin from now on.`;
    },
  };
}

function places({projectFolder, ownFolder}: MemoryOptions['session']): ReadonlyMap<string, string | null> {
  return new Map([
    ['project', join(projectFolder, 'AGENTS.md')],
    ['local', join(projectFolder, 'CLAUDE.local.md')],
    ['user', ownFolder && join(ownFolder, 'AGENTS.md')],
  ]);
}

function listed(files: readonly ListedMemory[]): string {
  const rows = files.map((file, at) => `  ${at + 1}  ${revealLine(file.path)}  (${aboutFile(file)})`);
  const head =
    files.length === 0 ? 'No files of instructions were found. /init writes one.' : 'Every request begins with:';
  return [[head, ...rows].join('\n'), usage].join('\n\n');
}

function aboutFile({scope, importedBy, characters}: ListedMemory): string {
  const from = importedBy === null ? [] : [`imported by ${revealLine(importedBy)}`];
  const size = plural(characters, 'character');
  return [...(scope === null ? [] : [whose[scope]]), ...from, size].join(', ');
}

const initPrompt = `Look at this project and write AGENTS.md at its top: what an agent that starts here without knowing anything has to know, and nothing else.

- First read README, the package or build files, CI and what instructions there are already (CLAUDE.md, .cursorrules, .github/copilot-instructions.md).
- Write: the commands to build, check and test, one test alone too; how the code is laid out where that is not plain from names; conventions that differ from what is usual; traps. Check commands against the files that define them; invent nothing.
- At most 60 lines. No advice that holds for every project, no lists of files.
- If there is an AGENTS.md already, correct and shorten it rather than write it anew. If there is a CLAUDE.md and no AGENTS.md, improve that one instead.`;

export function createInitCommand({session, send}: MemoryOptions): Command {
  return {
    name: 'init',
    description: 'look at the project and write AGENTS.md for it',
    run(argument) {
      if (session.isRunning) return 'A turn is running. /init once it has ended.';
      send(argument === '' ? initPrompt : `${initPrompt}\n\n${argument}`);
      return null;
    },
  };
}
