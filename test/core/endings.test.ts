import {describe, expect, it} from 'vitest';
import {createScope} from '../../src/core/cancel.js';
import {overBudget, overSteps, toEarlyEnd, toEnd, woundDown} from '../../src/core/endings.js';
import {ProviderError} from '../../src/core/errors.js';
import {overWindow} from '../../src/core/overflow.js';
import type {Reply} from '../../src/core/reply.js';
import type {StopReason} from '../../src/core/types.js';
import {noUsage} from '../../src/core/usage.js';

const reply = (stopReason: StopReason | null, isWhole = true): Reply => ({
  entry: null,
  stopReason,
  usage: noUsage,
  isWhole,
});
const none = {cuts: 0, pauses: 0};

describe('a reply', () => {
  it.each(['end_turn', 'tool_use', 'stop_sequence', 'pause_turn', 'max_tokens'] as const)(
    'that says %s lets the run go on',
    stopReason => {
      expect(toEarlyEnd(reply(stopReason), none, false)).toBeNull();
    },
  );

  it('that refuses, or fills the window, ends the run under that name', () => {
    expect(toEarlyEnd(reply('refusal'), none, true)).toMatchObject({reason: 'refused'});
    expect(toEarlyEnd(reply('model_context_window_exceeded'), none, false)).toMatchObject({reason: 'context_exceeded'});
  });

  it('that is not whole ends nothing by itself', () => {
    expect(toEarlyEnd(reply('refusal', false), {cuts: 99, pauses: 99}, false)).toBeNull();
  });

  it('that was cut again ends the run: talk the second time, calls the fourth', () => {
    const ends = (cuts: number, isCalling: boolean): boolean =>
      toEarlyEnd(reply('max_tokens'), {...none, cuts}, isCalling) !== null;
    expect([ends(1, false), ends(2, false), ends(3, true), ends(4, true)]).toEqual([false, true, false, true]);
    expect(toEarlyEnd(reply('max_tokens'), {...none, cuts: 2}, false)?.reason).toBe('truncated');
  });

  it('that the server pauses ten times running ends the run', () => {
    const ends = (pauses: number): boolean => toEarlyEnd(reply('pause_turn'), {...none, pauses}, false) !== null;
    expect([ends(9), ends(10)]).toEqual([false, true]);
  });
});

describe('an error', () => {
  const {signal} = createScope();

  it('of the provider keeps its kind and status; a full window has an outcome of its own', () => {
    expect(toEnd(new ProviderError('Too many.', {kind: 'rate_limited', status: 429}), signal)).toEqual({
      reason: 'error',
      error: {message: 'Too many.', kind: 'rate_limited', status: 429},
    });
    expect(toEnd(new ProviderError('Full.', {kind: 'context_exceeded'}), signal)).toEqual({
      reason: 'context_exceeded',
      error: {message: 'Full.', kind: 'context_exceeded'},
    });
  });

  it('of any other kind is a bug; after an abort it is the abort', () => {
    expect(toEnd(new RangeError('oops'), signal)).toMatchObject({reason: 'error', error: {kind: 'bug'}});
    const scope = createScope();
    scope.abort();
    expect(toEnd(new RangeError('oops'), scope.signal)).toEqual({reason: 'aborted'});
  });
});

describe('a limit', () => {
  it('says its name, what it was, and what to do', () => {
    expect(overSteps(7, true).error?.message).toMatch(/7 steps: .* A higher maxTurns of its type lets/);
    expect(overSteps(1, false).error?.message).toMatch(/^Stopped at the limit of one step: /);
    expect(overSteps(7, false).error?.message).toMatch(/7 steps: .* A higher --max-turns lets/);
    expect(overSteps(7, false)).toMatchObject({
      reason: 'max_steps',
      error: {message: expect.stringContaining('limit of 7 steps: there may be more to do')},
    });
    expect(overWindow(200_000, 'Model', null)).toMatchObject({
      reason: 'context_exceeded',
      error: {message: expect.stringContaining('window of Model')},
    });
    expect(overBudget('It is spent.')).toEqual({reason: 'budget', error: {kind: 'budget', message: 'It is spent.'}});
    expect(woundDown).toMatchObject({reason: 'stopped', error: {kind: 'wind_down'}});
  });
});
