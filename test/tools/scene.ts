/**
 * A scratch folder in which tools run as the loop runs them: parsed input, real files, real ripgrep, any agent.
 */
import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import type {Files, Tool, ToolContext} from '../../src/core/ports.js';
import type {AgentId, ToolDisplay, ToolResult} from '../../src/core/types.js';
import {createFiles} from '../../src/files/files.js';
import {toCommands} from '../support/commands.js';
import {createFolder} from '../support/folder.js';
import {noAgents} from '../support/no-agents.js';
import {noTasks} from '../support/no-tasks.js';
import {createOwnProcesses} from '../support/processes.js';

export interface Scene {
  readonly folder: string;
  readonly files: Files;
  path(name: string): string;
  put(name: string, content: string | Uint8Array): void;
  bytes(name: string): Buffer;
  text(name: string): string;
  context(agentId?: AgentId, more?: Partial<ToolContext>): ToolContext;
  call<Input>(tool: Tool<Input>, input: unknown, agentId?: AgentId): Promise<ToolResult>;
  preview<Input>(tool: Tool<Input>, input: unknown, agentId?: AgentId): Promise<ToolDisplay>;
  /** The result's text; throws what the call throws. */
  say<Input>(tool: Tool<Input>, input: unknown, agentId?: AgentId): Promise<string>;
}

export function createScene(): Scene {
  const folder = createFolder();
  const files = createFiles();
  const commands = toCommands(createOwnProcesses());
  const path = (name: string): string => join(folder, name);
  const context = (agentId: AgentId = 'main', more: Partial<ToolContext> = {}): ToolContext => ({
    agentId,
    callId: 'call',
    signal: new AbortController().signal,
    place: {root: folder, cwd: folder},
    files,
    commands,
    agents: noAgents,
    tasks: noTasks(new AbortController().signal),
    hides: () => false,
    instructions: async () => null,
    state: {get: () => undefined, set: () => {}},
    progress: () => {},
    whenKept: effect => effect(),
    ...more,
  });
  return {
    folder,
    files,
    path,
    context,
    put: (name, content) => writeFileSync(path(name), content),
    bytes: name => readFileSync(path(name)),
    text: name => readFileSync(path(name), 'utf8'),
    call: async (tool, input, agentId) => tool.run(tool.parse(input), context(agentId)),
    async preview(tool, input, agentId) {
      const shown = await tool.preview?.(tool.parse(input), context(agentId));
      if (shown === undefined) throw new Error(`${tool.name} has no preview`);
      return shown;
    },
    async say(tool, input, agentId) {
      const {content} = await tool.run(tool.parse(input), context(agentId));
      if (typeof content !== 'string') throw new Error('the result is not plain text');
      return content;
    },
  };
}
