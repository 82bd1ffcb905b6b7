/**
 * What a call may do with other agents, for tests that have none.
 */
import {ToolError} from '../../src/core/errors.js';
import type {Agents} from '../../src/core/tree.js';

const refuse = (): never => {
  throw new ToolError('no agents here');
};

export const noAgents: Agents = {types: [], spawn: refuse, stop: refuse, send: refuse, wait: refuse, below: () => []};
