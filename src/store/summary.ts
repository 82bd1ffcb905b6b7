/**
 * What a list says of a conversation. It stands in the log at the end of each turn, so that nobody who lists conversations
 * has to read all of them.
 */
import type {LogRecord} from '../core/ports.js';
import type {MessageParam} from '../core/types.js';

export interface Summary {
  /** What the person calls it; null where they gave no name. */
  readonly title: string | null;
  /** The beginning of the first prompt; empty where there was none. */
  readonly prompt: string;
  /** Of that prompt's entry; null where there was none. */
  readonly promptId: string | null;
  /** That was checked out; null where there was none. */
  readonly branch: string | null;
  /** That were said since it began. */
  readonly messages: number;
}

export const emptySummary: Summary = {title: null, prompt: '', promptId: null, branch: null, messages: 0};

/** Characters of a prompt that anybody reads in a list. */
const longestPrompt = 400;

/** The summary after that record. */
export function summarize(summary: Summary, record: LogRecord): Summary {
  switch (record.type) {
    case 'entry': {
      const messages = summary.messages + 1;
      const {entry, origin} = record;
      if (origin !== 'prompt' || summary.promptId !== null) return {...summary, messages};
      const prompt = textOf(entry.message).slice(0, longestPrompt).toWellFormed();
      return {...summary, messages, prompt, promptId: entry.id};
    }
    case 'mail_read':
      return {...summary, messages: summary.messages + 1};
    case 'entry_removed':
      return {...withoutPrompt(summary, record.entryId), messages: Math.max(0, summary.messages - 1)};
    case 'rewound':
      return withoutPrompt(summary, record.entryId);
    case 'titled':
      return {...summary, title: record.title};
    case 'cleared':
      return {...emptySummary, branch: summary.branch};
    default:
      return summary;
  }
}

/** Without the prompt that it began with, if that was taken back: it begins with the next one. */
const withoutPrompt = (summary: Summary, entryId: string): Summary =>
  entryId === summary.promptId ? {...summary, prompt: '', promptId: null} : summary;

/** Of a line that ends a turn; null where none stands there. */
export function summaryIn(record: object): Summary | null {
  const {type, summary} = record as {readonly type?: unknown; readonly summary?: Partial<Summary> | null};
  if (type !== 'turn_ended' || typeof summary !== 'object' || summary === null) return null;
  const {title, prompt, promptId, branch, messages} = summary;
  const isText = (value: unknown): boolean => value === null || typeof value === 'string';
  const isWhole = [title, promptId, branch].every(isText) && typeof prompt === 'string' && typeof messages === 'number';
  return isWhole ? (summary as Summary) : null;
}

function textOf({content}: MessageParam): string {
  if (typeof content === 'string') return content;
  return content.flatMap(block => (block.type === 'text' ? [block.text] : [])).join('\n');
}
