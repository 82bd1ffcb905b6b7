/** The calls of a reply, over the true loop. */
import {describe, expect, it} from 'vitest';
import type {Permissions} from '../../src/core/policy.js';
import type {ToolResult} from '../../src/core/types.js';
import {gif} from '../support/images.js';
import {echo, gate, makeTool, openRuntime, outline, resultsOf, runTurn} from '../support/runtime.js';

describe('a batch of calls', () => {
  it('starts reads while the reply still streams', async () => {
    const more = gate();
    const {session} = openRuntime(
      [{calls: [{name: 'Echo', input: {value: 'early'}}], after: 20, ending: more.opened, chunk: 1}, {text: 'done'}],
      {tools: [echo]},
    );
    const {events} = await runTurn(session, 'go', event => {
      if (event.type === 'tool_started') more.open();
    });
    const order = events.map(({type}) => type);
    expect(order.indexOf('tool_started')).toBeLessThan(order.indexOf('reply_finished'));
  });

  it.each(['ask', 'deny'] as const)('starts no read early of which the rules say %s', async verdict => {
    const more = gate();
    const permissions: Permissions = {
      decide: () => (verdict === 'ask' ? {verdict} : {verdict, message: 'no'}),
      ask: async () => ({verdict: 'allow'}),
    };
    const {session} = openRuntime(
      [{calls: [{name: 'Echo', input: {value: 'late'}}], after: 20, ending: more.opened, chunk: 1}, {text: 'done'}],
      {tools: [echo], permissions},
    );
    const {events} = await runTurn(session, 'go', event => {
      // By the time that it goes on, what may start early has.
      if (event.type === 'block_finished') setImmediate(() => more.open());
    });
    const told = outline(events).filter(line => /^(reply_finished tool|question|tool_)/.test(line));
    const asked = ['question_asked', 'question_answered', 'tool_started Echo late', 'tool_finished call_1_1 ok'];
    const refused = ['tool_finished call_1_1 denied'];
    expect(told).toEqual(['reply_finished tool_use', ...(verdict === 'ask' ? asked : refused)]);
  });

  it('runs reads together, changes alone and in order, and gives results in call order', async () => {
    const log: string[] = [];
    const both = gate();
    let reading = 0;
    const read = makeTool('Read', 'reads', async value => {
      log.push(`+${value}`);
      reading += 1;
      if (reading === 2) both.open();
      await both.opened;
      log.push(`-${value}`);
      return value;
    });
    const change = makeTool('Change', 'changes', async value => {
      log.push(`+${value}`);
      await null;
      log.push(`-${value}`);
      return value;
    });
    const {session} = openRuntime(
      [
        {
          calls: [
            {name: 'Read', input: {value: 'r1'}},
            {name: 'Read', input: {value: 'r2'}},
            {name: 'Change', input: {value: 'c1'}},
            {name: 'Change', input: {value: 'c2'}},
            {name: 'Read', input: {value: 'r3'}},
          ],
        },
        {text: 'done'},
      ],
      {tools: [read, change]},
    );
    await runTurn(session, 'go');
    expect(log.slice(0, 2)).toEqual(['+r1', '+r2']);
    expect(log.slice(4)).toEqual(['+c1', '-c1', '+c2', '-c2', '+r3', '-r3']);
    expect(resultsOf(session.history)).toEqual([
      ['call_1_1', 'r1'],
      ['call_1_2', 'r2'],
      ['call_1_3', 'c1'],
      ['call_1_4', 'c2'],
      ['call_1_5', 'r3'],
    ]);
  });

  it.each([
    ['reads', 10],
    ['spawns', 12],
  ] as const)('runs at most ten reads at a time, and spawns all at once: of 12 %s, %i', async (effect, most) => {
    const all = gate();
    let running = 0;
    let highest = 0;
    const tool = makeTool('Many', effect, async value => {
      running += 1;
      highest = Math.max(highest, running);
      if (running === most) all.open();
      await all.opened;
      running -= 1;
      return value;
    });
    const calls = Array.from({length: 12}, (_, index) => ({name: 'Many', input: {value: String(index)}}));
    const {session} = openRuntime([{calls}, {text: 'done'}], {tools: [tool]});
    await runTurn(session, 'go');
    expect(highest).toBe(most);
  });

  it('runs neighbouring reads and spawns together', async () => {
    const met = gate();
    const wait = makeTool('Wait', 'reads', () => met.opened.then(() => 'met'));
    const meet = makeTool('Meet', 'spawns', value => {
      met.open();
      return value;
    });
    const calls = ['Wait', 'Meet'].map(name => ({name, input: {value: name}}));
    const {session} = openRuntime([{calls}, {text: 'done'}], {tools: [wait, meet]});
    expect((await runTurn(session, 'go')).outcome.reason).toBe('completed');
  });

  it('starts nothing that changes before the reply is whole', async () => {
    let changed = 0;
    const change = makeTool('Change', 'changes', () => `${++changed}`);
    const {session} = openRuntime([{calls: [{name: 'Change', input: {value: 'x'}}], after: 5, ending: 'cut'}], {
      tools: [change],
    });
    const {outcome, events} = await runTurn(session, 'go');
    expect(outcome).toMatchObject({reason: 'error', error: {kind: 'cut'}});
    expect(outline(events)).toContain('reply_retracted');
    expect(changed).toBe(0);
  });

  it('tells a call before it starts', async () => {
    const seen: string[] = [];
    const {session} = openRuntime([{calls: [{name: 'Change', input: {value: 'x'}}]}, {text: 'done'}], {
      tools: [
        makeTool('Change', 'changes', () => {
          seen.push('ran');
          return 'ok';
        }),
      ],
    });
    await runTurn(session, 'go', event => {
      if (event.type === 'tool_started') seen.push('told');
    });
    expect(seen).toEqual(['told', 'ran']);
  });

  it('turns a bug in a tool into the result of that call', async () => {
    const {session} = openRuntime([{calls: [{name: 'Broken', input: {value: 'x'}}]}, {text: 'I see'}], {
      tools: [
        makeTool('Broken', 'changes', () => {
          throw new TypeError('x is undefined');
        }),
      ],
    });
    const {outcome} = await runTurn(session, 'go');
    expect(outcome.reason).toBe('completed');
    expect(session.history.at(-2)?.message.content).toEqual([
      {type: 'tool_result', tool_use_id: 'call_1_1', content: expect.stringMatching(/x is undefined/), is_error: true},
    ]);
  });

  it.each([
    ['a result without content', makeTool('Odd', 'reads', () => ({}) as ToolResult)],
    ['content that is no text', makeTool('Odd', 'changes', () => ({content: 7}) as unknown as ToolResult)],
    ['a title that throws', {...makeTool('Odd', 'reads', () => 'fine'), title: titleless}],
  ])('lets %s cost that call and nothing more', async (_, odd) => {
    const {session} = openRuntime([{calls: [{name: 'Odd', input: {value: 'x'}}]}, {text: 'I see'}], {tools: [odd]});
    const {outcome, events} = await runTurn(session, 'go');
    expect(outcome).toMatchObject({reason: 'completed', text: 'I see'});
    expect(outline(events)).toContain('tool_finished call_1_1 failed');
    expect(resultsOf(session.history)).toEqual([['call_1_1', expect.stringMatching(/Odd failed in a way/)]]);
  });

  it('puts in words what no request can hold of a result, and calls an image what it is', async () => {
    const base64 = (media_type: string, data: string) => ({type: 'image', source: {type: 'base64', media_type, data}});
    const content = [
      base64('image/png', gif.toString('base64')),
      base64('image/tiff', 'SUkqAA=='),
      base64('image/png', ''),
      base64('image/png', 'iVBORw0KGgo'.padEnd(40_000_000, 'A')),
      {type: 'image', data: 'iVBORw0KGgo', mimeType: 'image/png'},
      {type: 'audio', data: 'AAAA'},
    ];
    const {session} = openRuntime([{calls: [{name: 'Odd', input: {value: 'x'}}]}, {text: 'I see'}], {
      tools: [makeTool('Odd', 'reads', () => ({content}) as unknown as ToolResult)],
    });
    const {outcome, events} = await runTurn(session, 'go');
    expect(outcome.reason).toBe('completed');
    const [[, result]] = resultsOf(session.history) as [[string, unknown]];
    expect(result).toEqual([
      base64('image/gif', gif.toString('base64')),
      ...['none of type PNG', 'empty', 'larger than 5 MB', 'empty'].map(why => ({
        type: 'text',
        text: expect.stringMatching(`^\\[Left out, because it is ${why}.*: 1 image\\.\\]$`),
      })),
      {type: 'text', text: expect.stringContaining('1 audio.')},
    ]);
    const shown = events.flatMap(event => (event.type === 'tool_finished' ? [event.display.summary] : []));
    expect(shown).toEqual([expect.stringContaining('Left out, because it is none of type PNG')]);
  });

  it('bounds what a tool returns', async () => {
    const {session} = openRuntime([{calls: [{name: 'Big', input: {value: 'x'}}]}, {text: 'done'}], {
      tools: [makeTool('Big', 'reads', () => '😀'.repeat(300_000))],
    });
    await runTurn(session, 'go');
    const [result] = resultsOf(session.history) as [[string, string]];
    expect(result[1].length).toBeLessThan(100_200);
    expect(result[1]).toMatch(/left out/);
    expect(result[1].isWellFormed()).toBe(true);
  });
});

function titleless(): never {
  throw new TypeError('no title');
}
