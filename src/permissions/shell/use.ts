/**
 * What a command does with the files that its words name.
 */
import type {Tree} from './trees.js';
import type {Field} from './types.js';

export interface Use {
  readonly reads: readonly Field[];
  /** Of these it tells no more than their names and their state, if they are no folders. */
  readonly lists?: readonly Field[];
  /** Of folders among these it tells all that is in them, at any depth. */
  readonly isDeep?: boolean;
  readonly writes: readonly Field[];
  /** Folders that it goes through to read what is in them. */
  readonly trees?: readonly Tree[];
  /** What it does beyond that, so that it asks all the same. */
  readonly asks?: string;
}
