/** A long answer in one-shot mode: what one text delta costs from the socket to stdout. The short one-shot's CPU is taken off. */
import {ending} from '../answers.js';
import {agentCommand, type Row, repeat, rounds} from '../bench.js';
import {run} from '../command.js';
import {microseconds} from '../figure.js';
import {deltaLength} from '../prose.js';
import {withServer} from '../served.js';

const count = 20_000;

export const deltasRow: Row = {
  name: 'deltas',
  measure: bench =>
    withServer({kind: 'short'}, short =>
      withServer({kind: 'deltas', count, perSecond: 'full speed'}, async long => {
        const args = ['-p', 'tell me everything'];
        const samples = await repeat(rounds(bench, 9), async () => {
          const start = await run(agentCommand(bench, args, short.url));
          const whole = await run(agentCommand(bench, args, long.url));
          const expected = (count - 1) * deltaLength;
          if (whole.stdout.length < expected || !whole.stdout.trimEnd().endsWith(ending)) {
            throw new Error(`the answer came out with ${whole.stdout.length} characters instead of ${expected}`);
          }
          return {value: ((whole.cpuMs - start.cpuMs) * 1000) / count};
        });
        const work = '20,000 text deltas (800 kB) one-shot: CPU per delta';
        return [{name: 'deltas.cpu', work, unit: microseconds, samples, limit: {value: 12}}];
      }),
    ),
};
