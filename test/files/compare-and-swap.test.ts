import {linkSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import * as fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {ToolError} from '../../src/core/errors.js';
import type {Files} from '../../src/core/ports.js';
import {createFiles} from '../../src/files/files.js';
import {createFolder} from '../support/folder.js';

const {signal} = new AbortController();

/** Reads the file and appends a line, again and again until the write is accepted. Returns how often it was refused. */
async function append(files: Files, path: string, agentId: string, line: string): Promise<number> {
  for (let refused = 0; ; refused++) {
    const {bytes, hash} = await files.read(path, {maxBytes: 1e6, signal});
    try {
      await files.write(path, Buffer.concat([bytes, Buffer.from(line)]), {agentId, expected: hash});
      return refused;
    } catch (error) {
      if (!(error instanceof ToolError)) throw error;
    }
  }
}

describe('agents that write the same files at the same time', () => {
  it('lose no update: every accepted write is in the final content, in the order of each agent', async () => {
    const agents = fc.array(fc.array(fc.nat({max: 2}), {minLength: 1, maxLength: 5}), {minLength: 2, maxLength: 8});
    await fc.assert(
      fc.asyncProperty(agents, async plans => {
        const folder = createFolder();
        // Two of the three names are one file by a hard link.
        const paths = ['a', 'b', 'c'].map(name => join(folder, name));
        const [first = '', second = '', third = ''] = paths;
        writeFileSync(first, '');
        linkSync(first, second);
        writeFileSync(third, '');
        const files = createFiles();
        await Promise.all(
          plans.map(async (plan, agent) => {
            for (const [step, file] of plan.entries()) {
              await append(files, paths[file] ?? first, `agent-${agent}`, `${agent}.${step}\n`);
            }
          }),
        );
        const lines = [first, third].flatMap(path => readFileSync(path, 'utf8').trimEnd().split('\n').filter(Boolean));
        const expected = plans.flatMap((plan, agent) => plan.map((_, step) => `${agent}.${step}`));
        expect([...lines].sort()).toEqual([...expected].sort());
        for (const path of [first, third]) {
          const steps = new Map<string, number>();
          for (const line of readFileSync(path, 'utf8').split('\n').filter(Boolean)) {
            const [agent = '', step = ''] = line.split('.');
            expect(Number(step)).toBeGreaterThan(steps.get(agent) ?? -1);
            steps.set(agent, Number(step));
          }
        }
        expect(readdirSync(folder).sort()).toEqual(['a', 'b', 'c']);
      }),
      {numRuns: 15},
    );
  });

  it('write a new file only once: of all who expect none, one succeeds', async () => {
    const path = join(createFolder(), 'deep/new');
    const files = createFiles();
    const attempts = Array.from({length: 8}, (_, agent) =>
      files.write(path, Buffer.from(`by ${agent}`), {agentId: `agent-${agent}`, expected: null}),
    );
    const outcomes = await Promise.allSettled(attempts);
    const winners = outcomes.flatMap(({status}, agent) => (status === 'fulfilled' ? [agent] : []));
    expect(winners).toHaveLength(1);
    expect(readFileSync(path, 'utf8')).toBe(`by ${winners[0]}`);
  });
});
