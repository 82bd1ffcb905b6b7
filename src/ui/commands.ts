/** Slash commands: how a draft names one, what completes it, and the help made from their table. */
import {type HelpRow, rowsText} from './help-rows.js';

export interface Command {
  /** Without the slash. */
  readonly name: string;
  readonly description: string;
  /** What it returns is shown as a notice; so is the message of an error. */
  run(argument: string): string | null | Promise<string | null>;
}

/**
 * The name and argument of a draft that calls a command; null for any other, a path like `/usr/bin` among them. A slash
 * alone asks which there are.
 */
export function parseCommand(draft: string): {readonly name: string; readonly argument: string} | null {
  if (draft.trim() === '/') return {name: 'help', argument: ''};
  const match = /^\/([a-zA-Z][\w-]*)(?:\s+([\s\S]*))?$/.exec(draft.trim());
  return match ? {name: match[1] ?? '', argument: match[2]?.trim() ?? ''} : null;
}

/** The commands that a draft may become. */
export function completions<Named extends Pick<Command, 'name'>>(
  draft: string,
  commands: readonly Named[],
): readonly Named[] {
  if (!/^\/[\w-]*$/.test(draft)) return [];
  return commands.filter(({name}) => name.startsWith(draft.slice(1)));
}

/** The names closest to a mistyped one. */
export function nearest(name: string, names: readonly string[]): readonly string[] {
  return names
    .map(known => ({known, distance: distance(name, known)}))
    .filter(({known, distance}) => distance <= Math.max(1, known.length >> 1))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, 3)
    .map(({known}) => known);
}

/** The table with `/help`, which is made from it; `more` are further rows of help, `columns` what there is room for. */
export function withHelp(
  commands: readonly Command[],
  more: () => readonly HelpRow[],
  columns: () => number,
): readonly Command[] {
  const all: Command[] = [...commands];
  const run = (): string => rowsText([...all.map(commandRow), ...more()], columns());
  all.push({name: 'help', description: 'show the commands and keys', run});
  return all;
}

function commandRow({name, description}: Command): HelpRow {
  return [`/${name}`, description];
}

/** Runs a command by its name; what there is to say of it, or null. */
export async function runCommand(
  commands: readonly Command[],
  name: string,
  argument: string,
): Promise<{readonly level: 'info' | 'warning' | 'error'; readonly text: string} | null> {
  const command = commands.find(known => known.name === name);
  if (!command) return {level: 'warning', text: unknownCommand(name, commands)};
  try {
    const text = await command.run(argument);
    return text ? {level: 'info', text} : null;
  } catch (error) {
    return {level: 'error', text: error instanceof Error ? error.message : String(error)};
  }
}

function unknownCommand(name: string, commands: readonly Command[]): string {
  const near = nearest(
    name,
    commands.map(known => known.name),
  ).map(known => `/${known}`);
  const hint = near.length > 0 ? `Did you mean ${near.join(', ')}?` : '/help lists them.';
  return `There is no command /${name}. ${hint}`;
}

/** Edits that lead from one word to the other: insert, delete, replace. */
function distance(from: string, to: string): number {
  let row = Array.from({length: to.length + 1}, (_, index) => index);
  for (const [line, letter] of [...from].entries()) {
    const next = [line + 1];
    for (const [index, other] of [...to].entries()) {
      next.push(
        Math.min((next[index] ?? 0) + 1, (row[index + 1] ?? 0) + 1, (row[index] ?? 0) + (letter === other ? 0 : 1)),
      );
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
