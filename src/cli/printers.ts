/** What each output format writes to standard output: at the start, at each event, and at the end of a run. */

import type {RunOutcome, StampedEvent} from '../core/types.js';
import {newId} from '../platform/ids.js';
import {toPlainText} from '../platform/plain-text.js';
import {lookUp} from '../providers/catalog.js';
import type {Session} from '../session.js';
import type {OutputFormat} from './arguments.js';
import type {InitMessage, Message, SentMessage} from './messages.js';
import {answerOf} from './result.js';
import {createTranslator} from './stream-json.js';

export interface Printer {
  begin(): string;
  event(event: StampedEvent): string;
  end(outcome: RunOutcome): string;
}

export interface PrinterOptions {
  readonly session: Pick<
    Session,
    'id' | 'model' | 'cwd' | 'tools' | 'agentTypes' | 'mode' | 'spent' | 'agents' | 'logOf'
  >;
  readonly format: OutputFormat;
  readonly partialMessages: boolean;
  readonly hookEvents: boolean;
  readonly maxTurns: number | null;
  readonly apiKeySource: string;
  readonly version: string;
  /** Whether standard output is a terminal. */
  readonly isTerminal: boolean;
  readonly now: () => number;
}

/** A message as one line. Line and paragraph separators are escaped: some readers take them for line ends. */
function toLine(message: Message, sessionId: string): string {
  const sent: SentMessage = {...message, uuid: newId(), session_id: sessionId};
  return `${JSON.stringify(sent).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029')}\n`;
}

function initMessage({session, apiKeySource, version}: PrinterOptions): InitMessage {
  return {
    type: 'system',
    subtype: 'init',
    cwd: session.cwd,
    // Readers look for the tool that starts agents under its old name.
    tools: session.tools.map(name => (name === 'Agent' ? 'Task' : name)),
    mcp_servers: [],
    model: session.model.id,
    permissionMode: session.mode,
    slash_commands: [],
    apiKeySource,
    claude_code_version: version,
    output_style: 'default',
    agents: session.agentTypes,
    skills: [],
    plugins: [],
  };
}

/** The answer and nothing else. A run that came to none writes nothing here. */
function textPrinter({isTerminal}: PrinterOptions): Printer {
  return {
    begin: () => '',
    event: () => '',
    end(outcome) {
      const text = answerOf(outcome);
      if (text === '') return '';
      // A file gets what the model wrote; a terminal gets no control sequences from it.
      return `${(isTerminal ? toPlainText(text) : text).trimEnd()}\n`;
    },
  };
}

function messagePrinter(options: PrinterOptions): Printer {
  const {session, format, maxTurns, partialMessages, hookEvents, now} = options;
  const translator = createTranslator({partialMessages, hookEvents, now, logOf: session.logOf});
  const toLines = (messages: readonly Message[]): string =>
    messages.map(message => toLine(message, session.id)).join('');
  const isStream = format === 'stream-json';
  return {
    begin: () => (isStream ? toLines([initMessage(options)]) : ''),
    event(event) {
      const messages = translator.translate(event);
      return isStream ? toLines(messages) : '';
    },
    end(outcome) {
      const messages = translator.finish(outcome, {
        model: session.model,
        maxTurns,
        spent: session.spent(),
        agents: session.agents.snapshot(),
        describe: lookUp,
      });
      return toLines(isStream ? messages : messages.slice(-1));
    },
  };
}

export function createPrinter(options: PrinterOptions): Printer {
  return options.format === 'text' ? textPrinter(options) : messagePrinter(options);
}
