/** The demo model exploring with agents: real loop, real tools, real files; only its pauses are left out. */
import {mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {createSession, Interrupted, type Session, type SessionOptions} from '../../src/index.js';
import {createDemoModel} from '../../src/providers/demo.js';
import {runTurn} from '../support/runtime.js';

let folder: string;
let sessions: Session[] = [];
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'demo-agents-')));
  put('README.md', '# Shop\n');
  put('src/core/loop.ts', '// The loop that never ends.\nexport function loop(): void {}\n'.repeat(30));
  put('src/core/small.ts', '// A small thing.\nexport const small = 1;\n');
  put('src/main.ts', '// Where it all begins.\nimport "./core/loop.js";\n');
  put('test/loop.test.ts', '// Tests of the loop.\n'.repeat(20));
  put('docs/guide.md', '# How to use the shop\n'.repeat(5));
});
afterEach(async () => {
  for (const session of sessions.splice(0)) await session.close();
  sessions = [];
  rmSync(folder, {recursive: true, force: true});
});

function put(path: string, content: string): void {
  mkdirSync(dirname(join(folder, path)), {recursive: true});
  writeFileSync(join(folder, path), content);
}

async function open(options: SessionOptions = {}): Promise<Session> {
  const model = createDemoModel({
    clock: {
      now: () => 0,
      // Others run between two deltas, as with real pauses.
      async sleep(_, signal) {
        await new Promise(setImmediate);
        if (signal.aborted) throw new Interrupted();
      },
    },
  });
  const env = {PATH: process.env.PATH, HOME: join(folder, 'home')};
  const session = await createSession({cwd: folder, env, model, ...options});
  sessions.push(session);
  return session;
}

const phrase = 'explore this repository with three agents';

describe('the demo model with agents', () => {
  it('starts three at once, one in the background, one with an agent of its own, which all read', async () => {
    const session = await open();
    const {events, outcome} = await runTurn(session, phrase);
    const started = events.flatMap(event => (event.type === 'agent_started' ? [event] : []));
    expect(started.map(({depth, kind, background, prompt}) => [depth, kind, background, prompt])).toEqual([
      [1, 'general-purpose', false, 'explore src with an agent'],
      [1, 'explore', false, 'explore test'],
      [1, 'explore', true, 'explore docs thoroughly'],
      [2, 'explore', false, 'explore src/core'],
    ]);
    const firstEnd = events.findIndex(({type}) => type === 'agent_finished');
    const before = events.slice(0, firstEnd).filter(({type, depth}) => type === 'agent_started' && depth === 1);
    expect(before).toHaveLength(3);
    for (const {agentId} of started) {
      const tools = events.flatMap(event =>
        event.type === 'tool_finished' && event.agentId === agentId ? [event.outcome] : [],
      );
      expect(tools.length).toBeGreaterThan(1);
      expect(new Set(tools)).toEqual(new Set(['ok']));
    }
    expect(outcome.reason).toBe('completed');
  });

  it('sums up what the agents reported, and nothing else', async () => {
    const session = await open();
    const {events, outcome} = await runTurn(session, phrase);
    for (const event of events) {
      if (event.type === 'agent_finished' && event.state === 'done') expect(outcome.text).toContain(event.text);
    }
    expect(outcome.text).toContain('## src\n\n**src**: 3 files, 64 lines');
    expect(outcome.text).toContain('My agent for src/core reports:\n\n**src/core**: 2 files, 62 lines');
    expect(outcome.text).toContain('- `src/core/loop.ts`: “The loop that never ends.”');
    expect(outcome.text).toContain('- 31 exported or public definitions in 2 files');
    expect(outcome.text).toContain('## docs\n\n**docs**: 1 file, 5 lines');
    expect(outcome.text).not.toMatch(/agentId|<usage>/);
  });

  it('sees only what there is: fewer folders are fewer agents, and none is none', async () => {
    rmSync(join(folder, 'docs'), {recursive: true});
    rmSync(join(folder, 'src'), {recursive: true});
    const {events, outcome} = await runTurn(await open(), 'explore this repository with 3 agents');
    expect(events.filter(({type}) => type === 'agent_started')).toHaveLength(1);
    expect(outcome.text).toContain('**test**: 1 file, 20 lines');
    rmSync(join(folder, 'test'), {recursive: true});
    expect((await runTurn(await open(), phrase)).outcome.text).toMatch(/^There are no folders here/);
  });

  it('goes into folders where the top has too few, and whatever their names hold', async () => {
    put('src/my "odd" part/a.ts', 'export const a = 1;\n'.repeat(90));
    const {events} = await runTurn(await open(), 'explore this repository with eight agents');
    const prompts = events.flatMap(event => (event.type === 'agent_started' ? [event.prompt] : []));
    expect(prompts).toEqual([
      'explore "src/my \\"odd\\" part"',
      'explore src/core',
      'explore test',
      'explore docs thoroughly',
    ]);
    const reads = events.flatMap(event =>
      event.type === 'tool_started' && event.tool === 'Read' ? [event.title] : [],
    );
    expect(reads).toContain('src/my "odd" part/a.ts');
  });

  it('says of an agent that was refused why, and goes on with the others', async () => {
    const {outcome} = await runTurn(await open({agentLimits: {depth: 1, children: 2}}), phrase);
    expect(outcome.text).toContain('My agent for src/core reports:\n\nNo agent was started: the limit "depth" is 1.');
    expect(outcome.text).toContain('## docs\n\nNo agent was started: the limit "children" is 2.');
    expect(outcome.text).toContain('## test\n\n**test**: 1 file, 20 lines');
  });

  it('says of an agent that was stopped that it was, with what it had', async () => {
    const session = await open();
    const stopped = new Set<string>();
    const {outcome} = await runTurn(session, phrase, event => {
      if (event.type !== 'tool_started' || event.depth === 0 || event.tool !== 'Read' || stopped.size === 2) return;
      const agent = session.agents.snapshot().find(({id}) => id === event.agentId);
      if (!agent?.description.match(/test|docs/)) return;
      stopped.add(agent.id);
      void session.agents.abort(agent.id);
    });
    expect(stopped.size).toBe(2);
    expect(outcome.reason).toBe('completed');
    const stop = 'The agent was stopped before it was done. What it had said so far:';
    expect(outcome.text).toContain(`## test\n\n${stop}\n\nI count what is in test first.`);
    expect(outcome.text).toContain(`## docs\n\n${stop}\n\nI count what is in docs first.`);
    expect(outcome.text).toContain('## src\n\n**src**: 3 files');
  });

  it('answers a message into its work and goes on', async () => {
    const session = await open();
    let sent = false;
    const {events} = await runTurn(session, 'explore src', event => {
      if (event.type !== 'tool_started' || sent) return;
      sent = session.steer('look only at main.ts').accepted;
    });
    const texts = events.flatMap(event => (event.type === 'reply_finished' ? [JSON.stringify(event.entry)] : []));
    expect(texts.filter(text => text.includes('I have your message, “look only at main.ts”'))).toHaveLength(1);
    expect(texts.at(-1)).toContain('**src**: 3 files');
  });

  it('takes what is said after a turn was stopped for a new prompt', async () => {
    const session = await open();
    await runTurn(session, 'explore src', event => {
      if (event.type === 'tool_started' && event.tool === 'Read') session.interrupt();
    });
    expect((await runTurn(session, 'hello')).outcome.text).toContain('I only know these phrases');
    expect((await runTurn(session, 'explore docs')).outcome.text).toContain('**docs**: 1 file, 5 lines');
    expect((await runTurn(session, 'thanks')).outcome.text).toContain('I only know these phrases');
  });

  it('speaks slowly where several are to be watched', async () => {
    const pausesFor = async (content: string): Promise<number> => {
      let waited = 0;
      const clock = {
        now: () => 0,
        async sleep(ms: number) {
          waited += ms;
        },
      };
      const request = {
        system: '',
        tools: ['Grep', 'Agent'].map(name => ({name, input_schema: {type: 'object' as const}})),
        messages: [{role: 'user' as const, content}],
        maxTokens: 8_000,
        effort: null,
        toolChoice: 'auto' as const,
      };
      for await (const _ of createDemoModel({clock}).stream(request, new AbortController().signal));
      return waited;
    };
    expect(await pausesFor('explore src')).toBeGreaterThan(5 * (await pausesFor(phrase)));
  });
});
