/** Many agents edit the same files through the tools, with the history that a session keeps: nobody overwrites what he has not seen. */
import {existsSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, it} from 'vitest';
import {ToolError} from '../../src/core/errors.js';
import type {ToolContext} from '../../src/core/ports.js';
import {createFiles} from '../../src/files/files.js';
import {createFileHistory} from '../../src/files/history.js';
import {createTurns} from '../../src/files/turns.js';
import {editTool} from '../../src/tools/edit.js';
import {writeTool} from '../../src/tools/write.js';
import {createFolder} from '../support/folder.js';

const {signal} = new AbortController();

function createScene() {
  const root = createFolder();
  const takeTurn = createTurns();
  const history = createFileHistory({folder: createFolder(), root, without: [], points: () => []}, takeTurn);
  const files = createFiles({takeTurn, open: () => Promise.resolve(history), opened: () => history});
  const contextOf = (agentId: string) => ({agentId, files, signal, place: {root, cwd: root}}) as ToolContext;
  async function look(agentId: string, name: string): Promise<string> {
    const {bytes, hash} = await files.read(join(root, name), {maxBytes: 1e6, signal});
    files.mark(agentId, join(root, name), hash);
    return Buffer.from(bytes).toString();
  }
  return {root, history, contextOf, look};
}

/** The same numbers each time. */
function createRandom(seed: number): (below: number) => number {
  let state = seed;
  return below => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return (state >>> 8) % below;
  };
}

describe('a conflict', () => {
  it('names the other agent, and tells what it has changed', async () => {
    const {root, contextOf, look} = createScene();
    writeFileSync(join(root, 'a.txt'), 'one\ntwo\nthree\n');
    await look('agent-1', 'a.txt');
    await look('agent-2', 'a.txt');
    const edit = (old_string: string, new_string: string) => ({file_path: 'a.txt', old_string, new_string});
    await editTool.run(edit('two', 'TWO'), contextOf('agent-2'));
    const late = editTool.run(edit('three', 'THREE'), contextOf('agent-1'));
    await expect(late).rejects.toThrow(
      /a\.txt was changed by agent agent-2 since you read it\. What changed:\n@@ line 1 @@\n one\n-two\n\+TWO\n three\nRead it again/,
    );
    const whole = writeTool.run({file_path: 'a.txt', content: 'mine\n'}, contextOf('agent-1'));
    await expect(whole).rejects.toThrow(/by agent agent-2 since/);
    await look('agent-1', 'a.txt');
    await editTool.run(edit('three', 'THREE'), contextOf('agent-1'));
    expect(readFileSync(join(root, 'a.txt'), 'utf8')).toBe('one\nTWO\nTHREE\n');
  });

  it('names whose command it was', async () => {
    const {root, history, contextOf, look} = createScene();
    writeFileSync(join(root, 'a.txt'), 'one\n');
    await look('agent-1', 'a.txt');
    await history.during('agent-2', async () => writeFileSync(join(root, 'a.txt'), 'two\n'));
    const late = editTool.run({file_path: 'a.txt', old_string: 'one', new_string: 'x'}, contextOf('agent-1'));
    await expect(late).rejects.toThrow(
      /by agent agent-2 since you read it\. What changed:\n@@ line 1 @@\n-one\n\+two\n/,
    );
  });

  it('names who made a file that was thought to be new', async () => {
    const {contextOf} = createScene();
    const make = (agentId: string) => writeTool.run({file_path: 'new.txt', content: agentId}, contextOf(agentId));
    const [one, other] = await Promise.allSettled([make('agent-1'), make('agent-2')]);
    expect([one.status, other.status].sort()).toEqual(['fulfilled', 'rejected']);
    const lost = one.status === 'rejected' ? one : other;
    expect(String(lost.status === 'rejected' && lost.reason)).toMatch(/exists already: agent agent-[12] wrote it/);
  });
});

describe('eight agents with a thousand edits of twenty files', () => {
  it('leave what some serial order of the accepted ones leaves, and what was noted is that order', {
    timeout: 60_000,
  }, async () => {
    const {root, history, contextOf, look} = createScene();
    const names = Array.from({length: 20}, (_, at) => `file-${at}.txt`);
    for (const name of names) writeFileSync(join(root, name), 'begin\nend\n');
    const accepted = new Map(names.map(name => [name, [] as string[]]));
    let refused = 0;
    async function work(agentId: string, edits: number, random: (below: number) => number): Promise<void> {
      for (let count = 0; count < edits; count += 1) {
        const name = names[random(names.length)] ?? '';
        const line = `${agentId}.${count}`;
        for (let isDone = false; !isDone; ) {
          const text = await look(agentId, name);
          const lines = text.split('\n');
          const anchor = lines[random(lines.length - 1)] ?? 'end';
          try {
            const edit = {file_path: name, old_string: `${anchor}\n`, new_string: `${anchor}\n${line}\n`};
            await editTool.run(edit, contextOf(agentId));
            accepted.get(name)?.push(line);
            isDone = true;
          } catch (error) {
            if (!(error instanceof ToolError)) throw error;
            expect(error.message).toMatch(/was changed by agent agent-\d since you read it/);
            refused += 1;
          }
        }
      }
    }
    await Promise.all(Array.from({length: 8}, (_, at) => work(`agent-${at}`, 125, createRandom(at + 1))));
    let count = 0;
    for (const name of names) {
      const final = readFileSync(join(root, name), 'utf8');
      const lines = final.split('\n').filter(line => line.startsWith('agent-'));
      expect([...lines].sort()).toEqual([...(accepted.get(name) ?? [])].sort());
      count += lines.length;
      const own = history.all().filter(({path}) => path === join(root, name));
      const contents = own.map(({before, after}) =>
        [before, after].map(state =>
          state?.type === 'file' ? history.contents.get(state.hash ?? '')?.toString() : null,
        ),
      );
      // Each went on from what the one before had left, and added its line.
      for (const [at, [before, after]] of contents.entries()) {
        expect(before).toBe(at === 0 ? 'begin\nend\n' : contents[at - 1]?.[1]);
        expect(after?.length).toBeGreaterThan(before?.length ?? 0);
      }
      expect(contents.at(-1)?.[1] ?? 'begin\nend\n').toBe(final);
    }
    expect(count).toBe(1_000);
    expect(refused).toBeGreaterThan(0);
    expect(existsSync(join(root, '.agent'))).toBe(false);
  });
});
