import {describe, expect, it} from 'vitest';
import {type Activity, createActivity} from '../../src/core/activity.js';
import type {AgentSnapshot} from '../../src/core/tree.js';
import type {AgentEvent, Usage} from '../../src/core/types.js';

const usage = (input: number, output: number): Usage => ({input, output, cacheRead: 0, cacheWrite: 0});

const born: AgentSnapshot = {
  id: 'main',
  parentId: null,
  callId: null,
  depth: 0,
  kind: 'main',
  description: '',
  background: false,
  state: 'queued',
  activity: '',
  since: 0,
  name: null,
  toolCalls: 0,
  usage: usage(0, 0),
  costUsd: 0,
  startedAt: 1_000,
  endedAt: null,
  earlierMs: 0,
};

const request: AgentEvent = {type: 'request_started', step: 1};
const reply: AgentEvent = {
  type: 'reply_started',
  entryId: 'entry-1',
  messageId: 'msg_1',
  model: 'sonnet',
  usage: usage(10, 1),
};
const block = (type: 'text' | 'thinking'): AgentEvent => ({
  type: 'block_started',
  entryId: 'entry-1',
  index: 0,
  block: type === 'text' ? {type, text: ''} : {type, thinking: '', signature: ''},
});
const finished = (used: Usage, costUsd: number | null): AgentEvent => ({
  type: 'reply_finished',
  entry: {id: 'entry-1', message: {role: 'assistant', content: []}},
  stopReason: 'end_turn',
  usage: used,
  costUsd,
});
const runFinished = (used: Usage, costUsd: number | null, fault?: string): AgentEvent => ({
  type: 'run_finished',
  reason: fault === undefined ? 'completed' : 'error',
  text: '',
  steps: 1,
  usage: used,
  costUsd,
  stopReason: 'end_turn',
  ...(fault !== undefined && {error: {kind: 'authentication', message: fault}}),
});
const call = (callId: string) => ({callId, tool: 'Bash', title: `npm run ${callId}`, input: {}});
const toolStarted = (callId: string): AgentEvent => ({type: 'tool_started', ...call(callId)});
const asked = (callId: string): AgentEvent => ({type: 'question_asked', ...call(callId)});
const answered = (callId: string): AgentEvent => ({type: 'question_answered', callId, verdict: 'allow'});
type Outcome = Extract<AgentEvent, {type: 'tool_finished'}>['outcome'];
const toolFinished = (callId: string, outcome: Outcome = 'ok'): AgentEvent => ({
  type: 'tool_finished',
  callId,
  result: {type: 'tool_result', tool_use_id: callId, content: 'ok'},
  display: {summary: 'ok'},
  outcome,
  durationMs: 5,
});

/** State and activity after each of the events. */
function follow(activity: Activity, events: readonly AgentEvent[]): readonly string[] {
  return events.map(event => {
    activity.follow(event, 1);
    const {state, activity: words} = activity.snapshot;
    return `${state}: ${words}`;
  });
}

describe('the activity of an agent', () => {
  it('follows a run from its start to its end', () => {
    const events = [
      {type: 'run_started', model: 'sonnet', price: null} as const,
      request,
      reply,
      block('thinking'),
      block('text'),
      {type: 'text_delta', entryId: 'entry-1', index: 0, text: 'I look.'} as const,
      finished(usage(10, 20), 0.01),
      toolStarted('test'),
      {type: 'tool_progress', callId: 'test', text: '1 passed'} as const,
      toolFinished('test'),
      request,
      runFinished(usage(30, 40), 0.02),
    ];
    expect(follow(createActivity(born), events)).toEqual([
      'thinking: starting',
      'thinking: thinking',
      'thinking: thinking',
      'thinking: thinking',
      'thinking: writing',
      'thinking: writing',
      'thinking: writing',
      'tool: Bash npm run test',
      'tool: Bash npm run test',
      'thinking: thinking',
      'thinking: thinking',
      'idle: ',
    ]);
  });

  it('is parked until a retried request is answered', () => {
    const retry: AgentEvent = {
      type: 'retry_scheduled',
      attempt: 1,
      maxAttempts: null,
      delayMs: 2_000,
      kind: 'overloaded',
      message: 'the server is overloaded',
    };
    expect(follow(createActivity(born), [request, retry, reply])).toEqual([
      'thinking: thinking',
      'parked: waiting to retry: the server is overloaded',
      'thinking: thinking',
    ]);
  });

  it('is parked, but not to retry, while others are tried first', () => {
    const held: AgentEvent = {
      type: 'request_held',
      delayMs: 2_000,
      kind: 'overloaded',
      message: 'the small one is busy',
    };
    expect(follow(createActivity(born), [request, held, reply])).toEqual([
      'thinking: thinking',
      'parked: held back: the small one is busy',
      'thinking: thinking',
    ]);
  });

  it('shows a question before running calls, and the newest call of those that run', () => {
    const events = [
      toolStarted('lint'),
      toolStarted('test'),
      asked('build'),
      toolFinished('test'),
      answered('build'),
      toolFinished('lint'),
    ];
    expect(follow(createActivity(born), events)).toEqual([
      'tool: Bash npm run lint',
      'tool: Bash npm run test',
      'asking: asks: Bash npm run build',
      'asking: asks: Bash npm run build',
      'tool: Bash npm run lint',
      'thinking: thinking',
    ]);
  });

  it('forgets the early calls of a reply that was taken back', () => {
    const events: readonly AgentEvent[] = [
      toolStarted('test'),
      {type: 'reply_retracted', entryId: 'entry-1', reason: 'cut'},
    ];
    expect(follow(createActivity(born), events).at(-1)).toBe('thinking: thinking');
  });

  it('counts the calls that ran, however they ended: not those that were refused, be it after their start', () => {
    const activity = createActivity(born);
    follow(activity, [
      ...(['ok', 'failed', 'interrupted', 'denied'] as const).flatMap(each => [
        toolStarted(each),
        toolFinished(each, each),
      ]),
      asked('asked'),
      answered('asked'),
      toolFinished('asked', 'denied'),
      toolFinished('unknown', 'failed'),
    ]);
    expect(activity.snapshot.toolCalls).toBe(3);
  });

  it('says why a run failed, in one line', () => {
    const failed = runFinished(usage(0, 0), 0, 'The key was refused.\nCheck ANTHROPIC_API_KEY.');
    expect(follow(createActivity(born), [failed])).toEqual(['idle: The key was refused.']);
  });

  it('sums usage and cost of replies, and corrects them by the outcome, which knows the retracted ones', () => {
    const activity = createActivity(born);
    const spent = (): unknown => [activity.snapshot.usage, activity.snapshot.costUsd];
    follow(activity, [
      {type: 'run_started', model: 'sonnet', price: null},
      finished(usage(10, 20), 0.25),
      finished(usage(1, 2), 0.25),
    ]);
    expect(spent()).toEqual([usage(11, 22), 0.5]);
    follow(activity, [runFinished(usage(100, 200), 1)]);
    expect(spent()).toEqual([usage(100, 200), 1]);
    follow(activity, [
      {type: 'run_started', model: 'sonnet', price: null},
      finished(usage(5, 5), 0.5),
      runFinished(usage(5, 5), 0.5),
    ]);
    expect(spent()).toEqual([usage(105, 205), 1.5]);
  });

  it('counts no run twice or not at all, whether one was broken off before its end or refused before its start', () => {
    const activity = createActivity(born);
    follow(activity, [{type: 'run_started', model: 'sonnet', price: null}, finished(usage(10, 20), 0.25)]);
    follow(activity, [
      {type: 'run_started', model: 'sonnet', price: null},
      finished(usage(1, 2), 0.5),
      runFinished(usage(1, 2), 0.5),
    ]);
    follow(activity, [runFinished(usage(0, 0), 0, 'A hook refused the prompt.')]);
    expect(activity.snapshot).toMatchObject({usage: usage(11, 22), costUsd: 0.75});
  });

  it('has an unknown cost once one price was unknown', () => {
    const activity = createActivity(born);
    follow(activity, [finished(usage(10, 20), null), finished(usage(10, 20), 0.5)]);
    expect(activity.snapshot).toMatchObject({usage: usage(20, 40), costUsd: null});
  });

  it('ends; then only usage and cost follow', () => {
    const activity = createActivity(born);
    follow(activity, [{type: 'run_started', model: 'sonnet', price: null}, toolStarted('test')]);
    activity.end('done', '  Two files changed.\nBoth in src.', 2_000);
    follow(activity, [toolFinished('test'), runFinished(usage(7, 8), 0.5)]);
    expect(activity.snapshot).toEqual({
      ...born,
      state: 'done',
      activity: 'Two files changed.',
      since: 2_000,
      toolCalls: 1,
      endedAt: 2_000,
      usage: usage(7, 8),
      costUsd: 0.5,
    });
  });
});
