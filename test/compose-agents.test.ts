/** Agents as the library gives them: types from files and options, their models, prompts and limits, over real HTTP. */
import {execFileSync} from 'node:child_process';
import {mkdirSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {beforeEach, describe, expect, it, onTestFinished} from 'vitest';
import {createScriptedModel, createSession, type Session, type SessionOptions, UsageError} from '../src/index.js';
import {createFolder} from './support/folder.js';
import {
  errorReply,
  type ModelServer,
  type Reply,
  type ServedRequest,
  textReply,
  toolReply,
} from './support/model-server.js';
import {runTurn} from './support/runtime.js';
import {serveModel} from './support/serve-model.js';

let folder: string;
beforeEach(() => {
  folder = createFolder();
});

function put(path: string, ...lines: readonly string[]): void {
  mkdirSync(dirname(join(folder, path)), {recursive: true});
  writeFileSync(join(folder, path), lines.join('\n'));
}

async function open(
  replies: readonly Reply[] | ((request: ServedRequest) => Reply),
  options: SessionOptions = {},
): Promise<{server: ModelServer; session: Session}> {
  const server = await serveModel(replies);
  const env = {PATH: process.env.PATH, HOME: folder, ANTHROPIC_API_KEY: 'test', ANTHROPIC_BASE_URL: server.url};
  const session = await createSession({cwd: folder, env, ...options});
  onTestFinished(() => session.close());
  return {server, session};
}

const spawn = (input: object, name = 'Agent'): Reply =>
  toolReply([{name, id: 'toolu_1', input: {description: 'look', prompt: 'Look around.', ...input}}]);

/** The types and texts of a request as the server saw it. */
const seen = (server: ModelServer, index: number) => {
  const {body} = server.requests[index] ?? {};
  if (!body) throw new Error(`there is no request ${index}`);
  return {
    model: body.model,
    system: JSON.stringify(body.system),
    tools: body.tools?.flatMap(tool => ('name' in tool ? [tool.name] : [])),
    messages: JSON.stringify(body.messages),
  };
};

describe('an agent of a session', () => {
  it('of a built-in type has its model, its tools and its prompt, and its report is the result', async () => {
    const {server, session} = await open([
      spawn({subagent_type: 'explore'}),
      textReply('Found it.'),
      textReply('Good.'),
    ]);
    const {outcome} = await runTurn(session, 'explore this');
    expect(outcome.text).toBe('Good.');
    expect(seen(server, 1)).toMatchObject({model: expect.stringMatching(/haiku/), tools: ['Read', 'Grep', 'Glob']});
    expect(seen(server, 1).system).toMatch(
      /You are one of several agents .*You find things in a codebase.*# Safety.*Folder: /,
    );
    expect(seen(server, 1).system).toContain('Model: Claude Haiku');
    expect(seen(server, 1).messages).toContain('Look around.');
    expect(seen(server, 2).messages).toMatch(/Found it\..*agentId: agent-1/);
    expect(session.agents.snapshot().map(({kind, state}) => [kind, state])).toEqual([
      ['main', 'idle'],
      ['explore', 'done'],
    ]);
  });

  it('comes from a file of the project, is named to the model, and is called by an older name too', async () => {
    put(
      '.claude/agents/reviewer.md',
      '---',
      'name: reviewer',
      'description: reviews changes',
      'tools: Read, Edit',
      'model: opus',
      '---',
      'You review.',
    );
    put('.agent/agents/broken.md', 'no front matter');
    const {server, session} = await open([
      spawn({subagent_type: 'reviewer'}, 'Task'),
      textReply('ok'),
      textReply('ok'),
    ]);
    await runTurn(session, 'review');
    expect(session.agentTypes).toEqual(['general-purpose', 'explore', 'plan', 'reviewer']);
    expect(session.warnings).toEqual([expect.stringContaining('broken.md:1 is skipped')]);
    expect(JSON.stringify(server.requests[0]?.body.tools)).toContain('- reviewer: reviews changes');
    expect(seen(server, 0).tools).not.toContain('Task');
    expect(seen(server, 1)).toMatchObject({model: expect.stringMatching(/opus/), tools: ['Read', 'Edit']});
    expect(seen(server, 1).system).toMatch(/You review\..*# Working/);
  });

  it('whose model is overloaded holds back its like, who say so, and not the root', async () => {
    const overloaded = errorReply(529, 'overloaded_error', 'Overloaded', {'retry-after': '300'});
    const background = {subagent_type: 'explore', run_in_background: true};
    let sayRefused = (): void => {};
    const refused = new Promise<void>(resolve => {
      sayRefused = resolve;
    });
    const ofRoot: Reply[] = [
      spawn(background),
      async (...answer) => {
        await refused;
        await toolReply([{name: 'Agent', id: 'toolu_2', input: {description: 'also', prompt: 'Look.', ...background}}])(
          ...answer,
        );
      },
      textReply('I go on.'),
    ];
    const {server, session} = await open(
      ({body}) => (body.model.includes('haiku') ? overloaded : (ofRoot.shift() ?? textReply('What?'))),
      {interactive: true},
    );
    const waits: unknown[] = [];
    let states: readonly unknown[] = [];
    const {outcome} = await runTurn(session, 'explore this', ({type, agentId}) => {
      if (type !== 'retry_scheduled' && type !== 'request_held' && type !== 'waiting_for_agents') return;
      waits.push([agentId, type]);
      sayRefused();
      if (waits.length < 3) return;
      states = session.agents
        .snapshot()
        .map(({state, activity}) => `${state}: ${activity.replace(/ \(.*| for .*/, '')}`);
      void session.agents.abort('main');
    });
    expect(outcome).toMatchObject({reason: 'aborted', text: 'I go on.'});
    expect(waits[0]).toEqual(['agent-1', 'retry_scheduled']);
    expect(waits.slice(1)).toEqual(
      expect.arrayContaining([
        ['agent-2', 'request_held'],
        ['main', 'waiting_for_agents'],
      ]),
    );
    expect(states).toEqual([
      'waiting: waiting',
      expect.stringMatching(/^parked: waiting to retry: .* says that claude-haiku-\S+ is overloaded/),
      expect.stringMatching(/^parked: held back: .* says that claude-haiku-\S+ is overloaded/),
    ]);
    expect(server.requests.filter(({body}) => body.model.includes('haiku'))).toHaveLength(1);
  });

  it('has its parent’s tools but those it is denied, and never one that its parent has not', async () => {
    const agents = {
      most: {description: 'most', prompt: 'p', disallowedTools: ['Bash']},
      more: {description: 'more', prompt: 'p', tools: ['Read', 'Write', 'Bash']},
    };
    const replies = [
      spawn({subagent_type: 'most'}),
      textReply('a'),
      spawn({subagent_type: 'more'}),
      textReply('b'),
      textReply('c'),
    ];
    const {server, session} = await open(replies, {agents, disallowedTools: ['Write']});
    await runTurn(session, 'go');
    expect(seen(server, 1).tools).toEqual(session.tools.filter(name => name !== 'Bash'));
    expect(seen(server, 3).tools).toEqual(['Read', 'Bash']);
  });

  it('answers for a type that there is not with those that there are', async () => {
    const {server, session} = await open([spawn({subagent_type: 'nope'}), textReply('I see.')]);
    await runTurn(session, 'go');
    expect(seen(server, 1).messages).toContain(
      'There is no type of agent \\"nope\\". The types are: general-purpose, explore, plan.',
    );
    expect(server.requests).toHaveLength(2);
  });

  it('carries the person’s addition to the system prompt', async () => {
    const {server, session} = await open([spawn({}), textReply('ok'), textReply('ok')], {
      appendSystemPrompt: 'Answer in Dutch.',
    });
    await runTurn(session, 'go');
    for (const index of [0, 1]) expect(seen(server, index).system).toContain('Answer in Dutch.');
  });

  it('may stop and write to its own without a question, where nobody could be asked', async () => {
    const {server, session} = await open([
      spawn({run_in_background: true}),
      toolReply([{name: 'SendMessage', id: 'toolu_2', input: {to: 'agent-1', message: 'Hello.'}}]),
      toolReply([{name: 'TaskStop', id: 'toolu_3', input: {task_id: 'agent-1'}}]),
      ...Array.from({length: 4}, () => textReply('ok')),
    ]);
    const {events} = await runTurn(session, 'go');
    const outcomes = events.flatMap(event => (event.type === 'tool_finished' ? [event.outcome] : []));
    expect(outcomes).not.toContain('denied');
    expect(server.requests.length).toBeGreaterThan(3);
  });
});

describe('the model of an agent', () => {
  const env = {PATH: process.env.PATH, ANTHROPIC_API_KEY: 'test', ANTHROPIC_BASE_URL: 'http://127.0.0.1:9'};

  it('is the session’s own where that is not of the server that names belong to', async () => {
    const model = createScriptedModel([
      {calls: [{name: 'Agent', input: {description: 'd', prompt: 'p', subagent_type: 'explore'}}]},
      {text: 'Found it.'},
      {text: 'Good.'},
    ]);
    const session = await createSession({cwd: folder, env: {...env, HOME: folder}, model});
    onTestFinished(() => session.close());
    expect((await runTurn(session, 'go')).outcome).toMatchObject({reason: 'completed', text: 'Good.'});
    expect(model.requests).toHaveLength(3);
  });
});

describe('the limits of the tree', () => {
  it('come from the settings, and from the options over them', async () => {
    put('.agent/settings.json', '{"agents": {"depth": 1, "children": 1}}');
    const two = toolReply(
      ['toolu_1', 'toolu_2'].map(id => ({
        name: 'Agent',
        id,
        input: {description: 'd', prompt: 'p', run_in_background: true},
      })),
    );
    const refusals = async (options: SessionOptions): Promise<readonly string[]> => {
      const {session} = await open([two, ...Array.from({length: 6}, () => textReply('ok'))], options);
      const {events} = await runTurn(session, 'go');
      return events.flatMap(event =>
        event.type === 'tool_finished' && event.outcome === 'denied' ? [event.display.summary] : [],
      );
    };
    expect(await refusals({})).toEqual([expect.stringContaining('the limit "children" is 1')]);
    expect(await refusals({agentLimits: {children: 2}})).toEqual([]);
    expect(await refusals({agentLimits: {children: 2, spawnsPerTurn: 1}})).toEqual([
      expect.stringContaining('the limit "spawns" is 1'),
    ]);
  });
});

describe('a limit of no agents', () => {
  const onAgents = ['Agent', 'SendMessage'];

  it.each(['depth', 'live', 'children', 'spawnsPerTurn'])(
    'for %s spares every request what is told of agents',
    async limit => {
      const some = await open([textReply('ok')]);
      await runTurn(some.session, 'go');
      put('.agent/settings.json', `{"agents": {"${limit}": 0}}`);
      const none = await open([textReply('ok')]);
      expect((await runTurn(none.session, 'go')).outcome.text).toBe('ok');
      const tools = seen(some.server, 0).tools ?? [];
      expect(seen(none.server, 0).tools).toEqual(tools.filter(name => !onAgents.includes(name)));
      expect(tools).toEqual(expect.arrayContaining(onAgents));
      expect(none.session.tools).toEqual(seen(none.server, 0).tools);
      expect([some.session.agentTypes.length, none.session.agentTypes]).toEqual([3, []]);
      expect([seen(some.server, 0), seen(none.server, 0)].map(({system}) => system.includes('(Agent)'))).toEqual([
        true,
        false,
      ]);
      const size = ({server}: {server: ModelServer}): number => JSON.stringify(server.requests[0]?.body).length;
      expect(size(some) - size(none)).toBeGreaterThan(2_000);
    },
  );

  it('leaves flags that name those tools as they are, and answers a call all the same', async () => {
    const {server, session} = await open([spawn({}), textReply('then myself')], {
      agentLimits: {depth: 0},
      allowedTools: ['Agent'],
    });
    expect((await runTurn(session, 'go')).outcome.text).toBe('then myself');
    expect(seen(server, 1).messages).toContain('There is no tool \\"Agent\\" here. The tools are: Read, ');
  });
});

describe('what an agent is told of starting others', () => {
  it('is nothing, if its type or a flag keeps it from that', async () => {
    const explore = await open([spawn({subagent_type: 'explore'}), textReply('Found it.'), textReply('Good.')]);
    await runTurn(explore.session, 'go');
    expect([0, 1].map(index => seen(explore.server, index).system.includes('(Agent)'))).toEqual([true, false]);
    const general = await open([spawn({}), textReply('Found it.'), textReply('Good.')]);
    await runTurn(general.session, 'go');
    expect(seen(general.server, 1).system).toContain('(Agent)');
    const without = await open([textReply('Good.')], {disallowedTools: ['Agent']});
    await runTurn(without.session, 'go');
    expect(seen(without.server, 0).system).not.toContain('(Agent)');
  });
});

describe('a budget of time', () => {
  it('ends a command that runs on, with its process; what it had printed is its result, and a report follows', async () => {
    const command = toolReply([{name: 'Bash', id: 'toolu_2', input: {command: 'echo begun; exec sleep 77.25'}}]);
    const {server, session} = await open(
      [spawn({budget: {minutes: 0.03}}), command, textReply('It only began.'), textReply('Good.')],
      {skipPermissions: true},
    );
    const startedAt = Date.now();
    const {events, outcome} = await runTurn(session, 'go');
    expect(Date.now() - startedAt).toBeLessThan(60_000);
    expect(outcome.text).toBe('Good.');
    expect(server.requests[2]?.body.tool_choice).toEqual({type: 'none'});
    expect(seen(server, 2).messages).toMatch(
      /begun.*Interrupted: the command was stopped.*The budget of 2 s is used up/,
    );
    expect(seen(server, 3).messages).toMatch(/The agent was stopped: The budget of 2 s is used up.*It only began\./);
    expect(events.find(event => event.type === 'tool_finished' && event.depth === 1)).toMatchObject({
      outcome: 'interrupted',
    });
    expect(execFileSync('ps', ['-eo', 'args'], {encoding: 'utf8'})).not.toContain('sleep 77.25');
  });
});

describe('agents that are given', () => {
  it('are refused before anything starts if they are broken', async () => {
    const agents = {x: {description: '', prompt: 'p'}};
    const opening = createSession({cwd: folder, env: {HOME: folder}, agents});
    await expect(opening).rejects.toThrow(UsageError);
    await expect(opening).rejects.toThrow('The agent "x" (--agents) cannot be used: it needs a "description"');
  });

  it('leave the tools that flags name by an older name the same', async () => {
    const session = await createSession({cwd: folder, env: {HOME: folder}, disallowedTools: ['Task']});
    onTestFinished(() => session.close());
    // Without it those on agents alone are of no use.
    expect(session.tools).toEqual([
      'Read',
      'Write',
      'Edit',
      'Bash',
      'Grep',
      'Glob',
      'WebFetch',
      'TodoWrite',
      'TaskOutput',
      'TaskStop',
    ]);
  });
});
