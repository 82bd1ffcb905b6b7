/**
 * What an event of the Messages API has to have for the runtime to rely on it, and what stands in for what compatible servers
 * leave out.
 */
import type {RawMessageStreamEvent} from '../core/ports.js';

type Fields = Readonly<Record<string, unknown>>;
type Part = Fields & {readonly type: string};

const shapes: {readonly [Type in RawMessageStreamEvent['type']]: (event: Fields) => boolean} = {
  message_start: ({message}) => isObject(message) && typeof message.id === 'string',
  content_block_start: ({index, content_block}) => isIndex(index) && isPart(content_block),
  content_block_delta: ({index, delta}) => isIndex(index) && isPart(delta),
  content_block_stop: ({index}) => isIndex(index),
  message_delta: ({delta, usage}) => isObject(delta) && isObject(usage),
  message_stop: () => true,
};

/** Whether an event of a known type has what belongs to it. */
export const isComplete = (event: Part): event is RawMessageStreamEvent & Part =>
  isKnown(event.type) && shapes[event.type](event);

/** Compatible servers leave out what is empty, and the counts of a reply's beginning, where they do not know them yet. */
export function withBlanks(event: RawMessageStreamEvent): RawMessageStreamEvent {
  switch (event.type) {
    case 'message_start':
      return {...event, message: {...event.message, usage: {...uncounted, ...counted(event.message.usage)}}};
    case 'message_delta':
      return {...event, usage: counted(event.usage)};
    case 'content_block_start':
      return {...event, content_block: filled(event.content_block)};
    case 'content_block_delta':
      return isFilled(event.delta) ? event : {...event, delta: filled(event.delta)};
    default:
      return event;
  }
}

const uncounted = {input_tokens: 0, output_tokens: 0};

/** Without numbers of tokens that are none: they are added up. */
const counted = <Usage extends object>(usage: Usage): Usage =>
  Object.fromEntries(
    Object.entries(usage ?? {}).filter(([name, count]) => !name.endsWith('_tokens') || isCount(count)),
  ) as Usage;

const isCount = (value: unknown): boolean => value === null || (typeof value === 'number' && value >= 0);

/** More blocks than any reply has. */
const maxBlocks = 100_000;

const isIndex = (value: unknown): boolean => Number.isInteger(value) && isCount(value) && Number(value) < maxBlocks;

/** The texts that a block or a delta has, by its type; of other types none is read. */
const texts: Readonly<Record<string, readonly string[]>> = {
  text: ['text'],
  text_delta: ['text'],
  thinking: ['thinking', 'signature'],
  thinking_delta: ['thinking'],
  signature_delta: ['signature'],
  redacted_thinking: ['data'],
  tool_use: ['id', 'name'],
  input_json_delta: ['partial_json'],
};

const textsOf = (part: Part): readonly (readonly [name: string, text: unknown])[] =>
  (texts[part.type] ?? []).map(name => [name, part[name]]);

const isFilled = (part: object): boolean => textsOf(part as Part).every(([, text]) => typeof text === 'string');

const filled = <Own extends object>(part: Own): Own => ({
  ...part,
  ...Object.fromEntries(textsOf(part as Part).map(([name, text]) => [name, text ?? ''])),
});

/** Whether a block or a delta is one, and its texts are texts, as far as they are there. */
const isPart = (value: unknown): boolean =>
  hasType(value) && textsOf(value).every(([, text]) => typeof (text ?? '') === 'string');

export const isKnown = (type: string): type is RawMessageStreamEvent['type'] => Object.hasOwn(shapes, type);

export const hasType = (value: unknown): value is Part => isObject(value) && typeof value.type === 'string';

const isObject = (value: unknown): value is Fields => typeof value === 'object' && value !== null;
