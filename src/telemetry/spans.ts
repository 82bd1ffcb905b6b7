/**
 * Spans of a session by the conventions for generative AI: the session, in it each turn, in that requests, calls, and below
 * a call the agent that it started. Names and numbers only, unless content was asked for.
 */
import {
  type Attributes,
  type Context,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  type SpanOptions as SpanSettings,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import type {AgentId, Entry, StampedEvent} from '../core/types.js';
import {costOf, fail, usageOf} from './attributes.js';
import {toArguments, toMessages, toResponse} from './content.js';
import {type Following, providerOf, type SessionFacts} from './following.js';
import type {ParentSpan} from './wish.js';

export interface SpanOptions extends SessionFacts {
  readonly tracer: Tracer;
  readonly withContent: boolean;
  readonly parent: ParentSpan | null;
}

type Of<Type extends StampedEvent['type']> = Extract<StampedEvent, {type: Type}>;

/** One agent, as far as spans of it are open. */
interface Open {
  /** From an agent's start to its end; of the root, its turn. */
  agent: Span | null;
  request: Span | null;
  /** While a history is summed up, the requests that that takes included. */
  compaction: Span | null;
  model: string;
  readonly calls: Map<string, Span>;
  /** What its next request reads for the first time. */
  unread: Entry[];
}

const rootName = 'main';

/** Milliseconds since the epoch, for all spans by one clock: a span's own begins at whole ones, and would outlast its parent. */
const now = (): number => performance.timeOrigin + performance.now();

export function createSpans({tracer, withContent, parent, ...facts}: SpanOptions): Following {
  const startSpan = (name: string, settings: SpanSettings, context: Context): Span =>
    tracer.startSpan(name, {...settings, startTime: now()}, context);
  const conversation = {'gen_ai.conversation.id': facts.sessionId};
  const session = startSpan(
    'session',
    {kind: SpanKind.INTERNAL, attributes: conversation},
    parent ? trace.setSpanContext(ROOT_CONTEXT, {...parent, isRemote: true}) : ROOT_CONTEXT,
  );
  const agents = new Map<AgentId, Open>();

  const openOf = (id: AgentId): Open => {
    const open = agents.get(id) ?? {
      agent: null,
      request: null,
      compaction: null,
      model: '',
      calls: new Map(),
      unread: [],
    };
    agents.set(id, open);
    return open;
  };
  const below = (span: Span): Context => trace.setSpan(ROOT_CONTEXT, span);

  function startAgent(open: Open, id: AgentId, name: string, parent: Span): void {
    const attributes = {
      ...conversation,
      'gen_ai.operation.name': 'invoke_agent',
      'gen_ai.agent.id': id,
      'gen_ai.agent.name': name,
    };
    open.agent = startSpan(`invoke_agent ${name}`, {kind: SpanKind.INTERNAL, attributes}, below(parent));
  }

  function beginRun({agentId, model, parentId}: Of<'run_started'>, open: Open): void {
    open.model = model;
    if (parentId === null) startAgent(open, agentId, rootName, session);
    open.agent?.setAttributes({'gen_ai.request.model': model, 'gen_ai.provider.name': providerOf(model, facts)});
  }

  function beginAgent({agentId, callId, kind, background, resumed, parentId}: Of<'agent_started'>): void {
    const open = openOf(agentId);
    const parent = agents.get(parentId ?? '');
    startAgent(open, agentId, kind, parent?.calls.get(callId ?? '') ?? parent?.agent ?? session);
    open.agent?.setAttributes({'agent.background': background, 'agent.resumed': resumed});
  }

  function beginRequest({step}: Of<'request_started'>, open: Open): void {
    const {model} = open;
    open.request = startSpan(
      `chat ${model}`,
      {
        kind: SpanKind.CLIENT,
        attributes: {
          ...conversation,
          'gen_ai.operation.name': 'chat',
          'gen_ai.provider.name': providerOf(model, facts),
          'gen_ai.request.model': model,
          'gen_ai.request.stream': true,
          'agent.step': step,
          ...(withContent && {'gen_ai.input.messages': toMessages(open.unread)}),
        },
      },
      below(open.agent ?? session),
    );
    open.unread = [];
  }

  function endRequest({entry, stopReason, usage, costUsd}: Of<'reply_finished'>, open: Open): void {
    const finish = stopReason ?? 'interrupted';
    open.request?.setAttributes({
      ...usageOf(usage),
      ...costOf(costUsd),
      'gen_ai.response.finish_reasons': [finish],
      ...(withContent && {'gen_ai.output.messages': toMessages([entry], finish)}),
    });
    open.request?.end(now());
    open.request = null;
  }

  /** A request that no reply came to. */
  function dropRequest(open: Open, type: string): void {
    if (open.request) fail(open.request, type);
    open.request?.end(now());
    open.request = null;
  }

  /** Reads that began before a reply was whole which is taken back: nothing more is heard of them. */
  function dropCalls(open: Open, type: string): void {
    for (const span of open.calls.values()) {
      fail(span, type);
      span.end(now());
    }
    open.calls.clear();
  }

  function beginCall({callId, tool, input}: Of<'tool_started'>, open: Open): void {
    const attributes: Attributes = {
      ...conversation,
      'gen_ai.operation.name': 'execute_tool',
      'gen_ai.tool.name': tool,
      'gen_ai.tool.call.id': callId,
      'gen_ai.tool.type': 'function',
      ...(withContent && {'gen_ai.tool.call.arguments': toArguments(input)}),
    };
    const span = startSpan(`execute_tool ${tool}`, {kind: SpanKind.INTERNAL, attributes}, below(open.agent ?? session));
    open.calls.set(callId, span);
  }

  function endCall({callId, outcome, result, durationMs}: Of<'tool_finished'>, open: Open): void {
    const span = open.calls.get(callId);
    if (!span) return;
    open.calls.delete(callId);
    span.setAttributes({
      'agent.tool.outcome': outcome,
      'agent.tool.duration_ms': durationMs,
      ...(withContent && {'gen_ai.tool.call.result': toResponse(result)}),
    });
    if (outcome !== 'ok') fail(span, outcome);
    span.end(now());
  }

  function endRun(event: Of<'run_finished'>, open: Open): void {
    const {reason, steps, usage, costUsd, error} = event;
    dropRequest(open, error?.kind ?? reason);
    dropCalls(open, reason);
    open.agent?.setAttributes({
      ...usageOf(usage),
      ...costOf(costUsd),
      'agent.end_reason': reason,
      'agent.steps': steps,
    });
    // What was interrupted is no failure.
    if (open.agent && error) fail(open.agent, error.kind);
    if (event.parentId === null) endAgent(open);
  }

  function endCompaction(open: Open): void {
    open.compaction?.end(now());
    open.compaction = null;
  }

  function endAgent(open: Open): void {
    endCompaction(open);
    open.agent?.end(now());
    open.agent = null;
  }

  function follow(event: StampedEvent): void {
    const open = openOf(event.agentId);
    switch (event.type) {
      case 'run_started':
        beginRun(event, open);
        return;
      case 'agent_started':
        beginAgent(event);
        return;
      case 'agent_finished':
        open.agent?.setAttribute('agent.state', event.state);
        endAgent(open);
        agents.delete(event.agentId);
        return;
      case 'entry_appended':
        if (withContent) open.unread.push(event.entry);
        return;
      case 'request_started':
        beginRequest(event, open);
        return;
      case 'reply_started':
        open.request?.setAttributes({'gen_ai.response.id': event.messageId, 'gen_ai.response.model': event.model});
        open.request?.addEvent('first_token');
        return;
      case 'retry_scheduled':
        open.request?.addEvent('retry', {'error.type': event.kind, attempt: event.attempt, delay_ms: event.delayMs});
        return;
      case 'request_held':
        open.request?.addEvent('held', {'error.type': event.kind, delay_ms: event.delayMs});
        return;
      case 'reply_retracted':
        open.request?.addEvent('retracted');
        dropCalls(open, 'retracted');
        return;
      case 'model_replaced':
        open.request?.setAttributes({...usageOf(event.usage), ...costOf(event.costUsd)});
        dropRequest(open, event.reason);
        open.model = event.model;
        open.agent?.addEvent('model_replaced', {from: event.from, to: event.model, reason: event.reason});
        return;
      case 'compaction_started':
        open.compaction = startSpan(
          'compaction',
          {
            attributes: {
              ...conversation,
              'agent.compaction.trigger': event.trigger,
              'agent.compaction.before': event.tokens,
            },
          },
          below(open.agent ?? session),
        );
        return;
      case 'compaction_finished':
      case 'compaction_failed':
        if (event.type === 'compaction_failed' && open.compaction) fail(open.compaction, 'not_compacted');
        if (event.type === 'compaction_finished') open.compaction?.setAttribute('agent.compaction.after', event.after);
        open.compaction?.setAttributes({...usageOf(event.usage), ...costOf(event.costUsd)});
        endCompaction(open);
        return;
      case 'reply_finished':
        endRequest(event, open);
        return;
      case 'tool_started':
        beginCall(event, open);
        return;
      case 'question_asked':
        (open.calls.get(event.callId) ?? open.agent)?.addEvent('question_asked', {'gen_ai.tool.name': event.tool});
        return;
      case 'question_answered':
        (open.calls.get(event.callId) ?? open.agent)?.addEvent('question_answered', {verdict: event.verdict});
        return;
      case 'tool_finished':
        endCall(event, open);
        return;
      case 'prefix_changed':
        (open.agent ?? session).addEvent('prefix_changed', {reason: event.reason});
        return;
      case 'run_finished':
        endRun(event, open);
        return;
      default:
    }
  }

  return {
    follow,
    end() {
      for (const open of agents.values()) {
        dropRequest(open, 'aborted');
        dropCalls(open, 'aborted');
        endAgent(open);
      }
      session.end(now());
    },
  };
}
