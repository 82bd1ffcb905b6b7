/**
 * TaskOutput: what commands in the background wrote, and a wait for agents below this one. What those said comes as mail, to
 * whoever started them.
 */
import type {BackgroundCommand, ToolContext} from '../core/ports.js';
import {defineTool} from '../core/tool.js';
import type {AgentReport, AgentSnapshot} from '../core/tree.js';
import {endFigures} from './agent-end.js';
import {commandReport, refuseGone} from './command-report.js';
import {facts} from './facts.js';
import {about, oneOf, optional, parameters, texts, wholeNumber} from './parameters.js';

function section(end: AgentReport): string {
  const text = end.isMailed
    ? 'Its report is a message to you: if you do not have it yet, it comes at your next step.'
    : end.report;
  return `## ${end.id} (${end.state})\n\n${text}\n\n${endFigures(end)}`;
}

function stillRunning({id, name, state, activity}: AgentSnapshot): string {
  const doing = activity.startsWith(state) ? activity : [state, activity].filter(Boolean).join(': ');
  return `- ${id}${name === null ? '' : ` ("${name}")`}, ${doing}`;
}

const called = 'The wait ended early: the person wrote to you, and you read that next. The agents go on.';

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

interface Looked {
  readonly parts: readonly string[];
  readonly summary: readonly string[];
}

const nothing: Looked = {parts: [], summary: []};

/** A server never ends: commands are waited for only as long as is said. */
async function lookAtCommands(
  ids: readonly string[],
  timeoutMs: number | null,
  {tasks, signal}: Pick<ToolContext, 'tasks' | 'signal'>,
): Promise<Looked> {
  if (ids.length === 0) return nothing;
  if (timeoutMs !== null) await tasks.wait(ids, {timeoutMs, signal});
  const found = ids.flatMap(id => tasks.find(id) ?? []);
  return {parts: found.map(each => commandReport(each, tasks.output(each.id))), summary: found.map(toSummary)};
}

const toSummary = ({id, state, exitCode}: BackgroundCommand): string =>
  `${id} ${exitCode === null ? state : `exit ${exitCode}`}`;

async function waitForAgents(
  ids: readonly string[],
  mode: 'any' | 'all',
  timeoutMs: number | null,
  {agents, signal}: Pick<ToolContext, 'agents' | 'signal'>,
): Promise<Looked> {
  if (ids.length === 0) return nothing;
  const {ended, isCalled} = await agents.wait(ids, {mode, timeoutMs, signal});
  const others = agents
    .below()
    .filter(({id, name, endedAt}) => endedAt === null && (ids.includes(id) || (name !== null && ids.includes(name))))
    .filter(({id}) => !ended.some(end => end.id === id));
  const rest = others.length === 0 ? [] : [`Still running after the wait:\n${others.map(stillRunning).join('\n')}`];
  const isCut = isCalled && others.length > 0;
  const left = others.length > 0 ? `, ${others.length} still running` : '';
  return {
    parts: [...(isCut ? [called] : []), ...ended.map(section), ...rest],
    summary: [`${counted(ended.length, 'agent')} ended${left}${isCut ? ': a message came' : ''}`],
  };
}

export const taskOutputTool = defineTool({
  ...facts.taskOutput,
  description:
    'Shows what background commands wrote, waiting for their end only with timeout_ms; waits until any or all of these agents have ended. Only for when you can do nothing without them.',
  // Not a read: those share ten places, and one may start before its reply is whole.
  input: parameters({
    task_ids: about(texts(), 'Ids of commands, ids or names of agents you started'),
    wait: optional(about(oneOf(['any', 'all']), 'Default: all')),
    timeout_ms: optional(about(wholeNumber(0), 'Default: no limit for agents')),
  }),
  title: ({task_ids, wait = 'all'}) =>
    task_ids.length === 1 ? (task_ids[0] ?? '') : `${wait} of ${task_ids.join(', ')}`,
  async run({task_ids, wait = 'all', timeout_ms = null}, context) {
    const ids = [...new Set(task_ids)];
    const commands = ids.filter(id => context.tasks.find(id) !== null);
    const agents = ids.filter(id => !commands.includes(id));
    for (const id of agents) refuseGone(id, context.agents);
    const looked = [
      await waitForAgents(agents, wait, timeout_ms, context),
      await lookAtCommands(commands, timeout_ms, context),
    ];
    return {
      content: looked.flatMap(({parts}) => parts).join('\n\n'),
      display: {summary: looked.flatMap(({summary}) => summary).join(', ')},
    };
  },
});
