/** How many agents are at work below each level of a budget: they share what is left there. */
import type {Level} from './level.js';

/** Counts one agent among those at work, on all these levels, from now on; the function it returns changes whether it is. */
export function workOn(levels: readonly Level[]): (isAtWork: boolean) => void {
  let counted = 0;
  const count = (isAtWork: boolean): void => {
    for (const level of levels) level.agents += Number(isAtWork) - counted;
    counted = Number(isAtWork);
  };
  count(true);
  return count;
}
