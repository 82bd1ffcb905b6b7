/**
 * A scratch folder in which tools run as the loop runs them: parsed input, real files, real ripgrep, any agent.
 */
import {execFile} from 'node:child_process';
import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import type {Commands, Files, Tool, ToolContext} from '../../src/core/ports.js';
import type {AgentId, ToolDisplay, ToolResult} from '../../src/core/types.js';
import {createFiles} from '../../src/files/files.js';
import {scratchFolder} from '../support/scratch.js';

const exec: Commands['exec'] = (file, args, {cwd, maxBytes, signal}) =>
  new Promise((resolve, reject) => {
    execFile(file, args, {cwd, signal, maxBuffer: maxBytes}, (error, stdout, stderr) => {
      if (signal.aborted) return reject(signal.reason);
      const truncated = error?.message.includes('maxBuffer') ?? false;
      const exitCode = error ? (typeof error.code === 'number' ? error.code : null) : 0;
      resolve({exitCode, stdout, stderr, truncated});
    });
  });

const commands: Commands = {
  exec,
  shell: () => Promise.reject(new Error('no tool here runs a shell')),
  end: () => Promise.resolve(),
};

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
  const folder = scratchFolder();
  const files = createFiles();
  const path = (name: string): string => join(folder, name);
  const context = (agentId: AgentId = 'main', more: Partial<ToolContext> = {}): ToolContext => ({
    agentId,
    callId: 'call',
    signal: new AbortController().signal,
    place: {root: folder, cwd: folder},
    files,
    commands,
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
