/** The same terminal, an answer as fast as it can be taken: what it costs in all. */
import {type Row, repeat, rounds} from '../bench.js';
import {megabytes, seconds} from '../figure.js';
import {ask, settled, used, withRepl} from '../repl.js';
import {withServer} from '../served.js';

const count = 5000;

export const fullSpeedRow: Row = {
  name: 'full-speed',
  measure: bench =>
    withServer({kind: 'deltas', count, perSecond: 'full speed'}, async ({url}) => {
      const uses = await repeat(rounds(bench, 5), () =>
        withRepl(bench, url, async repl => {
          await settled(repl);
          return used(repl, () => ask(repl));
        }),
      );
      const work = '5,000 deltas at full speed into the terminal';
      return [
        {
          name: 'full-speed.cpu',
          work: `${work}: CPU`,
          unit: seconds,
          samples: uses.map(({cpuMs}) => ({value: cpuMs / 1000})),
          limit: {value: 0.8},
        },
        {
          name: 'full-speed.written',
          work: `${work}: written`,
          unit: {...megabytes, digits: 3},
          samples: uses.map(({bytes}) => ({value: bytes / 1e6})),
          limit: {value: 0.3},
        },
        {
          name: 'full-speed.growth',
          work: `${work}: RSS growth`,
          unit: megabytes,
          samples: uses.map(({growthMegabytes}) => ({value: growthMegabytes})),
          limit: {value: 30},
        },
      ];
    }),
};
