/** What can be typed after a slash in a conversation. `/help`, `/agents` and `/exit` are the screen's own. */
import type {Session} from '../session.js';
import {plural} from '../ui/format.js';
import type {Command} from '../ui/repl.js';
import {createContextCommand} from './context-command.js';
import {createCostCommand} from './cost-command.js';
import {createDiffCommand} from './diff-command.js';
import {createExportCommand} from './export-command.js';
import {createHooksCommand} from './hooks-command.js';
import {createInitCommand, createMemoryCommand, type MemoryOptions} from './memory-commands.js';
import {createPermissionsCommand} from './permissions-command.js';
import {createRenameCommand} from './rename-command.js';

export interface CommandOptions {
  readonly session: Pick<
    Session,
    | 'model'
    | 'effort'
    | 'isRunning'
    | 'agents'
    | 'abort'
    | 'setModel'
    | 'setEffort'
    | 'clear'
    | 'spent'
    | 'hooks'
    | 'withheld'
    | 'mode'
    | 'modes'
    | 'setMode'
    | 'rules'
    | 'addRule'
    | 'removeRule'
    | 'id'
    | 'cwd'
    | 'title'
    | 'rename'
    | 'fileChanges'
    | 'logPath'
    | 'history'
    | 'memory'
    | 'context'
    | 'projectFolder'
    | 'ownFolder'
  >;
  /** Begins a turn that sums the conversation up. */
  readonly compact: (instructions: string) => void;
  /** Called when something changed that the status line shows. */
  readonly onChange: () => void;
  readonly edit: MemoryOptions['edit'];
  readonly send: MemoryOptions['send'];
}

function effortCommand({session}: CommandOptions): Command {
  return {
    name: 'effort',
    description: 'how hard the model thinks: /effort high',
    run(argument) {
      const {name, effortLevels} = session.model;
      const levels = effortLevels.join(', ');
      if (levels === '') return `${name} has no levels of effort.`;
      if (argument === '') {
        const current = session.effort ?? `the default of ${name}`;
        return `The effort is ${current}. Others: ${levels}; default takes it back.`;
      }
      const level = effortLevels.find(known => known === argument) ?? null;
      if (level === null && argument !== 'default') {
        return `${name} knows no effort "${argument}". Its levels: ${levels}.`;
      }
      session.setEffort(level);
      return null;
    },
  };
}

function modelCommand({session, onChange}: CommandOptions): Command {
  return {
    name: 'model',
    description: 'another model: /model opus',
    async run(argument) {
      if (argument === '') return `The model is ${session.model.name}. Others: opus, sonnet, haiku, a full name, demo.`;
      await session.setModel(argument);
      onChange();
      return null;
    },
  };
}

function compactCommand({session, compact}: CommandOptions): Command {
  return {
    name: 'compact',
    description: 'sum the conversation up, to make room: /compact keep the names',
    run(argument) {
      if (session.isRunning) return 'A turn is running. Stop it with Ctrl-C, then /compact.';
      compact(argument);
      return null;
    },
  };
}

type Agents = Pick<CommandOptions['session'], 'agents' | 'abort'>;

/** Whether the turn has nothing left to do but to hear of agents in the background. */
function isOnlyWaiting({agents}: Agents): boolean {
  return agents.snapshot().some(({parentId, state}) => parentId === null && state === 'waiting');
}

/** Ends the turn and all agents; how many there were. */
async function stopAgents({agents, abort}: Agents): Promise<number> {
  const live = agents.snapshot().filter(({parentId, endedAt}) => parentId !== null && endedAt === null);
  await abort();
  return live.length;
}

/** The commands of a conversation. */
export function createCommands(options: CommandOptions): readonly Command[] {
  const {session} = options;
  const clear: Command = {
    name: 'clear',
    description: 'forget the conversation, stop its agents, and begin anew',
    async run() {
      if (session.isRunning && !isOnlyWaiting(session)) return 'A turn is running. Stop it with Ctrl-C, then /clear.';
      // A turn that only waits for agents ends with them.
      const waited = session.isRunning ? await stopAgents(session) : 0;
      const ended = waited + (await session.clear());
      return ended === 0 ? null : `Stopped ${plural(ended, 'agent')} of the conversation before.`;
    },
  };
  return [
    clear,
    compactCommand(options),
    createContextCommand(session),
    modelCommand(options),
    effortCommand(options),
    createCostCommand(session),
    createPermissionsCommand(session),
    createHooksCommand(session),
    createDiffCommand(session),
    createRenameCommand(session),
    createExportCommand(session),
    createMemoryCommand(options),
    createInitCommand(options),
  ];
}
