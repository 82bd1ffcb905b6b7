/** Hooks in a session as its users make one: settings and functions, every agent, the whole life of a session. */
import {existsSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, it, onTestFinished} from 'vitest';
import {openHooks} from '../../src/hooks/open.js';
import {
  createScriptedModel,
  createSession,
  type HookFunctions,
  type HookInput,
  type ScriptedReply,
  type Session,
  type SessionOptions,
} from '../../src/index.js';
import {createFolder} from '../support/folder.js';
import {toSessionHooksOptions} from '../support/hooks.js';
import {outline, runTurn} from '../support/runtime.js';
import {mailOf, type Plan, planNames, replyTo} from '../support/tree.js';

type Rows = Readonly<Record<string, readonly {readonly matcher?: string; readonly command: string}[]>>;

const toSettings = (rows: Rows): string =>
  JSON.stringify({
    hooks: Object.fromEntries(
      Object.entries(rows).map(([event, hooks]) => [
        event,
        hooks.map(({matcher = '', command}) => ({matcher, hooks: [{type: 'command', command}]})),
      ]),
    ),
  });

type Script = Parameters<typeof createScriptedModel>[0];

interface Opened {
  readonly session: Session;
  readonly model: ReturnType<typeof createScriptedModel>;
  /** What each hook that logs was told. */
  log(): readonly Record<string, unknown>[];
  has(name: string): boolean;
}

async function open(script: Script, rows: Rows, options: SessionOptions = {}): Promise<Opened> {
  const cwd = createFolder();
  const model = createScriptedModel(script);
  const env = {PATH: process.env.PATH, HOME: cwd, AGENT_HOME: join(cwd, 'home')};
  const session = await createSession({cwd, env, model, skipPermissions: true, settings: toSettings(rows), ...options});
  onTestFinished(() => session.close());
  return {
    session,
    model,
    log() {
      const lines = existsSync(join(cwd, 'log')) ? readFileSync(join(cwd, 'log'), 'utf8').trim().split('\n') : [];
      return lines.map(line => JSON.parse(line));
    },
    has: name => existsSync(join(cwd, name)),
  };
}

const note = {command: 'cat >> "$AGENT_PROJECT_DIR/log"'};
const touch = (name: string, more: object = {}): ScriptedReply => ({
  calls: [{name: 'Bash', input: {command: `touch ${name}`, ...more}}],
});
const names = (log: readonly Record<string, unknown>[]): unknown[] => log.map(line => line.hook_event_name);

describe('a run with hooks', () => {
  it('hears them in order, each told of the same session and prompt', async () => {
    const events = ['SessionStart', 'UserPromptSubmit', 'PreToolUse', 'PostToolUse', 'Stop', 'SessionEnd'];
    const rows = Object.fromEntries(events.map(event => [event, [note]]));
    const {session, log} = await open([touch('a'), {text: 'done'}, {text: 'again'}], rows);
    await runTurn(session, 'go');
    await runTurn(session, 'and again');
    await session.close();
    expect(names(log())).toEqual([...events.slice(0, 5), 'UserPromptSubmit', 'Stop', 'SessionEnd']);
    expect(new Set(log().map(line => line.session_id))).toEqual(new Set([session.id]));
    const [first, second, , , last, other] = log()
      .slice(0, 6)
      .map(line => line.prompt_id);
    expect(first).toBeUndefined();
    expect(second).toEqual(expect.any(String));
    expect(last).toBe(second);
    expect(other).not.toBe(second);
    expect(log().at(-1)).toMatchObject({reason: 'other'});
  });

  it('tells of a failing call by its own event alone', async () => {
    const rows = {PostToolUse: [note], PostToolUseFailure: [note]};
    const {session, log} = await open([{calls: [{name: 'Bash', input: {command: 'exit 3'}}]}, {text: 'done'}], rows);
    await runTurn(session, 'go');
    expect(log()).toEqual([
      expect.objectContaining({hook_event_name: 'PostToolUseFailure', error: expect.stringMatching(/Exit code 3$/)}),
    ]);
  });

  it('gives what a write came to in the shape that formatters read', async () => {
    const write = (content: string): ScriptedReply => ({
      calls: [{name: 'Write', input: {file_path: 'a.txt', content}}],
    });
    const edit = {name: 'Edit', input: {file_path: 'a.txt', old_string: 'two', new_string: 'three'}};
    const script = [write('one\n'), write('two\n'), {calls: [edit]}, {text: 'done'}];
    const {session, log} = await open(script, {PostToolUse: [{...note, matcher: 'Write|Edit'}]});
    await runTurn(session, 'go');
    const filePath = join(session.cwd, 'a.txt');
    expect(log().map(line => line.tool_response)).toEqual([
      {
        type: 'create',
        originalFile: null,
        filePath,
        content: 'one\n',
        structuredPatch: [{oldStart: 0, oldLines: 0, newStart: 1, newLines: 1, lines: ['+one']}],
      },
      {
        type: 'update',
        filePath,
        content: 'two\n',
        structuredPatch: [{oldStart: 1, oldLines: 1, newStart: 1, newLines: 1, lines: ['-one', '+two']}],
      },
      {
        filePath,
        oldString: 'two',
        newString: 'three',
        replaceAll: false,
        structuredPatch: [{oldStart: 1, oldLines: 1, newStart: 1, newLines: 1, lines: ['-two', '+three']}],
      },
    ]);
  });

  it('runs what a hook makes of a call', async () => {
    const updated = {hookEventName: 'PreToolUse', permissionDecision: 'allow', updatedInput: {command: 'touch b'}};
    const rows = {PreToolUse: [{command: `echo '${JSON.stringify({hookSpecificOutput: updated})}'`}]};
    const {session, has} = await open([touch('a'), {text: 'done'}], rows);
    await runTurn(session, 'go');
    expect([has('a'), has('b')]).toEqual([false, true]);
  });

  it('holds a turn back as often as a hook objects, and tells it that it did', async () => {
    const command = `read line; echo "$line" >> log; case $line in *'"stop_hook_active":true'*) ;; *) echo more >&2; exit 2 ;; esac`;
    const {session, log, model} = await open([{text: 'one'}, touch('a'), {text: 'two'}], {Stop: [{command}]});
    await runTurn(session, 'go');
    expect(log().map(line => line.stop_hook_active)).toEqual([false, true]);
    expect(JSON.stringify(model.requests[1]?.messages.at(-1))).toContain(
      `Stop hook feedback:\\n[${command}]: more`.replaceAll('"', '\\"'),
    );
  });
});

describe('hooks and rules', () => {
  const changed = (event: string, fields: object): string =>
    `echo '${JSON.stringify({hookSpecificOutput: {hookEventName: event, ...fields}})}'`;
  const withRules = (rows: Rows, permissions: object): SessionOptions => ({
    settings: JSON.stringify({...JSON.parse(toSettings(rows)), permissions}),
    skipPermissions: false,
  });

  it.each([
    ['PreToolUse', {permissionDecision: 'allow', updatedInput: {command: 'touch denied'}}],
    ['PermissionRequest', {decision: {behavior: 'allow', updatedInput: {command: 'touch denied'}}}],
  ])('what a hook changes a call into is refused if a rule denies it: %s', async (event, fields) => {
    const options = withRules({[event]: [{command: changed(event, fields)}]}, {deny: ['Bash(touch denied)']});
    const {session, has} = await open([touch('a'), {text: 'done'}], {}, {...options, interactive: true});
    const {events} = await runTurn(session, 'go');
    expect(outline(events)).toContain('tool_finished call_1_1 denied');
    expect([has('a'), has('denied')]).toEqual([false, false]);
  });

  it('a hook that allows takes a question away, where nobody can be asked too, but no denial', async () => {
    const rows = {PreToolUse: [{command: changed('PreToolUse', {permissionDecision: 'allow'})}]};
    const options = withRules(rows, {deny: ['Bash(touch denied)']});
    const script = [touch('a'), touch('denied'), {text: 'done'}];
    const {session, has} = await open(script, {}, options);
    await runTurn(session, 'go');
    expect([has('a'), has('denied')]).toEqual([true, false]);
  });

  it('a hook that wants a question has the call refused where nobody can be asked', async () => {
    const asks = {permissionDecision: 'ask', permissionDecisionReason: 'look first'};
    const rows = {PreToolUse: [{command: changed('PreToolUse', asks)}]};
    const {session, has} = await open([touch('a'), {text: 'done'}], {}, withRules(rows, {allow: ['Bash']}));
    const {events} = await runTurn(session, 'go');
    expect(JSON.stringify(events)).toContain('wants this to be asked (look first)');
    expect(outline(events)).toContain('tool_finished call_1_1 denied');
    expect(outline(events)).not.toContain('question_asked');
    expect(has('a')).toBe(false);
  });

  it('hooks are told the mode that holds', async () => {
    const options: SessionOptions = {skipPermissions: false, permissionMode: 'acceptEdits'};
    const {session, log} = await open([{text: 'done'}], {UserPromptSubmit: [note]}, options);
    await runTurn(session, 'go');
    expect(log()[0]).toMatchObject({permission_mode: 'acceptEdits'});
  });
});

describe('what hooks say to the beginning of a session', () => {
  const hello = {SessionStart: [{command: 'cat >/dev/null; echo branch main; echo x >> starts'}]};
  const context = '<system-reminder>\nSessionStart:startup hook success: branch main\n</system-reminder>';

  it('joins the first prompt and no other, and is not shown as the person’s words', async () => {
    const {session, model} = await open([{text: 'one'}, {text: 'two'}], hello);
    const {events} = await runTurn(session, 'go');
    await runTurn(session, 'on');
    expect(model.requests[1]?.messages.filter(({role}) => role === 'user').map(({content}) => content)).toEqual([
      [
        {type: 'text', text: 'go'},
        {type: 'text', text: context},
      ],
      [{type: 'text', text: 'on'}],
    ]);
    const entry = events.flatMap(event => (event.type === 'entry_appended' ? [event.entry] : []))[0];
    expect(entry?.notes).toBe(1);
  });

  it('is kept for the next prompt if the first is refused', async () => {
    const guard = `read line; case $line in *'"prompt":"bad'*) echo no >&2; exit 2 ;; esac`;
    const {session, model} = await open([{text: 'one'}], {...hello, UserPromptSubmit: [{command: guard}]});
    expect((await runTurn(session, 'bad')).outcome.reason).toBe('stopped');
    await runTurn(session, 'good');
    expect(JSON.stringify(model.requests[0]?.messages)).toContain('branch main');
  });

  it('is said anew when the conversation begins anew', async () => {
    const rows = {SessionStart: [note], SessionEnd: [note]};
    const {session, log} = await open([{text: 'one'}, {text: 'two'}], rows);
    await runTurn(session, 'go');
    await session.clear();
    await runTurn(session, 'go');
    await session.close('prompt_input_exit');
    expect(log().map(({hook_event_name, source, reason}) => [hook_event_name, source ?? reason])).toEqual([
      ['SessionStart', 'startup'],
      ['SessionEnd', 'clear'],
      ['SessionStart', 'clear'],
      ['SessionEnd', 'prompt_input_exit'],
    ]);
  });

  it('holds up neither the session nor a prompt that is interrupted meanwhile', async () => {
    const rows = {SessionStart: [{command: 'cat >/dev/null; until [ -e go ]; do sleep 0.01; done; echo late'}]};
    const {session, model} = await open([{text: 'one'}], rows, {interactive: true});
    const turn = runTurn(session, 'first', () => {});
    session.interrupt();
    expect((await turn).outcome.reason).toBe('aborted');
    writeFileSync(join(session.cwd, 'go'), '');
    await runTurn(session, 'second');
    expect(JSON.stringify(model.requests[0]?.messages)).toContain('late');
  });
});

describe('the end of a session', () => {
  it('waits for its hooks a moment only, and leaves nothing of them', async () => {
    const {session} = await open([{text: 'one'}], {SessionEnd: [{command: 'sleep 60'}]});
    await runTurn(session, 'go');
    const startedAt = performance.now();
    await session.close();
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });
});

describe('at every depth, in the foreground and in the background', () => {
  /** A chain of agents, of which the last makes the call. */
  function chain(depth: number, background: boolean): Plan {
    const calls = [{name: 'Bash', input: {command: 'touch done'}}];
    let plan: Plan = {name: `agent ${depth}`, steps: [{calls}]};
    for (let level = depth - 1; level >= 0; level -= 1) {
      plan = {name: `agent ${level}`, steps: [{spawn: [{...plan, background}]}]};
    }
    return plan;
  }

  const types = {worker: {description: 'works', prompt: 'You work.'}};
  const cases = [0, 1, 2, 3].flatMap(depth => [false, true].map(background => ({depth, background})));

  it.each(cases)(
    'the same call is refused in the same words: depth $depth, background $background',
    async ({depth, background}) => {
      const rows = {
        PreToolUse: [{matcher: 'Bash', command: 'cat >> "$AGENT_PROJECT_DIR/log"; echo never >&2; exit 2'}],
      };
      const {session, has, log} = await open(replyTo, rows, {agents: types});
      const {events} = await runTurn(session, JSON.stringify(chain(depth, background)));
      const refused = events.filter(event => event.type === 'tool_finished' && event.outcome === 'denied');
      expect(refused).toEqual([
        expect.objectContaining({
          depth,
          result: expect.objectContaining({
            content: `PreToolUse:Bash hook error: [${rows.PreToolUse[0]?.command}]: never`,
            is_error: true,
          }),
        }),
      ]);
      expect(has('done')).toBe(false);
      expect(log()).toHaveLength(1);
      expect(log()[0]).toMatchObject(
        depth === 0 ? {tool_name: 'Bash'} : {agent_id: refused[0]?.agentId, agent_type: 'worker'},
      );
      expect('agent_id' in (log()[0] ?? {})).toBe(depth > 0);
    },
  );

  it('an agent’s beginning gets its context, and its end is held back by SubagentStop, the root’s by Stop', async () => {
    const once = (event: string): string =>
      `cat > /dev/null; [ -e ${event} ] || { touch ${event}; echo "not yet, ${event}" >&2; exit 2; }`;
    const rows = {
      SubagentStart: [
        {
          matcher: 'worker',
          command:
            'cat >/dev/null; echo \'{"hookSpecificOutput":{"hookEventName":"SubagentStart","additionalContext":"be brief"}}\'',
        },
      ],
      SubagentStop: [{command: once('sub')}],
      Stop: [{command: once('main')}],
    };
    const {session, model} = await open(replyTo, rows, {agents: types});
    await runTurn(session, JSON.stringify({name: 'root', steps: [{spawn: [{name: 'child', steps: []}]}]}));
    expect(mailOf(model.requests, 'child')).toEqual([
      '<system-reminder>\nSubagentStart:worker hook additional context: be brief\n</system-reminder>',
      expect.stringMatching(/^SubagentStop hook feedback:\n\[.*\]: not yet, sub$/s),
    ]);
    expect(mailOf(model.requests, 'root')).toEqual([expect.stringMatching(/^Stop hook feedback:\n.*not yet, main$/s)]);
    expect(planNames(model.requests)).toEqual(['root', 'child', 'child', 'root', 'root']);
  });
});

describe('a person who is waited for', () => {
  it('is called when a question waits, and by a hook’s answer no more', async () => {
    const allow = {hookSpecificOutput: {hookEventName: 'PermissionRequest', decision: {behavior: 'allow'}}};
    const rows = {
      Notification: [{...note, matcher: 'permission_prompt'}],
      // Answers once the call for the person has been heard.
      PermissionRequest: [{command: `until [ -s log ]; do sleep 0.01; done; echo '${JSON.stringify(allow)}'`}],
    };
    const {session, has, log} = await open([touch('a'), {text: 'done'}], rows, {
      interactive: true,
      skipPermissions: false,
    });
    const {events} = await runTurn(session, 'go');
    expect(outline(events)).toContain('question_answered');
    expect(has('a')).toBe(true);
    expect(log()).toEqual([
      expect.objectContaining({
        notification_type: 'permission_prompt',
        message: 'agent needs your permission to use Bash',
      }),
    ]);
  });

  it('is nobody in one-shot: the call is refused, and hooks are not asked in their place', async () => {
    const rows = {Notification: [note], PermissionRequest: [note]};
    const {session, has, log} = await open([touch('a'), {text: 'done'}], rows, {skipPermissions: false});
    await runTurn(session, 'go');
    expect([has('a'), log()]).toEqual([false, []]);
  });
});

describe('functions', () => {
  it('are heard like commands, with what they are about', async () => {
    const seen: string[] = [];
    const hooks: HookFunctions = {
      PreToolUse: [
        {
          matcher: 'Bash',
          run: async ({event, call}) => {
            seen.push(`${event} ${call.title}`);
            return {permissionDecision: 'deny', reason: 'not with me'};
          },
        },
      ],
      UserPromptSubmit: [{run: ({prompt}) => ({additionalContext: `about ${prompt}`})}],
      Stop: [{run: ({repeated}) => (repeated ? undefined : {decision: 'block', reason: 'once more'})}],
    };
    const {session, has, model} = await open([touch('a'), {text: 'one'}, {text: 'two'}], {}, {hooks});
    const {outcome} = await runTurn(session, 'go');
    expect([seen, has('a'), outcome.text]).toEqual([['PreToolUse touch a'], false, 'two']);
    const history = JSON.stringify(model.requests.at(-1)?.messages);
    expect(history).toContain('UserPromptSubmit hook additional context: about go');
    expect(history).toContain('not with me');
    expect(history).toContain('Stop hook feedback:\\nonce more');
    expect(session.hooks.map(({event, source}) => [event, source])).toEqual([
      ['PreToolUse', 'function'],
      ['UserPromptSubmit', 'function'],
      ['Stop', 'function'],
    ]);
  });

  it('answer questions, with another input too', async () => {
    const hooks: HookFunctions = {
      PermissionRequest: [{run: () => ({permissionDecision: 'allow', updatedInput: {command: 'touch b'}})}],
    };
    const {session, has} = await open(
      [touch('a'), {text: 'done'}],
      {},
      {
        hooks,
        interactive: true,
        skipPermissions: false,
      },
    );
    await runTurn(session, 'go');
    expect([has('a'), has('b')]).toEqual([false, true]);
  });

  it('that throw or are late are told of, and refuse if they may not fail', async () => {
    const late = (_: HookInput, signal: AbortSignal): Promise<undefined> =>
      new Promise(resolve => signal.addEventListener('abort', () => resolve(undefined)));
    const broken = (): never => {
      throw new Error('no luck');
    };
    for (const [run, expected] of [
      [late, /did not answer within 0.05 s/],
      [broken, /failed: no luck/],
    ] as const) {
      for (const onFailure of ['allow', 'block'] as const) {
        const hooks: HookFunctions = {PreToolUse: [{run, timeoutMs: 50, onFailure}]};
        const {session, has} = await open([touch('a'), {text: 'done'}], {}, {hooks});
        const {events} = await runTurn(session, 'go');
        expect(events.flatMap(event => (event.type === 'notice' ? [event.text] : []))).toEqual([
          expect.stringMatching(expected),
        ]);
        expect(has('a')).toBe(onFailure === 'allow');
      }
    }
  });

  it('and hooks that answer for themselves stand beside those of the settings: whoever refuses, refuses', async () => {
    const port = {
      matches: (event: string) => event === 'PreToolUse',
      run: async () => ({decision: 'allow', context: 'as it is'}) as const,
    };
    const alone = await open(
      [touch('a'), {text: 'done'}],
      {},
      {hooks: port, interactive: true, skipPermissions: false},
    );
    await runTurn(alone.session, 'go');
    expect(alone.has('a')).toBe(true);
    expect(JSON.stringify(alone.model.requests[1]?.messages.at(-1))).toContain('\\n\\nas it is"');
    const rows = {PreToolUse: [{command: 'exit 2'}]};
    const both = await open([touch('a'), {text: 'done'}], rows, {hooks: port});
    await runTurn(both.session, 'go');
    expect(both.has('a')).toBe(false);
  });
});

describe('without hooks', () => {
  it('there is nobody to ask', async () => {
    expect(await openHooks(toSessionHooksOptions([], {given: {PreToolUse: []}}))).toBeNull();
  });
});
