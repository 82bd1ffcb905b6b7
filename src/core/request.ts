/** One request: booked before it leaves, streamed, and charged for whatever comes of it. */
import type {Attempts} from './attempts.js';
import type {Budget} from './budget.js';
import type {Scope} from './cancel.js';
import type {Conversation} from './conversation.js';
import type {Answering, Replaced} from './fallback.js';
import type {Clock, Model, ModelRequest} from './ports.js';
import {hasCall} from './readable.js';
import type {AgentLog} from './records.js';
import {type CallSink, noReply, type Reply, streamReply} from './reply.js';
import type {Run} from './run.js';
import type {AgentEvent, Effort} from './types.js';
import {addCost, addUsage, type Spending} from './usage.js';
import type {Beginning} from './window.js';

/** Whose request it is. */
export interface Requesting extends Beginning {
  readonly conversation: Conversation;
  readonly model: Model;
  readonly effort: Effort | null;
  /** Gives both, which are other ones once the model does not answer. */
  readonly answering: Pick<Answering, 'isReplaceable' | 'replace'>;
  readonly budget: Budget;
  readonly turn: Scope;
  readonly log: Pick<AgentLog, 'write'>;
  readonly clock: Pick<Clock, 'now'>;
  newId(): string;
  /** Told which request waits for the server, and null once none does. It may be aborted then. */
  park(request: Scope | null): void;
}

export interface Outgoing extends Pick<ModelRequest, 'messages' | 'toolChoice'> {
  readonly attempts: Attempts;
  /** The scope that the request hangs on. */
  readonly work: Scope;
  readonly sink: CallSink;
  /** While it waits for the server it is given up once its agent is asked to wrap up: a report comes instead of it. */
  readonly yieldsToReport?: boolean;
}

export interface Answered {
  readonly reply: Reply;
  /** What all attempts used. */
  readonly paid: Spending;
  /** Why it was not tried again, where the budget had no room for that: then the reply is nothing. */
  readonly refusal: string | null;
  /** Which model is to be asked instead, where this one does not answer: then the reply is nothing. */
  readonly replaced: AgentEvent | null;
  /** It was given up while it waited for the server: then the reply is nothing. */
  readonly isGivenUp: boolean;
}

/** Streams the reply, as `streamReply` does. What it took is charged in any case, and kept. */
export async function* send(
  options: Requesting,
  run: Pick<Run, 'usage' | 'costUsd'>,
  {attempts, work, sink, yieldsToReport = false, ...own}: Outgoing,
): AsyncGenerator<AgentEvent, Answered> {
  const {model, conversation, answering, newId} = options;
  let refusal: string | null = null;
  let replaced: Replaced | null = null;
  let reply = noReply;
  let paid: Spending;
  const stream = work.child();
  try {
    reply = yield* streamReply({
      model,
      request: {
        ...own,
        system: options.system,
        tools: options.definitions,
        maxTokens: attempts.maxTokens,
        effort: options.effort,
        ...(answering.isReplaceable && {isReplaceable: true}),
      },
      signal: stream.signal,
      sink,
      newId,
      isKnownCall: callId => hasCall(conversation.history, callId),
      spent: attempts.spent,
      parked: isParked => options.park(isParked && yieldsToReport ? stream : null),
      mayRepeat() {
        refusal = attempts.repeat();
        return refusal === null;
      },
    });
  } catch (error) {
    replaced = answering.replace(error);
    if (replaced === null) throw error;
  } finally {
    options.park(null);
    stream.close();
    paid = attempts.close();
    run.usage = addUsage(run.usage, paid.usage);
    run.costUsd = addCost(run.costUsd, paid.costUsd);
    options.log.write({type: 'spent', at: options.clock.now(), model: model.info.id, ...paid});
  }
  const isGivenUp = stream.signal.aborted && !work.signal.aborted;
  return {reply, paid, refusal, replaced: replaced && {...replaced, ...paid}, isGivenUp};
}
