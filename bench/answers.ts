/**
 * The answers that the rows of the bench need, by name: what a mock model says to each request.
 */
import {
  blocksReply,
  type Reply,
  type ServedRequest,
  textReply,
  toEvents,
  toolReply,
  toSse,
} from '../test/support/model-server.js';
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

/** Which reply a request gets. */
export function toReplies(answers: Answers): (request: ServedRequest) => Reply {
  const short = textReply(ending);
  switch (answers.kind) {
    case 'short':
      return () => short;
    case 'steps':
      return ({body}) => {
        const step = body.messages.filter(({role}) => role === 'assistant').length + 1;
        if (step > answers.count) return short;
        return toolReply([{name: 'Bash', input: {command: `echo step ${step}`}, id: `toolu_${step}`}]);
      };
    case 'deltas': {
      const blocks = [{type: 'text', deltas: proseDeltas(answers.count, ending)}] as const;
      const reply = answers.perSecond === 'full speed' ? blocksReply(blocks) : paced(blocks, answers.perSecond);
      return () => reply;
    }
  }
}

/** One write an event, as many a tick as are due: a late timer does not slow the stream down. */
function paced(blocks: Parameters<typeof toEvents>[0], perSecond: number): Reply {
  const frames = toEvents(blocks).map(toSse);
  return response => {
    response.writeHead(200, {'content-type': 'text/event-stream; charset=utf-8'});
    const startedAt = performance.now();
    let sent = 0;
    const timer = setInterval(() => {
      const due = Math.min(frames.length, Math.ceil(((performance.now() - startedAt) * perSecond) / 1000));
      for (; sent < due; sent += 1) response.write(frames[sent]);
      if (sent < frames.length) return;
      clearInterval(timer);
      response.end();
    }, 1);
    response.on('close', () => clearInterval(timer));
  };
}
