import {describe, expect, it} from 'vitest';
import {createTurns} from '../../src/cli/turns.js';
import {ProviderError} from '../../src/core/errors.js';
import type {StampedEvent} from '../../src/core/types.js';
import type {ScriptedReply} from '../../src/providers/scripted.js';
import {forever, gate, makeTool, openRuntime} from '../support/runtime.js';

/** A session with its turns; `told` are the person's words as they reached the model, in order. */
function open(script: readonly ScriptedReply[], tools: Parameters<typeof openRuntime>[1] = {}) {
  const {session, model} = openRuntime(script, tools);
  const events = session.observe();
  const failures: unknown[] = [];
  const waiting: (() => void)[] = [];
  const turns = createTurns({
    session,
    onEnd: () => waiting.shift()?.(),
    onFailure: error => failures.push(error),
  });
  const seen: StampedEvent[] = [];
  const told = (): readonly string[] => {
    seen.push(...events.drain());
    return seen.flatMap(event =>
      event.type === 'entry_appended' && (event.origin === 'prompt' || event.origin === 'mail')
        ? [`${event.origin}: ${JSON.stringify(event.entry.message.content)}`]
        : [],
    );
  };
  const ended = (): Promise<void> => new Promise(resolve => waiting.push(resolve));
  return {session, model, turns, told, ended, failures};
}

const said = (origin: string, text: string): string => `${origin}: ${JSON.stringify([{type: 'text', text}])}`;

describe('what a person types', () => {
  it('is a message into the turn while one runs', async () => {
    const {opened, open: release} = gate();
    const started = gate();
    const wait = makeTool('Wait', 'changes', async () => {
      started.open();
      await opened;
      return 'waited';
    });
    const script = [{calls: [{name: 'Wait', input: {value: ''}}]}, {text: 'Both done.'}];
    const {turns, told, ended, failures} = open(script, {tools: [wait]});
    turns.send('first');
    const end = ended();
    await started.opened;
    turns.steer('and this');
    release();
    await end;
    expect(told()).toEqual([said('prompt', 'first'), said('mail', 'and this')]);
    expect(failures).toEqual([]);
  });

  it('comes back unread when the turn fails before it has read it', async () => {
    const {opened, open: fail} = gate();
    const refused = opened.then(() => {
      throw new ProviderError('refused', {kind: 'invalid_request', status: 400});
    });
    const {session, turns, told, ended, failures} = open([{text: 'Half', after: 2, ending: refused}, {text: 'Two.'}]);
    const withdrawn = session.observe({filter: ({type}) => type === 'mail_withdrawn'});
    turns.send('first');
    const end = ended();
    for await (const event of session.agents.events('main')) if (event.type === 'reply_started') break;
    turns.steer('and this');
    turns.steer('and that');
    fail();
    await end;
    expect(withdrawn.drain()).toMatchObject([{mail: {text: 'and that'}}, {mail: {text: 'and this'}}]);
    turns.send('second');
    await ended();
    expect(told()).toEqual([said('prompt', 'first'), said('prompt', 'second')]);
    expect(failures).toEqual([]);
  });

  it('is a prompt when the turn ended before the screen knew', async () => {
    const {turns, told, ended} = open([{text: 'One.'}, {text: 'Two.'}]);
    turns.send('first');
    await ended();
    turns.steer('second');
    await ended();
    expect(told()).toEqual([said('prompt', 'first'), said('prompt', 'second')]);
  });

  it.each(['interrupt', 'abort'] as const)('is the next prompt while a turn is being stopped by %s', async how => {
    const started = gate();
    const hang = makeTool('Hang', 'changes', (_, {signal}) => {
      started.open();
      return forever(signal);
    });
    const script = [{calls: [{name: 'Hang', input: {value: ''}}]}, {text: 'Two.'}];
    const {turns, told, ended, failures} = open(script, {tools: [hang]});
    turns.send('first');
    await started.opened;
    const [first, second] = [ended(), ended()];
    turns[how]();
    turns.steer('second');
    await first;
    await second;
    expect(told()).toEqual([said('prompt', 'first'), said('prompt', 'second')]);
    expect(failures).toEqual([]);
  });

  it.each(['interrupt', 'abort'] as const)('is taken back unread when the turn is stopped by %s', async how => {
    const started = gate();
    const hang = makeTool('Hang', 'changes', (_, {signal}) => {
      started.open();
      return forever(signal);
    });
    const script = [{calls: [{name: 'Hang', input: {value: ''}}]}, {text: 'Two.'}];
    const {session, turns, told, ended} = open(script, {tools: [hang]});
    const withdrawn = session.observe({filter: ({type}) => type === 'mail_withdrawn'});
    turns.send('first');
    await started.opened;
    for (const text of ['second', 'third', 'fourth']) turns.steer(text);
    session.agents.takeBack('main');
    const first = ended();
    turns[how]();
    await first;
    const next = ended();
    turns.send('a new topic');
    await next;
    expect(told()).toEqual([said('prompt', 'first'), said('prompt', 'a new topic')]);
    const texts = withdrawn.drain().map(event => (event.type === 'mail_withdrawn' ? event.mail.text : ''));
    expect(texts).toEqual(['fourth', 'third', 'second']);
  });

  it('keeps its order when typed faster than turns run', async () => {
    const {turns, told, ended} = open([{text: 'One.'}, {text: 'Two.'}, {text: 'Three.'}]);
    const ends = [ended(), ended(), ended()];
    for (const text of ['first', 'second', 'third']) turns.send(text);
    await Promise.all(ends);
    expect(told()).toEqual(['first', 'second', 'third'].map(text => said('prompt', text)));
  });

  it('tells of a turn that throws', async () => {
    const {session, turns, failures} = open([{text: 'x'}]);
    await session.close();
    turns.send('first');
    await new Promise(setImmediate);
    expect(failures).toMatchObject([{message: expect.stringContaining('closed')}]);
  });
});

describe('a compaction', () => {
  it('is a turn, and what is typed meanwhile is the prompt after it', async () => {
    const answer = gate();
    const {turns, told, ended, session, failures} = open([
      {text: 'word '.repeat(2_000)},
      {text: 'A summary.', after: 3, ending: answer.opened},
      {text: 'Yes.'},
    ]);
    turns.send('first');
    await ended();
    const compacting = session.observe({filter: ({type}) => type === 'compaction_started'});
    turns.compact('');
    await compacting.wait(new AbortController().signal);
    turns.steer('second');
    const both = [ended(), ended()];
    answer.open();
    await Promise.all(both);
    expect(told()).toHaveLength(2);
    expect(told()[1]).toMatch(/^prompt: .*second/);
    expect(session.history).toHaveLength(3);
    expect(failures).toEqual([]);
  });
});
