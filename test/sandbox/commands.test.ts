/** That a sandboxed command is a command like any other: output, end, folder, background, timeouts, and its end with the rest. */
import {existsSync, mkdirSync, readdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, it} from 'vitest';
import {createFolder} from '../support/folder.js';
import {createSleep, pidsWith, until} from '../support/processes.js';
import {createSandboxScene, describeSandboxed} from '../support/sandbox.js';

describeSandboxed('a sandboxed command', () => {
  it('gives output and exit code as they are', async () => {
    const {run, project} = await createSandboxScene();
    const outcome = await run('echo out; echo err >&2; exit 7');
    expect(outcome).toMatchObject({exitCode: 7, output: 'out\nerr\n', cwd: project, leftRunning: false});
    expect(outcome.outputFile).toBeNull();
  });

  it.each([
    ['a signal that ends the shell', 'kill -9 $$', 137],
    ['a syntax error', 'echo "', 2],
    ['a program that is not there', 'no-such-program', 127],
  ])('ends as it would outside: %s', async (_, command, exitCode) => {
    const {run, processes, project} = await createSandboxScene();
    const {signal} = new AbortController();
    const shell = {owner: 'main', cwd: project, timeoutMs: 60_000, signal, onOutput: () => {}};
    const unwrapped = await processes.shell(command, shell);
    expect(unwrapped.exitCode).toBe(exitCode);
    expect((await run(command)).exitCode).toBe(exitCode);
  });

  it('carries its folder over to the next, out of the project and back', async () => {
    const {run, project, outside} = await createSandboxScene();
    mkdirSync(join(project, "it's a\nfolder"));
    expect((await run(`cd ${outside}; false`)).cwd).toBe(outside);
    expect((await run('cd "it\'s a\nfolder" && exit 3')).cwd).toBe(join(project, "it's a\nfolder"));
    const {output} = await run('pwd', {cwd: outside});
    expect(output).toBe(`${outside}\n`);
  });

  it('cannot hold up other commands by what it makes where their shells note their folder', async () => {
    const {run, processes, project} = await createSandboxScene();
    const reports = join(processes.openFolders().run, 'sandbox', 'reports');
    const own = `rm -f ${reports}/1/*; mkdir ${reports}/1/folder; cd /`;
    const outcome = await run(`mkdir ${reports}/2; mkfifo ${reports}/2/folder; ${own}`);
    expect(outcome).toMatchObject({exitCode: 0, cwd: project});
    expect(await run('cd /; echo fine')).toMatchObject({exitCode: 0, output: 'fine\n', cwd: '/'});
    expect(readdirSync(reports)).toEqual([]);
  });

  it('runs beside others, each with its own words', async () => {
    const {run} = await createSandboxScene();
    const names = ['one', 'two', 'three', 'four'];
    const outcomes = await Promise.all(names.map((name, at) => run(`echo ${name}; exit ${at}`, {owner: name})));
    expect(outcomes.map(({output, exitCode}) => [output, exitCode])).toEqual(
      names.map((name, at) => [`${name}\n`, at]),
    );
  });

  it('takes any text: quotes, several lines, here-documents, and more than fits into an argument', async () => {
    const {run} = await createSandboxScene();
    const long = 'x'.repeat(200_000);
    const {output} = await run(`cat <<'END' | wc -c\n${long}\nEND\necho "it's" '"fine"' \\$HOME`);
    expect(output).toBe(`200001\nit's "fine" $HOME\n`);
  });

  it('is gone with all it started when its time is over', async () => {
    const {run} = await createSandboxScene();
    const {command, pids} = createSleep();
    const outcome = await run(`setsid ${command} & env -i ${command} & echo begun; ${command}`, {timeoutMs: 2_000});
    expect(outcome).toMatchObject({timedOut: true, exitCode: null, output: 'begun\n', leftRunning: false});
    expect(pids()).toEqual([]);
  });

  it('is gone within a second when it is aborted, even what cleared its environment and left its session', async () => {
    const {run} = await createSandboxScene();
    const {command, pids} = createSleep();
    const controller = new AbortController();
    const running = run(`env -i setsid ${command} & ${command}`, {signal: controller.signal});
    await until('both run', () => pids().length >= 2);
    const abortedAt = performance.now();
    controller.abort();
    expect(await running).toMatchObject({interrupted: true, exitCode: null});
    expect(performance.now() - abortedAt).toBeLessThan(1_000);
    expect(pids()).toEqual([]);
  });

  it('leaves in the background what it started there, which is counted and ends with its owner', async () => {
    const {run, processes} = await createSandboxScene();
    const {command, pids} = createSleep();
    const outcome = await run(`${command} >log 2>&1 & echo begun`);
    expect(outcome).toMatchObject({exitCode: 0, output: 'begun\n', leftRunning: true});
    // What would have gone with the first command is gone by now.
    await run('sleep 1.5');
    expect([pids().length, processes.live('main')]).toEqual([1, 1]);
    await processes.end('main');
    expect([pids().length, processes.live('main')]).toEqual([0, 0]);
  });

  it('is never said to have left something that is only just ending', async () => {
    const {run} = await createSandboxScene();
    for (let round = 0; round < 15; round += 1) {
      expect(await run('env | grep -c . && sleep 0 | cat')).toMatchObject({exitCode: 0, leftRunning: false});
    }
  });

  it('is no longer counted when what it left has ended by itself', async () => {
    const {run, processes} = await createSandboxScene();
    expect((await run('(while [ ! -e stop ]; do sleep 0.1; done) & echo begun')).leftRunning).toBe(true);
    expect((await run('touch stop')).exitCode).toBe(0);
    await until('nothing is left', () => processes.live('main') === 0);
  });

  it('does not see the processes of the machine, and finds no name of its own to kill', async () => {
    const {run} = await createSandboxScene();
    const {command, pids} = createSleep();
    const outer = await run(`${command} & echo begun`);
    expect(outer.leftRunning).toBe(true);
    const {output, exitCode} = await run(`pkill -f 'sleep 3600'; echo "found $?"; pgrep -f agent_code | wc -l`);
    expect(exitCode).toBe(0);
    expect(output.split('\n')[0]).toBe('found 1');
    expect(pids().length).toBe(1);
  });

  it('does not run where the sandbox fails, which says why', async () => {
    const folder = createFolder();
    // Works when it is tried, and no more.
    const fake = `#!/bin/sh\ncase "$*" in *' -- /bin/sh -c '*) exit 0 ;; esac\necho 'bwrap: no more' >&2; exit 1\n`;
    writeFileSync(join(folder, 'bwrap'), fake, {mode: 0o755});
    const {run, project} = await createSandboxScene({path: `${folder}:${process.env.PATH}`});
    expect(await run('touch made')).toMatchObject({exitCode: 126, output: 'bwrap: no more\n', leftRunning: false});
    expect(existsSync(join(project, 'made'))).toBe(false);
  });

  it('leaves no process, socket or file when the session closes', async () => {
    const {run, processes, close} = await createSandboxScene();
    await run('sleep 60 & true');
    const marks = pidsWith('environ', `AGENT_RUN_ID=${processes.runId}.`);
    expect(marks.length).toBeGreaterThan(0);
    await close();
    expect(pidsWith('environ', `AGENT_RUN_ID=${processes.runId}.`)).toEqual([]);
    expect(readdirSync(processes.folder)).toEqual([]);
  });
});
