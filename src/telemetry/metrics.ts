/**
 * Metrics of a session by the conventions for generative AI: tokens, dollars, and how long requests, calls and agents take.
 * What replies took that were taken back counts as well.
 */
import type {Attributes, Meter} from '@opentelemetry/api';
import type {AgentId, StampedEvent, Usage} from '../core/types.js';
import {type Following, providerOf, type SessionFacts} from './following.js';

export interface MetricOptions extends SessionFacts {
  readonly meter: Meter;
  /** Milliseconds. */
  readonly now: () => number;
}

interface Spending {
  readonly usage: Usage;
  readonly costUsd: number | null;
}

/** An agent's run under way. */
interface Run {
  readonly startedAt: number;
  readonly name: string;
  model: string;
  /** When its open request began; null without one. */
  requestedAt: number | null;
  /** Tokens and dollars of its replies. */
  read: number;
  written: number;
  costUsd: number;
}

/** Buckets that the conventions ask for. */
const tokenBuckets = Array.from({length: 14}, (_, power) => 4 ** power);
const secondBuckets = Array.from({length: 14}, (_, power) => 0.01 * 2 ** power);

const inputOf = ({input, cacheRead, cacheWrite}: Usage): number => input + cacheRead + cacheWrite;

export function createMetrics({meter, now, ...facts}: MetricOptions): Following {
  const seconds = (name: string, description: string) =>
    meter.createHistogram(name, {unit: 's', description, advice: {explicitBucketBoundaries: secondBuckets}});
  const tokens = meter.createHistogram('gen_ai.client.token.usage', {
    unit: '{token}',
    description: 'Tokens that requests read and wrote.',
    advice: {explicitBucketBoundaries: tokenBuckets},
  });
  const requests = seconds('gen_ai.client.operation.duration', 'How long requests take.');
  const calls = seconds('gen_ai.execute_tool.duration', 'How long calls of tools take.');
  const invocations = seconds('gen_ai.invoke_agent.duration', 'How long runs of agents take.');
  const cost = meter.createCounter('agent.cost', {unit: '{USD}', description: 'What requests cost.'});
  const runs = new Map<AgentId, Run>();
  const names = new Map<AgentId, string>();
  /** The tools of calls that run. */
  const tools = new Map<string, string>();

  const asked = (model: string): Attributes => ({
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': providerOf(model, facts),
    'gen_ai.request.model': model,
  });

  function count({model}: Run, read: number, written: number, costUsd: number): void {
    if (read > 0) tokens.record(read, {...asked(model), 'gen_ai.token.type': 'input'});
    if (written > 0) tokens.record(written, {...asked(model), 'gen_ai.token.type': 'output'});
    if (costUsd > 0) cost.add(costUsd, asked(model));
  }

  function add(run: Run, {usage, costUsd}: Spending): void {
    const [read, written, dollars] = [inputOf(usage), usage.output, costUsd ?? 0];
    count(run, read, written, dollars);
    run.read += read;
    run.written += written;
    run.costUsd += dollars;
  }

  /** @param error its kind, where no reply came to it. */
  function endRequest(run: Run, error?: string): void {
    if (run.requestedAt === null) return;
    requests.record((now() - run.requestedAt) / 1_000, {
      ...asked(run.model),
      ...(error !== undefined && {'error.type': error}),
    });
    run.requestedAt = null;
  }

  function endRun(event: Extract<StampedEvent, {type: 'run_finished'}>, run: Run): void {
    const {usage, costUsd, error, reason} = event;
    endRequest(run, error?.kind ?? reason);
    count(run, inputOf(usage) - run.read, usage.output - run.written, (costUsd ?? 0) - run.costUsd);
    invocations.record((now() - run.startedAt) / 1_000, {
      'gen_ai.operation.name': 'invoke_agent',
      'gen_ai.agent.name': run.name,
      ...(error && {'error.type': error.kind}),
    });
    runs.delete(event.agentId);
  }

  function follow(event: StampedEvent): void {
    const run = runs.get(event.agentId);
    switch (event.type) {
      case 'agent_started':
        names.set(event.agentId, event.kind);
        return;
      case 'agent_finished':
        names.delete(event.agentId);
        return;
      case 'run_started':
        runs.set(event.agentId, {
          ...{startedAt: now(), name: names.get(event.agentId) ?? 'main', model: event.model},
          ...{requestedAt: null, read: 0, written: 0, costUsd: 0},
        });
        return;
      case 'request_started':
        if (run) run.requestedAt = now();
        return;
      case 'model_replaced':
        if (!run) return;
        endRequest(run, event.reason);
        add(run, event);
        run.model = event.model;
        return;
      case 'reply_finished':
        if (!run) return;
        endRequest(run);
        add(run, event);
        return;
      case 'tool_started':
        tools.set(event.callId, event.tool);
        return;
      case 'tool_finished': {
        const tool = tools.get(event.callId);
        tools.delete(event.callId);
        if (tool === undefined) return;
        const attributes = {'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': tool};
        const failed = event.outcome === 'ok' ? {} : {'error.type': event.outcome};
        calls.record(event.durationMs / 1_000, {...attributes, ...failed});
        return;
      }
      case 'run_finished':
        if (run) endRun(event, run);
        return;
      default:
    }
  }

  return {follow, end: () => runs.clear()};
}
