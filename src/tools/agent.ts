/**
 * Agent: starts an agent below this one. In the foreground its last words are the result, in the background its end
 * comes as mail. Which agents there may be, and how many, is not this tool's to say.
 */
import type {Tool} from '../core/ports.js';
import {defineTool} from '../core/tool.js';
import type {AgentType, BudgetLimits, SpawnRequest} from '../core/tree.js';
import type {ToolResult} from '../core/types.js';
import {endDisplay, endFigures, isFailed} from './agent-end.js';
import {facts} from './facts.js';
import {about, amount, flag, group, nonEmptyText, oneOf, optional, parameters} from './parameters.js';

/** The type of an agent that was asked for without one. */
const defaultType = 'general-purpose';
/** Of a type's description: with every request the whole list is paid for. */
const shownCharacters = 500;
const msPerMinute = 60_000;

const input = () =>
  parameters({
    description: about(nonEmptyText(), 'Three to five words, for the person'),
    prompt: about(nonEmptyText(), 'The whole task: it knows nothing of this conversation'),
    subagent_type: optional(about(nonEmptyText(), `Default: ${defaultType}`)),
    model: optional(about(nonEmptyText(), "Default: its type's")),
    run_in_background: optional(about(flag(), 'Returns at once; its end comes to you as a message')),
    name: optional(about(nonEmptyText(), 'To address it by, beside its id')),
    isolation: optional(about(oneOf(['worktree']), 'A git worktree of its own, kept if it holds changes')),
    budget: optional(
      about(
        group({usd: optional(amount()), tokens: optional(amount()), minutes: optional(amount())}),
        'Caps for it and all below it',
      ),
    ),
  });

/** The text for the model; it lists the types, so it is made once per session. */
function describe(types: readonly AgentType[]): string {
  return [
    'Starts an agent that works on its own, with a context of its own, and hands back a report. Use it for parts that are independent of each other (calls in one reply run at once), or that would fill your context with what you need only once; not for what one or two calls do. Say in the prompt what to find or do, whether it may change files, and what to report. The person does not see the report. Do not poll an agent in the background, and do not do its work meanwhile. Types:',
    ...types.map(({name, description}) => `- ${name}: ${shortened(description)}`),
  ].join('\n');
}

function shortened(description: string): string {
  const line = description.replace(/(\s|\\n)+/g, ' ');
  return line.length <= shownCharacters ? line : `${line.slice(0, shownCharacters - 1)}…`;
}

/** The type's own name for one that was written in another case. */
function typeNamed(asked: string, types: readonly AgentType[]): string {
  if (types.some(({name}) => name === asked)) return asked;
  return types.find(({name}) => name.toLowerCase() === asked.toLowerCase())?.name ?? asked;
}

function toLimits({
  usd,
  tokens,
  minutes,
}: {
  readonly usd?: number | undefined;
  readonly tokens?: number | undefined;
  readonly minutes?: number | undefined;
}): BudgetLimits {
  return {
    ...(usd !== undefined && {usd}),
    ...(tokens !== undefined && {tokens}),
    ...(minutes !== undefined && {ms: minutes * msPerMinute}),
  };
}

/** Makes the tool for a session with these types of agents. */
export function createAgentTool(types: readonly AgentType[]): Tool {
  return defineTool({
    ...facts.agent,
    description: describe(types),
    input: input(),
    title: ({description, subagent_type = defaultType}) => `${typeNamed(subagent_type, types)}: ${description}`,
    subjects: ({subagent_type = defaultType}) => [{type: 'agent', kind: typeNamed(subagent_type, types)}],
    async run({description, prompt, subagent_type, model, run_in_background, name, budget, isolation}, context) {
      const request: SpawnRequest = {
        type: typeNamed(subagent_type ?? defaultType, context.agents.types),
        description,
        prompt,
        ...(name !== undefined && {name}),
        ...(model !== undefined && {model}),
        ...(run_in_background !== undefined && {background: run_in_background}),
        ...(budget && {budget: toLimits(budget)}),
        ...(isolation && {isolation}),
      };
      const receipt = await context.agents.spawn(request, context);
      if (!receipt.accepted) return refused(receipt.message);
      if (receipt.background) return started(receipt.id, name);
      const end = await receipt.ended;
      return {
        content: [
          {type: 'text', text: end.report},
          {type: 'text', text: endFigures(end)},
        ],
        display: endDisplay(end),
        ...(isFailed(end) && {isError: true}),
      };
    },
  });
}

const refused = (message: string): ToolResult => ({
  content: message,
  display: {summary: `not started: ${message}`},
  isError: true,
  isRefused: true,
});

function started(id: string, name: string | undefined): ToolResult {
  const address = name === undefined ? id : `${id} ("${name}")`;
  return {
    content: `Started in the background as ${address}. Go on with other work; its report comes to you as a message when it ends. If you can do nothing without it, wait with TaskOutput.\n\nagentId: ${id}`,
    display: {summary: `runs in the background as ${id}`},
  };
}
