/** Sixteen agents with a sleeping command each, half of them deaf to TERM: from SIGINT to the last process's end. */
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {readdirSync, readFileSync} from 'node:fs';
import {setTimeout as pause} from 'node:timers/promises';
import {agentCommand, type Bench, type Row, repeat, rounds} from '../bench.js';
import {seconds} from '../figure.js';
import type {Plan} from '../plan.js';
import {withServer} from '../served.js';

/** Of all 16, as many as may live: 8 below the root, one below each of these. */
const wide = 8;
const tall = 2;

function sleeping(round: number): readonly [string, Plan] {
  // No other process sleeps for exactly so long.
  const mark = `300.${process.pid}${round}`;
  const commands = [`sleep ${mark}`, `trap '' TERM; sleep ${mark}`];
  const below: Plan = {steps: [{bash: commands[1] ?? ''}], end: 'Done.'};
  const above: Plan = {steps: [{spawn: [below], background: true}, {bash: commands[0] ?? ''}], end: 'Done.'};
  return [mark, {steps: [{spawn: Array.from({length: wide}, () => above)}], end: 'Done.'}];
}

/** How many processes sleep for so long. */
const sleepers = (mark: string): number =>
  readdirSync('/proc').filter(pid => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'latin1') === `sleep\0${mark}\0`;
    } catch {
      return false;
    }
  }).length;

async function until(isTrue: () => boolean): Promise<void> {
  const deadline = performance.now() + 30_000;
  while (!isTrue()) {
    if (performance.now() > deadline) throw new Error('what the abort row waits for does not happen');
    await pause(5);
  }
}

async function abortOnce(bench: Bench, url: string, round: number): Promise<number> {
  const [mark, plan] = sleeping(round);
  const {argv, cwd, env} = agentCommand(bench, ['-p', JSON.stringify(plan), '--dangerously-skip-permissions'], url);
  const [file = '', ...args] = argv;
  const child = spawn(file, args, {cwd, env, stdio: 'ignore'});
  const exited = once(child, 'exit');
  await until(() => sleepers(mark) === wide * tall);
  const startedAt = performance.now();
  child.kill('SIGINT');
  await until(() => sleepers(mark) === 0);
  const gone = performance.now() - startedAt;
  await exited;
  return gone;
}

export const abortRow: Row = {
  name: 'abort',
  measure: bench =>
    withServer({kind: 'plan'}, async ({url}) => {
      let round = 0;
      const samples = await repeat(rounds(bench, 5), async () => {
        round += 1;
        return {value: (await abortOnce(bench, url, round)) / 1000};
      });
      const work = `abort of ${wide * tall} agents with a sleeping command each: until the last is gone`;
      return [{name: 'abort.gone', work, unit: seconds, samples, limit: {value: 1}}];
    }),
};
