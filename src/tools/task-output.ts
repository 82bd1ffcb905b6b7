/** TaskOutput: waits for agents below this one. What they said comes as mail, to whoever started them. */
import {defineTool} from '../core/tool.js';
import type {AgentReport, AgentSnapshot} from '../core/tree.js';
import {endFigures} from './agent-end.js';
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

const counted = (count: number): string => `${count} ${count === 1 ? 'agent' : 'agents'}`;

export const taskOutputTool = defineTool({
  ...facts.taskOutput,
  description: 'Waits until any or all of these agents have ended. Only for when you can do nothing without them.',
  // Not a read: those share ten places, and one may start before its reply is whole.
  input: parameters({
    task_ids: about(texts(), 'Ids or names of agents you started'),
    wait: optional(about(oneOf(['any', 'all']), 'Default: all')),
    timeout_ms: optional(about(wholeNumber(0), 'Default: no limit')),
  }),
  title: ({task_ids, wait = 'all'}) =>
    task_ids.length === 1 ? (task_ids[0] ?? '') : `${wait} of ${task_ids.join(', ')}`,
  async run({task_ids, wait = 'all', timeout_ms = null}, {agents, signal}) {
    const ids = [...new Set(task_ids)];
    const {ended, isCalled} = await agents.wait(ids, {mode: wait, timeoutMs: timeout_ms, signal});
    const others = agents
      .below()
      .filter(({id, name, endedAt}) => endedAt === null && (ids.includes(id) || (name !== null && ids.includes(name))))
      .filter(({id}) => !ended.some(end => end.id === id));
    const rest = others.length === 0 ? [] : [`Still running after the wait:\n${others.map(stillRunning).join('\n')}`];
    const isCut = isCalled && others.length > 0;
    return {
      content: [...(isCut ? [called] : []), ...ended.map(section), ...rest].join('\n\n'),
      display: {
        summary: `${counted(ended.length)} ended${others.length > 0 ? `, ${others.length} still running` : ''}${isCut ? ': a message came' : ''}`,
      },
    };
  },
});
