/** TaskStop: ends an agent below this one, and all below that, or a command in the background, and hands back what it had. */
import {defineTool} from '../core/tool.js';
import {endDisplay, endFigures} from './agent-end.js';
import {commandReport, refuseGone} from './command-report.js';
import {facts} from './facts.js';
import {about, nonEmptyText, parameters} from './parameters.js';

export const taskStopTool = defineTool({
  ...facts.taskStop,
  description: 'Stops an agent you started, with all agents and commands below it, or a background command.',
  input: parameters({task_id: about(nonEmptyText(), 'Its id or name')}),
  title: ({task_id}) => task_id,
  async run({task_id}, {agents, tasks}) {
    const command = tasks.find(task_id);
    if (command) {
      const wasLive = command.state === 'running';
      if (wasLive) await tasks.stop(task_id);
      const summary = wasLive ? 'stopped' : `had ended before: ${command.state}`;
      const told = wasLive ? '' : 'It had ended before: nothing was stopped.\n\n';
      return {
        content: told + commandReport(tasks.find(task_id) ?? command, tasks.output(task_id)),
        display: {summary},
      };
    }
    refuseGone(task_id, agents);
    const end = await agents.stop(task_id);
    if (!end.wasLive) {
      const told = `Agent ${end.id} had ended before (${end.state}): nothing was stopped.`;
      const text = end.isMailed ? 'Its report was sent to you as a message.' : end.report;
      return {content: `${told} ${text}\n\n${endFigures(end)}`, display: {summary: `had ended before: ${end.state}`}};
    }
    const text = end.isMailed ? 'What it had so far comes to you as a message.' : end.report;
    return {content: `${end.id}: ${text}\n\n${endFigures(end)}`, display: endDisplay(end)};
  },
});
