/**
 * How often a property is tried: as often as its test says, or as the environment's LAW_RUNS says, for a longer look. The
 * usual tries end before the test's own time is over, shrinking included: a worker would go on with them all the same.
 */
import type {Parameters} from 'fast-check';

const limit = {interruptAfterTimeLimit: 50_000, markInterruptAsFailure: true};

export function runs(usual: number): Pick<Parameters, 'numRuns' | keyof typeof limit> {
  const {LAW_RUNS: wanted} = process.env;
  return wanted === undefined ? {numRuns: usual, ...limit} : {numRuns: Number(wanted)};
}
