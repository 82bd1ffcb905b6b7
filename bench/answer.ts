/** What a mock model sends, as bytes, and how fast. */
import {type ServedBlock, toEvents, toSse} from '../test/support/model-server.js';

export interface Answer {
  readonly frames: readonly Buffer[];
  /** Null: all at once. */
  readonly perSecond: number | null;
}

/** One frame an event. */
export const toFrames = (blocks: readonly ServedBlock[]): readonly Buffer[] =>
  toEvents(blocks).map(event => Buffer.from(toSse(event)));
