/** A conversation as Markdown: for people, in a terminal as in a file. */
import {toPlainText} from '../../platform/plain-text.js';
import {cost, count} from '../../ui/format.js';
import type {AgentPart, CallPart, Conversation, Part, Speaker} from './conversation.js';

const speakers: Readonly<Record<Speaker, string>> = {
  person: 'You',
  model: 'Agent',
  thought: 'Thinking',
  mail: 'Message',
  note: 'Note',
};

/** Nothing in it acts upon a terminal. */
export function toMarkdown(conversation: Conversation): string {
  const {title, strays} = conversation;
  const blocks = [
    `# ${oneLine(title)}`,
    factsOf(conversation)
      .map(([name, value]) => `- ${name}: ${oneLine(value)}`)
      .join('\n'),
    ...partBlocks(conversation.parts, 2),
    ...strays.flatMap(agent => agentBlocks(agent, 2)),
  ];
  return `${toPlainText(blocks.filter(block => block !== '').join('\n\n'))}\n`;
}

/** What is known of a conversation beside what was said, each with its name. */
export function factsOf(conversation: Conversation): readonly (readonly [name: string, value: string])[] {
  const {id, folder, branch, model, at, tokens, costUsd} = conversation;
  return [
    ['Session', id],
    ...(folder === null ? [] : [['Folder', folder] as const]),
    ...(branch === null ? [] : [['Branch', branch] as const]),
    ...(model === null ? [] : [['Model', model] as const]),
    ['Last written', new Date(at).toISOString()],
    ['Used', `${count(tokens)} tokens, ${cost(costUsd)}`],
  ];
}

function partBlocks(parts: readonly Part[], depth: number): readonly string[] {
  let last: Speaker | null = null;
  return parts.flatMap(part => {
    const isNew = part.type === 'said' && part.by !== last;
    if (part.type === 'said') last = part.by;
    switch (part.type) {
      case 'said': {
        // A heading in what was said is none of the file's.
        const text = part.by === 'thought' ? quoted(part.text) : part.text;
        return [...(isNew ? [heading(depth, speakers[part.by])] : []), text];
      }
      case 'image':
        return [`[an image, ${part.mediaType}]`];
      case 'call':
        last ??= 'model';
        return callBlocks(part, depth);
      default:
        return part satisfies never;
    }
  });
}

function callBlocks(
  {tool, title, summary, outcome, result, images, agent}: CallPart,
  depth: number,
): readonly string[] {
  const end = [summary, ...(outcome === 'ok' ? [] : [outcome])].filter(text => text !== '').join(', ');
  return [
    `**${tool}** ${inCode(title)}${end === '' ? '' : ` → ${oneLine(end)}`}`,
    ...(result === '' ? [] : [fenced(result)]),
    ...images.map(({mediaType}) => `[an image, ${mediaType}]`),
    ...(agent ? agentBlocks(agent, depth + 1) : []),
  ];
}

function agentBlocks({id, kind, parts}: AgentPart, depth: number): readonly string[] {
  return [
    heading(depth, `Agent ${id}${kind === null ? '' : `, ${oneLine(kind)}`}`),
    ...partBlocks(parts, depth + 1),
    `*End of ${id}*`,
  ];
}

/** Markdown knows six. */
const heading = (depth: number, text: string): string => `${'#'.repeat(Math.min(depth, 6))} ${text}`;

const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();
const quoted = (text: string): string => text.replace(/^/gm, '> ');

/** The longest run of backticks in it, and one more. */
function fenceFor(text: string, least: number): string {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  return '`'.repeat(Math.max(least, longest + 1));
}

function fenced(text: string): string {
  const fence = fenceFor(text, 3);
  return `${fence}\n${text.replace(/\n$/, '')}\n${fence}`;
}

function inCode(text: string): string {
  const line = oneLine(text);
  if (line === '') return '';
  const fence = fenceFor(line, 1);
  return fence.length === 1 ? `\`${line}\`` : `${fence} ${line} ${fence}`;
}
