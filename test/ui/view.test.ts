import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import type {AgentEvent} from '../../src/core/types.js';
import {fold} from '../../src/ui/fold.js';
import {createView, rootOf, takeSettled, totalSpent} from '../../src/ui/view.js';
import {
  call,
  follow,
  followAll,
  mail,
  prompt,
  reply,
  replyFinished,
  replyStarted,
  retracted,
  runFinished,
  runStarted,
  stamped,
  textDelta,
  toolFinished,
  toolUse,
} from './support/events.js';

const described = (items: readonly {readonly type: string; readonly id: string}[]): string[] =>
  items.map(({type, id}) => (type === 'end' || type === 'notice' ? type : `${type} ${id}`));

describe('the folded view', () => {
  it('settles a turn in the order in which it happened', () => {
    const {view, settled} = followAll(
      prompt('look', 'p1'),
      runStarted,
      replyStarted('r1'),
      textDelta('r1', 'I look.'),
      ...toolUse('r1', 1, 'c1'),
      replyFinished('r1'),
      {type: 'tool_started', ...call('c1')},
      toolFinished('c1'),
      ...reply('r2', 'Done.'),
      runFinished(),
    );
    expect(described(settled)).toEqual(['prompt p1', 'text r1:0', 'call c1', 'text r2:0', 'end']);
    expect(rootOf(view)).toMatchObject({items: [], run: null});
  });

  it('keeps a reply live until it is whole, because it may be taken back', () => {
    const before = followAll(runStarted, replyStarted('r1'), textDelta('r1', 'one\n\n'), textDelta('r1', 'two'));
    expect(before.settled).toEqual([]);
    expect(rootOf(before.view)?.items).toMatchObject([{type: 'text', text: 'one\n\ntwo', isWhole: false}]);
  });

  it('drops a retracted reply with its early calls, and what they say afterwards', () => {
    const {view, settled} = followAll(
      runStarted,
      replyStarted('r1'),
      textDelta('r1', 'doomed'),
      ...toolUse('r1', 1, 'c1'),
      {type: 'tool_started', ...call('c1')},
      retracted('r1'),
      {type: 'tool_progress', callId: 'c1', text: 'late output'},
      toolFinished('c1'),
    );
    expect(settled).toEqual([]);
    expect(rootOf(view)?.items).toEqual([]);
    expect(rootOf(view)?.run?.replyId).toBeNull();
  });

  it('says of a prompt that was not accepted that it is no part of the conversation', () => {
    const entry = {id: 'p1', message: {role: 'user' as const, content: 'too long'}};
    const {settled} = followAll(prompt('too long', 'p1'), runStarted, {type: 'prompt_withdrawn', entry}, runFinished());
    expect(settled).toMatchObject([{type: 'prompt'}, {type: 'notice', text: expect.stringContaining('no part')}, {}]);
  });

  it('keeps a call that ended early behind its reply until that is whole', () => {
    const early: AgentEvent[] = [
      runStarted,
      replyStarted('r1'),
      ...toolUse('r1', 0, 'c1'),
      {type: 'tool_started', ...call('c1')},
      toolFinished('c1'),
    ];
    expect(followAll(...early).settled).toEqual([]);
    expect(described(followAll(...early, replyFinished('r1')).settled)).toEqual(['call c1']);
  });

  it('settles nothing behind an item that may still change', () => {
    const {view, settled} = followAll(
      runStarted,
      replyStarted('r1'),
      ...toolUse('r1', 0, 'c1'),
      ...toolUse('r1', 1, 'c2'),
      replyFinished('r1'),
      {type: 'tool_started', ...call('c1')},
      {type: 'tool_started', ...call('c2')},
      toolFinished('c2'),
      {type: 'notice', level: 'info', text: 'by the way'},
    );
    expect(settled).toEqual([]);
    expect(described(rootOf(view)?.items ?? [])).toEqual(['call c1', 'call c2', 'notice']);
  });

  it('takes the finished block for the truth, also when it never came in pieces', () => {
    const block = {type: 'text' as const, text: 'whole'};
    const {settled} = followAll(
      runStarted,
      replyStarted('r1'),
      {type: 'block_finished', entryId: 'r1', index: 0, block},
      textDelta('r1', 'hal', 1),
      {type: 'block_finished', entryId: 'r1', index: 1, block},
      replyFinished('r1'),
    );
    expect(settled).toMatchObject([{text: 'whole'}, {text: 'whole'}]);
  });

  it('reads replies with the line ends of any system', () => {
    const {settled} = followAll(
      runStarted,
      replyStarted('r1'),
      textDelta('r1', 'one\r'),
      textDelta('r1', '\ntwo\r\n'),
      {type: 'block_finished', entryId: 'r1', index: 0, block: {type: 'text', text: 'one\r\ntwo\r\n'}},
      replyFinished('r1'),
    );
    expect(settled).toMatchObject([{text: 'one\ntwo\n'}]);
  });

  it('closes what an ended run left open: partial text stays, calls were interrupted', () => {
    const {settled} = followAll(
      runStarted,
      replyStarted('r1'),
      textDelta('r1', 'half an ans'),
      ...toolUse('r1', 1, 'c1'),
      runFinished({reason: 'aborted'}),
    );
    expect(settled).toMatchObject([
      {type: 'text', text: 'half an ans'},
      {type: 'call', state: 'interrupted'},
      {type: 'end', reason: 'aborted'},
    ]);
  });

  it('follows a call through its states', () => {
    const events: AgentEvent[] = [
      ...toolUse('r1', 0, 'c1', 'Bash'),
      {type: 'question_asked', ...call('c1', 'Bash', 'npm test')},
      {type: 'question_answered', callId: 'c1', verdict: 'allow'},
      {type: 'tool_started', ...call('c1', 'Bash', 'npm test')},
      {type: 'tool_progress', callId: 'c1', text: 'ok\n'},
      toolFinished('c1', 'failed'),
    ];
    const states: string[] = [];
    let view = [runStarted, replyStarted('r1')].reduce((so, event) => fold(so, stamped(event), 1_000), createView());
    for (const event of events) {
      view = fold(view, stamped(event), 2_000);
      const [item] = rootOf(view)?.items ?? [];
      states.push(item?.type === 'call' ? `${item.state} ${item.title} ${item.output}`.trim() : 'no call');
    }
    expect(states).toEqual([
      'preparing',
      'preparing',
      'queued',
      'asking npm test',
      'queued npm test',
      'running npm test',
      'running npm test ok',
      'failed npm test',
    ]);
  });

  it('a call is named by its input until its tool names it', () => {
    const titleAfter = (input: unknown, ...more: AgentEvent[]): unknown => {
      const block = {type: 'tool_use' as const, id: 'c1', name: 'Bash', input};
      const finished: AgentEvent = {type: 'block_finished', entryId: 'r1', index: 0, block};
      const {view} = followAll(runStarted, replyStarted('r1'), finished, ...more);
      return rootOf(view)?.items.map(item => (item.type === 'call' ? `${item.state} ${item.title}` : item.type));
    };
    expect(titleAfter({timeout: 5, command: 'npm test'})).toEqual(['queued npm test']);
    expect(titleAfter({command: 'cd src\nls\nrm -r .\n'})).toEqual(['queued cd src … +2 lines']);
    expect(titleAfter({})).toEqual(['queued ']);
    expect(titleAfter(null)).toEqual(['queued ']);
    const started: AgentEvent = {type: 'tool_started', ...call('c1', 'Bash', 'npm test')};
    expect(titleAfter({command: '  npm test'}, started)).toEqual(['running npm test']);
  });

  it('shows a plan whole before its question, and settles it while that is open', () => {
    const asks = {type: 'question_asked', ...call('c1', 'ExitPlanMode', 'Steps')} as const;
    const preview = {summary: 'the plan', output: '# Steps\n\n1. Look.'};
    const {view, settled} = followAll(
      runStarted,
      replyStarted('r1'),
      textDelta('r1', 'My plan:'),
      ...toolUse('r1', 1, 'c1', 'ExitPlanMode'),
      replyFinished('r1'),
      {...asks, preview, reason: 'the plan is ready', modes: ['default', 'acceptEdits']},
    );
    expect(described(settled)).toEqual(['text r1:0', 'text plan:c1']);
    expect(settled.at(-1)).toMatchObject({text: '# Steps\n\n1. Look.', isWhole: true});
    expect(view.questions).toMatchObject([
      {modes: ['default', 'acceptEdits'], reason: 'the plan is ready', offers: []},
    ]);
    expect(described(rootOf(view)?.items ?? [])).toEqual(['call c1']);
  });

  it('lists open questions, the oldest first, until they are answered or the run ends', () => {
    const asked = (id: string): AgentEvent => ({
      type: 'question_asked',
      ...call(id, 'Bash', id),
      preview: {summary: id},
    });
    const both = followAll(runStarted, asked('c1'), asked('c2')).view;
    expect(both.questions.map(({callId}) => callId)).toEqual(['c1', 'c2']);
    const answered = fold(both, stamped({type: 'question_answered', callId: 'c1', verdict: 'deny'}), 0);
    expect(answered.questions.map(({callId}) => callId)).toEqual(['c2']);
    expect(fold(answered, stamped(runFinished({reason: 'aborted'})), 0).questions).toEqual([]);
  });

  it("tells a failure's whole message once for each new kind, and again after a whole reply", () => {
    const retry = (kind: string, message: string): AgentEvent => ({
      type: 'retry_scheduled',
      attempt: 1,
      maxAttempts: null,
      delayMs: 1_000,
      kind,
      message,
    });
    const {settled} = followAll(
      runStarted,
      retry('overloaded', 'The server is overloaded.'),
      retry('overloaded', 'The server is overloaded.'),
      retry('garbage', 'The server sent HTML. Check ANTHROPIC_BASE_URL.'),
      replyStarted('r1'),
      replyFinished('r1'),
      retry('garbage', 'Again.'),
    );
    expect(settled.flatMap(item => (item.type === 'notice' ? [item.text] : []))).toEqual([
      'The server is overloaded.',
      'The server sent HTML. Check ANTHROPIC_BASE_URL.',
      'Again.',
    ]);
  });

  it('does not repeat at the end what was told of the failure before', () => {
    const retry = (message: string): AgentEvent => ({
      type: 'retry_scheduled',
      attempt: 1,
      maxAttempts: null,
      delayMs: 1_000,
      kind: 'garbage',
      message,
    });
    const endOf = (error: string, ...before: readonly AgentEvent[]) => {
      const finished = runFinished({reason: 'error', error: {kind: 'garbage', message: error}});
      const end = followAll(runStarted, ...before, finished).settled.find(item => item.type === 'end');
      return end?.type === 'end' ? end.message : null;
    };
    expect(endOf('It sent HTML. Gave up.', retry('It sent HTML.'), retry('It sent a GIF.'))).toBe('Gave up.');
    expect(endOf('It sent HTML.', retry('It sent HTML.'))).toBe('It sent HTML.');
    expect(endOf('It sent a GIF. Gave up.', retry('It sent HTML.'))).toBe('It sent a GIF. Gave up.');
    const whole = [replyStarted('r1'), replyFinished('r1')];
    expect(endOf('It sent HTML. Gave up.', retry('It sent HTML.'), ...whole)).toBe('It sent HTML. Gave up.');
  });

  it('counts a retry down to a moment, and forgets it with the next request or reply', () => {
    const retry: AgentEvent = {
      type: 'retry_scheduled',
      attempt: 3,
      maxAttempts: null,
      delayMs: 5_000,
      kind: 'overloaded',
      message: 'overloaded',
    };
    const waiting = followAll(runStarted, retry).view;
    const wait = {type: 'retry', attempt: 3, maxAttempts: null, until: 6_000, kind: 'overloaded'};
    expect(rootOf(waiting)?.run?.wait).toEqual(wait);
    expect(rootOf(fold(waiting, stamped(replyStarted('r1')), 0))?.run?.wait).toBeNull();
    expect(rootOf(fold(waiting, stamped({type: 'request_started', step: 2}), 0))?.run?.wait).toBeNull();
  });

  it('forgets what a model had begun to say that another one takes over from, and counts what it took', () => {
    const replaced: AgentEvent = {
      ...{type: 'model_replaced', from: 'big', model: 'small', price: null, reason: 'overloaded', isLast: false},
      ...{message: 'big is overloaded', usage: {input: 100, output: 10, cacheRead: 0, cacheWrite: 0}, costUsd: 0.02},
    };
    const {view, settled} = followAll(
      ...[{type: 'run_started', model: 'big', price: null} as const, replyStarted('r1'), textDelta('r1', 'Half of')],
      ...[{type: 'reply_retracted', entryId: 'r1', reason: 'overloaded'} as const, replaced],
    );
    expect(JSON.stringify([view, settled])).not.toContain('Half of');
    expect(settled).toMatchObject([
      {type: 'notice', level: 'warning', text: 'big is overloaded: small answers for the rest of this turn.'},
    ]);
    expect(rootOf(view)?.run).toMatchObject({model: 'small', chosen: 'big', spent: {tokens: 110, costUsd: 0.02}});
    expect(totalSpent(fold(view, stamped(runFinished({costUsd: 0.05})), 0)).costUsd).toBe(0.05);
    expect(rootOf(fold(view, stamped(runStarted), 0))?.run).toMatchObject({model: 'test-1', chosen: 'test-1'});
  });

  it('knows from a wait behind others what they wait for, and says nothing of their trouble', () => {
    const held: AgentEvent = {type: 'request_held', delayMs: 5_000, kind: 'overloaded', message: 'overloaded'};
    const {view, settled} = followAll({type: 'run_started', model: 'small', price: null}, held);
    expect(rootOf(view)?.run?.wait).toEqual({type: 'held', model: 'small', until: 6_000, kind: 'overloaded'});
    expect(settled).toEqual([]);
    expect(rootOf(fold(view, stamped(replyStarted('r1')), 0))?.run?.wait).toBeNull();
  });

  it('adds up what all agents spent, counts a run once, and does not invent unknown prices', () => {
    const during = followAll(runStarted, replyStarted('r1'), replyFinished('r1')).view;
    expect(totalSpent(during)).toEqual({tokens: 6_500, costUsd: 0.01, isEstimate: false});
    const ended = fold(during, stamped(runFinished()), 0);
    expect(totalSpent(ended)).toEqual({tokens: 6_500, costUsd: 0.01, isEstimate: false});
    const child = [runStarted, replyFinished('x', 0.02)].reduce(
      (view, event) => fold(view, stamped(event, 'a1', 'main'), 0),
      ended,
    );
    expect(totalSpent(child)).toEqual({tokens: 13_000, costUsd: 0.03, isEstimate: false});
    expect(totalSpent(fold(child, stamped(replyFinished('y', null)), 0)).costUsd).toBe(0.03);
    const unknown = followAll(runStarted, runFinished({costUsd: null})).view;
    expect(totalSpent(unknown).costUsd).toBeNull();
  });

  it('knows how full the window is, and that a cleared conversation is empty', () => {
    const {view} = followAll(runStarted, ...reply('r1', 'x'));
    expect(rootOf(view)?.contextTokens).toBe(6_500);
    const cleared = fold(view, stamped({type: 'prefix_changed', reason: 'clear', detail: 'a new conversation'}), 0);
    expect(rootOf(cleared)?.contextTokens).toBeNull();
  });

  it("folds each agent's events into its own view and prints only the root's", () => {
    const {view, settled} = follow([
      stamped(runStarted),
      stamped(runStarted, 'a1', 'main'),
      stamped(replyStarted('r1'), 'a1', 'main'),
      stamped(textDelta('r1', 'of the child'), 'a1', 'main'),
      stamped({type: 'commands_changed', live: 2}, 'a1', 'main'),
      stamped(mail('from outside')),
    ]);
    expect(described(settled)).toEqual(['mail mail-from outside']);
    expect(view.agents.get('a1')).toMatchObject({
      parentId: 'main',
      depth: 1,
      liveCommands: 2,
      items: [{text: 'of the child'}],
    });
  });

  /** Turns as sessions may say them: replies, retractions, calls that end anyhow, interruptions at any place. */
  const replies = fc.record({
    texts: fc.array(fc.string({minLength: 1, maxLength: 8}), {maxLength: 3}),
    calls: fc.nat(3),
    early: fc.boolean(),
    outcome: fc.constantFrom('ok', 'failed', 'denied', 'interrupted'),
    fate: fc.constantFrom('whole', 'whole', 'whole', 'retracted'),
  });
  const turns = fc.record({replies: fc.array(replies, {maxLength: 4}), cut: fc.option(fc.nat(30), {nil: null})});

  function eventsOf(
    turn: {
      readonly replies: readonly {
        texts: string[];
        calls: number;
        early: boolean;
        outcome: 'ok' | 'failed' | 'denied' | 'interrupted';
        fate: string;
      }[];
      readonly cut: number | null;
    },
    id: string,
  ): AgentEvent[] {
    const events: AgentEvent[] = [prompt('go', `p${id}`), runStarted];
    for (const [index, {texts, calls, early, outcome, fate}] of turn.replies.entries()) {
      const entryId = `r${id}.${index}`;
      const ids = Array.from({length: calls}, (_, number) => `c${id}.${index}.${number}`);
      const results = ids.flatMap((callId): AgentEvent[] => [
        {type: 'tool_started', ...call(callId)},
        toolFinished(callId, outcome),
      ]);
      events.push({type: 'request_started', step: index + 1}, replyStarted(entryId));
      events.push(...texts.map(text => textDelta(entryId, text)));
      events.push(...ids.flatMap((callId, number) => toolUse(entryId, number + 1, callId)));
      if (early) events.push(...results);
      events.push(fate === 'whole' ? replyFinished(entryId) : retracted(entryId));
      if (!early && fate === 'whole') events.push(...results);
    }
    const kept = turn.cut === null ? events : events.slice(0, 2 + turn.cut);
    return [...kept, runFinished(turn.cut === null ? {} : {reason: 'aborted'})];
  }

  it('settles every item at most once and in order, leaves nothing live after the end, and nothing of what was retracted', () => {
    fc.assert(
      fc.property(fc.array(turns, {minLength: 1, maxLength: 3}), script => {
        const events = script.flatMap((turn, index) => eventsOf(turn, String(index)));
        const {view, settled} = followAll(...events);
        const ids = settled.map(({id}) => id);
        expect(new Set(ids).size).toBe(ids.length);
        expect(rootOf(view)?.items).toEqual([]);
        expect(view.questions).toEqual([]);
        const gone = events.flatMap(event => (event.type === 'reply_retracted' ? [event.entryId] : []));
        expect(settled.filter(item => 'entryId' in item && gone.includes(item.entryId))).toEqual([]);
        const said = events.flatMap(event =>
          event.type === 'text_delta' && !gone.includes(event.entryId) ? [event.text] : [],
        );
        expect(settled.flatMap(item => (item.type === 'text' ? [item.text] : [])).join('')).toBe(said.join(''));
      }),
    );
  });

  it('settles the same items whether they are taken out after each event or at the end', () => {
    fc.assert(
      fc.property(turns, turn => {
        const events = eventsOf(turn, 'x').map(event => stamped(event));
        const whole = takeSettled(events.reduce((view, event) => fold(view, event, 1_000), createView()));
        expect(whole.items).toEqual(follow(events).settled);
      }),
    );
  });
});
