/**
 * The bench: what the built program costs, row by row, against `node -e 0` on the same Node and a mock model without delay.
 * Slowness never fails it; a program that does not do the work does.
 *
 *   npm run bench [-- [row …] [--quick] [--record] [--agent path/to/bin/agent.js]]
 */
import {join, resolve} from 'node:path';
import {fileURLToPath} from 'node:url';
import {parseArgs} from 'node:util';
import type {Row} from './bench.js';
import type {Figure} from './figure.js';
import {readRecords, writeRecords} from './record.js';
import {abortRow} from './rows/abort.js';
import {agentsRow} from './rows/agents.js';
import {appendRow} from './rows/append.js';
import {deltasRow} from './rows/deltas.js';
import {firstRequestRow} from './rows/first-request.js';
import {fullSpeedRow} from './rows/full-speed.js';
import {idleRow} from './rows/idle.js';
import {liveAgentsRow} from './rows/live-agents.js';
import {oneShotRow} from './rows/one-shot.js';
import {policyRow} from './rows/policy.js';
import {replStartRow} from './rows/repl-start.js';
import {resumeRow} from './rows/resume.js';
import {spawnsRow} from './rows/spawns.js';
import {stepsRow} from './rows/steps.js';
import {streamingRow} from './rows/streaming.js';
import {turnsRow} from './rows/turns.js';
import {versionRow} from './rows/version.js';
import {createScratch} from './scratch.js';
import {header, toLine} from './table.js';

const rows: readonly Row[] = [
  versionRow,
  oneShotRow,
  stepsRow,
  deltasRow,
  replStartRow,
  streamingRow,
  fullSpeedRow,
  idleRow,
  firstRequestRow,
  agentsRow,
  liveAgentsRow,
  spawnsRow,
  abortRow,
  policyRow,
  appendRow,
  resumeRow,
  turnsRow,
];

// This file runs as node_modules/.cache/bench/main.mjs.
const root = fileURLToPath(new URL('../../../', import.meta.url));

function chosen(names: readonly string[]): readonly Row[] {
  const unknown = names.filter(name => !rows.some(row => row.name === name));
  if (unknown.length > 0) {
    throw new Error(`No row is called ${unknown.join(', ')}. There are: ${rows.map(({name}) => name).join(', ')}.`);
  }
  return names.length === 0 ? rows : rows.filter(({name}) => names.includes(name));
}

async function main(): Promise<void> {
  const {values, positionals} = parseArgs({
    allowPositionals: true,
    options: {
      quick: {type: 'boolean', default: false},
      record: {type: 'boolean', default: false},
      agent: {type: 'string', default: join(root, 'bin', 'agent.js')},
    },
  });
  const scratch = createScratch();
  const records = readRecords(root);
  const figures: Figure[] = [];
  try {
    console.log(`Node ${process.version}, ${process.platform} ${process.arch}\n\n${header()}`);
    for (const row of chosen(positionals)) {
      for (const figure of await row.measure({
        program: [process.execPath, resolve(values.agent)],
        scratch,
        quick: values.quick,
      })) {
        figures.push(figure);
        console.log(toLine(figure, records[figure.name]));
      }
    }
  } finally {
    scratch.remove();
  }
  if (values.record) writeRecords(root, figures);
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
