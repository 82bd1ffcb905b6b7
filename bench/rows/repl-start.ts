/** The REPL until its prompt is painted, and what it keeps of the memory then. */
import {type Row, repeat, rounds, runYardstick} from '../bench.js';
import {megabytes, milliseconds} from '../figure.js';
import {residentMegabytes} from '../process-state.js';
import {settled, withRepl} from '../repl.js';
import {withServer} from '../served.js';

export const replStartRow: Row = {
  name: 'repl-start',
  measure: bench =>
    withServer({kind: 'short'}, async ({url}) => {
      // Left in order, as people leave: then the compiled code is kept for the starts that are measured.
      await withRepl(bench, url, async repl => {
        await settled(repl);
        repl.terminal.press('ctrl-d');
        await repl.terminal.exited;
      });
      const starts = await repeat(rounds(bench, 11), async () => {
        const {wallMs} = await runYardstick(bench);
        return withRepl(bench, url, async repl => {
          await settled(repl);
          return {
            wall: {value: repl.paintedMs, base: wallMs},
            resident: {value: residentMegabytes(repl.terminal.pid)},
          };
        });
      });
      return [
        {
          name: 'repl-start.wall',
          work: 'REPL, first painted prompt: wall',
          unit: milliseconds,
          samples: starts.map(({wall}) => wall),
          limit: {ratio: 3.5},
        },
        {
          name: 'repl-start.resident',
          work: 'REPL, idle after it: RSS',
          unit: megabytes,
          samples: starts.map(({resident}) => resident),
          limit: {value: 90},
        },
      ];
    }),
};
