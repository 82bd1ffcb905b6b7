/**
 * The demo model: a small offline planner that drives the real loop and the real tools, so that the whole program can
 * be tried and tested without a key. It understands a few phrases and plans from what the tools return; nothing it
 * reports is made up.
 */

import {interruption} from '../core/cancel.js';
import type {Clock, Model, ModelInfo, ModelRequest, RawMessageStreamEvent} from '../core/ports.js';
import type {Usage} from '../core/types.js';
import {newId} from '../platform/ids.js';
import {onlyPhrases, parsePhrase} from './demo/phrases.js';
import {type Move, nextMove} from './demo/plan.js';
import {goOn, sumUp} from './demo/sum-up.js';
import {callBlock, messageEnd, messageStart, roughTokens, textBlock} from './wire-events.js';

/** What is known of the demo model. It is free, so its price is zero and not unknown. */
export const demoInfo: ModelInfo = {
  id: 'demo',
  name: 'Demo',
  contextWindow: 200_000,
  maxOutputTokens: 8_000,
  price: {input: 0, output: 0, cacheRead: 0, cacheWrite: 0},
  effortLevels: [],
  adaptiveThinking: false,
  images: false,
};

/** How a reply is streamed: characters in one delta, and the pause after it. */
interface Pace {
  readonly chunk: number;
  readonly pauseMs: number;
}

/** About 3,000 characters a second: quick, but seen to stream. */
const quick: Pace = {chunk: 12, pauseMs: 4};
/** About 150 a second: of several agents at once, each can be followed, folded, written to and stopped. */
const slow: Pace = {chunk: 3, pauseMs: 20};

function usageOf({system, tools, messages}: ModelRequest, {text, calls}: Move): Usage {
  return {
    input: roughTokens(system) + roughTokens(JSON.stringify(tools)) + roughTokens(JSON.stringify(messages)),
    output: roughTokens(text) + roughTokens(JSON.stringify(calls)),
    cacheRead: 0,
    cacheWrite: 0,
  };
}

function toEvents(move: Move, usage: Usage, {chunk}: Pace): readonly RawMessageStreamEvent[] {
  return [
    messageStart(`msg_${newId()}`, demoInfo.id, {...usage, output: 0}),
    ...textBlock(0, move.text, chunk),
    ...move.calls.flatMap(({name, input}, position) =>
      callBlock(position + 1, {id: `toolu_${newId()}`, name, json: JSON.stringify(input)}, chunk),
    ),
    ...messageEnd(move.calls.length > 0 ? 'tool_use' : 'end_turn', usage),
  ];
}

/** Makes the demo model; `clock` paces its streaming. */
export function createDemoModel({clock}: {readonly clock: Clock}): Model {
  return {
    info: demoInfo,
    async *stream(request, signal) {
      const move = sumUp(request.messages) ??
        goOn(request.messages) ??
        nextMove(request, parsePhrase) ?? {text: onlyPhrases, calls: []};
      const pace = move.isSlow ? slow : quick;
      for (const event of toEvents(move, usageOf(request, move), pace)) {
        if (signal.aborted) throw interruption(signal);
        yield event;
        if (event.type === 'content_block_delta') await clock.sleep(pace.pauseMs, signal);
      }
    },
  };
}
