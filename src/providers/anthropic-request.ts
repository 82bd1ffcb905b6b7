/**
 * The body of a request to the Messages API.
 *
 * What the prompt cache sees comes first and in the same bytes from step to step, once the breakpoints are taken away:
 * model, system, tools, messages. What may differ between steps comes after. Inputs are never mutated.
 */
import type {
  MessageCreateParamsStreaming,
  TextBlockParam,
  ThinkingConfigParam,
} from '@anthropic-ai/sdk/resources/messages';
import type {ModelInfo, ModelRequest, ToolDefinition} from '../core/ports.js';
import type {ContentBlockParam, Effort, MessageParam} from '../core/types.js';

/** Tokens of thinking for models that take a budget instead of an effort. */
const thinkingBudget: Readonly<Record<Effort, number>> = {
  low: 4_096,
  medium: 10_240,
  high: 20_480,
  xhigh: 32_768,
  max: 49_152,
};
/** The least budget that the API takes. */
const leastBudget = 1_024;

const ephemeral = {cache_control: {type: 'ephemeral'}} as const;

export function toBody(info: ModelInfo, request: ModelRequest): MessageCreateParamsStreaming {
  const {system, tools, messages, maxTokens, toolChoice} = request;
  return {
    model: info.id,
    stream: true,
    ...(system !== '' && {system: [{type: 'text', text: system, ...ephemeral} satisfies TextBlockParam]}),
    ...(tools.length > 0 && {tools: withBreakpoint(tools)}),
    messages: withBreakpoints(messages),
    max_tokens: maxTokens,
    ...thinkingOf(info, request),
    ...(toolChoice === 'none' && tools.length > 0 && {tool_choice: {type: 'none'} as const}),
  };
}

function withBreakpoint(tools: readonly ToolDefinition[]): ToolDefinition[] {
  return tools.map((tool, index) => (index === tools.length - 1 ? {...tool, ...ephemeral} : tool));
}

/**
 * Marks two user messages: the newest, which the next step reads from the cache, and the one before the newest reply,
 * which the step before ended with and this one reads, however many blocks lie between. With system and tools that makes
 * the four breakpoints allowed.
 */
function withBreakpoints(messages: readonly MessageParam[]): MessageParam[] {
  const reply = messages.findLastIndex(({role}) => role === 'assistant');
  const marked = [messages, messages.slice(0, Math.max(0, reply))].map(some =>
    some.findLastIndex(({role}) => role === 'user'),
  );
  return messages.map((message, index) => {
    const blocks = toBlocks(message.content);
    return {...message, content: marked.includes(index) ? markLast(blocks) : blocks} as MessageParam;
  });
}

/** Text as a block in every message, marked or not: else its bytes would change when its mark goes. */
function toBlocks(content: MessageParam['content']): readonly ContentBlockParam[] {
  return typeof content === 'string' ? [{type: 'text', text: content}] : content;
}

function markLast(blocks: readonly ContentBlockParam[]): readonly ContentBlockParam[] {
  const last = blocks.findLastIndex(canBeMarked);
  return blocks.map((block, index) => (index === last ? ({...block, ...ephemeral} as ContentBlockParam) : block));
}

function canBeMarked(block: ContentBlockParam): boolean {
  switch (block.type) {
    case 'text':
      return block.text !== '';
    case 'image':
    case 'document':
    case 'tool_result':
      return true;
    default:
      return false;
  }
}

type Thinking = Pick<MessageCreateParamsStreaming, 'thinking' | 'output_config'>;

/**
 * Without an effort an adaptive model chooses its own, and a model with a budget does not think. Thinking is asked for
 * as a summary, since newer models would otherwise send it empty.
 */
function thinkingOf(info: ModelInfo, {effort, maxTokens, messages}: ModelRequest): Thinking {
  const level = effort !== null && info.effortLevels.includes(effort) ? effort : null;
  if (info.adaptiveThinking) {
    const thinking: ThinkingConfigParam = {type: 'adaptive', display: 'summarized'};
    return level === null ? {thinking} : {thinking, output_config: {effort: level}};
  }
  if (level === null || isUnderwayWithoutThinking(messages)) return {};
  // The budget is part of max_tokens: half of it stays for the answer.
  const budget = Math.min(thinkingBudget[level], Math.floor(maxTokens / 2));
  return budget < leastBudget ? {} : {thinking: {type: 'enabled', budget_tokens: budget}};
}

/**
 * Whether calls were made since somebody last said something, all of them without thinking: another model may have made them,
 * whose thinking is left out. A model that thinks on a budget would be refused then, and goes on without.
 */
function isUnderwayWithoutThinking(messages: readonly MessageParam[]): boolean {
  let hasReplied = false;
  let hasThought = false;
  messages.forEach(({role, content}, at) => {
    const blocks = toBlocks(content);
    if (role === 'assistant') {
      hasReplied = true;
      hasThought ||= blocks.some(({type}) => type === 'thinking' || type === 'redacted_thinking');
    } else if (messages[at - 1]?.role !== 'user' && !blocks.some(({type}) => type === 'tool_result')) {
      hasReplied = false;
      hasThought = false;
    }
  });
  return hasReplied && !hasThought;
}
