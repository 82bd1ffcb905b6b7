import {getEventListeners} from 'node:events';
import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {Interrupted} from '../../src/core/errors.js';
import type {PermissionRequest, Verdict} from '../../src/core/policy.js';
import {createPermissions, type PermissionOptions} from '../../src/permissions/permissions.js';

const permissions = (options: Partial<PermissionOptions> = {}) =>
  createPermissions({allowed: [], disallowed: [], skip: false, asker: 'person', ...options});

const call = (tool: string, effect: PermissionRequest['effect'] = 'changes', callId = 'call_1'): PermissionRequest => ({
  agentId: 'main',
  kind: 'main',
  lineage: ['main'],
  mode: null,
  subjects: [],
  callId,
  tool,
  effect,
  title: tool,
  input: {},
});

const never = new AbortController().signal;

describe('a decision', () => {
  it('lets tools that only read run, with or without a person', () => {
    expect(permissions().decide(call('Read', 'reads'))).toEqual({verdict: 'allow'});
    expect(permissions({asker: 'nobody'}).decide(call('Grep', 'reads'))).toEqual({verdict: 'allow'});
  });

  it('asks a person about a tool that changes something', () => {
    expect(permissions().decide(call('Edit'))).toEqual({verdict: 'ask'});
  });

  it('refuses it where nobody can be asked, and names the flags that would allow it', () => {
    const decision = permissions({asker: 'nobody'}).decide(call('Edit'));
    expect(decision).toMatchObject({verdict: 'deny'});
    expect(decision).toMatchObject({message: expect.stringContaining('--allowedTools "Edit"')});
    expect(decision).toMatchObject({message: expect.stringContaining('--dangerously-skip-permissions')});
  });

  it('follows the flags: allowed tools and skipping need no question, a disallowed tool never runs', () => {
    const allowed = permissions({asker: 'nobody', allowed: ['Edit']});
    expect(allowed.decide(call('Edit'))).toEqual({verdict: 'allow'});
    expect(allowed.decide(call('Bash'))).toMatchObject({verdict: 'deny'});
    const skipping = permissions({asker: 'nobody', skip: true, allowed: ['Bash'], disallowed: ['Bash', 'Read']});
    expect(skipping.decide(call('Write'))).toEqual({verdict: 'allow'});
    expect(skipping.decide(call('Bash'))).toMatchObject({verdict: 'deny'});
    expect(skipping.decide(call('Read', 'reads'))).toMatchObject({verdict: 'deny'});
  });
});

describe('a question', () => {
  it('waits for its answer and is then gone', async () => {
    const queue = permissions();
    const asked = queue.ask(call('Edit'), never);
    expect(queue.pending().map(({callId}) => callId)).toEqual(['call_1']);
    expect(queue.answer('call_1', {verdict: 'deny', message: 'not now'})).toBe(true);
    expect(queue.answer('call_1', {verdict: 'allow'})).toBe(false);
    expect(await asked).toEqual({verdict: 'deny', message: 'not now'});
    expect(queue.pending()).toEqual([]);
  });

  it('is taken back when its call is interrupted, and leaves no listener', async () => {
    const queue = permissions();
    const controller = new AbortController();
    const asked = queue.ask(call('Edit'), controller.signal);
    controller.abort();
    await expect(asked).rejects.toBeInstanceOf(Interrupted);
    expect(queue.pending()).toEqual([]);
    expect(queue.answer('call_1', {verdict: 'allow'})).toBe(false);
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
    await expect(queue.ask(call('Edit'), controller.signal)).rejects.toBeInstanceOf(Interrupted);
  });

  it('never displaces another: each gets its own answer, in whatever order they are given', async () => {
    const orders = fc
      .uniqueArray(fc.uuid(), {minLength: 1, maxLength: 12})
      .chain(ids => fc.tuple(fc.constant(ids), fc.shuffledSubarray(ids, {minLength: ids.length})));
    await fc.assert(
      fc.asyncProperty(orders, async ([ids, order]) => {
        const queue = permissions();
        const verdicts = new Map<string, Verdict>(
          ids.map((id, at) => [id, at % 2 === 0 ? {verdict: 'allow'} : {verdict: 'deny', message: id}]),
        );
        const asked = ids.map(id => queue.ask(call('Edit', 'changes', id), new AbortController().signal));
        expect(queue.pending().map(({callId}) => callId)).toEqual(ids);
        for (const id of order) queue.answer(id, verdicts.get(id) ?? {verdict: 'allow'});
        expect(await Promise.all(asked)).toEqual(ids.map(id => verdicts.get(id)));
      }),
    );
  });

  it('of two calls with the same id the older is answered first', async () => {
    const queue = permissions();
    const asked = [queue.ask(call('Edit'), never), queue.ask(call('Bash'), never)];
    queue.answer('call_1', {verdict: 'allow'});
    expect(queue.pending().map(({tool}) => tool)).toEqual(['Bash']);
    queue.answer('call_1', {verdict: 'deny', message: 'no'});
    expect(await Promise.all(asked)).toEqual([{verdict: 'allow'}, {verdict: 'deny', message: 'no'}]);
  });
});
