/** `agent --version`: what the launcher costs beside Node itself. */
import {agentCommand, type Row, runInTurns} from '../bench.js';
import {milliseconds} from '../figure.js';

export const versionRow: Row = {
  name: 'version',
  async measure(bench) {
    const {cpu} = await runInTurns(bench, 21, agentCommand(bench, ['--version']));
    return [
      {name: 'version.cpu', work: 'agent --version: CPU', unit: milliseconds, samples: cpu, limit: {ratio: 1.25}},
    ];
  },
};
