/** SendMessage: mail to another agent of the tree, which reads it at its next step. */
import {ToolError} from '../core/errors.js';
import {defineTool} from '../core/tool.js';
import type {Receipt} from '../core/types.js';
import {about, flag, nonEmptyText, optional, parameters} from './parameters.js';

const titleCharacters = 80;

const advice = {
  unknown: 'There is no agent of that name or id.',
  stopped: 'It has ended. With resume it goes on with its history; or start another agent.',
  full: 'Its inbox is full. Wait until it has read what is there.',
} satisfies Record<Extract<Receipt, {accepted: false}>['reason'], string>;

function subject(summary: string | undefined, message: string): string {
  const line = (summary ?? message).trim().split('\n', 1)[0] ?? '';
  return line.length <= titleCharacters ? line : `${line.slice(0, titleCharacters - 1)}…`;
}

export const sendMessageTool = defineTool({
  name: 'SendMessage',
  description:
    'Sends a message to another agent: one you started, the one that started you, or one beside you. It is read at that agent’s next step; an answer, if you ask for one, comes to you as a message.',
  effect: 'changes',
  input: parameters({
    to: about(nonEmptyText(), 'Id or name'),
    message: nonEmptyText(),
    summary: optional(about(nonEmptyText(), 'A few words, for the person')),
    resume: optional(about(flag(), 'If it has ended, it goes on with its history, in the background')),
  }),
  title: ({to, message, summary}) => `${to}: ${subject(summary, message)}`,
  async run({to, message, resume = false}, {agents}) {
    const receipt = await agents.send(to, message, {resume});
    if (!receipt.accepted) throw new ToolError(`The message did not reach "${to}". ${advice[receipt.reason]}`);
    const {position} = receipt;
    return {
      content: `Sent to ${to}${position > 1 ? `, number ${position} in its inbox` : ''}. It reads it at its next step.`,
      display: {summary: 'queued'},
    };
  },
});
