/** `/export`: the conversation as a file of the person's own. What does it is loaded with its first use. */
import {basename, dirname} from 'node:path';
import {UsageError} from '../core/errors.js';
import type {Session} from '../session.js';
import {plural} from '../ui/format.js';
import type {Command} from '../ui/repl.js';
import type {Conversation} from './export/conversation.js';
import type {ExportFormat} from './export/export.js';

type Exported = Pick<Session, 'id' | 'cwd' | 'title' | 'logPath' | 'history' | 'spent' | 'model'>;

export function createExportCommand(session: Exported): Command {
  return {
    name: 'export',
    description: 'write the conversation to a file: /export talk.html; or markdown, html, json',
    async run(argument) {
      const {exportConversation, exportFormats} = await import('./export/export.js');
      const conversation = await conversationOf(session);
      const wish = parseWish(argument, exportFormats);
      const path = await exportConversation(conversation, {cwd: session.cwd, ...wish});
      return `${plural(conversation.messages.length, 'message')} written to ${path}`;
    },
  };
}

/** `[--force] [file] [format]`; a file's name may have blanks. */
function parseWish(argument: string, formats: readonly ExportFormat[]) {
  const force = /(^|\s)--force(?=\s|$)/;
  const rest = argument.replace(force, ' ').trim();
  const format = formats.find(known => new RegExp(`(^|\\s)${known}$`, 'i').test(rest)) ?? null;
  const file = (format ? rest.slice(0, -format.length) : rest).trim();
  if (/^--?\w/.test(file))
    throw new UsageError(`/export knows no option ${file}. It is: /export [--force] [file] [format]`);
  return {file: file === '' ? null : file, format, overwrite: force.test(argument)};
}

/** As it is kept; where nothing is, what the main agent has in memory. */
async function conversationOf(session: Exported): Promise<Conversation> {
  const {toConversation} = await import('./export/conversation.js');
  const {id, cwd, logPath, title, history} = session;
  if (history.length === 0) throw new UsageError('Nothing was said yet.');
  const {describeLog, findLogs} = await import('../store/find.js');
  const log = logPath === null ? undefined : findLogs(dirname(logPath)).find(({path}) => path === logPath);
  const kept = log && describeLog(log);
  // Less, where the disk is full.
  if (kept && kept.messages >= history.length) {
    const {readSession} = await import('../store/load.js');
    return toConversation(await readSession(kept, 'conversation'), {folder: cwd, at: Date.now()});
  }
  const records = history.map(entry => ({type: 'entry', entry, origin: originOf(entry)}) as const);
  const {emptySummary} = await import('../store/summary.js');
  const summary = {...emptySummary, title, messages: history.length};
  const loaded = {id, path: basename(id), summary, records, passed: 0, below: new Map(), ends: new Map()};
  const {usage, costUsd} = session.spent();
  const spent = {type: 'spent', at: Date.now(), model: session.model.id, usage, costUsd} as const;
  return toConversation({...loaded, records: [...records, spent]}, {folder: cwd, at: Date.now()});
}

function originOf({message}: Session['history'][number]): 'reply' | 'results' | 'prompt' {
  if (message.role === 'assistant') return 'reply';
  const isResults = typeof message.content !== 'string' && message.content.some(({type}) => type === 'tool_result');
  return isResults ? 'results' : 'prompt';
}
