import {describe, expect, it} from 'vitest';
import {createLiveOutput} from '../../src/platform/live-output.js';
import {until} from '../support/processes.js';

/** Feeds the chunks one by one, each after the one before was told as far as it can be. */
async function tell(chunks: readonly (string | Buffer)[], after: readonly string[]): Promise<void> {
  let told = '';
  const live = createLiveOutput(text => {
    told += text;
  });
  for (const [index, chunk] of chunks.entries()) {
    live.push(Buffer.from(chunk));
    await until(`told: ${after[index]}`, () => told === after[index]);
  }
  live.close();
}

describe('live output', () => {
  it('holds back what the next bytes may still change', async () => {
    const bytes = Buffer.from('price: 5 €\n');
    await tell([bytes.subarray(0, 10), bytes.subarray(10)], ['price: 5 ', 'price: 5 €\n']);
    await tell(['one\r', '\ntwo\n'], ['one', 'one\ntwo\n']);
    await tell(['plain \x1b[3', '1mred\x1b[0m\n'], ['plain ', 'plain red\n']);
  });

  it('gives each version of a progress line a line of its own', async () => {
    await tell(['10 %\r20 %\r30 %', '\n'], ['10 %\n20 %\n30 %', '10 %\n20 %\n30 %\n']);
  });

  it('tells of much output only the end, and says that something is missing', async () => {
    const told: string[] = [];
    const live = createLiveOutput(text => told.push(text));
    for (let pushed = 0; pushed < 1_000; pushed += 1) live.push(Buffer.from(`${'x'.repeat(1_000)}\n`));
    live.push(Buffer.from('last\n'));
    await until('something is told', () => told.length > 0);
    live.close();
    expect(told).toHaveLength(1);
    expect(told[0]).toMatch(/^\n\[…\]\nx/);
    expect(told[0]).toMatch(/\nlast\n$/);
    expect(told[0]?.length).toBeLessThan(9_000);
  });

  it('tells nothing once it is closed', async () => {
    const told: string[] = [];
    const [closed, open] = [createLiveOutput(text => told.push(text)), createLiveOutput(text => told.push(text))];
    closed.push(Buffer.from('late'));
    closed.close();
    open.push(Buffer.from('in time'));
    await until('the other is told', () => told.length > 0);
    expect(told).toEqual(['in time']);
  });
});
