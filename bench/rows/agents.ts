/** Agents side by side: eight of them with five commands each, in one-shot mode. */
import {agentCommand, peaksInTurns, type Row, runInTurns} from '../bench.js';
import {megabytes, milliseconds} from '../figure.js';
import type {Plan} from '../plan.js';
import {withServer} from '../served.js';

const agents = 8;
const turns = 5;

const child: Plan = {steps: Array.from({length: turns}, (_, turn) => ({bash: `echo turn ${turn}`})), end: 'Done.'};
const root: Plan = {steps: [{spawn: Array.from({length: agents}, () => child)}], end: 'All are done.'};

export const agentsRow: Row = {
  name: 'agents',
  measure: bench =>
    withServer({kind: 'plan'}, async ({url, requestBytes}) => {
      const args = ['-p', JSON.stringify(root), '--dangerously-skip-permissions'];
      const command = agentCommand(bench, args, url);
      const {wall} = await runInTurns(bench, 9, command);
      const peaks = await peaksInTurns(bench, 5, command);
      const perRun = agents * (turns + 1) + 2;
      if (requestBytes.length % perRun !== 0) {
        throw new Error(`the runs made ${requestBytes.length} requests, which is no multiple of ${perRun}`);
      }
      const work = `${agents} agents at once × ${turns} Bash calls, one-shot`;
      return [
        {name: 'agents.wall', work: `${work}: wall`, unit: milliseconds, samples: wall, limit: {ratio: 15}},
        {name: 'agents.peak', work: `${work}: peak RSS`, unit: megabytes, samples: peaks, limit: {value: 110}},
      ];
    }),
};
