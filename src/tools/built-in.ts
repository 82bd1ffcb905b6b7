/** The tools that every session has, in the order the model is told of them. */
import type {Tool} from '../core/ports.js';
import type {AgentType} from '../core/tree.js';
import {agentToolFacts, createAgentTool} from './agent.js';
import {bashTool} from './bash.js';
import {editTool} from './edit.js';
import {globTool} from './glob.js';
import {grepTool} from './grep.js';
import {readTool} from './read.js';
import {sendMessageTool} from './send-message.js';
import {taskOutputTool} from './task-output.js';
import {taskStopTool} from './task-stop.js';
import {writeTool} from './write.js';

const work: readonly Tool[] = [readTool, writeTool, editTool, bashTool, grepTool, globTool];
const onAgents: readonly Tool[] = [taskOutputTool, taskStopTool, sendMessageTool];

/** Those that change nothing but an agent's own tree need nobody's leave. */
export const freeTools: readonly string[] = onAgents.map(({name}) => name);

/** What is known of them before there are types of agents. */
export const builtInFacts: readonly Pick<Tool, 'name' | 'aliases' | 'effect'>[] = [
  ...work,
  agentToolFacts,
  ...onAgents,
];

export const createBuiltInTools = (types: readonly AgentType[]): readonly Tool[] => [
  ...work,
  createAgentTool(types),
  ...onAgents,
];
