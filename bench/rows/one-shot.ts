/** One question, one short answer, no tools: what a script pays for every call of the program. */
import {agentCommand, peaksInTurns, type Row, runInTurns} from '../bench.js';
import {megabytes, milliseconds} from '../figure.js';
import {withServer} from '../served.js';

export const oneShotRow: Row = {
  name: 'one-shot',
  measure: bench =>
    withServer({kind: 'short'}, async ({url}) => {
      const command = agentCommand(bench, ['-p', 'say something short'], url);
      const {wall} = await runInTurns(bench, 15, command);
      const peaks = await peaksInTurns(bench, 5, command);
      const work = 'one-shot, short answer';
      return [
        {name: 'one-shot.wall', work: `${work}: wall`, unit: milliseconds, samples: wall, limit: {ratio: 3.5}},
        {name: 'one-shot.peak', work: `${work}: peak RSS`, unit: megabytes, samples: peaks, limit: {value: 75}},
      ];
    }),
};
