/** Agents below the root in stream-json and in the lines of one-shot, from the real loop. */
import {describe, expect, it} from 'vitest';
import type {Message} from '../../src/cli/messages.js';
import {createNotices} from '../../src/cli/notices.js';
import {createTranslator} from '../../src/cli/stream-json.js';
import type {Permissions} from '../../src/core/policy.js';
import type {StampedEvent} from '../../src/core/types.js';
import {runTurn} from '../support/runtime.js';
import {openTree, type Plan, type TreeOptions} from '../support/tree.js';

/** Where the log of an agent would be. */
const logOf = (agentId: string): string => `/logs/${agentId}.jsonl`;

const look = {name: 'Look', input: {value: 'there'}};
const leaf = (name: string): Plan => ({name, steps: [{text: 'I look.', calls: [look]}]});

/** A root with one agent in the foreground, which has one of its own, and one in the background. */
const tree: Plan = {
  name: 'root',
  steps: [
    {
      text: 'I start two.',
      spawn: [
        {name: 'upper', steps: [{spawn: [leaf('nested')]}]},
        {...leaf('back'), background: true},
      ],
    },
  ],
};

const failing: Plan = {
  name: 'root',
  steps: [{spawn: [{name: 'faulty', steps: [{text: 'I look.', calls: [look]}, {fails: true}]}]}],
};

async function run(plan: Plan, partialMessages = false, options: TreeOptions = {}) {
  const {session} = openTree(options);
  const translator = createTranslator({partialMessages, hookEvents: true, now: () => 1_000, logOf});
  const messages: Message[] = [];
  const {events, outcome} = await runTurn(session, JSON.stringify(plan), event => {
    messages.push(...translator.translate(event));
  });
  await session.close();
  const {info: model} = session.model;
  const facts = {
    model,
    maxTurns: null,
    spent: session.spent(),
    agents: session.agents.snapshot(),
    describe: () => model,
  };
  return {messages, events, outcome, result: translator.finish(outcome, facts)};
}

/** The call that started the agent of that name, and its id. */
function agentOf(events: readonly StampedEvent[], name: string) {
  const started = events.find(event => event.type === 'agent_started' && event.description === name);
  if (started?.type !== 'agent_started' || started.callId === null) throw new Error(`${name} was not started`);
  return {id: started.agentId, callId: started.callId};
}

describe('an agent below the root in stream-json', () => {
  it('says everything under the call that started it, its prompt first, at any depth', async () => {
    const {messages, events} = await run(tree);
    for (const name of ['upper', 'nested', 'back']) {
      const {callId} = agentOf(events, name);
      const own = messages.filter(message => 'parent_tool_use_id' in message && message.parent_tool_use_id === callId);
      expect(own[0]).toMatchObject({type: 'user', message: {content: [{type: 'text'}]}});
      expect(own[0]).not.toHaveProperty('isSynthetic');
      expect(JSON.stringify(own[0])).toContain(name);
      expect(own.at(-1)).toMatchObject({
        type: 'assistant',
        subagent_type: 'worker',
        task_description: name,
        message: {content: [{type: 'text', text: `${name} is done`}]},
      });
      const steps = own.map(({type}) => type).join(' ');
      expect(steps).toBe(
        name === 'upper' ? 'user assistant user assistant' : 'user assistant assistant user assistant',
      );
    }
    const roots = messages.filter(message => 'parent_tool_use_id' in message && message.parent_tool_use_id === null);
    expect(roots.map(({type}) => type)).toEqual(['assistant', 'assistant', 'assistant', 'user', 'user', 'assistant']);
    expect(roots.at(-2)).toMatchObject({isSynthetic: true});
  });

  it('starts, works and ends as a task, with its place in the tree and what it used', async () => {
    const {messages, events} = await run(tree);
    const upper = agentOf(events, 'upper');
    const nested = agentOf(events, 'nested');
    const facts = {
      type: 'system',
      task_id: nested.id,
      tool_use_id: nested.callId,
      description: 'nested',
      subagent_type: 'worker',
      spawn_depth: 2,
      parent_task_id: upper.id,
    };
    // Its call only reads, and starts before its reply is whole and counted.
    const usage = {total_tokens: 0, tool_uses: 1, duration_ms: 0};
    expect(messages.filter(message => 'task_id' in message && message.task_id === nested.id)).toEqual([
      {...facts, subtype: 'task_started', task_type: 'local_agent', prompt: JSON.stringify(leaf('nested'))},
      {...facts, subtype: 'task_progress', usage, last_tool_name: 'Look'},
      {...facts, subtype: 'task_updated', patch: {status: 'completed', end_time: 1_000}},
      {
        ...facts,
        subtype: 'task_notification',
        status: 'completed',
        output_file: `/logs/${nested.id}.jsonl`,
        summary: 'nested is done',
        usage: {...usage, total_tokens: 240},
      },
    ]);
    const back = agentOf(events, 'back');
    expect(messages.find(message => 'task_id' in message && message.task_id === back.id)).toMatchObject({
      spawn_depth: 1,
      parent_task_id: null,
    });
  });

  it('counts no call that a limit refused, though it had started', async () => {
    const {session} = openTree({limits: {depth: 1}});
    const translator = createTranslator({partialMessages: false, hookEvents: false, now: () => 0, logOf});
    const messages: Message[] = [];
    const upper: Plan = {name: 'upper', steps: [{calls: [look]}, {spawn: [leaf('nested')]}]};
    await runTurn(session, JSON.stringify({name: 'root', steps: [{spawn: [upper]}]}), event => {
      messages.push(...translator.translate(event));
    });
    await session.close();
    const counts = messages.flatMap(message =>
      'usage' in message && 'tool_uses' in message.usage ? [[message.subtype, message.usage.tool_uses]] : [],
    );
    expect(counts).toEqual([
      ['task_progress', 1],
      ['task_progress', 2],
      ['task_notification', 1],
    ]);
  });

  it('streams under its call with partial messages, also while others do', async () => {
    const {messages, events, outcome} = await run(tree, true);
    for (const name of ['upper', 'nested', 'back']) {
      const {callId} = agentOf(events, name);
      const text = messages.flatMap(message => {
        if (message.type !== 'stream_event' || message.parent_tool_use_id !== callId) return [];
        const {event} = message;
        return event.type === 'content_block_delta' && event.delta.type === 'text_delta' ? [event.delta.text] : [];
      });
      expect(text.join('')).toMatch(new RegExp(`${name} is done$`));
    }
    const requested = messages.filter(message => 'subtype' in message && message.subtype === 'status');
    expect(requested).toHaveLength(outcome.steps);
  });

  it('counts in the result, which is otherwise the root’s alone', async () => {
    const {messages, events, result, outcome} = await run(tree);
    const [upper = '', nested = ''] = ['upper', 'nested'].map(name => agentOf(events, name).id);
    const requests = 2 + 2 + 2 + outcome.steps;
    expect(result).toMatchObject([
      {
        type: 'result',
        subtype: 'success',
        result: 'root is done',
        num_turns: outcome.steps,
        usage: {input_tokens: 100 * requests, output_tokens: 20 * requests},
        modelUsage: {scripted: {inputTokens: 100 * requests, outputTokens: 20 * requests}},
        // Each with all below it.
        agentUsage: {
          [upper]: {subagentType: 'worker', description: 'upper', parentTaskId: null, inputTokens: 400},
          [nested]: {description: 'nested', parentTaskId: upper, inputTokens: 200, outputTokens: 40},
        },
      },
    ]);
    expect(messages.filter(({type}) => type === 'result')).toEqual([]);
  });

  it('that goes on when it is asked to is the same task, and speaks under the same call', async () => {
    const goOn = {name: 'SendMessage', input: {to: 'child', message: 'go on', resume: true}};
    const wait = {name: 'TaskOutput', input: {task_ids: ['child']}};
    const child: Plan = {name: 'child', steps: [{text: 'first'}, {text: 'second'}]};
    const {messages, events} = await run({name: 'root', steps: [{spawn: [child]}, {calls: [goOn]}, {calls: [wait]}]});
    const {id, callId} = agentOf(events, 'child');
    const told = messages.flatMap(message => {
      if (!('task_id' in message) || message.task_id !== id) return [];
      expect(message).toMatchObject({tool_use_id: callId, spawn_depth: 1, parent_task_id: null});
      const status = message.subtype === 'task_updated' ? message.patch.status : 'status' in message && message.status;
      return [[message.subtype, ...(status ? [status] : [])].join(' ')];
    });
    const end = ['task_updated completed', 'task_notification completed'];
    expect(told).toEqual(['task_started', ...end, 'task_updated running', ...end]);
    const texts = messages.flatMap(message =>
      message.type === 'assistant' && message.parent_tool_use_id === callId ? message.message.content : [],
    );
    expect(texts).toMatchObject([{text: 'first'}, {text: 'second'}]);
  });

  it('that is refused a call says so at once, and the result lists it', async () => {
    const permissions: Permissions = {
      decide: ({agentId}) => (agentId === 'main' ? {verdict: 'allow'} : {verdict: 'deny', message: 'Not below.'}),
      ask: () => Promise.reject(new Error('nobody asked for this')),
    };
    const {messages, result} = await run({name: 'root', steps: [{spawn: [leaf('child')]}]}, false, {permissions});
    const denials = messages.filter(message => 'subtype' in message && message.subtype === 'permission_denied');
    expect(denials).toMatchObject([{tool_name: 'Look', message: 'Not below.'}]);
    expect(result).toMatchObject([{permission_denials: [{tool_name: 'Look', tool_input: look.input}]}]);
  });

  it('that fails or is stopped says so', async () => {
    const {session} = openTree();
    const translator = createTranslator({partialMessages: false, hookEvents: false, now: () => 0, logOf});
    const messages: Message[] = [];
    const plan: Plan = {name: 'root', steps: [{spawn: [{name: 'slow', steps: [{hang: true}]}]}]};
    await runTurn(session, JSON.stringify(plan), event => {
      messages.push(...translator.translate(event));
      if (event.type === 'text_delta' && event.depth === 1) void session.agents.abort(event.agentId);
    });
    await session.close();
    expect(messages.filter(message => message.type === 'system').slice(-2)).toMatchObject([
      {subtype: 'task_updated', patch: {status: 'killed'}},
      {subtype: 'task_notification', status: 'stopped', summary: expect.stringContaining('slow begins')},
    ]);
  });
});

describe('an agent that a limit of its own ends', () => {
  it.each([
    ['steps', {maxSteps: 2}, undefined, /^Stopped at the limit of 2 steps: .*\n\nI look\.$/s],
    ['its budget', {}, {tokens: 15_000}, /^The budget of 15000 tokens has no room .*\n\nshort reports$/s],
  ])('is completed as a task, and its summary says that it was not done: %s', async (_, options, budget, summary) => {
    const {session} = openTree(options);
    const translator = createTranslator({partialMessages: false, hookEvents: false, now: () => 0, logOf});
    const messages: Message[] = [];
    const steps = Array.from({length: 9}, () => ({text: 'I look.', calls: [look], usage: {input: 2_000, output: 100}}));
    const short = {name: 'short', steps, ...(budget && {budget})};
    await runTurn(session, JSON.stringify({name: 'root', steps: [{spawn: [short]}]}), event => {
      messages.push(...translator.translate(event));
    });
    await session.close();
    expect(messages.filter(message => message.type === 'system').slice(-2)).toMatchObject([
      {subtype: 'task_updated', patch: {status: 'completed'}},
      {subtype: 'task_notification', status: 'completed', summary: expect.stringMatching(summary)},
    ]);
  });

  it('has failed as a task if it could not begin', async () => {
    const {messages} = await run({name: 'root', steps: [{spawn: [{...leaf('poor'), budget: {tokens: 1_000}}]}]});
    expect(messages.filter(message => message.type === 'system').slice(-2)).toMatchObject([
      {subtype: 'task_updated', patch: {status: 'failed'}},
      {subtype: 'task_notification', status: 'failed', summary: expect.stringContaining('1000 tokens has no room')},
    ]);
  });
});

describe('an agent that fails after it said something', () => {
  it('tells as a task why, then what it said', async () => {
    const {messages, events} = await run(failing);
    const why = events.find(event => event.type === 'run_finished' && event.depth === 1);
    const message = why?.type === 'run_finished' ? why.error?.message : undefined;
    expect(message).toBeTruthy();
    const told = messages.find(each => each.type === 'system' && each.subtype === 'task_notification');
    expect(told).toMatchObject({status: 'failed', summary: expect.stringMatching(/\n\n(?:\S.*)$/)});
    expect(told).toMatchObject({summary: expect.stringContaining(`${message}\n\n`)});
  });
});

describe('an agent below the root on standard error', () => {
  async function linesOf(verbose: boolean, plan: Plan): Promise<readonly string[]> {
    const {session} = openTree({limits: {depth: 2}});
    const notices = createNotices({verbose});
    const lines: string[] = [];
    await runTurn(session, JSON.stringify(plan), event => {
      const line = notices.toLine(event);
      if (line !== null) lines.push(line);
    });
    await session.close();
    return lines;
  }

  it('says nothing while all goes well', async () => {
    expect(await linesOf(false, tree)).toEqual([]);
  });

  it('says when it starts and ends if asked to be verbose, and who says what', async () => {
    const lines = await linesOf(true, tree);
    expect(lines).toContain('[agent-1] starts: worker, upper');
    expect(lines).toContain('[agent-2] starts in the background: worker, back');
    expect(lines).toContain('[agent-3] starts: worker, nested');
    expect(lines).toContain('[agent-3] Look there');
    expect(lines).toContain('[agent-3] ended (done): nested is done');
    expect(lines).toContain('[agent-2] ended (done): back is done');
    expect(lines).toContainEqual(expect.stringMatching(/^\d steps, .*; with 3 agents: [89] steps, .* tokens in, /));
  });

  it('says why it ended if it was not done, then what it said', async () => {
    const lines = await linesOf(true, failing);
    expect(lines).toContainEqual(expect.stringMatching(/^\[agent-1\] ended \(failed\): .+\. I look\.$/));
  });

  it('says which agent was refused something, and by which limit', async () => {
    const deep: Plan = {
      name: 'root',
      steps: [{spawn: [{name: 'a', steps: [{spawn: [{name: 'b', steps: [{spawn: [leaf('c')]}]}]}]}]}],
    };
    expect(await linesOf(false, deep)).toEqual([
      expect.stringMatching(/^\[agent-2\] Agent worker: c was refused: No agent was started: the limit "depth" is 2\./),
    ]);
  });
});
