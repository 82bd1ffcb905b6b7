/** The tools that every session has, in the order the model is told of them. */
import type {Tool} from '../core/ports.js';
import {bashTool} from './bash.js';
import {editTool} from './edit.js';
import {globTool} from './glob.js';
import {grepTool} from './grep.js';
import {readTool} from './read.js';
import {writeTool} from './write.js';

export const builtInTools: readonly Tool[] = [readTool, writeTool, editTool, bashTool, grepTool, globTool];
