/** A turn in which nothing is done but to compact the conversation, because the person wants it. */
import {compact} from './compact.js';
import {type End, toEnd} from './endings.js';
import {Interrupted, ProviderError} from './errors.js';
import {toOutcome} from './outcome.js';
import type {QueryOptions} from './query.js';
import {startRun} from './run.js';
import type {AgentEvent, RunOutcome} from './types.js';

/** @param instructions what the summary is to hold above all; null: nothing is said of that. */
export async function* compactNow(
  options: QueryOptions,
  instructions: string | null,
): AsyncGenerator<AgentEvent, RunOutcome> {
  const {turn, model, budget} = options;
  const run = startRun();
  let end: End = {reason: 'aborted'};
  try {
    yield {type: 'run_started', model: model.info.id, price: model.info.price};
    const whyNot = yield* compact(options, run, {trigger: 'manual', instructions, isRefused: false});
    end =
      whyNot === null
        ? {reason: 'completed'}
        : {reason: 'stopped', error: {kind: 'not_compacted', message: `The conversation is as it was. ${whyNot}`}};
  } catch (error) {
    end = toEnd(error, turn.signal);
    if (!turn.signal.aborted && !(error instanceof ProviderError)) throw error;
  } finally {
    // No yield in here, as in every run.
    turn.abort(new Interrupted('the turn is over'));
    budget.close();
    options.settled(toOutcome(run, end));
  }
  const outcome = toOutcome(run, end);
  yield {type: 'run_finished', ...outcome};
  return outcome;
}
