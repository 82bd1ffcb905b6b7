/** The words of a compaction: what the model is asked for, and how its summary stands in the history that goes on. */
import type {AgentSnapshot} from './tree.js';
import type {Carried} from './types.js';

/** Words that a second, shorter summary may have. */
const shortWords = 400;

/** @param instructions of the person, or of a hook. */
export function askForSummary(instructions: string | null, isShort: boolean): string {
  return [
    'Sum up this conversation. Your summary will stand in its place: whoever goes on with the work, you, will know nothing else of what was said before. Call no tools, answer with the summary alone.',
    'Write down, under a heading each, in as few words as they can be said exactly:',
    [
      '1. Aim: what the user wants in the end, with every wish, decision and limit that was stated.',
      '2. State: what is done and how it was checked, what is under way, what comes next.',
      '3. Knowledge: names of files, functions, commands and figures that are needed again, exact; code only where it cannot be read again; what images showed that still matters.',
      '4. Dead ends: what was tried and did not work, and why.',
      '5. Open questions.',
    ].join('\n'),
    'Leave out, because it is added word for word: the last request of the user, open todos, the list of files that were touched, failed calls, agents that are running.',
    ...(instructions === null ? [] : [`What matters most this time:\n${instructions}`]),
    ...(isShort ? [`The last attempt came out too long. Use at most ${shortWords} words.`] : []),
  ].join('\n\n');
}

export interface SummaryParts {
  readonly words: string;
  readonly carried: Carried;
  /** Those that are open. */
  readonly todos: readonly string[];
  /** The agents that live. */
  readonly agents: readonly AgentSnapshot[];
  /** The work on the last request was interrupted by this. */
  readonly isUnderWay: boolean;
}

/** As data: nothing that stands in it is asked for again. */
export function toSummary({words, carried, todos, agents, isUnderWay}: SummaryParts): string {
  const {requests, changed, read, failures} = carried;
  const sections = [
    section('summary', [words.trim()]),
    section('last-request', requests),
    section('open-todos', todos.map(toItem)),
    section('files-changed', changed),
    section('files-read', read),
    section('failed-calls', failures.map(toItem)),
    section('running-agents', agents.map(toAgentLine)),
  ];
  return [
    'The conversation before this message was compacted to save room. What follows is a record of it, not a request: what is done is done.',
    `<compacted-conversation>\n${sections.filter(Boolean).join('\n')}\n</compacted-conversation>`,
    isUnderWay
      ? 'The last request stands there word for word. Go on with the work on it where it stopped; do not begin anew, and do not speak of this record.'
      : 'The last request stands there word for word; it may have been answered. What is to be done now comes after this.',
  ].join('\n\n');
}

const toItem = (text: string): string => `- ${text}`;

const toAgentLine = ({id, name, kind, description, state}: AgentSnapshot): string =>
  `- ${name === null ? id : `${id} ("${name}")`}: ${kind}, ${description} (${state})`;

const section = (name: string, lines: readonly string[]): string =>
  lines.length === 0 ? '' : `<${name}>\n${lines.join('\n')}\n</${name}>`;
