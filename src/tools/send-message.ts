/** SendMessage: mail to another agent of the tree, which reads it at its next step. */
import {defineTool} from '../core/tool.js';
import {facts} from './facts.js';
import {about, flag, nonEmptyText, optional, parameters} from './parameters.js';

const titleCharacters = 80;

function subject(summary: string | undefined, message: string): string {
  const line = (summary ?? message).trim().split('\n', 1)[0] ?? '';
  return line.length <= titleCharacters ? line : `${line.slice(0, titleCharacters - 1)}…`;
}

export const sendMessageTool = defineTool({
  ...facts.sendMessage,
  description:
    'Sends a message to another agent: one you started, the one that started you, or one beside you. That agent reads it at its next step; an answer, if you ask for one, comes to you as a message.',
  input: parameters({
    to: about(nonEmptyText(), 'Id or name'),
    message: nonEmptyText(),
    summary: optional(about(nonEmptyText(), 'A few words, for the person')),
    resume: optional(about(flag(), 'If it is below you and has ended, it goes on with its history, in the background')),
  }),
  title: ({to, message, summary}) => `${to}: ${subject(summary, message)}`,
  async run({to, message, resume = false}, {agents}) {
    const outcome = agents.send(to, message, {resume});
    const told = {
      queued: 'It reads it at its next step.',
      resumed: 'It had ended, and goes on with it in the background.',
    };
    return {content: `Sent to ${to}. ${told[outcome]}`, display: {summary: outcome}};
  },
});
