/**
 * A session whose agents each play a plan: an agent's prompt is its plan as JSON, and the model that all of them share
 * reads there what to say next. So a tree of agents of any shape runs over the true loop and the true tools.
 */

import {ProviderError} from '../../src/core/errors.js';
import type {ModelRequest, Tool} from '../../src/core/ports.js';
import {textOf} from '../../src/core/transcript.js';
import type {AgentType} from '../../src/core/tree.js';
import {createScriptedModel, type ScriptedModel, type ScriptedReply} from '../../src/providers/scripted.js';
import {createAgentTool} from '../../src/tools/agent.js';
import {sendMessageTool} from '../../src/tools/send-message.js';
import {taskOutputTool} from '../../src/tools/task-output.js';
import {taskStopTool} from '../../src/tools/task-stop.js';
import {makeTool, openRuntime, type RuntimeOptions} from './runtime.js';

export interface Plan {
  readonly name: string;
  /** One reply each; after the last the agent says `<name> is done`. */
  readonly steps: readonly Step[];
}

/** What one reply says and calls. */
export interface Step {
  readonly text?: string;
  readonly spawn?: readonly (Plan & {
    readonly background?: boolean;
    readonly type?: string;
    readonly budget?: {readonly usd?: number; readonly tokens?: number; readonly minutes?: number};
  })[];
  readonly calls?: readonly {readonly name: string; readonly input: unknown}[];
  /** The reply stops in the middle, until the abort. */
  readonly hang?: boolean;
  /** The server fails in the middle of the reply. */
  readonly fails?: boolean;
  /** The model refuses to answer. */
  readonly refuses?: boolean;
  /** Tokens that this step's request uses. */
  readonly usage?: {readonly input: number; readonly output: number};
}

/** A type that asks for nothing of its own but these. */
export const typeOf = (name: string, parts: Partial<AgentType> = {}): AgentType => ({
  name,
  description: `a ${name}`,
  prompt: `You are a ${name}.`,
  tools: null,
  disallowedTools: [],
  model: null,
  effort: null,
  maxSteps: null,
  mode: null,
  background: false,
  ...parts,
});

const types = [typeOf('worker'), typeOf('reader', {tools: ['Look']})];

export const spawnCall = ({
  background = false,
  type = 'worker',
  budget,
  ...plan
}: NonNullable<Step['spawn']>[number]) => ({
  name: 'Agent',
  input: {
    description: plan.name,
    prompt: JSON.stringify(plan),
    subagent_type: type,
    name: plan.name,
    run_in_background: background,
    ...(budget && {budget}),
  },
});

/** The plan of the agent that sends the request: its prompt. Mail and results come after it. */
export function planOf({messages}: Pick<ModelRequest, 'messages'>): Plan {
  const [first] = messages;
  if (!first) throw new Error('a request without a message');
  return JSON.parse(textOf(first));
}

/** What the plan says at this point. */
export function replyTo(request: ModelRequest): ScriptedReply {
  const {name, steps} = planOf(request);
  if (request.toolChoice === 'none') return {text: `${name} reports`};
  const step = steps[request.messages.filter(({role}) => role === 'assistant').length];
  if (!step) return {text: `${name} is done`};
  const calls = [...(step.spawn ?? []).map(spawnCall), ...(step.calls ?? [])];
  return {
    ...(step.text !== undefined && {text: step.text}),
    ...(calls.length > 0 && {calls}),
    ...(step.usage && {usage: step.usage}),
    ...(step.hang && {text: `${name} begins and never ends`, after: 4, ending: 'hang'}),
    ...(step.fails && {
      text: `${name} begins`,
      after: 4,
      ending: new ProviderError('It broke.', {kind: 'server_error'}),
    }),
    ...(step.refuses && {text: `${name} will not`, stopReason: 'refusal'}),
  };
}

export interface TreeOptions extends RuntimeOptions {
  readonly more?: readonly Tool[];
  /** Puts something between the agents and their model. */
  around?(model: ScriptedModel): ScriptedModel;
}

export function openTree(options: TreeOptions = {}) {
  const {more = [], around = model => model, ...rest} = options;
  const look = makeTool('Look', 'reads', value => `saw ${value}`);
  const tools = [createAgentTool(types), taskStopTool, taskOutputTool, sendMessageTool, look, ...more] as Tool[];
  const runtime = openRuntime(around(createScriptedModel(replyTo)), {types, tools, ...rest});
  return {...runtime, tools};
}

/** The texts of the last results that an agent got, by the calls' order, from the requests of that plan's name. */
export function lastResults(requests: readonly ModelRequest[], name: string): readonly string[] {
  const own = requests.filter(request => planOf(request).name === name);
  const messages = own.at(-1)?.messages ?? [];
  const results = messages.findLast(
    ({role, content}) => role === 'user' && Array.isArray(content) && content.some(({type}) => type === 'tool_result'),
  );
  if (!results || typeof results.content === 'string') return [];
  return results.content.flatMap(block => {
    if (block.type !== 'tool_result') return [];
    const {content = ''} = block;
    return [typeof content === 'string' ? content : content.map(part => ('text' in part ? part.text : '')).join('\n')];
  });
}

/** What the user messages of an agent's requests held besides results: its mail and notes, each once. */
export function mailOf(requests: readonly ModelRequest[], name: string): readonly string[] {
  const own = requests.filter(request => planOf(request).name === name);
  return (own.at(-1)?.messages ?? []).slice(1).flatMap(({role, content}) => {
    if (role !== 'user') return [];
    if (typeof content === 'string') return [content];
    return content.flatMap(block => (block.type === 'text' ? [block.text] : []));
  });
}

export const planNames = (requests: readonly ModelRequest[]): readonly string[] =>
  requests.map(request => planOf(request).name);

/** The prompt that makes the model follow this plan. */
export const ask = (plan: Plan): string => JSON.stringify(plan);
export const leaf = (name: string): Plan => ({name, steps: []});
