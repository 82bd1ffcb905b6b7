/** Hooks that fail in every way there is: nothing breaks, the person hears of it once, and who may not fail refuses. */
import {describe, expect, it} from 'vitest';
import type {HookOutcome} from '../../src/core/policy.js';
import type {HookAnswer} from '../../src/hooks/functions.js';
import {bashCall, type HookRow, hear, openHooks, warnings} from '../support/hooks.js';
import {createSleep, until} from '../support/processes.js';

const pre = {event: 'PreToolUse', call: bashCall('ls')} as const;
const prompt = {event: 'UserPromptSubmit', prompt: 'hello'} as const;
const hook = (command: string, more: Partial<HookRow> = {}): HookRow => ({event: 'PreToolUse', command, ...more});

const failures: readonly (readonly [string, HookRow, RegExp])[] = [
  ['exits with 1', hook('echo broken >&2; exit 1'), /failed with exit code 1: broken/],
  ['is not there', hook('/no/such/program'), /was not found \(exit code 127\): .*no\/such\/program/],
  ['is no program', hook('/etc/passwd'), /failed with exit code 126/],
  ['is ended by a signal', hook('kill -SEGV $$'), /was ended by SIGSEGV/],
  ['takes too long', hook('sleep 60', {timeoutMs: 200}), /did not answer within 0.2 s and was stopped/],
  ['writes without end', hook('yes'), /wrote more than 64 MB and was stopped/],
  ['complains without end', hook('yes >&2'), /wrote more than 64 MB and was stopped/],
  ['says too much', hook('head -c 2000000 /dev/zero'), /wrote more than 1 MB, which is not read/],
  ['prints broken JSON', hook(`echo '{"continue": fal'`), /printed JSON that is broken/],
  ['says what nobody understands', hook(`echo '{"decision": "perhaps"}'`), /decision is "perhaps"/],
];

describe.each(failures)('a hook that %s', (_, row, expected) => {
  it('is told of once, and the run goes on', async () => {
    const scene = openHooks([row]);
    expect(await hear(scene, pre)).toEqual({});
    expect(await hear(scene, pre)).toEqual({});
    expect(warnings(scene)).toEqual([expect.stringMatching(expected)]);
    expect(warnings(scene)[0]).toMatch(
      /^The PreToolUse:Bash hook .*The run goes on without it; with "onFailure": "block" it would refuse\.$/s,
    );
  });

  it('refuses the call, every time, if it may not fail', async () => {
    const scene = openHooks([{...row, onFailure: 'block'}]);
    for (const time of ['first', 'second']) {
      const said = await hear(scene, pre);
      expect([time, said.decision]).toEqual([time, 'deny']);
      expect(said.reason).toMatch(expected);
    }
    expect(warnings(scene)).toEqual([expect.stringMatching(/What it was to judge is refused\.$/)]);
  });
});

describe('a function that gives no answer', () => {
  const garbage: readonly unknown[] = ['deny', true, 7, ['deny']];

  it.each(garbage)('has failed, and refuses where it may not: %j', async given => {
    for (const onFailure of ['allow', 'block'] as const) {
      const scene = openHooks([], {given: {PreToolUse: [{run: () => given as HookAnswer, onFailure}]}});
      expect((await hear(scene, pre)).decision).toBe(onFailure === 'block' ? 'deny' : undefined);
      expect(warnings(scene)).toEqual([expect.stringContaining(`it answered ${JSON.stringify(given)}`)]);
    }
  });

  it.each(['Deny', 'maybe', true])('of PermissionRequest leaves the question open: %j', async permissionDecision => {
    const run = () => ({permissionDecision}) as HookAnswer;
    const scene = openHooks([], {given: {PermissionRequest: [{run}]}});
    expect((await hear(scene, {event: 'PermissionRequest', call: bashCall('ls')})).decision).toBeUndefined();
    expect(warnings(scene)).toEqual([expect.stringContaining('not understood')]);
  });

  it.each([{decision: 'Deny'}, {decision: true}, 'deny', null])(
    'refuses the call if it answers for itself: %j',
    async given => {
      const port = {matches: () => true, run: async () => given as HookOutcome};
      const scene = openHooks([], {given: port});
      expect((await hear(scene, pre)).decision).toBe('deny');
      expect(warnings(scene)).toHaveLength(1);
    },
  );
});

describe('a loud hook', () => {
  it.each(['>&2', ''])('still refuses, however much it wrote: %s', async where => {
    const scene = openHooks([hook(`echo "not here" >&2; yes | head -c 5000000 ${where}; exit 2`)]);
    const said = await hear(scene, pre);
    expect([said.decision, said.reason]).toEqual(['deny', expect.stringContaining('not here')]);
    expect(said.reason?.length).toBeLessThan(12_000);
    expect(warnings(scene)).toEqual([]);
  });

  it('is heard where only its complaints are long', async () => {
    const command = `yes | head -c 5000000 >&2; echo '{"decision": "block", "reason": "said"}'`;
    expect(await hear(openHooks([hook(command)]), pre)).toMatchObject({decision: 'deny', reason: 'said'});
  });
});

describe('a bad hook', () => {
  it('that may not fail refuses a prompt too, and elsewhere only the person hears of it', async () => {
    const rows = ['UserPromptSubmit', 'Stop'].map(event => ({event, command: 'exit 1', onFailure: 'block' as const}));
    const scene = openHooks(rows);
    expect((await hear(scene, prompt)).decision).toBe('deny');
    expect(await hear(scene, {event: 'Stop', text: '', repeated: false})).toEqual({});
    expect(warnings(scene)).toHaveLength(2);
  });

  it('is told of anew when it fails in another way', async () => {
    const scene = openHooks([hook('read line; case $line in *first*) exit 3 ;; esac; exit 4')]);
    await hear(scene, {...pre, call: bashCall('first')});
    await hear(scene, pre);
    await hear(scene, pre);
    expect(warnings(scene)).toEqual([expect.stringMatching(/exit code 3/), expect.stringMatching(/exit code 4/)]);
  });

  it('does not keep the others from being heard', async () => {
    const scene = openHooks([hook('exit 1'), hook('echo no >&2; exit 2'), hook('yes')]);
    expect(await hear(scene, pre)).toMatchObject({decision: 'deny', reason: expect.stringMatching(/: no$/)});
  });

  it('prints bytes that are no text, and the model and the person get text', async () => {
    const scene = openHooks([
      {event: 'UserPromptSubmit', command: `printf '\\377\\376\\000\\033[2Jx'`},
      hook(`printf '\\377\\033]0;title\\007bad' >&2; exit 1`),
    ]);
    const {context = ''} = await hear(scene, prompt);
    expect(context).toContain('UserPromptSubmit hook success: ');
    expect(context).not.toMatch(/[\x00-\x09\x0b-\x1f]/);
    await hear(scene, pre);
    expect(warnings(scene).join('')).not.toMatch(/[\x00-\x09\x0b-\x1f]/);
  });

  it('does not read what it is told, a megabyte of it', async () => {
    const scene = openHooks([hook('exec true')]);
    expect(await hear(scene, {...pre, call: bashCall('x'.repeat(1024 * 1024))})).toEqual({});
    expect(warnings(scene)).toEqual([]);
  });

  it('leaves something running that holds its outputs: its word counts at once, and what it left ends with its agent', async () => {
    const sleep = createSleep();
    const scene = openHooks([hook(`setsid ${sleep.command} & echo no >&2; exit 2`)]);
    expect((await hear(scene, pre)).decision).toBe('deny');
    await until('it runs', () => sleep.pids().length === 1);
    await scene.processes.end('main');
    expect(sleep.pids()).toEqual([]);
  });

  it('is gone with its children when its time is over', async () => {
    const sleep = createSleep();
    const scene = openHooks([hook(`for i in 1 2 3 4 5; do setsid ${sleep.command} & done; wait`, {timeoutMs: 300})]);
    await hear(scene, pre);
    expect(sleep.pids()).toEqual([]);
  });

  it('is gone with the interrupt of what it was heard about', async () => {
    const sleep = createSleep();
    const scene = openHooks([hook(sleep.command)]);
    const control = new AbortController();
    const heard = hear(scene, pre, {signal: control.signal});
    await until('it runs', () => sleep.pids().length > 0);
    control.abort(new Error('stop'));
    await expect(heard).rejects.toThrow('stop');
    expect(sleep.pids()).toEqual([]);
    expect(scene.told.at(-1)).toMatchObject({type: 'hook_finished', outcome: 'cancelled'});
    expect(warnings(scene)).toEqual([]);
  });

  it('with a matcher that is no regular expression is named at the beginning, and never run', async () => {
    const {hooks} = openHooks([hook('exit 2', {matcher: 'Bash('})]);
    expect(hooks.warnings).toEqual([
      'The PreToolUse hook exit 2 in /home/me/settings.json has a matcher that is no regular expression: Bash(; it is never run. Mend it there.',
    ]);
    expect(hooks.matches('PreToolUse', 'Bash')).toBe(false);
  });

  it('with such a matcher that may not fail refuses everything: nobody knows what it was to guard', async () => {
    const scene = openHooks([hook('exit 0', {matcher: 'Bash(', onFailure: 'block'})]);
    expect(scene.hooks.warnings).toEqual([expect.stringMatching(/it refuses everything/)]);
    expect(scene.hooks.matches('PreToolUse', 'Read')).toBe(true);
    expect(await hear(scene, pre)).toMatchObject({
      decision: 'deny',
      reason: expect.stringMatching(/matcher that is no regular expression/),
    });
  });
});
