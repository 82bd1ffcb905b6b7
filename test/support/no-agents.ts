/** The agents of a call that has nothing to do with others. */
import type {Agents} from '../../src/core/tree.js';

const nobody = (): never => {
  throw new Error('there are no agents here');
};

export const noAgents: Agents = {types: [], spawn: nobody, stop: nobody, send: nobody, wait: nobody, below: () => []};
