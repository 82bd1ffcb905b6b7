/** What is said and read, in the form that the conventions have for it: sent only where that was asked for. */
import type {ContentBlockParam, Entry, ToolResultBlockParam} from '../core/types.js';

/** Characters of one attribute: collectors refuse what is much longer. */
const most = 60_000;

const clip = (text: string): string => (text.length > most ? `${text.slice(0, most)}…` : text);

function partOf(block: ContentBlockParam): readonly object[] {
  switch (block.type) {
    case 'text':
      return [{type: 'text', content: block.text}];
    case 'thinking':
      return [{type: 'reasoning', content: block.thinking}];
    case 'tool_use':
      return [{type: 'tool_call', id: block.id, name: block.name, arguments: block.input}];
    case 'tool_result':
      return [{type: 'tool_call_response', id: block.tool_use_id, response: responseOf(block)}];
    default:
      // Images and their like are no text, and long.
      return [{type: block.type}];
  }
}

function responseOf({content = ''}: ToolResultBlockParam): string {
  if (typeof content === 'string') return content;
  return content.map(part => (part.type === 'text' ? part.text : `[${part.type}]`)).join('\n');
}

/** @param finishReason of a reply. */
export function toMessages(entries: readonly Entry[], finishReason?: string): string {
  const messages = entries.map(({message: {role, content}}) => {
    const isResults = typeof content !== 'string' && content.some(({type}) => type === 'tool_result');
    return {
      role: isResults ? 'tool' : role,
      parts: typeof content === 'string' ? [{type: 'text', content}] : content.flatMap(partOf),
      ...(finishReason !== undefined && {finish_reason: finishReason}),
    };
  });
  return clip(JSON.stringify(messages));
}

export const toArguments = (input: unknown): string => clip(JSON.stringify(input) ?? '');
export const toResponse = (result: ToolResultBlockParam): string => clip(responseOf(result));
