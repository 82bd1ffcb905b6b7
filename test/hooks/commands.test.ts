/** What commands are told and what is made of their word: real shells, real files. */
import {mkdirSync, rmSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, it} from 'vitest';
import type {HookOutcome} from '../../src/core/policy.js';
import {bashCall, hear, openHooks, warnings} from '../support/hooks.js';

const say = (value: unknown): string => `cat >/dev/null; printf '%s' '${JSON.stringify(value)}'`;
const pre = {event: 'PreToolUse', call: bashCall('ls')} as const;
const result = {content: 'a.txt'};
const post = {event: 'PostToolUse', call: bashCall('ls'), result, durationMs: 4} as const;
const prompt = {event: 'UserPromptSubmit', prompt: 'hello'} as const;
const stop = {event: 'Stop', text: 'I am done.', repeated: false} as const;

type Point = Parameters<typeof hear>[1];

/** What one command of that event says at that point. */
const word = (point: Point, command: string): Promise<HookOutcome> =>
  hear(openHooks([{event: point.event, command}]), point);

describe('what a command is told', () => {
  const common = {
    session_id: 'session-1',
    transcript_path: null,
    prompt_id: expect.any(String),
    permission_mode: 'default',
    effort: {level: 'high'},
  };

  async function toldOf(point: Point, whose: Parameters<typeof hear>[2] = {}) {
    const scene = openHooks([{event: point.event, command: 'cat > told.json'}]);
    await hear(scene, point, whose);
    const text = scene.read('told.json');
    expect(text).toMatch(/^\{.*\}\n$/);
    return {told: JSON.parse(text), cwd: scene.folder};
  }

  it.each<[Point, Record<string, unknown>]>([
    [pre, {tool_name: 'Bash', tool_input: {command: 'ls'}, tool_use_id: 'call_1'}],
    [
      {event: 'PermissionRequest', call: bashCall('ls')},
      {tool_name: 'Bash', tool_input: {command: 'ls'}, tool_use_id: 'call_1'},
    ],
    [
      post,
      {
        tool_name: 'Bash',
        tool_input: {command: 'ls'},
        tool_use_id: 'call_1',
        tool_response: {stdout: 'a.txt', stderr: '', interrupted: false, isImage: false},
        duration_ms: 4,
      },
    ],
    [
      {...post, event: 'PostToolUseFailure', result: {content: 'Exit code 3', isError: true}},
      {
        tool_name: 'Bash',
        tool_input: {command: 'ls'},
        tool_use_id: 'call_1',
        error: 'Exit code 3',
        is_interrupt: false,
        duration_ms: 4,
      },
    ],
    [prompt, {prompt: 'hello'}],
    [stop, {stop_hook_active: false, last_assistant_message: 'I am done.', background_tasks: [], session_crons: []}],
  ])('is one JSON object with the fields of its event: $event', async (point, fields) => {
    const {told, cwd} = await toldOf(point);
    expect(told).toEqual({...common, cwd, hook_event_name: point.event, ...fields});
  });

  it.each<[Point, Record<string, unknown>]>([
    [{event: 'SubagentStart', prompt: 'look'}, {}],
    [
      {...stop, event: 'SubagentStop', repeated: true},
      {stop_hook_active: true, last_assistant_message: 'I am done.', agent_transcript_path: null},
    ],
    [pre, {tool_name: 'Bash', tool_input: {command: 'ls'}, tool_use_id: 'call_1'}],
  ])('names the agent below the root that it is about: $event', async (point, fields) => {
    const {told, cwd} = await toldOf(point, {agentId: 'a1', kind: 'worker'});
    const whose = {agent_id: 'a1', agent_type: 'worker'};
    expect(told).toEqual({...common, cwd, hook_event_name: point.event, ...whose, ...fields});
  });

  it('of the session itself has neither mode nor, at its beginning, a prompt', async () => {
    const {session_id, transcript_path, prompt_id} = common;
    const start = await toldOf({event: 'SessionStart', source: 'startup'});
    const facts = {session_id, transcript_path, cwd: start.cwd};
    expect(start.told).toEqual({...facts, hook_event_name: 'SessionStart', source: 'startup', model: 'scripted'});
    const end = await toldOf({event: 'SessionEnd', reason: 'other'});
    expect(end.told).toEqual({...facts, cwd: end.cwd, prompt_id, hook_event_name: 'SessionEnd', reason: 'other'});
    const call = {event: 'Notification', about: 'permission_prompt', message: 'come'} as const;
    const notified = await toldOf(call);
    const fields = {hook_event_name: 'Notification', message: 'come', notification_type: 'permission_prompt'};
    expect(notified.told).toEqual({...facts, cwd: notified.cwd, prompt_id, ...fields});
  });

  it('finds the project in its environment, and stands where the agent stands', async () => {
    const scene = openHooks([
      {event: 'PreToolUse', command: 'echo "$CLAUDE_PROJECT_DIR $AGENT_PROJECT_DIR $PWD" > "$AGENT_PROJECT_DIR/seen"'},
    ]);
    const below = join(scene.folder, 'below');
    mkdirSync(below);
    await hear(scene, pre, {cwd: below});
    expect(scene.read('seen')).toBe(`${scene.folder} ${scene.folder} ${below}\n`);
    rmSync(below, {recursive: true});
    await hear(scene, pre, {cwd: below});
    expect(scene.read('seen')).toBe(`${scene.folder} ${scene.folder} ${scene.folder}\n`);
    expect(warnings(scene)).toEqual([]);
  });

  it('is run by its path, if it is a program', async () => {
    const scene = openHooks([{event: 'PreToolUse', command: '/usr/bin/env printf x >&2; exit 2'}]);
    expect((await hear(scene, pre)).decision).toBe('deny');
  });
});

describe('exit code 2', () => {
  it.each<[Point, string]>([
    [pre, 'PreToolUse:Bash hook error: [echo no >&2; exit 2]: no'],
    [
      post,
      '<system-reminder>\nPostToolUse:Bash hook blocking error from command: "echo no >&2; exit 2": ' +
        '[echo no >&2; exit 2]: no\n</system-reminder>',
    ],
    [prompt, '[echo no >&2; exit 2]: no'],
    [stop, '[echo no >&2; exit 2]: no'],
    [{...stop, event: 'SubagentStop'}, '[echo no >&2; exit 2]: no'],
    [{event: 'PermissionRequest', call: bashCall('ls')}, '[echo no >&2; exit 2]: no'],
  ])('refuses, with what the command says on standard error: $event', async (point, reason) => {
    expect(await word(point, 'echo no >&2; exit 2')).toEqual({decision: 'deny', reason});
  });

  it('without a word says that there is none', async () => {
    expect((await word(pre, 'exit 2')).reason).toBe('PreToolUse:Bash hook error: [exit 2]: No stderr output');
  });

  it.each<[Point]>([
    [{event: 'SessionEnd', reason: 'other'}],
    [{event: 'SubagentStart', prompt: 'look'}],
    [{event: 'Notification', about: 'idle_prompt', message: 'come'}],
  ])('is for the person where there is nothing to refuse: $event', async point => {
    const scene = openHooks([{event: point.event, command: 'echo no >&2; exit 2'}]);
    expect(await hear(scene, point)).toEqual({});
    expect(warnings(scene)).toEqual(['no']);
  });
});

describe('an answer in JSON', () => {
  const specific = (event: string, fields: object) => ({hookSpecificOutput: {hookEventName: event, ...fields}});

  it.each<[string, Point, object, HookOutcome]>([
    ['a call is allowed', pre, specific('PreToolUse', {permissionDecision: 'allow'}), {decision: 'allow'}],
    [
      'a call is refused, in its very words',
      pre,
      specific('PreToolUse', {permissionDecision: 'deny', permissionDecisionReason: 'not today'}),
      {decision: 'deny', reason: 'not today'},
    ],
    ['a question is wanted', pre, specific('PreToolUse', {permissionDecision: 'ask'}), {decision: 'ask'}],
    [
      'a question is wanted, for a reason',
      pre,
      specific('PreToolUse', {permissionDecision: 'ask', permissionDecisionReason: 'it is late'}),
      {decision: 'ask', reason: 'it is late'},
    ],
    [
      'the input is replaced',
      pre,
      specific('PreToolUse', {permissionDecision: 'allow', updatedInput: {command: 'ls -l'}}),
      {decision: 'allow', updatedInput: {command: 'ls -l'}},
    ],
    ['the old way to refuse', pre, {decision: 'block', reason: 'no'}, {decision: 'deny', reason: 'no'}],
    ['the old way to allow', pre, {decision: 'approve', reason: 'fine'}, {decision: 'allow'}],
    [
      'a text beside the result',
      pre,
      specific('PreToolUse', {additionalContext: 'mind'}),
      {context: '<system-reminder>\nPreToolUse:Bash hook additional context: mind\n</system-reminder>'},
    ],
    [
      'the model hears what is wrong with what was done',
      post,
      {decision: 'block', reason: 'not formatted'},
      {
        decision: 'deny',
        reason: expect.stringMatching(/PostToolUse:Bash hook blocking error from command: ".*": not formatted/s),
      },
    ],
    ['a prompt is not sent', prompt, {decision: 'block', reason: 'secrets'}, {decision: 'deny', reason: 'secrets'}],
    ['the turn goes on', stop, {decision: 'block', reason: 'tests'}, {decision: 'deny', reason: 'tests'}],
    ['the turn ends', post, {continue: false, stopReason: 'enough'}, {stop: 'enough'}],
    ['the turn ends without a reason', post, {continue: false}, {stop: 'A hook ended the turn.'}],
    [
      'a question is answered yes, with another input',
      {event: 'PermissionRequest', call: bashCall('ls')},
      specific('PermissionRequest', {decision: {behavior: 'allow', updatedInput: {command: 'ls -l'}}}),
      {decision: 'allow', updatedInput: {command: 'ls -l'}},
    ],
    [
      'a question is answered no',
      {event: 'PermissionRequest', call: bashCall('ls')},
      specific('PermissionRequest', {decision: {behavior: 'deny', message: 'never'}}),
      {decision: 'deny', reason: 'never'},
    ],
    ['nothing is said', pre, {suppressOutput: true}, {}],
  ])('%s', async (_, point, printed, expected) => {
    expect(await word(point, say(printed))).toEqual(expected);
  });

  it('speaks to the person, who is told', async () => {
    const scene = openHooks([{event: 'PreToolUse', command: say({systemMessage: 'look \x1b[2Jhere'})}]);
    expect(await hear(scene, pre)).toEqual({});
    expect(scene.told.filter(({type}) => type === 'notice')).toEqual([
      {type: 'notice', level: 'warning', text: 'look here', about: 'main'},
    ]);
  });

  it.each([
    [{hookSpecificOutput: {hookEventName: 'PreToolUse', permissionDecision: 'denyy'}}, /permissionDecision is "denyy"/],
    [{hookSpecificOutput: {hookEventName: 'PostToolUse'}}, /hookEventName is "PostToolUse" in an answer to PreToolUse/],
    [{decision: 'maybe'}, /decision is "maybe"/],
    [{reason: 3}, /reason is no text/],
    [{hookSpecificOutput: {permissionDecision: 'allow', updatedInput: 'ls'}}, /updatedInput is no object/],
  ])('that is not understood is told of: %j', async (printed, expected) => {
    const scene = openHooks([{event: 'PreToolUse', command: say(printed)}]);
    await hear(scene, pre);
    expect(warnings(scene)).toEqual([expect.stringMatching(expected)]);
  });
});

describe('plain output', () => {
  it('is context for a prompt, and at the beginning of a session', async () => {
    expect(await word(prompt, 'echo it is late')).toEqual({
      context: '<system-reminder>\nUserPromptSubmit hook success: it is late\n</system-reminder>',
    });
    expect(await word({event: 'SessionStart', source: 'startup'}, 'echo branch main')).toEqual({
      context: '<system-reminder>\nSessionStart:startup hook success: branch main\n</system-reminder>',
    });
  });

  it('is for nobody elsewhere', async () => {
    expect(await word(pre, 'echo fine')).toEqual({});
    expect(await word(stop, 'echo fine')).toEqual({});
  });

  it('of 400 KB reaches the model in part, which says so', async () => {
    const {context = ''} = await word(prompt, `head -c 400000 /dev/zero | tr '\\0' x`);
    expect(context.length).toBeLessThan(11_000);
    expect(context).toMatch(/390000 characters left out/);
  });

  it('that looks like JSON and is none is plain text', async () => {
    const scene = openHooks([{event: 'UserPromptSubmit', command: `echo '{"a": '`}]);
    expect((await hear(scene, prompt)).context).toContain('hook success: {"a":');
    expect(warnings(scene)).toEqual([expect.stringMatching(/JSON that is broken/)]);
  });
});

describe('hooks of one event', () => {
  it('run at the same time, and each is heard', async () => {
    // Each waits for what the other makes: one after the other they would wait for ever.
    const meet = (own: string, other: string): string =>
      `touch ${own}; until [ -e ${other} ]; do sleep 0.01; done; echo ${own}`;
    const scene = openHooks([
      {event: 'UserPromptSubmit', command: meet('one', 'two')},
      {event: 'UserPromptSubmit', command: meet('two', 'one')},
    ]);
    expect((await hear(scene, prompt)).context).toMatch(/one.*two/s);
  });

  it('are run once, however many files name the same command', async () => {
    const hook = {event: 'PreToolUse', command: 'echo x >> count'};
    const scene = openHooks([hook, {...hook, matcher: 'Bash'}, {...hook, matcher: 'Edit'}]);
    await hear(scene, pre);
    expect(scene.read('count')).toBe('x\n');
  });

  it('listen to what their matcher says, under any name of a tool', () => {
    const {hooks} = openHooks([
      {event: 'PreToolUse', matcher: 'Task', command: 'true'},
      {event: 'SubagentStart', matcher: 'worker', command: 'true'},
      {event: 'Stop', matcher: 'whatever', command: 'true'},
    ]);
    expect([hooks.matches('PreToolUse', 'Agent'), hooks.matches('PreToolUse', 'Bash')]).toEqual([true, false]);
    expect([hooks.matches('SubagentStart', 'worker'), hooks.matches('SubagentStart', 'plan')]).toEqual([true, false]);
    expect([hooks.matches('Stop', 'main'), hooks.matches('SubagentStop', 'main')]).toEqual([true, false]);
  });
});
