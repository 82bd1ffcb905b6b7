/**
 * Translates a run's events into the messages of stream-json.
 *
 * A reply's messages are told when the reply is kept: what the runtime takes back was never said. With partial
 * messages its raw events are told at once, and a new `message_start` begins the reply anew.
 */
import type {Bill} from '../core/bill.js';
import type {ModelInfo} from '../core/ports.js';
import {resultText} from '../core/transcript.js';
import type {AgentSnapshot} from '../core/tree.js';
import type {AgentEvent, AgentId, ContentBlockParam, RunOutcome, StampedEvent} from '../core/types.js';
import {toWireUsage} from '../providers/wire-events.js';
import {compactionText} from '../ui/compaction-text.js';
import {replacedText} from '../ui/replaced-text.js';
import {createCommandTasks} from './command-tasks.js';
import {toHookMessage} from './hook-messages.js';
import type {AssistantMessage, Message, PermissionDenial, ResultMessage, SystemMessage, WireUsage} from './messages.js';
import {toRawEvents} from './raw-events.js';
import {failureText, type ResultFacts, toAssistantError, toResult} from './result.js';
import {toAgentUsage, toModelUsage} from './spending.js';
import {createTasks, type Sender} from './tasks.js';

export interface Translator {
  /** The messages that an event stands for; none for many. */
  translate(event: StampedEvent): readonly Message[];
  /** The last messages of a run: for one that failed, why, as a reply; then the result. */
  finish(outcome: RunOutcome, facts: RunFacts): readonly Message[];
}

export interface RunFacts extends Pick<ResultFacts, 'model' | 'maxTurns'> {
  readonly spent: Bill;
  readonly agents: readonly AgentSnapshot[];
  /** What is known of a model by its id. */
  describe(id: string): ModelInfo;
}

export interface TranslatorOptions {
  readonly partialMessages: boolean;
  /** Whether runs of hooks are told. */
  readonly hookEvents: boolean;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** The file that keeps what an agent does; null if none does. */
  readonly logOf: (agentId: AgentId) => string | null;
}

type Of<Type extends AgentEvent['type']> = Extract<AgentEvent, {type: Type}>;

function assistant(
  content: readonly ContentBlockParam[],
  id: string,
  model: string,
  usage: WireUsage,
): Omit<AssistantMessage, 'parent_tool_use_id'> {
  return {
    type: 'assistant',
    message: {id, type: 'message', role: 'assistant', model, content, stop_reason: null, stop_sequence: null, usage},
  };
}

/** Why a run failed as its readers expect it: a reply that no model wrote. */
function synthetic(outcome: RunOutcome): AssistantMessage {
  const usage = toWireUsage({input: 0, output: 0, cacheRead: 0, cacheWrite: 0});
  return {
    ...assistant([{type: 'text', text: failureText(outcome)}], `msg_${crypto.randomUUID()}`, '<synthetic>', usage),
    parent_tool_use_id: null,
    error: toAssistantError(outcome.error?.kind),
  };
}

const retry = (event: Of<'retry_scheduled'>): SystemMessage => ({
  type: 'system',
  subtype: 'api_retry',
  attempt: event.attempt,
  max_retries: event.maxAttempts,
  retry_delay_ms: event.delayMs,
  error_status: event.status ?? null,
  error: event.message,
});

const informational = (content: string, level: Of<'notice'>['level']): SystemMessage => ({
  type: 'system',
  subtype: 'informational',
  content,
  level,
});

const status = (value: 'compacting' | null): SystemMessage => ({type: 'system', subtype: 'status', status: value});

/** What is said of a summary that was to be made. */
function compacted(event: Of<'compaction_finished'> | Of<'compaction_failed'>): readonly Message[] {
  if (event.type === 'compaction_failed') return [status(null), informational(compactionText(event), 'warning')];
  const {trigger, before, after} = event;
  const metadata = {trigger, pre_tokens: before, post_tokens: after};
  return [status(null), {type: 'system', subtype: 'compact_boundary', compact_metadata: metadata}];
}

/** Refused calls that the result lists; each has had a message of its own. */
const maxDenials = 20;

export function createTranslator({partialMessages, hookEvents, now, logOf}: TranslatorOptions): Translator {
  const startedAt = now();
  const calls = new Map<string, PermissionDenial>();
  const denials: PermissionDenial[] = [];
  let denialsOmitted = 0;
  const messageIds = new Map<string, string>();
  const tasks = createTasks(now, logOf);
  const commands = createCommandTasks(now);
  /** When each agent's open request began. */
  const requests = new Map<AgentId, number>();
  let apiMs = 0;
  let stoppedTools = false;

  const endRequest = (agentId: AgentId): void => {
    apiMs += now() - (requests.get(agentId) ?? now());
    requests.delete(agentId);
  };

  function reply({agentId, entry, usage}: StampedEvent & Of<'reply_finished'>, sender: Sender): readonly Message[] {
    endRequest(agentId);
    const {content} = entry.message;
    const blocks: readonly ContentBlockParam[] =
      typeof content === 'string' ? [{type: 'text', text: content}] : content;
    for (const block of blocks) {
      if (block.type !== 'tool_use') continue;
      calls.set(block.id, {tool_name: block.name, tool_use_id: block.id, tool_input: block.input});
    }
    const id = messageIds.get(entry.id) ?? entry.id;
    return blocks.map(block => ({...assistant([block], id, entry.model ?? '', toWireUsage(usage)), ...sender}));
  }

  function appended({entry, origin}: Of<'entry_appended'>, {parent_tool_use_id}: Sender): readonly Message[] {
    // Whoever reads this wrote the root's prompt.
    if (origin === 'prompt' && parent_tool_use_id === null) return [];
    const {content} = entry.message;
    return [
      {
        type: 'user',
        message: {role: 'user', content},
        parent_tool_use_id,
        timestamp: new Date(now()).toISOString(),
        ...((origin === 'mail' || origin === 'runtime') && {isSynthetic: true}),
      },
    ];
  }

  function denied({callId, result}: Of<'tool_finished'>): readonly Message[] {
    const denial = calls.get(callId);
    if (denial === undefined) return [];
    if (denials.length < maxDenials) denials.push(denial);
    else denialsOmitted += 1;
    const {tool_name, tool_use_id} = denial;
    const message = resultText(result);
    return [
      {type: 'system', subtype: 'permission_denied', tool_name, tool_use_id, decision_reason_type: 'mode', message},
    ];
  }

  function toMessages(event: StampedEvent, sender: Sender): readonly Message[] {
    const isRoot = event.depth === 0;
    switch (event.type) {
      case 'request_started':
        requests.set(event.agentId, now());
        if (isRoot) stoppedTools = false;
        return isRoot && partialMessages ? [{type: 'system', subtype: 'status', status: 'requesting'}] : [];
      case 'reply_started':
        messageIds.set(event.entryId, event.messageId);
        return [];
      case 'reply_finished':
        return reply(event, sender);
      case 'entry_appended':
        return appended(event, sender);
      case 'tool_finished':
        if (isRoot) stoppedTools ||= event.outcome === 'interrupted';
        return event.outcome === 'denied' ? denied(event) : [];
      case 'retry_scheduled':
        return [retry(event)];
      case 'hook_started':
      case 'hook_finished':
        return hookEvents ? [toHookMessage(event)] : [];
      case 'run_finished':
        return isRoot && event.error?.kind === 'blocked_prompt' ? [informational(event.error.message, 'warning')] : [];
      case 'compaction_started':
        requests.set(event.agentId, now());
        return isRoot ? [status('compacting')] : [];
      case 'compaction_finished':
      case 'compaction_failed':
        endRequest(event.agentId);
        return isRoot ? compacted(event) : [];
      case 'model_replaced':
        return [informational(replacedText(event), 'warning')];
      case 'notice':
        return [informational(event.text, event.level)];
      default:
        return [];
    }
  }

  return {
    translate(event) {
      const said = [...tasks.follow(event), ...commands.follow(event)];
      const sender = tasks.senderOf(event.agentId);
      const {parent_tool_use_id} = sender;
      const raw = partialMessages ? toRawEvents(event) : [];
      const told = raw.map(rawEvent => ({type: 'stream_event', event: rawEvent, parent_tool_use_id}) as const);
      return [...told, ...toMessages(event, sender), ...said];
    },
    finish(outcome, {model, maxTurns, spent, agents, describe}) {
      for (const agentId of requests.keys()) endRequest(agentId);
      const durations = {durationMs: now() - startedAt, apiMs};
      const modelUsage = toModelUsage(spent, model, describe);
      const agentUsage = toAgentUsage(agents);
      const facts = {
        model,
        maxTurns,
        spent,
        modelUsage,
        agentUsage,
        ...durations,
        denials,
        denialsOmitted,
        stoppedTools,
      };
      const result: ResultMessage = toResult(outcome, facts);
      return result.subtype === 'success' && result.is_error ? [synthetic(outcome), result] : [result];
    },
  };
}
