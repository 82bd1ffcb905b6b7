/**
 * The answers that the rows of the bench need, by name: what a mock model says to each request, ready as bytes.
 */
import {type ServedBlock, toEvents, toSse} from '../test/support/model-server.js';
import {proseDeltas} from './prose.js';

/** The last words of every streamed answer: when they are on the screen, the answer is. */
export const ending = 'That was the whole answer.';

/** A short answer. */
export interface Short {
  readonly kind: 'short';
}
/** `count` calls of Bash, one a reply, then a short answer. */
export interface Steps {
  readonly kind: 'steps';
  readonly count: number;
}
/** An answer of `count` text deltas, `perSecond` of them, or all at once. */
export interface Deltas {
  readonly kind: 'deltas';
  readonly count: number;
  readonly perSecond: number | 'full speed';
}
export type Answers = Short | Steps | Deltas;

/** What is sent, and how fast: `null` means at once. */
export interface Answer {
  readonly frames: readonly Buffer[];
  readonly perSecond: number | null;
}

function toFrames(blocks: readonly ServedBlock[]): readonly Buffer[] {
  return toEvents(blocks).map(event => Buffer.from(toSse(event)));
}

const atOnce = (blocks: readonly ServedBlock[]): Answer => ({
  frames: [Buffer.concat(toFrames(blocks))],
  perSecond: null,
});

const toBash = (step: number): ServedBlock => ({
  type: 'tool_use',
  id: `toolu_${step}`,
  name: 'Bash',
  deltas: [JSON.stringify({command: `echo step ${step}`})],
});

/** The answer to a request that holds so many replies already. */
export function toAnswers(answers: Answers): (replies: number) => Answer {
  const short = atOnce([{type: 'text', deltas: [ending]}]);
  switch (answers.kind) {
    case 'short':
      return () => short;
    case 'steps': {
      const steps = Array.from({length: answers.count}, (_, index) => atOnce([toBash(index + 1)]));
      return replies => steps[replies] ?? short;
    }
    case 'deltas': {
      const blocks = [{type: 'text', deltas: proseDeltas(answers.count, ending)}] as const;
      const {perSecond} = answers;
      const answer = perSecond === 'full speed' ? atOnce(blocks) : {frames: toFrames(blocks), perSecond};
      return () => answer;
    }
  }
}
