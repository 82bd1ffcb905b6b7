/**
 * The same table of calls, made at every depth, in the foreground and the background, with a person to ask and without, in a
 * conversation that begins and in one that is gone on with: sessions as the program has them, real settings, real tools; only the
 * model is a script.
 */
import {mkdirSync, symlinkSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, it} from 'vitest';
import {createSession} from '../../src/compose.js';
import type {ModelRequest} from '../../src/core/ports.js';
import {textOf} from '../../src/core/transcript.js';
import type {StampedEvent} from '../../src/core/types.js';
import {createScriptedModel, type ScriptedReply} from '../../src/providers/scripted.js';
import {createFolder} from '../support/folder.js';
import {type Case, cases, links, permissions} from './cases.js';

interface World {
  readonly root: string;
  readonly home: string;
}

function createWorld(): World {
  const outside = createFolder();
  const [root, home] = [join(outside, 'project'), join(outside, 'home')];
  const put = (path: string, content = 'x\n'): void => {
    mkdirSync(join(path, '..'), {recursive: true});
    writeFileSync(path, content);
  };
  for (const name of ['a.txt', 'src/a.txt', 'out/x', 'secrets/key', '.env', 'legal/terms', 'api/x'])
    put(join(root, name));
  for (const name of ['other', 'notes/todo', '.ssh/id']) put(join(home, name));
  put(join(root, '.agent', 'settings.json'), JSON.stringify({permissions}));
  for (const [name, target] of links) symlinkSync(target === '~' ? home : target, join(root, name));
  return {root, home};
}

/** What the model sends for a case. */
function toInput(tool: string, about: string): Readonly<Record<string, unknown>> {
  switch (tool) {
    case 'Bash':
      return {command: about};
    case 'Read':
      return {file_path: about};
    case 'Write':
      return {file_path: about, content: 'x'};
    case 'Edit':
      return {file_path: about, old_string: 'nowhere', new_string: 'x'};
    case 'Grep':
      return {pattern: 'x', path: about};
    case 'Glob':
      return {pattern: about};
    case 'Agent':
      return {subagent_type: about, description: 'd', prompt: 'Say nothing.'};
    case 'SendMessage':
      return {to: about, message: 'm'};
    case 'TaskOutput':
      return {task_ids: [about]};
    default:
      return {task_id: about};
  }
}

/** An agent whose prompt is a number starts one with a lower number; at 0 it makes all the calls. */
function scriptFor(background: boolean, home: string) {
  return ({messages, toolChoice}: ModelRequest): ScriptedReply => {
    const asked = messages.findLastIndex(message => message.role === 'user' && /^\d$/.test(textOf(message)));
    const prompt = messages[asked];
    const left = Number(prompt ? textOf(prompt) : Number.NaN);
    const isFirst = !messages.slice(asked).some(({role}) => role === 'assistant');
    if (!isFirst || Number.isNaN(left) || toolChoice === 'none') return {text: 'done'};
    if (left === 0)
      return {
        calls: cases.map(([tool, about]) => ({
          name: tool,
          input: toInput(tool, tool === 'Bash' ? about : atHome(about, home)),
        })),
      };
    const input = {description: `depth ${left}`, prompt: `${left - 1}`, run_in_background: background};
    return {calls: [{name: 'Agent', input}]};
  };
}

/** Where the model may write of home; the tools take `~` for that of the process. */
const atHome = (about: string, home: string): string => about.replace(/^~/, home);

const toLine = ([tool, about, verdict]: Case): string => `${verdict.padEnd(5)} ${tool} ${about}`;

interface Setting {
  readonly depth: number;
  readonly background: boolean;
  readonly interactive: boolean;
  /** The conversation began in another run of the program. */
  readonly resumed: boolean;
}

/** What was decided of each case, in their order. */
async function decide({depth, background, interactive, resumed}: Setting): Promise<readonly Case[]> {
  const {root, home} = createWorld();
  const options = {
    cwd: root,
    env: {PATH: process.env.PATH, HOME: home, AGENT_HOME: join(home, '.agent')},
    model: createScriptedModel(scriptFor(background, home)),
    trust: true,
    interactive,
    agentLimits: {spawnsPerTurn: 100},
    persist: resumed,
  };
  if (resumed) {
    const before = await createSession(options);
    for await (const _ of before.send('Good morning.'));
    await before.close();
  }
  const session = await createSession({...options, ...(resumed && {resume: true as const})});
  const verdicts = new Map<string, Case[2]>();
  const keyOf = ({agentId}: StampedEvent, callId: string): string => `${agentId} ${callId}`;
  let decider = '';
  const note = (event: StampedEvent, callId: string, verdict: Case[2]): void => {
    if (!verdicts.has(keyOf(event, callId))) verdicts.set(keyOf(event, callId), verdict);
  };
  const order: string[] = [];
  const see = (event: StampedEvent): void => {
    if (event.type === 'reply_finished' && event.depth === depth && Array.isArray(event.entry.message.content)) {
      const calls = event.entry.message.content.flatMap(block => (block.type === 'tool_use' ? [block.id] : []));
      if (calls.length === cases.length) {
        decider = event.agentId;
        order.push(...calls);
      }
    }
    if (event.type === 'question_asked') {
      note(event, event.callId, 'ask');
      session.answer(event.callId, {verdict: 'deny', message: 'not now'});
    }
    if (event.type === 'tool_started') note(event, event.callId, 'allow');
    if (event.type === 'tool_finished') {
      const isUnasked = /nobody can be asked/.test(JSON.stringify(event.result.content));
      // One that fails before it starts could not even be shown: a change of a file that was never read.
      note(event, event.callId, isUnasked || event.outcome === 'failed' ? 'ask' : 'deny');
    }
  };
  const events = session.observe();
  const stop = events.onWake(() => events.drain().forEach(see));
  for await (const _ of session.send(`${depth}`));
  events.drain().forEach(see);
  stop();
  events.close();
  await session.close();
  expect(order).toHaveLength(cases.length);
  return cases.map(([tool, about], at) => [tool, about, verdicts.get(`${decider} ${order[at]}`) ?? 'allow']);
}

const settings = [0, 1, 2, 3].flatMap(depth =>
  (depth === 0 ? [false] : [false, true]).flatMap(background =>
    [true, false].flatMap(interactive =>
      [false, true].map((resumed): Setting => ({depth, background, interactive, resumed})),
    ),
  ),
);

describe('the policy', () => {
  it('has a case for each kind of call, and each verdict', () => {
    expect(cases.length).toBeGreaterThanOrEqual(200);
    expect(new Set(cases.map(([tool, about]) => `${tool} ${about}`)).size).toBe(cases.length);
  });

  it.each(settings)(
    'is the same at depth $depth (background: $background, a person there: $interactive, resumed: $resumed)',
    async setting => {
      expect((await decide(setting)).map(toLine)).toEqual(cases.map(toLine));
    },
  );
});
