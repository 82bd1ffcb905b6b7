/** How an event changes the turn an agent is in: its phase, what it waits for, what it used. */
import type {Price, StampedEvent, Usage} from '../core/types.js';
import {addSpending, estimateTokens, nothingSpent, type Spending, spendingOf, tokensIn} from './spending.js';

/** A turn under way. */
export interface Run {
  readonly startedAt: number;
  readonly model: string;
  /** The one that was chosen, which another may stand in for. */
  readonly chosen: string;
  /** Null if nobody knows it. */
  readonly price: Price | null;
  /** The reply that streams. */
  readonly replyId: string | null;
  /** What was read for the reply that streams, as its beginning tells; null while none does. */
  readonly replyUsage: Usage | null;
  /** Characters of the reply that streams: text, thinking and input. */
  readonly replyLength: number;
  readonly phase: 'compacting' | 'waiting' | 'waiting for budget' | 'thinking' | 'writing' | 'working';
  /** Agents whose mail it waits for, with nothing else left to do. */
  readonly awaited: number;
  /** Why its request does not go now. */
  readonly wait: Wait | null;
  /** The failure the person was last told of; null once a reply was whole. */
  readonly trouble: {readonly kind: string; readonly message: string} | null;
  readonly outputTokens: number;
  readonly spent: Spending;
}

/** A request that is tried again, or one that others are in the way of, whom the server has refused. */
export type Wait = {
  /** Milliseconds since the epoch: when it, or one of the others, is tried. */
  readonly until: number;
  /** What went wrong, as a `ProviderErrorKind`. */
  readonly kind: string;
} & (
  | {readonly type: 'retry'; readonly attempt: number; readonly maxAttempts: number | null}
  | {readonly type: 'held'; readonly model: string}
);

/** What the reply that streams has come to, roughly: what was read for it, and what it has written so far. */
export function streamed({replyUsage, replyLength, price}: Run): Spending {
  if (replyUsage === null) return nothingSpent;
  return spendingOf({...replyUsage, output: estimateTokens(replyLength)}, price);
}

/** The run after the event; null when none is under way. */
export function foldRun(run: Run | null, event: StampedEvent, now: number): Run | null {
  if (event.type === 'run_started') return createRun(now, event);
  if (event.type === 'run_finished' || run === null) return null;
  switch (event.type) {
    case 'entry_appended':
      return run.awaited === 0 ? run : {...run, awaited: 0};
    case 'waiting_for_agents':
      return {...run, awaited: event.count};
    case 'waiting_for_budget':
      return {...run, phase: 'waiting for budget', awaited: 0};
    case 'request_started':
      return {...run, phase: 'waiting', awaited: 0, wait: null};
    case 'model_replaced':
      return {
        ...run,
        ...{model: event.model, price: event.price, wait: null},
        spent: addSpending(run.spent, {tokens: tokensIn(event.usage), costUsd: event.costUsd}),
      };
    case 'retry_scheduled': {
      const {attempt, maxAttempts, delayMs, kind, message} = event;
      const wait: Wait = {type: 'retry', attempt, maxAttempts, until: now + delayMs, kind};
      const trouble = run.trouble?.kind === kind ? run.trouble : {kind, message};
      return {...run, phase: 'waiting', trouble, wait};
    }
    case 'request_held': {
      const {delayMs, kind} = event;
      return {...run, phase: 'waiting', wait: {type: 'held', model: run.model, until: now + delayMs, kind}};
    }
    case 'reply_started':
      return {
        ...run,
        replyId: event.entryId,
        replyUsage: event.usage,
        replyLength: 0,
        phase: 'thinking',
        wait: null,
      };
    case 'text_delta':
      return {...run, phase: 'writing', replyLength: run.replyLength + event.text.length};
    case 'thinking_delta':
      return {...run, phase: 'thinking', replyLength: run.replyLength + event.text.length};
    case 'input_delta':
      return {...run, phase: 'writing', replyLength: run.replyLength + event.json.length};
    case 'reply_finished': {
      const {usage, costUsd} = event;
      const spent = addSpending(run.spent, {tokens: tokensIn(usage), costUsd});
      const outputTokens = run.outputTokens + usage.output;
      return {
        ...run,
        replyId: null,
        replyUsage: null,
        replyLength: 0,
        phase: 'working',
        trouble: null,
        outputTokens,
        spent,
      };
    }
    case 'compaction_started':
      return {...run, phase: 'compacting', awaited: 0, wait: null};
    case 'compaction_finished':
    case 'compaction_failed': {
      const {usage, costUsd} = event;
      return {...run, phase: 'waiting', spent: addSpending(run.spent, {tokens: tokensIn(usage), costUsd})};
    }
    case 'reply_retracted':
      return {...run, replyId: null, replyUsage: null, replyLength: 0, phase: 'waiting'};
    default:
      return run;
  }
}

function createRun(now: number, {model, price}: Pick<Run, 'model' | 'price'>): Run {
  return {
    startedAt: now,
    model,
    price,
    chosen: model,
    replyId: null,
    replyUsage: null,
    replyLength: 0,
    phase: 'waiting',
    awaited: 0,
    wait: null,
    trouble: null,
    outputTokens: 0,
    spent: nothingSpent,
  };
}
