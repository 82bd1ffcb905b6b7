import {describe, expect, it} from 'vitest';
import type {Decision, HookInput, HookOutcome, Hooks, Permissions, Verdict} from '../../src/core/policy.js';
import type {ScriptedReply} from '../../src/providers/scripted.js';
import {forever, gate, makeTool, openRuntime, outline, runTurn} from '../support/runtime.js';
import {mailOf, openTree} from '../support/tree.js';

const callThenDone: readonly ScriptedReply[] = [{calls: [{name: 'Change', input: {value: 'a'}}]}, {text: 'done'}];

/** Hooks that answer by event, and keep what they were asked. */
function hooksOf(answers: Partial<Record<HookInput['event'], HookOutcome>>): Hooks & {readonly seen: HookInput[]} {
  const seen: HookInput[] = [];
  return {
    seen,
    matches: event => answers[event] !== undefined,
    async run(input) {
      seen.push(input);
      return answers[input.event] ?? {};
    },
  };
}

function open(script: readonly ScriptedReply[], hooks: Hooks | null, permissions?: Permissions) {
  const ran: string[] = [];
  const tools = [
    makeTool('Change', 'changes', value => {
      ran.push(value);
      return value === 'bad' ? {content: 'exit 1', isError: true} : `changed ${value}`;
    }),
    makeTool('Look', 'reads', value => {
      ran.push(value);
      return `saw ${value}`;
    }),
  ];
  return {ran, ...openRuntime(script, {tools, hooks, ...(permissions && {permissions})})};
}

const asking = (ask: Permissions['ask']): Permissions => ({decide: () => ({verdict: 'ask'}), ask});

describe('a refusal', () => {
  it('gives the model its message and the person its summary, or else the beginning of the message', async () => {
    for (const [summary, shown] of [
      ['the rule Change forbids it', 'the rule Change forbids it'],
      [undefined, 'No. Go on without it.'],
    ] as const) {
      const message = 'No. Go on without it.';
      const verdict: Verdict = {verdict: 'deny', message, ...(summary !== undefined && {summary})};
      const {session, ran} = open(callThenDone, null, {decide: () => verdict, ask: (_, signal) => forever(signal)});
      const {events} = await runTurn(session, 'go');
      const end = events.find(event => event.type === 'tool_finished');
      expect(end).toMatchObject({outcome: 'denied', display: {summary: shown}, result: {content: message}});
      expect(ran).toEqual([]);
    }
  });
});

describe('a judge that gives another answer than there is', () => {
  const garbage = [{verdict: 'maybe'}, {verdict: 'Allow'}, {verdict: 'Ask'}, {}, null, undefined, 'allow', true];

  it.each(garbage)('is taken for one that refuses: %j', async given => {
    const {session, ran} = open(callThenDone, null, {
      decide: () => given as Verdict,
      ask: (_, signal) => forever(signal),
    });
    const {events} = await runTurn(session, 'go');
    expect(ran).toEqual([]);
    expect(events.find(event => event.type === 'tool_finished')).toMatchObject({result: {is_error: true}});
  });

  it.each(garbage)('refuses also as the answer to a question: %j', async given => {
    const {session, ran} = open(
      callThenDone,
      null,
      asking(async () => given as Verdict),
    );
    await runTurn(session, 'go');
    expect(ran).toEqual([]);
  });
});

describe('PreToolUse hooks', () => {
  it('refuse a call, and the model reads the reason', async () => {
    const {session, ran, model} = open(
      callThenDone,
      hooksOf({PreToolUse: {decision: 'deny', reason: 'not on Sundays'}}),
    );
    const {events} = await runTurn(session, 'go');
    expect(ran).toEqual([]);
    expect(outline(events)).toContain('tool_finished call_1_1 denied');
    expect(outline(events).filter(line => line.startsWith('tool_started'))).toEqual([]);
    expect(JSON.stringify(model.requests[1]?.messages.at(-1))).toMatch(/not on Sundays/);
  });

  it('replace the whole input, which is checked again', async () => {
    const good = open(callThenDone, hooksOf({PreToolUse: {updatedInput: {value: 'b'}}}));
    await runTurn(good.session, 'go');
    expect(good.ran).toEqual(['b']);
    const bad = open(callThenDone, hooksOf({PreToolUse: {updatedInput: {valu: 'b'}}}));
    await runTurn(bad.session, 'go');
    expect(bad.ran).toEqual([]);
  });

  it('let a call through without a question, but not against a refusal', async () => {
    const allow = hooksOf({PreToolUse: {decision: 'allow'}});
    const asked = open(
      callThenDone,
      allow,
      asking(() => Promise.reject(new Error('asked'))),
    );
    await runTurn(asked.session, 'go');
    expect(asked.ran).toEqual(['a']);
    const refusing: Permissions = {
      decide: () => ({verdict: 'deny', message: 'never'}),
      ask: () => Promise.reject(new Error('asked')),
    };
    const refused = open(callThenDone, allow, refusing);
    await runTurn(refused.session, 'go');
    expect(refused.ran).toEqual([]);
  });

  it('answer no question that a rule demands', async () => {
    const demanded: Permissions = {
      decide: () => ({verdict: 'ask', isDemanded: true}),
      ask: async () => ({verdict: 'deny', message: 'the person said no'}),
    };
    const {session, ran, model} = open(callThenDone, hooksOf({PreToolUse: {decision: 'allow'}}), demanded);
    await runTurn(session, 'go');
    expect(ran).toEqual([]);
    expect(JSON.stringify(model.requests[1]?.messages.at(-1))).toMatch(/the person said no/);
  });

  it('can allow what is refused only because there is nobody to ask', async () => {
    const alone: Permissions = {
      decide: () => ({verdict: 'ask', refusal: {message: 'nobody is there', summary: 'the mode says no'}}),
      ask: () => Promise.reject(new Error('asked')),
    };
    const refused = open(callThenDone, null, alone);
    const {events} = await runTurn(refused.session, 'go');
    expect(refused.ran).toEqual([]);
    expect(events.find(({type}) => type === 'tool_finished')).toMatchObject({display: {summary: 'the mode says no'}});
    expect(outline(events).filter(line => line.startsWith('question'))).toEqual([]);
    expect(JSON.stringify(refused.model.requests[1]?.messages.at(-1))).toMatch(/nobody is there/);
    const allowed = open(callThenDone, hooksOf({PreToolUse: {decision: 'allow'}}), alone);
    await runTurn(allowed.session, 'go');
    expect(allowed.ran).toEqual(['a']);
  });

  it('make a question of what would have been allowed', async () => {
    const questions: string[] = [];
    const permissions: Permissions = {
      decide: () => ({verdict: 'allow'}),
      ask: async ({title}) => {
        questions.push(title);
        return {verdict: 'allow'};
      },
    };
    const {session, ran} = open(callThenDone, hooksOf({PreToolUse: {decision: 'ask', reason: 'late'}}), permissions);
    const {events} = await runTurn(session, 'go');
    expect([questions, ran]).toEqual([['a'], ['a']]);
    expect(events.find(({type}) => type === 'question_asked')).toMatchObject({reason: 'a hook asks: late'});
  });

  it('end the turn, and every call of the reply still gets its result', async () => {
    const calls = ['a', 'b'].map(value => ({name: 'Change', input: {value}}));
    const {session, ran, model} = open([{calls}], hooksOf({PreToolUse: {stop: 'enough for today'}}));
    const {outcome} = await runTurn(session, 'go');
    expect(outcome).toMatchObject({reason: 'stopped', error: {message: 'enough for today'}});
    expect(ran).toEqual([]);
    expect(model.requests).toHaveLength(1);
    expect(JSON.stringify(session.history.at(-1)).match(/tool_result/g)).toHaveLength(2);
  });

  it('end the turn for the calls after theirs as well', async () => {
    const hooks: Hooks = {
      matches: event => event === 'PreToolUse',
      run: async input => (input.event === 'PreToolUse' && input.call.title === 'a' ? {stop: 'enough'} : {}),
    };
    const {session, ran} = open([{calls: ['a', 'b'].map(value => ({name: 'Change', input: {value}}))}], hooks);
    expect((await runTurn(session, 'go')).outcome.reason).toBe('stopped');
    expect(ran).toEqual([]);
    expect(JSON.stringify(session.history.at(-1))).toMatch(/Not run, because a hook ended the turn: enough/);
  });
});

describe('hooks on a read', () => {
  it.each(['PreToolUse', 'PostToolUse', 'PostToolUseFailure'] as const)(
    'hold it back until the reply is whole: %s',
    async event => {
      const script = [{calls: [{name: 'Look', input: {value: 'x'}}]}, {text: 'done'}];
      const {session} = open(script, hooksOf({[event]: {}}));
      const order = outline((await runTurn(session, 'go')).events);
      expect(order.indexOf('tool_started Look x')).toBeGreaterThan(order.indexOf('reply_finished tool_use'));
    },
  );
});

describe('hooks after a call', () => {
  it('add their text to the result', async () => {
    const {session, model} = open(callThenDone, hooksOf({PostToolUse: {context: 'and the linter is unhappy'}}));
    await runTurn(session, 'go');
    expect(model.requests[1]?.messages.at(-1)).toEqual({
      role: 'user',
      content: [{type: 'tool_result', tool_use_id: 'call_1_1', content: 'changed a\n\nand the linter is unhappy'}],
    });
  });

  it('are told of a failure by its own name', async () => {
    const hooks = hooksOf({PostToolUse: {}, PostToolUseFailure: {decision: 'deny', reason: 'mend it'}});
    const {session} = open([{calls: [{name: 'Change', input: {value: 'bad'}}]}, {text: 'done'}], hooks);
    await runTurn(session, 'go');
    expect(hooks.seen.map(({event}) => event)).toEqual(['PostToolUseFailure']);
    expect(JSON.stringify(session.history)).toMatch(/exit 1.*mend it/);
  });
});

describe('an interrupt during a hook', () => {
  it('does not hide the result of the call that it looks at', async () => {
    const looking = gate();
    const hooks: Hooks = {
      matches: event => event === 'PostToolUse',
      run(_, signal) {
        looking.open();
        return forever(signal);
      },
    };
    const {session} = open(callThenDone, hooks);
    void looking.opened.then(() => session.interrupt());
    const {outcome} = await runTurn(session, 'go');
    expect(outcome.reason).toBe('aborted');
    expect(JSON.stringify(session.history.at(-1))).toMatch(/changed a/);
  });
});

describe('hooks around a turn', () => {
  it('refuse a prompt before anything is sent', async () => {
    const {session, model} = open([], hooksOf({UserPromptSubmit: {decision: 'deny', reason: 'secrets in it'}}));
    const {events, outcome} = await runTurn(session, 'my password is …', event => {
      if (event.type === 'run_finished') expect(session.isRunning).toBe(false);
    });
    expect(outline(events)).toEqual(['run_finished stopped']);
    expect(outcome.error).toEqual({
      kind: 'blocked_prompt',
      message: 'UserPromptSubmit operation blocked by hook:\nsecrets in it\n\nOriginal prompt: my password is …',
    });
    expect([session.history, model.requests]).toEqual([[], []]);
    expect(session.isRunning).toBe(false);
  });

  it('add context to a prompt', async () => {
    const {session, model} = open([{text: 'ok'}], hooksOf({UserPromptSubmit: {context: 'it is late'}}));
    await runTurn(session, 'hi');
    expect(model.requests[0]?.messages[0]?.content).toEqual([
      {type: 'text', text: 'hi'},
      {type: 'text', text: 'it is late'},
    ]);
  });

  it('keep a turn going with a reason, but not for ever', async () => {
    const hooks = hooksOf({Stop: {decision: 'deny', reason: 'tests are red'}});
    const {session, model} = openRuntime(() => ({text: 'I am done'}), {hooks});
    const {outcome, events} = await runTurn(session, 'go');
    expect(outcome).toMatchObject({reason: 'completed', steps: 9});
    expect(events.flatMap(event => (event.type === 'notice' ? [event.text] : []))).toEqual([
      'Its Stop hooks objected 8 times in a row: the turn ends all the same.',
    ]);
    expect(hooks.seen.map(input => input.event === 'Stop' && input.repeated)).toEqual([false, ...Array(7).fill(true)]);
    expect(JSON.stringify(model.requests[1]?.messages.at(-1))).toMatch(/Stop hook feedback.*tests are red/);
  });

  it('keep no turn going for ever by work that never succeeds', async () => {
    const hooks = hooksOf({Stop: {decision: 'deny', reason: 'tests are red'}});
    const replyTo = (turn: number): ScriptedReply =>
      turn % 2 === 0 ? {text: 'I am done'} : {calls: [{name: 'Change', input: {value: 'a'}}]};
    let requests = 0;
    const {session} = openRuntime(() => replyTo(requests++), {
      hooks,
      maxSteps: null,
      tools: [makeTool('Change', 'changes', () => 'changed')],
    });
    const {outcome, events} = await runTurn(session, 'go');
    expect(outcome.reason).toBe('completed');
    expect(hooks.seen.filter(input => input.event === 'Stop')).toHaveLength(32);
    expect(events.flatMap(event => (event.type === 'notice' ? [event.text] : []))).toEqual([
      'Its Stop hooks objected 32 times in this turn: the turn ends all the same.',
    ]);
  });

  it('are told that they held the turn before, whatever was done since', async () => {
    const hooks = hooksOf({Stop: {decision: 'deny', reason: 'tests are red'}});
    const script = [{text: 'done'}, ...callThenDone];
    const {session} = open([...script, ...Array(8).fill({text: 'done'})], hooks);
    await runTurn(session, 'go');
    expect(hooks.seen.flatMap(input => (input.event === 'Stop' ? [input.repeated] : [])).slice(0, 3)).toEqual([
      false,
      true,
      true,
    ]);
  });
});

describe('a question', () => {
  it('is told with what the call would do, and answered once', async () => {
    const answer = gate<Verdict>();
    const {session, ran} = open(
      callThenDone,
      null,
      asking(() => answer.opened),
    );
    const {events} = await runTurn(session, 'go', event => {
      if (event.type === 'question_asked') answer.open({verdict: 'allow'});
    });
    expect(outline(events).slice(5, 9)).toEqual([
      'question_asked',
      'question_answered',
      'tool_started Change a',
      'tool_finished call_1_1 ok',
    ]);
    expect(ran).toEqual(['a']);
  });

  it('answered no without a reason say that it was not allowed, in a sentence for the model', async () => {
    for (const message of [undefined, '']) {
      const {session, ran, model} = open(
        callThenDone,
        null,
        asking(async () => ({verdict: 'deny', message})),
      );
      await runTurn(session, 'go');
      expect(ran).toEqual([]);
      expect(JSON.stringify(model.requests[1]?.messages.at(-1))).toContain('This call was not allowed');
    }
  });

  it('that is refused tells the model why', async () => {
    const no = asking(async () => ({verdict: 'deny', message: 'use the other file'}));
    const {session, ran} = open(callThenDone, null, no);
    await runTurn(session, 'go');
    expect(ran).toEqual([]);
    expect(JSON.stringify(session.history)).toMatch(/use the other file/);
  });

  it('that is open when the turn is interrupted is cancelled', async () => {
    const {session} = open(
      callThenDone,
      null,
      asking((_, signal) => forever(signal)),
    );
    const {events, outcome} = await runTurn(session, 'go', event => {
      if (event.type === 'question_asked') session.interrupt();
    });
    expect(outcome.reason).toBe('aborted');
    expect(events.find(event => event.type === 'question_answered')).toMatchObject({verdict: 'cancelled'});
  });
});

/** Permissions that ask, of which the test sees whether the question still waits. */
function openQuestion(decision: Decision = {verdict: 'ask'}) {
  const state = {waits: false};
  const permissions: Permissions = {
    decide: () => decision,
    ask: (_, signal) => {
      state.waits = true;
      return forever(signal).finally(() => {
        state.waits = false;
      });
    },
  };
  return {state, permissions};
}

describe('a hook on a question', () => {
  it.each([
    ['allow', 'ok', ['a']],
    ['deny', 'denied', []],
  ] as const)('answers it, and the person is asked no more: %s', async (decision, outcome, expected) => {
    const {state, permissions} = openQuestion();
    const hooks = hooksOf({PermissionRequest: {decision, reason: 'as agreed'}});
    const {session, ran} = open(callThenDone, hooks, permissions);
    const {events} = await runTurn(session, 'go');
    expect(outline(events)).toContain(`tool_finished call_1_1 ${outcome}`);
    expect(events.find(({type}) => type === 'question_answered')).toMatchObject({verdict: decision});
    expect([ran, state.waits]).toEqual([expected, false]);
  });

  it('is heard no more once the person has answered', async () => {
    const left = gate();
    const hooks: Hooks = {
      matches: event => event === 'PermissionRequest',
      run: (_, signal) => forever(signal).finally(left.open),
    };
    const {session, ran} = open(
      callThenDone,
      hooks,
      asking(async () => ({verdict: 'allow'})),
    );
    await runTurn(session, 'go');
    await left.opened;
    expect(ran).toEqual(['a']);
  });

  it('leaves it to the person if it says nothing, or asks', async () => {
    for (const said of [{}, {decision: 'ask'}] as const) {
      const person = asking(async () => ({verdict: 'deny'}));
      const {session, ran} = open(callThenDone, hooksOf({PermissionRequest: said}), person);
      await runTurn(session, 'go');
      expect(ran).toEqual([]);
    }
  });

  it('may refuse what a rule wants asked, but not allow it', async () => {
    const demanded = {verdict: 'ask', isDemanded: true} as const;
    const refused = open(
      callThenDone,
      hooksOf({PermissionRequest: {decision: 'deny'}}),
      openQuestion(demanded).permissions,
    );
    expect(outline((await runTurn(refused.session, 'go')).events)).toContain('tool_finished call_1_1 denied');
    const {state, permissions} = openQuestion(demanded);
    const {session} = open(callThenDone, hooksOf({PermissionRequest: {decision: 'allow'}}), permissions);
    let asked = false;
    await runTurn(session, 'go', async event => {
      if (event.type !== 'question_asked') return;
      await Promise.resolve();
      asked = state.waits;
      session.interrupt();
    });
    expect(asked).toBe(true);
  });

  it.each(['PreToolUse', 'PermissionRequest'] as const)(
    'cannot slip an input past a rule that denies it: %s',
    async event => {
      const permissions: Permissions = {
        decide: ({title}) => (title === 'secret' ? {verdict: 'deny', message: 'never'} : {verdict: 'ask'}),
        ask: (_, signal) => forever(signal),
      };
      for (const [value, expected] of [
        ['secret', []],
        ['b', ['b']],
      ] as const) {
        const hooks = hooksOf({[event]: {decision: 'allow', updatedInput: {value}}});
        const {session, ran} = open(callThenDone, hooks, permissions);
        await runTurn(session, 'go');
        expect(ran).toEqual(expected);
      }
    },
  );

  it('is not heard where nobody can be asked; a call that another hook wants asked is refused', async () => {
    const hooks = hooksOf({PreToolUse: {decision: 'ask'}, PermissionRequest: {decision: 'allow'}});
    const permissions: Permissions = {
      decide: () => ({verdict: 'allow'}),
      ask: () => Promise.reject(new Error('asked')),
      refusal: () => ({message: 'nobody is there'}),
    };
    const {session, ran} = open(callThenDone, hooks, permissions);
    await runTurn(session, 'go');
    expect([ran, hooks.seen.map(({event}) => event)]).toEqual([[], ['PreToolUse']]);
    expect(JSON.stringify(session.history)).toMatch(/nobody is there/);
  });
});

describe('hooks around an agent below the root', () => {
  it('hear its beginning and its end, each with whose it is, and the end of the root apart', async () => {
    const seen: string[] = [];
    const hooks: Hooks = {
      matches: event => ['SubagentStart', 'SubagentStop', 'Stop'].includes(event),
      async run(input) {
        seen.push(`${input.event} ${input.kind}`);
        return input.event === 'SubagentStart' ? {context: `mind the gap, ${input.agentId}`} : {};
      },
    };
    const {session, model} = openTree({hooks});
    await runTurn(session, JSON.stringify({name: 'root', steps: [{spawn: [{name: 'child', steps: []}]}]}));
    expect(seen).toEqual(['SubagentStart worker', 'SubagentStop worker', 'Stop main']);
    expect(mailOf(model.requests, 'child')).toEqual([expect.stringMatching(/^mind the gap, /)]);
  });

  it('end with it: one that thinks about its beginning does not outlive an abort', async () => {
    const hooks: Hooks = {matches: event => event === 'SubagentStart', run: (_, signal) => forever(signal)};
    const {session, model} = openTree({hooks});
    const plan = {name: 'root', steps: [{spawn: [{name: 'child', steps: []}]}]};
    const {events} = await runTurn(session, JSON.stringify(plan), event => {
      if (event.type === 'agent_started') session.interrupt();
    });
    expect(events.find(({type}) => type === 'agent_finished')).toMatchObject({state: 'stopped'});
    expect(model.requests).toHaveLength(1);
  });
});

describe('what is told beside a run', () => {
  it('reaches whoever reads the turn, in its place', async () => {
    const {session} = open(callThenDone, null);
    const {events} = await runTurn(session, 'go', event => {
      if (event.type === 'tool_started') session.tell({type: 'notice', level: 'warning', text: 'a hook failed'});
    });
    const order = outline(events);
    expect(order.indexOf('notice')).toBe(order.indexOf('tool_started Change a') + 1);
    expect(order.filter(line => line === 'notice')).toHaveLength(1);
  });
});
