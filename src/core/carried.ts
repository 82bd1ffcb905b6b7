/** What no summary may lose, gathered from the entries that it stands for: it is passed on word for word, by no model. */
import {titleOf} from './call-title.js';
import {estimateText} from './estimate.js';
import {fitText, shareOf} from './fitting.js';
import type {Place, Tool} from './ports.js';
import type {ToolState} from './tool-state.js';
import {blocksOf, ownContentOf, resultText, type ToolUseBlock} from './transcript.js';
import type {Carried, Entry, ToolResultBlockParam} from './types.js';

/** What is known of an agent's calls. */
export interface Known {
  readonly tools: ReadonlyMap<string, Tool>;
  readonly place: Place;
  readonly toolState: ToolState;
}

/** Of each list so many are kept, the newest. */
const most = {files: 100, failures: 20};
const maxFailureLength = 300;
/** Tokens of all requests together: beyond it they would leave no room for what they ask. */
const requestTokens = 20_000;
/** The tool that keeps a list of what is to be done. */
const todoTool = 'TodoWrite';

const nothing: Carried = {requests: [], changed: [], read: [], failures: []};

/** @param history an earlier summary in it brings along what it carried. */
export function gather(history: readonly Entry[], known: Known): Carried {
  const calls = new Map<string, ToolUseBlock>();
  let carried = nothing;
  for (const entry of history) {
    if (entry.carried) carried = entry.carried;
    if (entry.request) {
      const text = requestText(entry);
      carried = {...carried, requests: entry.request === 'prompt' ? [text] : [...carried.requests, text]};
    }
    for (const block of blocksOf(entry.message)) {
      if (block.type === 'tool_use') calls.set(block.id, block);
      const call = block.type === 'tool_result' && calls.get(block.tool_use_id);
      if (call) carried = withCall(carried, call, block, known);
    }
  }
  const room = shareOf(carried.requests.map(estimateText), requestTokens);
  return {...carried, requests: carried.requests.map(text => fitText(text, room, 'it is too long to be repeated'))};
}

const requestText = (entry: Entry): string =>
  ownContentOf(entry)
    .map(block => (block.type === 'text' ? block.text : `[${block.type}]`))
    .join('\n');

function withCall(carried: Carried, call: ToolUseBlock, result: ToolResultBlockParam, known: Known): Carried {
  const tool = known.tools.get(call.name);
  if (result.is_error) {
    const [why = ''] = resultText(result).trim().split('\n');
    const failure = `${call.name} ${titleOf(call, tool, known.place)}: ${why}`.slice(0, maxFailureLength);
    return {...carried, failures: withNewest(carried.failures, failure, most.failures)};
  }
  return pathsOf(call, tool, known.place).reduce(withPath, carried);
}

interface Touched {
  readonly access: 'read' | 'write';
  readonly path: string;
}

function withPath({changed, read, ...rest}: Carried, {access, path}: Touched): Carried {
  if (access === 'write')
    return {...rest, changed: withNewest(changed, path, most.files), read: read.filter(each => each !== path)};
  return {...rest, changed, read: changed.includes(path) ? read : withNewest(read, path, most.files)};
}

const withNewest = (list: readonly string[], item: string, count: number): readonly string[] =>
  [...list.filter(each => each !== item), item].slice(-count);

/** The files that a call touched, as far as its tool says so. */
export function pathsOf({input}: ToolUseBlock, tool: Tool | undefined, place: Place): readonly Touched[] {
  if (!tool?.subjects) return [];
  try {
    return tool.subjects(tool.parse(input), place).filter(subject => subject.type === 'path');
  } catch {
    // What it was called with then is not understood any more.
    return [];
  }
}

/** As the tool keeps them, which is another room's: a summary does without what it does not understand. */
export function openTodos({toolState}: Pick<Known, 'toolState'>): readonly string[] {
  const todos = toolState.get(todoTool);
  if (!Array.isArray(todos)) return [];
  return todos.flatMap(todo => {
    const {content, status} = (todo ?? {}) as {readonly content?: unknown; readonly status?: unknown};
    if (typeof content !== 'string' || status === 'completed') return [];
    return [status === 'in_progress' ? `${content} (under way)` : content];
  });
}
