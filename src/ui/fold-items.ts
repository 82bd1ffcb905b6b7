/** How an event changes an agent's items: the part of `fold` that decides what is seen. */
import type {CallInfo, ContentBlockParam, Entry, Mail, MessageParam, StampedEvent} from '../core/types.js';
import {compactionText} from './compaction-text.js';
import {growText, startText} from './growing-text.js';
import {type CallItem, hasEnded, type Item, type MailItem, type TextItem} from './items.js';
import {tokensIn} from './spending.js';
import {subjectLine, subjectOf} from './subject.js';
import {toNotice} from './to-notice.js';

/** Of a running call's output, this many characters are kept: more than any window shows. */
const keptOutput = 16_384;

const withdrawn = 'The prompt was not accepted, and is no part of the conversation.';

type Event<Type extends StampedEvent['type']> = StampedEvent & {readonly type: Type};

/** `startedAt`: when the turn began that the event belongs to. */
export function foldItems(
  items: readonly Item[],
  event: StampedEvent,
  startedAt: number,
  now: number,
): readonly Item[] {
  switch (event.type) {
    case 'entry_appended':
      return withEntry(items, event, now);
    case 'mail_queued':
      // What the person sends to the root is shown above the draft as long as it waits.
      return event.parentId === null ? items : withMail(items, event.mail, 'queued', now);
    case 'mail_withdrawn':
      return items.filter(({type, id}) => type !== 'mail' || id !== event.mail.id);
    case 'block_started':
      return withBlock(items, event.entryId, event.index, event.block);
    case 'text_delta':
    case 'thinking_delta':
      return withText(items, event);
    case 'input_delta':
      return withInput(items, event);
    case 'block_finished':
      return withFinishedBlock(items, event);
    case 'reply_finished':
      return items.map(item =>
        'entryId' in item && item.entryId === event.entry.id ? {...item, isWhole: true} : item,
      );
    case 'reply_retracted':
      return items.filter(item => !('entryId' in item) || item.entryId !== event.entryId || item.isWhole);
    case 'tool_started':
      return withCall(items, event, {state: 'running', startedAt: now});
    case 'tool_progress':
      return changeCall(items, event.callId, call => ({output: (call.output + event.text).slice(-keptOutput)}));
    case 'tool_finished': {
      const {outcome, display, durationMs} = event;
      return changeCall(items, event.callId, () => ({state: outcome, display, durationMs, output: ''}));
    }
    case 'question_asked':
      return withPlan(withCall(items, event, {state: 'asking'}), event);
    case 'question_answered':
      return changeCall(items, event.callId, ({state}) => ({
        state: state === 'asking' ? 'queued' : state,
        isRefused: event.verdict === 'deny',
      }));
    case 'notice':
    case 'prefix_changed':
    case 'model_replaced':
    case 'command_ended':
      return [...items, toNotice(event)];
    case 'prompt_withdrawn':
      // It stays on the screen, where it may have been printed already.
      return [...items, {type: 'notice', id: `withdrawn:${event.seq}`, level: 'warning', text: withdrawn}];
    case 'compaction_finished':
    case 'compaction_failed':
    case 'results_cleared':
      return withCompaction(items, event);
    case 'run_finished':
      return withEnd(items, event, now - startedAt);
    case 'agent_started':
    case 'agent_finished':
    case 'waiting_for_agents':
    case 'waiting_for_budget':
    case 'run_started':
    case 'request_started':
    case 'retry_scheduled':
    case 'request_held':
    case 'reply_started':
    case 'compaction_started':
    case 'commands_changed':
    case 'mode_changed':
    case 'command_moved':
    case 'tool_state_changed':
    case 'hook_started':
    case 'hook_finished':
    // A notice says what has left it.
    case 'entry_reduced':
      return items;
    default:
      return event satisfies never;
  }
}

/** What a person asked for who hears at the turn's end that it was not done is told once. */
function withCompaction(
  items: readonly Item[],
  event: Event<'compaction_finished' | 'compaction_failed' | 'results_cleared'>,
): readonly Item[] {
  const isFailure = event.type === 'compaction_failed';
  if (isFailure && event.trigger === 'manual') return items;
  const level = isFailure ? 'warning' : 'info';
  return [...items, {type: 'notice', id: `notice:${event.seq}`, level, text: compactionText(event)}];
}

function withEntry(
  items: readonly Item[],
  {entry, origin, mail}: Event<'entry_appended'>,
  now: number,
): readonly Item[] {
  switch (origin) {
    case 'prompt':
      return [...items, {type: 'prompt', id: entry.id, text: textOf(entry.message, entry.notes)}];
    case 'mail':
      return withDelivered(items, mail ?? null, entry, now);
    case 'results':
    case 'runtime':
      return items;
    default:
      return origin satisfies never;
  }
}

function withDelivered(items: readonly Item[], mail: Mail | null, entry: Entry, now: number): readonly Item[] {
  const text = textOf(entry.message);
  return mail === null
    ? [...items, {type: 'mail', id: entry.id, from: 'user', text, state: 'delivered', at: now}]
    : withMail(items, mail, 'delivered', now);
}

/** An end speaks for itself, and so does wrapping up: the mail that tells of it is not shown. */
function withMail(items: readonly Item[], mail: Mail, state: MailItem['state'], now: number): readonly Item[] {
  if (mail.kind === 'agent_finished' || mail.kind === 'wind_down' || mail.kind === 'command_ended') return items;
  const {id, from, text} = mail;
  const item: MailItem = {type: 'mail', id, from, text, state, at: now};
  const place = items.findLastIndex(known => known.type === 'mail' && known.id === id);
  return place < 0 ? [...items, item] : items.with(place, item);
}

/** @param notes so many texts at its end are not shown: hooks added them, for the model. */
function textOf({content}: MessageParam, notes = 0): string {
  if (typeof content === 'string') return content;
  return content
    .slice(0, content.length - notes)
    .flatMap(block => (block.type === 'text' ? [block.text] : []))
    .join('\n');
}

function withBlock(items: readonly Item[], entryId: string, index: number, block: ContentBlockParam): readonly Item[] {
  switch (block.type) {
    case 'text':
      return [...items, textItem('text', entryId, index, block.text)];
    case 'thinking':
      return [...items, textItem('thinking', entryId, index, block.thinking)];
    case 'tool_use':
      return items.some(({type, id}) => type === 'call' && id === block.id)
        ? items
        : [...items, createCall({callId: block.id, tool: block.name, title: '', input: null}, entryId)];
    default:
      return items;
  }
}

function textItem(type: TextItem['type'], entryId: string, index: number, text: string): TextItem {
  return {type, id: `${entryId}:${index}`, entryId, ...startText(text), isWhole: false};
}

function createCall({callId, tool, title, input}: CallInfo, entryId: string): CallItem {
  return {
    type: 'call',
    id: callId,
    entryId,
    isWhole: entryId === '',
    tool,
    title,
    subject: subjectOf(input),
    state: 'preparing',
    isRefused: false,
    inputLength: 0,
    output: '',
    display: null,
    startedAt: null,
    durationMs: 0,
    agent: null,
    more: null,
  };
}

function withText(items: readonly Item[], event: Event<'text_delta' | 'thinking_delta'>): readonly Item[] {
  const id = `${event.entryId}:${event.index}`;
  const at = items.findLastIndex(item => item.id === id);
  const item = items[at];
  if (item === undefined) {
    const type = event.type === 'text_delta' ? 'text' : 'thinking';
    return [...items, textItem(type, event.entryId, event.index, withoutReturns(event.text))];
  }
  return 'isWhole' in item && item.type !== 'call'
    ? items.with(at, {...item, ...growText(item, withoutReturns(event.text))})
    : items;
}

/** Replies have line feeds only; a pair may come in two pieces. */
function withoutReturns(text: string): string {
  return text.includes('\r') ? text.replaceAll('\r', '') : text;
}

/** The call whose input streams is the reply's last one that is still being written. */
function withInput(items: readonly Item[], {entryId, json}: Event<'input_delta'>): readonly Item[] {
  const at = items.findLastIndex(item => item.type === 'call' && item.entryId === entryId);
  const item = items[at];
  return item?.type === 'call' && item.state === 'preparing'
    ? items.with(at, {...item, inputLength: item.inputLength + json.length})
    : items;
}

/**
 * The finished block is the truth: a provider may have sent none of it in pieces. Its text is also the one that the
 * history keeps, so that it is in memory once.
 */
function withFinishedBlock(items: readonly Item[], event: Event<'block_finished'>): readonly Item[] {
  const {entryId, index, block} = event;
  if (block.type === 'tool_use') {
    const known = withBlock(items, entryId, index, block);
    return changeCall(known, block.id, ({state, title}) => ({
      state: state === 'preparing' ? 'queued' : state,
      title: title || subjectLine(block.input),
      subject: subjectOf(block.input),
    }));
  }
  if (block.type !== 'text' && block.type !== 'thinking') return items;
  const text = withoutReturns(block.type === 'text' ? block.text : block.thinking);
  const at = items.findLastIndex(({id}) => id === `${entryId}:${index}`);
  const item = items[at];
  if (item === undefined) return withBlock(items, entryId, index, block);
  return item.type === 'text' || item.type === 'thinking' ? items.with(at, {...item, ...startText(text)}) : items;
}

function withCall(items: readonly Item[], info: CallInfo, change: Partial<CallItem>): readonly Item[] {
  const known = items.some(({type, id}) => type === 'call' && id === info.callId)
    ? items
    : [...items, createCall(info, '')];
  const {tool, title, input} = info;
  return changeCall(known, info.callId, () => ({tool, title, subject: subjectOf(input), ...change}));
}

/** A plan that is asked about is something said: it stands before its call, whole. */
function withPlan(items: readonly Item[], {callId, modes, preview}: Event<'question_asked'>): readonly Item[] {
  if (!modes || preview?.output === undefined) return items;
  const at = items.findLastIndex(({type, id}) => type === 'call' && id === callId);
  return items.toSpliced(at, 0, {
    ...textItem('text', '', 0, withoutReturns(preview.output)),
    id: `plan:${callId}`,
    isWhole: true,
  });
}

/** A call that is not there was retracted, or has been printed: nothing changes. */
function changeCall(
  items: readonly Item[],
  callId: string,
  change: (call: CallItem) => Partial<CallItem>,
): readonly Item[] {
  const at = items.findLastIndex(({type, id}) => type === 'call' && id === callId);
  const item = items[at];
  return item?.type === 'call' ? items.with(at, {...item, ...change(item)}) : items;
}

/** Whatever the turn left open is over: partial text stays, calls without a result were interrupted. */
export function closeItems(items: readonly Item[]): readonly Item[] {
  return items.map(item => {
    if (item.type === 'text' || item.type === 'thinking') return {...item, isWhole: true};
    if (item.type !== 'call') return item;
    const agent = item.agent?.end ? item.agent : null;
    return {...item, isWhole: true, agent, state: hasEnded(item) ? item.state : 'interrupted'};
  });
}

function withEnd(items: readonly Item[], event: Event<'run_finished'>, durationMs: number): readonly Item[] {
  return [
    ...closeItems(items),
    {
      type: 'end',
      id: `end:${event.seq}`,
      reason: event.reason,
      durationMs,
      tokens: tokensIn(event.usage),
      costUsd: event.costUsd,
      message: event.error?.message ?? '',
      agents: 0,
    },
  ];
}
