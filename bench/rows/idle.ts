/** A REPL that nobody touches. */
import {setTimeout as pause} from 'node:timers/promises';
import type {Row} from '../bench.js';
import {bytes, percent} from '../figure.js';
import {settled, used, withRepl} from '../repl.js';
import {withServer} from '../served.js';

export const idleRow: Row = {
  name: 'idle',
  measure: bench =>
    withServer({kind: 'short'}, ({url}) =>
      withRepl(bench, url, async repl => {
        const idleSeconds = bench.quick ? 10 : 60;
        await settled(repl);
        const use = await used(repl, () => pause(idleSeconds * 1000));
        const work = `idle REPL, ${idleSeconds} s`;
        return [
          {
            name: 'idle.written',
            work: `${work}: written`,
            unit: bytes,
            samples: [{value: use.bytes}],
            limit: {value: 0},
          },
          {
            name: 'idle.cpu',
            work: `${work}: part of a core`,
            unit: percent,
            samples: [{value: use.cpuMs / 10 / idleSeconds}],
            limit: {value: 0.2},
          },
        ];
      }),
    ),
};
