/**
 * Twelve agents that live at once, down to depth 3, each streaming 50 deltas a second into the REPL, while a person types:
 * what the program uses, how late a key is seen, and whether memory grows once everything is warm.
 */
import {setTimeout as pause} from 'node:timers/promises';
import type {Bench, Row} from '../bench.js';
import {type Figure, megabytes, milliseconds, percent, spread} from '../figure.js';
import type {Plan} from '../plan.js';
import {residentMegabytes} from '../process-state.js';
import {type Repl, used, withRepl} from '../repl.js';
import {withServer} from '../served.js';

const perSecond = 50;
/** Until V8 has collected all of its memory a few times, and so knows how much it needs. */
const warmUpSeconds = 90;
const agents = 12;

/** An agent that spawns these in the background and then streams. */
function streaming(seconds: number, spawn: readonly Plan[] = []): Plan {
  const stream = {stream: {count: perSecond * seconds, perSecond}};
  return {steps: spawn.length > 0 ? [{spawn, background: true}, stream] : [stream], end: 'Done.'};
}

/** 3 below the root, one below each of them, two below each of those. */
function tree(seconds: number): Plan {
  const middle = streaming(seconds, [streaming(seconds), streaming(seconds)]);
  const top = streaming(seconds, [middle]);
  return {steps: [{spawn: [top, top, top], background: true}], end: 'All are on their way.'};
}

/** How long each of many keys takes from the keyboard to the screen. */
async function echoes({terminal}: Repl, seconds: number): Promise<readonly number[]> {
  const times: number[] = [];
  const until = performance.now() + seconds * 1000;
  for (let typed = 1; performance.now() < until; typed += 1) {
    const startedAt = performance.now();
    terminal.type('x');
    const shown = 'x'.repeat(((typed - 1) % 50) + 1);
    await terminal.waitFor(() => terminal.screen().some(row => row.startsWith('❯') && row.includes(shown)));
    times.push(performance.now() - startedAt);
    if (typed % 50 === 0) terminal.press('ctrl-u');
    await pause(100);
  }
  return times;
}

async function measure(bench: Bench, url: string): Promise<readonly Figure[]> {
  const seconds = bench.quick ? 10 : 60;
  return withRepl(bench, url, async repl => {
    const {terminal} = repl;
    terminal.paste(JSON.stringify(tree(warmUpSeconds + seconds + 30)));
    terminal.press('enter');
    await terminal.waitFor(new RegExp(`stops ${agents} agents`), {timeoutMs: 60_000});
    await pause(warmUpSeconds * 1000);
    const before = residentMegabytes(terminal.pid);
    let times: readonly number[] = [];
    const {cpuMs} = await used(repl, async () => {
      times = await echoes(repl, seconds);
    });
    const growth = residentMegabytes(terminal.pid) - before;
    const sorted = [...times].sort((a, b) => a - b);
    const late = sorted[Math.floor(sorted.length * 0.99)] ?? Number.NaN;
    const work = `${agents} live agents at depth 3, ${perSecond} deltas/s each, ${seconds} s`;
    return [
      {
        name: 'live.cpu',
        work: `${work}: part of a core`,
        unit: percent,
        samples: [{value: cpuMs / 10 / seconds}],
        limit: {value: 25},
      },
      {
        name: 'live.echo',
        work: `${work}: key echo, p99 (median ${spread(times).median.toFixed(0)} ms)`,
        unit: milliseconds,
        samples: [{value: late}],
        limit: {value: 50},
      },
      {
        name: 'live.memory',
        work: `${work}: RSS growth`,
        unit: megabytes,
        samples: [{value: growth}],
        limit: {value: 2},
      },
    ];
  });
}

export const liveAgentsRow: Row = {
  name: 'live-agents',
  measure: bench => withServer({kind: 'plan'}, ({url}) => measure(bench, url)),
};
