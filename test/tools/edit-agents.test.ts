/**
 * Agents that edit the same files at the same time: an edit lands whole on what its agent has read, or is refused.
 */
import {readdirSync} from 'node:fs';
import * as fc from 'fast-check';
import {expect, it} from 'vitest';
import {ToolError} from '../../src/core/errors.js';
import {editTool} from '../../src/tools/edit.js';
import {readTool} from '../../src/tools/read.js';
import {createScene, type Scene} from './scene.js';

const agents = 6;
const names = ['a', 'b', 'c'];

/** Every file has a line for each agent: the agent's number and how often it was edited. */
const initial = Array.from({length: agents}, (_, agent) => `agent ${agent}: 0\n`).join('');

/** Counts the agent's line in a file up by one, reading it again whenever the edit is refused. */
async function countUp(scene: Scene, agent: number, name: string, count: number): Promise<void> {
  const input = {
    file_path: name,
    old_string: `agent ${agent}: ${count}\n`,
    new_string: `agent ${agent}: ${count + 1}\n`,
  };
  while (true) {
    try {
      await scene.call(editTool, input, `agent-${agent}`);
      return;
    } catch (error) {
      if (!(error instanceof ToolError)) throw error;
      expect(error.message).toMatch(/not read .* yet|was changed/);
      await scene.call(readTool, {file_path: name}, `agent-${agent}`);
    }
  }
}

it('no edit of any agent is lost, and none is applied to what its agent has not seen', async () => {
  const plan = fc.array(fc.constantFrom(...names), {maxLength: 8});
  await fc.assert(
    fc.asyncProperty(fc.array(plan, {minLength: agents, maxLength: agents}), async plans => {
      const scene = createScene();
      for (const name of names) scene.put(name, initial);
      await Promise.all(
        plans.map(async (files, agent) => {
          const counts = new Map(names.map(name => [name, 0]));
          for (const name of files) {
            const count = counts.get(name) ?? 0;
            await countUp(scene, agent, name, count);
            counts.set(name, count + 1);
          }
        }),
      );
      for (const name of names) {
        const expected = plans.map((files, agent) => `agent ${agent}: ${files.filter(file => file === name).length}\n`);
        expect(scene.text(name)).toBe(expected.join(''));
      }
      expect(readdirSync(scene.folder).sort()).toEqual(names);
    }),
    {numRuns: 10},
  );
});
