/**
 * What a command does with the files that its words name.
 */
import type {Field} from './types.js';

export interface Use {
  readonly reads: readonly Field[];
  readonly writes: readonly Field[];
  /** What it does beyond that, so that it asks all the same. */
  readonly asks?: string;
}
