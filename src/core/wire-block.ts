/**
 * The blocks of a reply as they may go back with the next request. Servers of other vendors send what the API refuses, and a
 * history that holds it would make every later request fail.
 */
import type {RawMessageStreamEvent} from './ports.js';
import type {ContentBlockParam} from './types.js';

type WireBlock = Extract<RawMessageStreamEvent, {type: 'content_block_start'}>['content_block'];

/** The wire's block, without the null fields of answers. @param isTaken tells the ids that calls have. */
export function toBlock(block: WireBlock, isTaken: (callId: string) => boolean): ContentBlockParam {
  switch (block.type) {
    case 'text':
      return {type: 'text', text: block.text};
    case 'thinking':
      return {type: 'thinking', thinking: block.thinking, signature: block.signature};
    case 'redacted_thinking':
      return {type: 'redacted_thinking', data: block.data};
    case 'tool_use':
      return {type: 'tool_use', id: toCallId(block.id, isTaken), name: toCallName(block.name), input: block.input};
    default:
      return {type: 'text', text: `[Left out, because no reply can hold it: 1 ${block.type}.]`};
  }
}

/** Each id is one of its own. */
function toCallId(given: string, isTaken: (callId: string) => boolean): string {
  const plain = withoutOdd(given) || 'call';
  let id = plain;
  for (let copy = 2; isTaken(id); copy += 1) id = `${plain}_${copy}`;
  return id;
}

/** Characters of a tool's name that the API takes. */
const maxName = 128;

const toCallName = (given: string): string => withoutOdd(given).slice(0, maxName) || 'unnamed';

const withoutOdd = (text: string): string => text.replace(/[^\w-]/g, '_');

/** Whether a tool may be offered by that name. */
export const isCallName = (name: string): boolean => name === toCallName(name);
