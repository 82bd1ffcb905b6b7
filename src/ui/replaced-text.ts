/** That another model answers now, in words. */
import type {StampedEvent} from '../core/types.js';

/** One sentence, without what the server said. */
export function replacedText({
  from,
  model,
  reason,
  isLast,
}: Pick<StampedEvent & {readonly type: 'model_replaced'}, 'from' | 'model' | 'reason' | 'isLast'>): string {
  const why = reason === 'gone' ? `There is no ${from}` : `${from} is overloaded`;
  return isLast
    ? `${why}, like all others: ${model} is waited for.`
    : `${why}: ${model} answers for the rest of this turn.`;
}
