/** The slash commands of a screen: those it is given, those on what it shows, and help, which is made from all of them. */
import {createAgentsCommand} from './agents-command.js';
import {type Command, withHelp} from './commands.js';
import type {Effect} from './effects.js';
import {createExitCommand} from './exit-command.js';
import type {HelpRow} from './help-rows.js';
import {noticeColumns} from './item-lines.js';
import {withHeardStops} from './panes/stops.js';
import type {ReplOptions} from './repl-options.js';
import type {View} from './view.js';

export interface ScreenCommandsOptions extends Pick<ReplOptions, 'agents' | 'commands'> {
  readonly view: () => View;
  /** Of the window. */
  readonly columns: () => number;
  /** Below the commands in `/help`. */
  readonly help: () => readonly HelpRow[];
  readonly leave: () => void;
  /** Whom a command stops, the person has stopped. */
  readonly onStop: (stop: Effect) => void;
}

export function createScreenCommands(options: ScreenCommandsOptions): readonly Command[] {
  const {view, help} = options;
  const columns = (): number => noticeColumns(options.columns());
  const agents = withHeardStops(options.agents, options.onStop);
  const onAgents = createAgentsCommand({agents, view, now: Date.now, columns});
  return withHelp([...options.commands, onAgents, createExitCommand(view, options.leave)], help, columns);
}
