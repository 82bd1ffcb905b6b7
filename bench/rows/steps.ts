/** Fifty steps with one Bash call each, without the start of the program: a short one-shot's wall is taken off. */
import {agentCommand, type Bench, type Row, repeat, rounds} from '../bench.js';
import {run} from '../command.js';
import {milliseconds} from '../figure.js';
import {withServer} from '../served.js';

const count = 50;
const args = ['-p', 'take the steps', '--dangerously-skip-permissions'];

const perStep = (bench: Bench): Promise<number> =>
  withServer({kind: 'short'}, short =>
    withServer({kind: 'steps', count}, async steps => {
      const start = await run(agentCommand(bench, args, short.url));
      const whole = await run(agentCommand(bench, args, steps.url));
      if (steps.requestBytes.length !== count + 1)
        throw new Error(`the program took ${steps.requestBytes.length} steps`);
      return (whole.wallMs - start.wallMs) / count;
    }),
  );

export const stepsRow: Row = {
  name: 'steps',
  async measure(bench) {
    const samples = await repeat(rounds(bench, 9), async () => ({value: await perStep(bench)}));
    const work = `${count} steps with one Bash call each: wall per step`;
    return [{name: 'steps.wall', work, unit: milliseconds, samples, limit: {value: 5}}];
  },
};
