/** The `result` message: how a run ended, what it said, and what it cost. */
import type {ModelInfo} from '../core/ports.js';
import type {RunOutcome} from '../core/types.js';
import type {Spending} from '../core/usage.js';
import {toWireUsage} from '../providers/wire-events.js';
import {isEndedByHook} from './exit-codes.js';
import type {AgentUsage, AssistantError, ModelUsage, PermissionDenial, ResultMessage} from './messages.js';

export interface ResultFacts {
  readonly model: ModelInfo;
  readonly maxTurns: number | null;
  /** By all agents. */
  readonly spent: Spending;
  readonly modelUsage: Readonly<Record<string, ModelUsage>>;
  readonly agentUsage: Readonly<Record<string, AgentUsage>>;
  readonly durationMs: number;
  /** Time spent waiting for the model. */
  readonly apiMs: number;
  /** The first of them, and how many more there were. */
  readonly denials: readonly PermissionDenial[];
  readonly denialsOmitted: number;
  /** Whether a tool was interrupted after the last request. */
  readonly stoppedTools: boolean;
}

/** A provider's kind of failure in the words of the SDK. */
export function toAssistantError(kind: string | undefined): AssistantError {
  switch (kind) {
    case 'authentication':
    case 'permission':
      return 'authentication_failed';
    case 'rate_limited':
      return 'rate_limit';
    case 'overloaded':
      return 'overloaded';
    case 'invalid_request':
    case 'not_found':
    case 'context_exceeded':
      return 'invalid_request';
    case 'server_error':
      return 'server_error';
    default:
      return 'unknown';
  }
}

function terminalReason({reason}: RunOutcome, stoppedTools: boolean): string {
  switch (reason) {
    case 'aborted':
      return stoppedTools ? 'aborted_tools' : 'aborted_streaming';
    case 'max_steps':
      return 'max_turns';
    case 'budget':
      return 'max_budget_usd';
    default:
      return reason;
  }
}

/** What failed, as the person reads it. */
export function errorText({reason, error}: RunOutcome): string {
  return error?.message ?? (reason === 'aborted' ? 'The run was interrupted.' : `The run ended: ${reason}.`);
}

/** What a failed run says in place of an answer. Readers of this format look for the status in its first words. */
export function failureText(outcome: RunOutcome): string {
  const {reason, error: {status} = {}} = outcome;
  const text = errorText(outcome);
  if (reason !== 'error') return text;
  return status === undefined ? `API Error: ${text}` : `API Error: ${status} ${withoutStatus(text, status)}`;
}

/** `refused (401: bad key)` becomes `refused (bad key)`, `moved (301)` becomes `moved`. */
function withoutStatus(text: string, status: number): string {
  return text.replace(new RegExp(` \\(${status}\\)|\\b${status}:? `), '');
}

/** The answer, whole or broken off, or the report of a run that had to end; empty if there is none. A remark before calls is none. */
export function answerOf({reason, text, stopReason}: RunOutcome): string {
  switch (reason) {
    case 'completed':
    case 'truncated':
    case 'refused':
      return text;
    case 'budget':
    case 'stopped':
    case 'context_exceeded':
      return stopReason === 'tool_use' ? '' : text;
    default:
      return '';
  }
}

export function toResult(outcome: RunOutcome, facts: ResultFacts): ResultMessage {
  const fields = {
    type: 'result',
    duration_ms: Math.round(facts.durationMs),
    duration_api_ms: Math.round(facts.apiMs),
    num_turns: outcome.steps,
    stop_reason: outcome.stopReason,
    total_cost_usd: facts.spent.costUsd,
    usage: toWireUsage(facts.spent.usage),
    modelUsage: facts.modelUsage,
    ...(Object.keys(facts.agentUsage).length > 0 && {agentUsage: facts.agentUsage}),
    permission_denials: facts.denials,
    ...(facts.denialsOmitted > 0 && {permission_denials_omitted: facts.denialsOmitted}),
    terminal_reason: terminalReason(outcome, facts.stoppedTools),
  } as const;
  const report = answerOf(outcome);
  const failed = {is_error: true, errors: [errorText(outcome)], ...(report && {result: report})} as const;
  switch (outcome.reason) {
    case 'completed':
      return {...fields, subtype: 'success', is_error: false, result: outcome.text};
    case 'error':
    case 'context_exceeded':
    case 'truncated':
    case 'refused': {
      const status = outcome.error?.status;
      const result = answerOf(outcome) || failureText(outcome);
      return {
        ...fields,
        subtype: 'success',
        is_error: true,
        result,
        ...(status !== undefined && {api_error_status: status}),
      };
    }
    case 'max_steps': {
      // The readers of this format count the request that was not made.
      const errors = [`Reached maximum number of turns (${facts.maxTurns ?? outcome.steps})`];
      return {...fields, num_turns: outcome.steps + 1, subtype: 'error_max_turns', is_error: true, errors};
    }
    case 'budget':
      return {...fields, subtype: 'error_max_budget_usd', ...failed};
    case 'stopped':
      if (isEndedByHook(outcome)) {
        // A prompt that did not pass has left no other trace.
        const result = outcome.error?.kind === 'blocked_prompt' ? errorText(outcome) : '';
        return {...fields, subtype: 'success', is_error: false, result};
      }
      return {...fields, subtype: 'error_during_execution', ...failed};
    default:
      return {...fields, subtype: 'error_during_execution', ...failed};
  }
}
