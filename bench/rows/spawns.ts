/** A thousand agents, one after another, through the library: what it costs to start and end one, and what stays of it. */
import {fork} from 'node:child_process';
import {once} from 'node:events';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {agentCommand, type Bench, type Row, repeat, rounds} from '../bench.js';
import {megabytes, milliseconds} from '../figure.js';
import {withServer} from '../served.js';
import type {SpawnerMessage} from '../spawner.js';

async function spawnAll(bench: Bench, url: string): Promise<SpawnerMessage> {
  const library = join(bench.program[1], '..', '..', 'dist', 'index.js');
  const {cwd, env} = agentCommand(bench, [], url);
  const child = fork(fileURLToPath(new URL('spawner.mjs', import.meta.url)), [library, cwd], {
    cwd,
    env,
    execArgv: ['--expose-gc'],
  });
  const exited = once(child, 'exit');
  const message = await Promise.race([once(child, 'message'), exited]);
  const [code] = await exited;
  if (code !== 0) throw new Error(`the program that spawns ended with ${code}`);
  return message[0] as SpawnerMessage;
}

export const spawnsRow: Row = {
  name: 'spawns',
  measure: bench =>
    withServer({kind: 'plan'}, async ({url}) => {
      const runs = await repeat(rounds(bench, 3), () => spawnAll(bench, url));
      const work = '1,000 trivial agents one after another';
      return [
        {
          name: 'spawns.wall',
          work: `${work}: wall per agent`,
          unit: milliseconds,
          samples: runs.map(({wallMs, agents}) => ({value: wallMs / agents})),
          limit: {value: 6},
        },
        {
          name: 'spawns.heap',
          work: `${work}: heap growth`,
          unit: megabytes,
          samples: runs.map(({growthMegabytes}) => ({value: growthMegabytes})),
          limit: {value: 1},
        },
      ];
    }),
};
