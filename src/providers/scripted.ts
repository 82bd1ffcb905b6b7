/**
 * A model whose replies are given as data, for tests and for programs that embed the runtime. It speaks the true
 * wire events, so everything above the seam runs as with a real provider.
 */
import {interruption, race} from '../core/cancel.js';
import type {Model, ModelEvent, ModelInfo, ModelRequest, RawMessageStreamEvent} from '../core/ports.js';
import type {StopReason, Usage} from '../core/types.js';
import {callBlock, messageEnd, messageStart, textBlock, thinkingBlock} from './wire-events.js';

export interface ScriptedCall {
  readonly id?: string;
  readonly name: string;
  readonly input?: unknown;
  /** Sent instead of `input`, as it is: broken JSON, for example. */
  readonly json?: string;
}

export interface ScriptedReply {
  readonly thinking?: string;
  readonly text?: string;
  readonly calls?: readonly ScriptedCall[];
  readonly stopReason?: StopReason;
  readonly usage?: Partial<Usage>;
  /** Characters in one delta; 8 unless told. */
  readonly chunk?: number;
  /** Sends only this many events, then does what `ending` says. */
  readonly after?: number;
  /** `cut`: the stream just ends; `hang`: silence until the abort; an error is thrown; a promise is awaited once. */
  readonly ending?: 'cut' | 'hang' | Error | Promise<unknown>;
  /** Events told before the reply: retries and tombstones of earlier attempts. */
  readonly before?: readonly ModelEvent[];
}

export type Script = readonly ScriptedReply[] | ((request: ModelRequest, index: number) => ScriptedReply);

export interface ScriptedModel extends Model {
  /** Every request so far, as it arrived. */
  readonly requests: readonly ModelRequest[];
}

const scriptedInfo: ModelInfo = {
  id: 'scripted',
  name: 'Scripted',
  contextWindow: 200_000,
  maxOutputTokens: 32_000,
  price: {input: 3, output: 15, cacheRead: 0.3, cacheWrite: 3.75},
  effortLevels: [],
  adaptiveThinking: false,
  images: true,
};

/**
 * Makes a model that answers the n-th request with the n-th reply. A request beyond the script throws a plain
 * `Error`: that is a bug of the script.
 */
export function createScriptedModel(script: Script, info: Partial<ModelInfo> = {}): ScriptedModel {
  const requests: ModelRequest[] = [];
  const full = {...scriptedInfo, ...info};
  return {
    info: full,
    requests,
    async *stream(request, signal) {
      const index = requests.push(structuredClone(request)) - 1;
      const reply = typeof script === 'function' ? script(request, index) : script[index];
      if (reply === undefined) throw new Error(`the script has no reply ${index + 1}`);
      yield* play(reply, toEvents(reply, full.id, index), signal);
    },
  };
}

async function* play(
  reply: ScriptedReply,
  events: readonly RawMessageStreamEvent[],
  signal: AbortSignal,
): AsyncGenerator<ModelEvent> {
  yield* reply.before ?? [];
  const stopAt = reply.ending === undefined ? -1 : (reply.after ?? 0);
  for (const [position, event] of events.entries()) {
    if (position === stopAt) {
      if (reply.ending === 'cut') return;
      if (reply.ending === 'hang') await race(new Promise<never>(() => {}), signal);
      if (reply.ending instanceof Error) throw reply.ending;
      if (reply.ending instanceof Promise) await race(reply.ending, signal);
    }
    // A macrotask would make tests slow; a turn of the microtask queue is enough for others to run.
    await null;
    if (signal.aborted) throw interruption(signal);
    yield event;
  }
}

/** The wire events of a whole reply, `message_start` to `message_stop`. `index` numbers the reply, from 0. */
export function toEvents(reply: ScriptedReply, model: string, index = 0): RawMessageStreamEvent[] {
  const usage = {input: 100, output: 20, cacheRead: 0, cacheWrite: 0, ...reply.usage};
  const size = reply.chunk ?? 8;
  const calls = reply.calls ?? [];
  const builders = [
    ...(reply.thinking === undefined ? [] : [(at: number) => thinkingBlock(at, reply.thinking ?? '', size)]),
    ...(reply.text === undefined ? [] : [(at: number) => textBlock(at, reply.text ?? '', size)]),
    ...calls.map((call, position) => {
      const {name, id = `call_${index + 1}_${position + 1}`, json = JSON.stringify(call.input ?? {})} = call;
      return (at: number) => callBlock(at, {id, name, json}, size);
    }),
  ];
  return [
    messageStart(`msg_${index + 1}`, model, {...usage, output: 0}),
    ...builders.flatMap((build, position) => build(position)),
    ...messageEnd(reply.stopReason ?? (calls.length > 0 ? 'tool_use' : 'end_turn'), usage),
  ];
}
