import {describe, expect, it} from 'vitest';
import {createAgentTool} from '../../src/tools/agent.js';
import {makeTool, openRuntime, runTurn} from '../support/runtime.js';
import {typeOf} from '../support/tree.js';

const read = {
  ...makeTool('Look', 'reads', value => 'word '.repeat(value === 'a' ? 4_000 : 400)),
  subjects: (input: unknown) => [{type: 'path', access: 'read', path: `/${(input as {value: string}).value}`} as const],
};

describe('what fills a window', () => {
  it('is told by kind, by tool and by file, and comes to what the provider counted', async () => {
    const {session} = openRuntime(
      [
        {
          thinking: 'hm '.repeat(400),
          calls: [
            {name: 'Look', input: {value: 'a'}},
            {name: 'Look', input: {value: 'b'}},
          ],
        },
        {text: 'word '.repeat(800), usage: {input: 9_000, output: 1_000}},
      ],
      {tools: [read]},
    );
    await runTurn(session, 'look');
    const [report, ...others] = await session.context();
    expect(others).toEqual([]);
    expect(report).toMatchObject({
      agentId: 'main',
      model: 'Scripted',
      window: 200_000,
      compactsAt: 170_000,
      tokens: 10_000,
    });
    const {kinds = new Map(), files = new Map(), tools = new Map()} = report ?? {};
    expect([...kinds.keys()]).toEqual(['system', 'tools', 'person', 'thinking', 'calls', 'results', 'answers']);
    const sum = [...kinds.values()].reduce((all, each) => all + each, 0);
    expect(Math.abs(sum - 10_000)).toBeLessThan(10);
    expect([...files.keys()]).toEqual(['/a', '/b']);
    expect(files.get('/a')).toBeGreaterThan(5 * (files.get('/b') ?? 0));
    expect([...tools.keys()]).toEqual(['Look']);
  });

  it('is told before the first request, and of a model whose window nobody knows', async () => {
    const {session} = openRuntime([], {compaction: {auto: false, at: 0.5}, tools: [read]});
    const [report] = await session.context();
    expect([...(report?.kinds.keys() ?? [])]).toEqual(['system', 'tools']);
    expect(report).toMatchObject({compactsAt: null, tokens: expect.any(Number)});
  });

  it('is told of each agent that can still go on', async () => {
    const types = [typeOf('worker')];
    const input = {description: 'a task', prompt: 'dig', subagent_type: 'worker'};
    const {session} = openRuntime(
      [{calls: [{name: 'Agent', input}]}, {text: 'Found it.', usage: {input: 700, output: 10}}, {text: 'Heard.'}],
      {tools: [createAgentTool(types)], types},
    );
    await runTurn(session, 'go');
    const reports = await session.context();
    expect(reports.map(({agentId}) => agentId)).toEqual(['main', 'agent-1']);
    expect(reports[1]?.tokens).toBe(710);
  });

  it('names a summary as one', async () => {
    const {session} = openRuntime([{text: 'word '.repeat(3_000)}, {text: 'All was said.'}]);
    await runTurn(session, 'go');
    await session.compact();
    const [report] = await session.context();
    expect([...(report?.kinds.keys() ?? [])]).toEqual(['system', 'tools', 'summary']);
  });
});
