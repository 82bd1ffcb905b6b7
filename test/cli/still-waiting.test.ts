import {describe, expect, it} from 'vitest';
import {createStillWaiting} from '../../src/cli/still-waiting.js';
import type {AgentEvent} from '../../src/core/types.js';
import {createVirtualClock} from '../support/clock.js';

function watch() {
  const clock = createVirtualClock();
  const lines: string[] = [];
  const waiting = createStillWaiting(clock, line => lines.push(line));
  const hear = (event: AgentEvent, agentId = 'main'): void =>
    waiting.hear({...event, agentId, parentId: null, depth: 0, seq: 1});
  return {clock, lines, waiting, hear};
}

const asked: AgentEvent = {type: 'request_started', step: 1};
const answered: AgentEvent = {type: 'text_delta', entryId: 'e', index: 0, text: 'x'};
const retried: AgentEvent = {
  type: 'retry_scheduled',
  attempt: 1,
  maxAttempts: 3,
  delayMs: 30_000,
  kind: 'overloaded',
  message: 'Too much.',
};

describe('a person before a silent model', () => {
  it('is told after 20 seconds, and again each minute', async () => {
    const {clock, lines, hear} = watch();
    hear(asked);
    await clock.advance(19_999);
    expect(lines).toEqual([]);
    await clock.advance(1);
    expect(lines).toEqual(["Still waiting for the model's answer (20 s)."]);
    await clock.advance(100_000);
    expect(lines.slice(1)).toEqual([
      "Still waiting for the model's answer (1 min).",
      "Still waiting for the model's answer (2 min).",
    ]);
  });

  it('is told nothing once an answer begins, nor while none was asked for, and no timer is left', async () => {
    const {clock, lines, hear} = watch();
    hear(asked);
    await clock.advance(10_000);
    hear(answered);
    await clock.advance(500_000);
    expect([lines, clock.sleepers]).toEqual([[], 0]);
  });

  it('is told while one agent waits and nothing is heard of the others', async () => {
    const {clock, lines, hear} = watch();
    hear(asked, 'main');
    hear(asked, 'agent-1');
    await clock.advance(15_000);
    hear(answered, 'agent-1');
    await clock.advance(15_000);
    expect(lines).toEqual([]);
    await clock.advance(5_000);
    expect(lines).toEqual(["Still waiting for the model's answer (20 s)."]);
  });

  it('is not told of the time before a try that was announced', async () => {
    const {clock, lines, hear, waiting} = watch();
    hear(retried);
    await clock.advance(49_999);
    expect(lines).toEqual([]);
    await clock.advance(1);
    expect(lines).toEqual(["Still waiting for the model's answer (20 s)."]);
    waiting.stop();
    expect(clock.sleepers).toBe(0);
  });
});
