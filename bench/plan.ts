/**
 * Agents of the bench play plans: an agent's prompt is its plan as JSON, and the mock model reads there what to answer. So one
 * server plays a tree of any shape, however its requests come.
 */

import type {ServedBlock} from '../test/support/model-server.js';
import {type Answer, toFrames} from './answer.js';

export interface Plan {
  /** One answer each; after the last one comes `end`. */
  readonly steps: readonly Step[];
  readonly end: string;
}

/** Calls of one answer, or a text that streams. */
export interface Step {
  readonly spawn?: readonly Plan[];
  /** Whether what is spawned runs in the background. */
  readonly background?: boolean;
  readonly bash?: string;
  readonly stream?: {readonly count: number; readonly perSecond: number};
}

interface Message {
  readonly role: string;
  readonly content: string | readonly {readonly type: string; readonly text?: string}[];
}

function textOf({content}: Message): string {
  return typeof content === 'string' ? content : (content.find(({type}) => type === 'text')?.text ?? '');
}

let calls = 0;

function toCall(name: string, input: object): ServedBlock {
  calls += 1;
  return {type: 'tool_use', id: `toolu_${calls}`, name, deltas: [JSON.stringify(input)]};
}

function toBlocks({spawn = [], background = false, bash}: Step): readonly ServedBlock[] {
  return [
    ...spawn.map(plan =>
      toCall('Agent', {description: 'bench', prompt: JSON.stringify(plan), run_in_background: background}),
    ),
    ...(bash === undefined ? [] : [toCall('Bash', {command: bash})]),
  ];
}

/** The answer to a request with this body. */
export function answerByPlan(body: Buffer): Answer {
  const {messages} = JSON.parse(body.toString('utf8')) as {readonly messages: readonly [Message, ...Message[]]};
  const {steps, end} = JSON.parse(textOf(messages[0])) as Plan;
  const step = steps[messages.filter(({role}) => role === 'assistant').length];
  if (step?.stream) {
    const {count, perSecond} = step.stream;
    const deltas = Array.from({length: count}, (_, index) => `word ${index} of a line that goes on, `);
    return {frames: toFrames([{type: 'text', deltas}]), perSecond};
  }
  const blocks = step ? toBlocks(step) : [{type: 'text', deltas: [end]} as const];
  return {frames: [Buffer.concat(toFrames(blocks))], perSecond: null};
}
