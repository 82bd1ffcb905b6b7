/**
 * A program that runs shell commands as the real one does, started by tests that end it in every way.
 * Arguments: the temporary folder, and what to do when the last command has returned. The commands are in the
 * environment, a JSON array, so that a test that looks for them in command lines finds only what they started.
 */
import {randomUUID} from 'node:crypto';
import {createProcesses} from '../../src/platform/processes.js';

const [tempFolder = '', afterwards = ''] = process.argv.slice(2);
const {PROGRAM_COMMANDS = '[]', ...env} = process.env;
const commands: readonly string[] = JSON.parse(PROGRAM_COMMANDS);
const processes = createProcesses({runId: randomUUID(), env, tempFolder});

process.on('exit', processes.killAll);
const endings = {SIGINT: 130, SIGTERM: 143, SIGHUP: 129};
for (const [signal, exitCode] of Object.entries(endings)) {
  process.on(signal, async () => {
    if (afterwards === `ignore ${signal}`) return;
    await processes.close();
    process.exit(exitCode);
  });
}

for (const command of commands) {
  const {output, exitCode} = await processes.shell(command, {
    owner: 'main',
    cwd: tempFolder,
    timeoutMs: 60_000,
    signal: new AbortController().signal,
    onOutput: text => process.stdout.write(text),
  });
  console.log(JSON.stringify({output, exitCode}));
}

if (afterwards === 'crash') throw new Error('a crash, as the test asked for');
if (afterwards === 'exit') process.exit(7);
if (afterwards === 'stay') setInterval(() => {}, 1_000);
