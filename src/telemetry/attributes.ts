/** What spans say of what was used, and of what failed. */
import {type Attributes, type Span, SpanStatusCode} from '@opentelemetry/api';
import type {Usage} from '../core/types.js';

/** The input is all that a request read, from the cache or not. */
export const usageOf = ({input, output, cacheRead, cacheWrite}: Usage): Attributes => ({
  'gen_ai.usage.input_tokens': input + cacheRead + cacheWrite,
  'gen_ai.usage.output_tokens': output,
  'gen_ai.usage.cache_read.input_tokens': cacheRead,
  'gen_ai.usage.cache_creation.input_tokens': cacheWrite,
});

/** Dollars; nothing where a price is unknown. */
export const costOf = (costUsd: number | null): Attributes => (costUsd === null ? {} : {'agent.cost_usd': costUsd});

/** Without the message, which may hold anything. */
export function fail(span: Span, type: string): void {
  span.setAttribute('error.type', type);
  span.setStatus({code: SpanStatusCode.ERROR});
}
