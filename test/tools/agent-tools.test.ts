/** The tools on agents over a small tree in memory, which keeps the promises of the port. */
import {describe, expect, it} from 'vitest';
import {builtInTypes} from '../../src/agents/built-in.js';
import {Interrupted, ToolError} from '../../src/core/errors.js';
import {toReport} from '../../src/core/outcome.js';
import type {Tool} from '../../src/core/ports.js';
import type {AgentEnd, AgentSnapshot, Agents, SpawnReceipt, SpawnRequest} from '../../src/core/tree.js';
import type {RunOutcome} from '../../src/core/types.js';
import {createAgentTool} from '../../src/tools/agent.js';
import {sendMessageTool} from '../../src/tools/send-message.js';
import {taskOutputTool} from '../../src/tools/task-output.js';
import {taskStopTool} from '../../src/tools/task-stop.js';
import {noAgents} from '../support/no-agents.js';
import {gate} from '../support/runtime.js';
import {createScene} from './scene.js';

const agentTool = createAgentTool(builtInTypes);

function endOf(id: string, own: Partial<RunOutcome> = {}, state: AgentEnd['state'] = 'done'): AgentEnd {
  const outcome: RunOutcome = {
    reason: 'completed',
    text: 'Found it.',
    steps: 2,
    usage: {input: 1_000, output: 200, cacheRead: 30, cacheWrite: 4},
    costUsd: 0.01,
    stopReason: 'end_turn',
    ...own,
  };
  return {id, state, outcome, report: toReport(outcome), toolCalls: 3, durationMs: 1_234.5};
}

/** A tree that ends each agent as `endings` say, in the order of the spawns. */
function createTree(endings: readonly (AgentEnd | Promise<AgentEnd> | {readonly refusal: string})[] = []) {
  const spawned: (SpawnRequest & {readonly callId: string})[] = [];
  const sent: unknown[] = [];
  const agents: Agents = {
    ...noAgents,
    types: builtInTypes,
    async spawn(request, {callId, signal}): Promise<SpawnReceipt> {
      const {type, background = false} = request;
      if (!builtInTypes.some(({name}) => name === type)) throw new ToolError(`There is no type "${type}".`);
      const ending = endings[spawned.length];
      spawned.push({...request, callId});
      if (ending === undefined) throw new Error('nothing was planned for this agent');
      if ('refusal' in ending) return {accepted: false, message: ending.refusal};
      const interrupted = new Promise<AgentEnd>(resolve =>
        signal.addEventListener('abort', () => resolve(endOf('agent-1', {reason: 'aborted', text: 'Half'}, 'stopped'))),
      );
      return {accepted: true, id: `agent-${spawned.length}`, background, ended: Promise.race([ending, interrupted])};
    },
    send(to, text, options) {
      sent.push({to, text, ...options});
      if (to === 'gone') throw new ToolError('Agent gone has ended (done): nobody reads this.');
      return options.resume ? 'resumed' : 'queued';
    },
    async stop(id) {
      if (id === 'done') return {...endOf(id), isMailed: false, wasLive: false};
      if (id === 'mailed') return {...endOf(id, {}, 'failed'), isMailed: true, wasLive: false};
      if (id !== 'agent-1') throw new ToolError(`There is no agent "${id}" below you.`);
      return {...endOf(id, {reason: 'aborted', text: 'Half a report'}, 'stopped'), isMailed: false, wasLive: true};
    },
  };
  return {agents, spawned, sent};
}

type Tree = ReturnType<typeof createTree>;

/** Runs a call as the loop does: parsed, with the tree in its context. */
async function call<Input>(tool: Tool<Input>, input: unknown, {agents}: Pick<Tree, 'agents'>, signal?: AbortSignal) {
  const context = createScene().context('main', {agents, ...(signal && {signal})});
  return tool.run(tool.parse(input), context);
}

const task = {description: 'find the callers', prompt: 'Who calls verifyToken?'};

describe('Agent', () => {
  it('tells the model of the types, each in a line, and is found under its old name', () => {
    expect(agentTool.aliases).toEqual(['Task']);
    expect(agentTool.effect).toBe('spawns');
    for (const {name, description} of builtInTypes)
      expect(agentTool.description).toContain(`\n- ${name}: ${description}`);
    const long = createAgentTool([
      {...builtInTypes[0], name: 'x', description: `a\n\nb\\nc ${'d'.repeat(900)}`},
    ] as never);
    expect(long.description.split('\n').at(-1)).toMatch(/^- x: a b c d+…$/);
    expect(long.description.split('\n').at(-1)).toHaveLength(505);
  });

  it('in the foreground gives the last words, and in a block of its own what it took', async () => {
    const tree = createTree([endOf('agent-1')]);
    const result = await call(agentTool, task, tree);
    expect(result).toEqual({
      content: [
        {type: 'text', text: 'Found it.'},
        {
          type: 'text',
          text: 'agentId: agent-1\n<usage>total_tokens: 1234\ntool_uses: 3\nduration_ms: 1235</usage>',
        },
      ],
      display: {summary: 'done · 3 tools · 1.2 s · 1.2k tokens', output: 'Found it.'},
    });
    expect(tree.spawned).toEqual([{...task, type: 'general-purpose', callId: 'call'}]);
  });

  it('hands on what it was asked, with the budget in milliseconds', async () => {
    const tree = createTree([endOf('agent-1')]);
    await call(
      agentTool,
      {
        ...task,
        subagent_type: 'Explore',
        model: 'opus',
        run_in_background: 'true',
        name: 'scout',
        budget: {usd: '0.5', minutes: 2, tokens: 10_000},
      },
      tree,
    );
    expect(tree.spawned).toEqual([
      {
        ...task,
        type: 'explore',
        model: 'opus',
        background: true,
        name: 'scout',
        budget: {usd: 0.5, ms: 120_000, tokens: 10_000},
        callId: 'call',
      },
    ]);
  });

  it('in the background returns at once with the id', async () => {
    const never = gate<AgentEnd>();
    const result = await call(agentTool, {...task, run_in_background: true, name: 'scout'}, createTree([never.opened]));
    expect(result.isError).toBeUndefined();
    expect(result.content).toMatch(
      /^Started in the background as agent-1 \("scout"\)\..*TaskOutput\.\n\nagentId: agent-1$/s,
    );
  });

  it('that is refused says so in the words of the limit, and that it was refused', async () => {
    const result = await call(agentTool, task, createTree([{refusal: 'The limit "live" is 16.'}]));
    expect(result).toMatchObject({content: 'The limit "live" is 16.', isError: true, isRefused: true});
  });

  it('that is interrupted gives what there was, as an error', async () => {
    const aborting = new AbortController();
    const result = call(agentTool, task, createTree([gate<AgentEnd>().opened]), aborting.signal);
    aborting.abort(new Interrupted());
    expect(await result).toMatchObject({
      isError: true,
      content: [
        {text: 'The agent was stopped before it was done. What it had said so far:\n\nHalf'},
        {text: expect.stringContaining('agentId: agent-1')},
      ],
    });
  });

  it.each([
    [endOf('agent-1', {text: ' '}), '(It ended without a word.)', undefined],
    [
      endOf('agent-1', {reason: 'budget', error: {message: 'The budget of $1 is spent.', kind: 'budget'}}, 'stopped'),
      'The agent was stopped: The budget of $1 is spent. What it had said so far:\n\nFound it.',
      true,
    ],
    [
      endOf('agent-1', {reason: 'error', text: '', error: {message: 'Overloaded.', kind: 'overloaded'}}, 'failed'),
      'The agent failed: Overloaded. It had said nothing yet.',
      true,
    ],
  ])('says how an agent ended that came to no ordinary end: %#', async (end, text, isError) => {
    const result = await call(agentTool, task, createTree([end]));
    expect(result.content).toMatchObject([{text}, {}]);
    expect(result.isError).toBe(isError);
  });

  it.each([
    [{prompt: 'x'}, 'description'],
    [{...task, prompt: ''}, 'prompt'],
    [{...task, budget: {usd: 0}}, 'budget.usd'],
    [{...task, budget: {dollars: 1}}, 'dollars'],
    [{...task, isolation: 'container'}, 'isolation'],
  ])('names the parameter that is wrong: %j', (input, name) => {
    expect(() => agentTool.parse(input)).toThrow(ToolError);
    expect(() => agentTool.parse(input)).toThrow(name);
  });

  it('lets the tree answer for a type that there is not', async () => {
    await expect(call(agentTool, {...task, subagent_type: 'nope'}, createTree())).rejects.toThrow(
      'There is no type "nope".',
    );
  });
});

describe('TaskStop', () => {
  it('gives what the stopped agent had', async () => {
    const {content, isError} = await call(taskStopTool, {task_id: 'agent-1'}, createTree());
    expect(content).toMatch(
      /^agent-1: The agent was stopped before it was done\..*\n\nHalf a report\n\nagentId: agent-1\n<usage>/s,
    );
    expect(isError).toBeUndefined();
    await expect(call(taskStopTool, {task_id: 'main'}, createTree())).rejects.toThrow(
      'There is no agent "main" below you.',
    );
  });
});

describe('TaskStop of an agent that has ended', () => {
  it.each([
    ['done', 'done', 'Found it.'],
    ['mailed', 'failed', 'Its report was sent to you as a message.'],
  ])('says so, how it ended, and that nothing was stopped: %s', async (task_id, state, words) => {
    const {content, display, isError} = await call(taskStopTool, {task_id}, createTree());
    expect(content).toBe(
      `Agent ${task_id} had ended before (${state}): nothing was stopped. ${words}\n\nagentId: ${task_id}\n` +
        '<usage>total_tokens: 1234\ntool_uses: 3\nduration_ms: 1235</usage>',
    );
    expect(display).toEqual({summary: `had ended before: ${state}`});
    expect(isError).toBeUndefined();
  });
});

describe('SendMessage', () => {
  it('sends, and says whether it is read next or wakes an agent that had ended', async () => {
    const tree = createTree();
    expect(await call(sendMessageTool, {to: 'agent-1', message: 'Only src.'}, tree)).toEqual({
      content: 'Sent to agent-1. It reads it at its next step.',
      display: {summary: 'queued'},
    });
    expect(await call(sendMessageTool, {to: 'agent-1', message: 'And go on.', resume: true}, tree)).toEqual({
      content: 'Sent to agent-1. It had ended, and goes on with it in the background.',
      display: {summary: 'resumed'},
    });
    expect(tree.sent).toEqual([
      {to: 'agent-1', text: 'Only src.', resume: false},
      {to: 'agent-1', text: 'And go on.', resume: true},
    ]);
    await expect(call(sendMessageTool, {to: 'gone', message: 'Hello?'}, tree)).rejects.toThrow('nobody reads this');
  });

  it('has its summary as a title, or the first line', () => {
    const place = {root: '/', cwd: '/'};
    expect(sendMessageTool.title({to: 'a', message: 'One.\nTwo.'}, place)).toBe('a: One.');
    expect(sendMessageTool.title({to: 'a', message: 'x', summary: 'narrow it'}, place)).toBe('a: narrow it');
  });
});

describe('TaskOutput', () => {
  const running = (id: string, name: string | null = null): AgentSnapshot => ({
    id,
    parentId: 'main',
    callId: null,
    depth: 1,
    kind: 'explore',
    name,
    description: '',
    background: true,
    state: 'tool',
    activity: 'Read a.ts',
    since: 0,
    toolCalls: 0,
    usage: {input: 0, output: 0, cacheRead: 0, cacheWrite: 0},
    costUsd: 0,
    startedAt: 0,
    endedAt: null,
    earlierMs: 0,
  });

  it('gives the reports that do not come as mail, and says who still works', async () => {
    const asked: unknown[] = [];
    const agents: Agents = {
      ...noAgents,
      async wait(ids, {mode, timeoutMs}) {
        asked.push({ids, mode, timeoutMs});
        const ended = [
          {...endOf('agent-1'), isMailed: false},
          {...endOf('agent-4', {}, 'failed'), isMailed: true},
        ];
        return {ended, isCalled: false};
      },
      below: () => [{...running('agent-1'), endedAt: 5}, running('agent-2', 'scout'), running('agent-3')],
    };
    const {content, display} = await call(
      taskOutputTool,
      {task_ids: ['agent-1', 'scout'], wait: 'any', timeout_ms: '500'},
      {agents},
    );
    expect(asked).toEqual([{ids: ['agent-1', 'scout'], mode: 'any', timeoutMs: 500}]);
    expect(content).toBe(
      '## agent-1 (done)\n\nFound it.\n\nagentId: agent-1\n<usage>total_tokens: 1234\ntool_uses: 3\nduration_ms: 1235</usage>' +
        '\n\n## agent-4 (failed)\n\nIts report is a message to you: if you do not have it yet, it comes at your next step.\n\nagentId: agent-4\n<usage>total_tokens: 1234\n' +
        'tool_uses: 3\nduration_ms: 1235</usage>\n\nStill running after the wait:\n- agent-2 ("scout"), tool: Read a.ts',
    );
    expect(display).toEqual({summary: '2 agents ended, 1 still running'});
  });

  it('says that a message ended the wait early, if somebody still works', async () => {
    const told = (below: readonly AgentSnapshot[]) =>
      call(
        taskOutputTool,
        {task_ids: ['agent-2']},
        {agents: {...noAgents, wait: async () => ({ended: [], isCalled: true}), below: () => below}},
      );
    expect(await told([running('agent-2')])).toEqual({
      content:
        'The wait ended early: the person wrote to you, and you read that next. The agents go on.\n\nStill running after the wait:\n- agent-2, tool: Read a.ts',
      display: {summary: '0 agents ended, 1 still running: a message came'},
    });
    expect(await told([])).toEqual({content: '', display: {summary: '0 agents ended'}});
  });

  it('takes an agent for one that is named like a command, and no command that is gone for an agent', async () => {
    const wait = async () => ({ended: [], isCalled: false});
    const agents = {...noAgents, wait, below: () => [running('agent-2', 'b-team')]};
    const {content} = await call(taskOutputTool, {task_ids: ['b-team']}, {agents});
    expect(content).toContain('agent-2 ("b-team")');
    await expect(call(taskOutputTool, {task_ids: ['b-1']}, {agents})).rejects.toThrow('no background command b-1');
  });

  it('says once what an agent does', async () => {
    const doing = (state: AgentSnapshot['state'], activity: string) => ({
      ...running('agent-2', 'ben'),
      state,
      activity,
    });
    const told = async (agent: AgentSnapshot) => {
      const agents = {...noAgents, wait: async () => ({ended: [], isCalled: false}), below: () => [agent]};
      return (await call(taskOutputTool, {task_ids: ['agent-2']}, {agents})).content;
    };
    const heading = 'Still running after the wait:\n- agent-2 ("ben"), ';
    expect(await told(doing('thinking', 'thinking'))).toBe(`${heading}thinking`);
    expect(await told(doing('thinking', 'writing'))).toBe(`${heading}thinking: writing`);
    expect(await told(doing('waiting', 'waiting for 2 agents'))).toBe(`${heading}waiting for 2 agents`);
    expect(await told(doing('queued', ''))).toBe(`${heading}queued`);
  });

  it('waits for all without end unless told, and takes a single id for a list', async () => {
    const asked: unknown[] = [];
    const wait: Agents['wait'] = async (...given) => {
      asked.push(given[0], given[1].mode, given[1].timeoutMs);
      return {ended: [], isCalled: false};
    };
    await call(taskOutputTool, {task_ids: 'agent-1'}, {agents: {...noAgents, wait}});
    expect(asked).toEqual([['agent-1'], 'all', null]);
  });
});
