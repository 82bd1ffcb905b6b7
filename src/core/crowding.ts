/** What a run has come to with the window of its model. */
import type {End} from './endings.js';

export interface Crowding {
  /** Compactions in a row, each soon after the one before. */
  compactions: number;
  /** Steps that there were at the last of them. */
  compactedAt: number;
  /** Why a history that was to be compacted was not; null if it was, or none was to be. */
  whyNot: string | null;
  /** The end that the last reply would be, in the middle of which the window was full. */
  full: End | null;
}

export const startCrowding = (): Crowding => ({compactions: 0, compactedAt: 0, whyNot: null, full: null});
