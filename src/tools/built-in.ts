/** The tools that every session has, in the order the model is told of them. */
import type {CommandSandbox, Tool} from '../core/ports.js';
import type {AgentType} from '../core/tree.js';
import {createAgentTool} from './agent.js';
import {createBashTool} from './bash.js';
import {editTool} from './edit.js';
import {exitPlanModeTool} from './exit-plan-mode.js';
import {globTool} from './glob.js';
import {grepTool} from './grep.js';
import {readTool} from './read.js';
import {sendMessageTool} from './send-message.js';
import {taskOutputTool} from './task-output.js';
import {taskStopTool} from './task-stop.js';
import {todoWriteTool} from './todo-write.js';
import {createWebFetchTool, type WebFetchOptions} from './web-fetch.js';
import {writeTool} from './write.js';

/** The tools of a session with these types of agents. */
export const createBuiltInTools = (
  types: readonly AgentType[],
  sandbox: CommandSandbox | null,
  web: WebFetchOptions,
): readonly Tool[] => [
  readTool,
  writeTool,
  editTool,
  createBashTool(sandbox),
  grepTool,
  globTool,
  createWebFetchTool(web),
  todoWriteTool,
  createAgentTool(types),
  taskOutputTool,
  taskStopTool,
  sendMessageTool,
  exitPlanModeTool,
];
