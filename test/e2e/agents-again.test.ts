/** Agents of a conversation that is gone on with: what a program that was killed leaves of them, over real HTTP and from real files. */
import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {beforeEach, describe, expect, it} from 'vitest';
import {createFolder, type Folder, runAgent, type StartOptions, served, startAgent} from '../support/agent.js';
import {
  type ModelServer,
  type Reply,
  type ServedRequest,
  silentReply,
  textReply,
  toolReply,
} from '../support/model-server.js';
import {serveModel} from '../support/serve-model.js';

let folder: Folder;
let home: Folder;
beforeEach(() => {
  folder = createFolder({'notes.txt': 'one\ntwo\n'});
  home = createFolder();
});

const textsOf = ({body}: ServedRequest): readonly string[] =>
  body.messages.flatMap(({content}) =>
    typeof content === 'string'
      ? [content]
      : content.flatMap(block => {
          if (block.type === 'text') return [block.text];
          if (block.type !== 'tool_result') return [];
          const {content: said = ''} = block;
          return [typeof said === 'string' ? said : said.map(part => (part.type === 'text' ? part.text : '')).join('')];
        }),
  );

/** Who asks: the first words of its first message. */
const whoOf = (request: ServedRequest): string => textsOf(request)[0]?.split(':')[0] ?? '';

/** Each agent is answered in its own order. */
async function serve(replies: Readonly<Record<string, readonly Reply[]>>): Promise<ModelServer> {
  const asked = new Map<string, number>();
  return serveModel(request => {
    const who = whoOf(request);
    const count = asked.get(who) ?? 0;
    asked.set(who, count + 1);
    return replies[who]?.[count] ?? silentReply;
  });
}

const asking = ({requests}: ModelServer, who: string): readonly ServedRequest[] =>
  requests.filter(request => whoOf(request) === who);

const within = ({url}: ModelServer): StartOptions => ({cwd: folder.path, env: {...served(url), HOME: home.path}});

const spawn = (prompt: string, id: string, background = false) => ({
  name: 'Agent',
  id,
  input: {description: prompt.split(':')[0], prompt, run_in_background: background},
});
const bash = (command: string, id: string) => ({name: 'Bash', id, input: {command}});
const count = (texts: readonly string[], words: string): number => texts.join('\n').split(words).length - 1;

/** Main has started one in the background, and waits for another; both have said something, and are asked again. */
async function killedTree(): Promise<void> {
  const server = await serve({
    main: [toolReply([spawn('first: look', 'call_a', true), spawn('second: look', 'call_b')], {text: 'I start two.'})],
    first: [toolReply([bash('echo first >> ran.txt', 'call_c')], {text: 'First found a clue.'})],
    second: [toolReply([bash('echo second >> ran.txt', 'call_d')], {text: 'Second found a clue.'})],
  });
  const program = startAgent(['-p', 'main: go', '--allowedTools', 'Bash', '--session-id', 'tree'], within(server));
  await expect
    .poll(() => ['first', 'second'].map(who => asking(server, who).length), {timeout: 20_000})
    .toEqual([2, 2]);
  program.child.kill('SIGKILL');
  await program.finished;
}

const note =
  'Its 2 agents are there again; at work when the program ended, and paused now: agent-1, agent-2. /agents send <id> <text> lets one go on.';

describe('a program that was killed with agents at work', () => {
  it('is gone on with: each end is told once, with what was said, and nothing runs a second time', async () => {
    await killedTree();
    const server = await serve({main: [textReply('I see.'), textReply('Still.')]});
    const run = await runAgent(['-c', '-p', 'and now?'], within(server));
    expect([run.code, run.stdout]).toEqual([0, 'I see.\n']);
    expect(run.stderr).toBe(
      `Loaded 2 of 2 messages of the conversation.\n${note}\nA message waits to be read with the next prompt.\n`,
    );
    const again = await runAgent(['-c', '-p', 'and now?'], within(server));
    expect(again.stderr).toBe(`Loaded 6 of 6 messages of the conversation.\n${note}\n`);
    expect(server.requests.map(whoOf)).toEqual(['main', 'main']);
    for (const texts of server.requests.map(textsOf)) {
      expect(count(texts, 'Agent agent-1 (general-purpose: first) was interrupted.')).toBe(1);
      expect(count(texts, 'First found a clue.')).toBe(1);
      expect(count(texts, 'Second found a clue.')).toBe(1);
      expect(count(texts, 'agentId: agent-2')).toBe(1);
    }
    expect(folder.read('ran.txt').trim().split('\n').toSorted()).toEqual(['first', 'second']);
  });

  it('has agents that go on with their own history, in a copy too', async () => {
    await killedTree();
    const send = (id: string) => ({name: 'SendMessage', id, input: {to: 'agent-1', message: 'go on', resume: true}});
    const server = await serve({
      main: [toolReply([send('call_e')]), textReply('I wait.'), textReply('All is done.')],
      first: [textReply('First is done.')],
    });
    const run = await runAgent(['-c', '--fork-session', '--session-id', 'copy', '-p', 'go on'], within(server));
    expect([run.code, run.stdout]).toEqual([0, 'All is done.\n']);
    const [request] = asking(server, 'first');
    const texts = request ? textsOf(request) : [];
    expect(texts.slice(0, 2)).toEqual(['first: look', 'First found a clue.']);
    expect(texts.at(-1)).toBe('Message from the main agent:\ngo on');
    const told = server.requests.at(-1);
    expect(count(told ? textsOf(told) : [], 'Agent agent-1 (general-purpose: first) has ended: done.')).toBe(1);
    expect(folder.read('ran.txt').trim().split('\n')).toHaveLength(2);
    // What it is a copy of stays as it was.
    const names = readdirSync(join(home.path, '.agent', 'sessions'), {recursive: true, encoding: 'utf8'});
    const logs = names.filter(name => name.endsWith('.jsonl') && !name.includes('/files/'));
    expect(logs.map(name => name.replace(/^[^/]*\//, '')).toSorted()).toEqual([
      'copy.jsonl',
      'copy/agents/agent-1.jsonl',
      'copy/agents/agent-2.jsonl',
      'tree.jsonl',
      'tree/agents/agent-1.jsonl',
      'tree/agents/agent-2.jsonl',
    ]);
    const original = logs.find(name => name.endsWith('tree/agents/agent-1.jsonl')) ?? '';
    expect(readFileSync(join(home.path, '.agent', 'sessions', original), 'utf8')).not.toContain('go on');
  });
});

describe('what an agent has seen of files', () => {
  const edit = (id: string) => ({
    name: 'Edit',
    id,
    input: {file_path: 'notes.txt', old_string: 'one', new_string: 'three'},
  });

  it('counts after a restart, unless they have changed since', async () => {
    const server = await serve({
      main: [
        toolReply([{name: 'Read', input: {file_path: 'notes.txt'}, id: 'call_a'}]),
        textReply('Read.'),
        toolReply([edit('call_b')]),
        textReply('Done.'),
        toolReply([edit('call_c')]),
        textReply('No.'),
      ],
    });
    await runAgent(['-p', 'main: read'], within(server));
    await runAgent(['-c', '-p', 'change it', '--allowedTools', 'Edit'], within(server));
    expect(folder.read('notes.txt')).toBe('three\ntwo\n');
    folder.write('notes.txt', 'one\ntwo, and by somebody else\n');
    await runAgent(['-c', '-p', 'again', '--allowedTools', 'Edit'], within(server));
    expect(folder.read('notes.txt')).toBe('one\ntwo, and by somebody else\n');
    const [last] = server.requests.slice(-1);
    expect(last ? textsOf(last).at(-1) : '').toMatch(/was changed since you read it/);
  });
});
