/**
 * The answers that the rows of the bench need, by name: what a mock model says to each request, ready as bytes.
 */
import type {ServedBlock} from '../test/support/model-server.js';
import {type Answer, toFrames} from './answer.js';
import {answerByPlan} from './plan.js';
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
/** What the agent's prompt says: see plan.ts. */
export interface Planned {
  readonly kind: 'plan';
}
export type Answers = Short | Steps | Deltas | Planned;

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

/** How many replies the request's history holds. Text that quotes this does not occur here. */
const countReplies = (body: Buffer): number => body.toString('latin1').split('"role":"assistant"').length - 1;

/** The answer to a request with this body. */
export function toAnswers(answers: Answers): (body: Buffer) => Answer {
  const short = atOnce([{type: 'text', deltas: [ending]}]);
  switch (answers.kind) {
    case 'short':
      return () => short;
    case 'steps': {
      const steps = Array.from({length: answers.count}, (_, index) => atOnce([toBash(index + 1)]));
      return body => steps[countReplies(body)] ?? short;
    }
    case 'plan':
      return answerByPlan;
    case 'deltas': {
      const blocks = [{type: 'text', deltas: proseDeltas(answers.count, ending)}] as const;
      const {perSecond} = answers;
      const answer = perSecond === 'full speed' ? atOnce(blocks) : {frames: toFrames(blocks), perSecond};
      return () => answer;
    }
  }
}
