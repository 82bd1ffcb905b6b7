/**
 * Asking a model in tests: the least request, all events of its answer, the error it ended with.
 */
import {ProviderError} from '../../src/core/errors.js';
import type {Model, ModelEvent, ModelRequest} from '../../src/core/ports.js';

export const aRequest = (more: Partial<ModelRequest> = {}): ModelRequest => ({
  system: 'Be brief.',
  tools: [],
  messages: [{role: 'user', content: 'hello'}],
  maxTokens: 1_000,
  effort: null,
  toolChoice: 'auto',
  ...more,
});

/** A signal that nobody aborts. */
export const noAbort = (): AbortSignal => new AbortController().signal;

export async function ask(
  model: Model,
  request: ModelRequest = aRequest(),
  signal: AbortSignal = noAbort(),
): Promise<ModelEvent[]> {
  const events: ModelEvent[] = [];
  for await (const event of model.stream(request, signal)) events.push(event);
  return events;
}

/** The text that events of one answer make. What was retracted is not part of it. */
export function textOf(events: readonly ModelEvent[]): string {
  return events.reduce((text, event) => {
    if (event.type === 'attempt_retracted') return '';
    return event.type === 'content_block_delta' && event.delta.type === 'text_delta' ? text + event.delta.text : text;
  }, '');
}

/** The `ProviderError` that the work ends with; anything else fails the test. */
export async function failureOf(work: Promise<unknown>): Promise<ProviderError> {
  const error = await work.then(
    () => new Error('it did not fail'),
    reason => reason as unknown,
  );
  if (error instanceof ProviderError) return error;
  throw error;
}
