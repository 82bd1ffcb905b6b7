/** Hooks of compaction as commands of a person's settings: what they are told, and what becomes of their word. */
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, it} from 'vitest';
import {createSession} from '../../src/compose.js';
import {createScriptedModel} from '../../src/providers/scripted.js';
import {createFolder} from '../support/folder.js';

async function compactWith(hooks: Readonly<Record<string, string>>, instructions?: string) {
  const home = createFolder();
  const model = createScriptedModel([{text: 'word '.repeat(3_000)}, {text: 'All was said.'}, {text: 'Yes.'}]);
  const settings = JSON.stringify({
    hooks: Object.fromEntries(
      Object.entries(hooks).map(([event, command]) => [event, [{hooks: [{type: 'command', command}]}]]),
    ),
  });
  const session = await createSession({cwd: home, model, env: {HOME: home, PATH: process.env.PATH ?? ''}, settings});
  for await (const _ of session.send('go'));
  const outcome = await session.compact(instructions);
  const {length} = session.history;
  for await (const _ of session.send('and now?'));
  await session.close();
  const told = (name: string) => JSON.parse(readFileSync(join(home, name), 'utf8'));
  const requests = model.requests.map(({messages}) => JSON.stringify(messages));
  return {outcome, requests, told, length};
}

describe('hooks of compaction', () => {
  it('are told what it is about, and what came of it', async () => {
    const {outcome, told} = await compactWith(
      {PreCompact: 'cat > pre.json', PostCompact: 'cat > post.json'},
      'the names',
    );
    expect(outcome.reason).toBe('completed');
    expect(told('pre.json')).toMatchObject({
      hook_event_name: 'PreCompact',
      trigger: 'manual',
      custom_instructions: 'the names',
    });
    expect(told('post.json')).toMatchObject({
      hook_event_name: 'PostCompact',
      trigger: 'manual',
      compact_summary: 'All was said.',
    });
  });

  it('add to the instructions what they print, and to the conversation what they print at its new beginning', async () => {
    const {requests} = await compactWith({
      PreCompact: 'echo Keep the names.',
      SessionStart: 'grep -q compact && echo Mind the gap. || true',
    });
    expect(requests[1]).toContain('Keep the names.');
    expect(requests[2]?.split('Mind the gap.')).toHaveLength(2);
  });

  it('keep a conversation from being compacted with exit code 2, and the person reads why', async () => {
    const {outcome, requests, length} = await compactWith({PreCompact: 'echo "not today" >&2; exit 2'});
    expect(outcome).toMatchObject({reason: 'stopped', error: {message: expect.stringContaining('not today')}});
    expect([requests.length, length]).toEqual([2, 2]);
  });

  it('that fail do not stand in its way', async () => {
    const {outcome} = await compactWith({PreCompact: 'exit 1', PostCompact: 'exit 3'});
    expect(outcome.reason).toBe('completed');
  });
});
