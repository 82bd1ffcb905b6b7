/** An answer that streams into a 120×40 terminal as fast as a model writes, and five times as fast: part of one core. */
import {type Bench, type Row, repeat, rounds} from '../bench.js';
import {type Figure, percent} from '../figure.js';
import {ask, settled, used, withRepl} from '../repl.js';
import {withServer} from '../served.js';

async function streaming(bench: Bench, perSecond: number, limit: number): Promise<Figure> {
  const seconds = bench.quick ? 3 : 10;
  const count = perSecond * seconds;
  const samples = await withServer({kind: 'deltas', count, perSecond}, ({url}) =>
    repeat(rounds(bench, 3), () =>
      withRepl(bench, url, async repl => {
        await settled(repl);
        const {cpuMs} = await used(repl, () => ask(repl));
        return {value: cpuMs / 10 / seconds};
      }),
    ),
  );
  const work = `streaming into a 120×40 terminal, ${perSecond.toLocaleString('en')} deltas/s: part of a core`;
  return {name: `streaming.${perSecond}`, work, unit: percent, samples, limit: {value: limit}};
}

export const streamingRow: Row = {
  name: 'streaming',
  measure: async bench => [await streaming(bench, 200, 12), await streaming(bench, 1000, 20)],
};
