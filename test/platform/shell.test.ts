import {spawnSync} from 'node:child_process';
import {mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, it} from 'vitest';
import type {ShellOptions, ShellOutcome} from '../../src/platform/shell.js';
import {createFolder} from '../support/folder.js';
import {createOwnProcesses, createSleep, type OwnProcesses, pidsWith, until} from '../support/processes.js';

function run(processes: OwnProcesses, command: string, options: Partial<ShellOptions> = {}): Promise<ShellOutcome> {
  const {signal} = new AbortController();
  const defaults = {owner: 'main', cwd: processes.folder, timeoutMs: 60_000, signal, onOutput: () => {}};
  return processes.shell(command, {...defaults, ...options});
}

/** An environment in which there is no bash. */
function withoutBash(): NodeJS.ProcessEnv {
  const folder = createFolder();
  for (const name of ['cat', 'sleep', 'true', 'mkdir', 'rmdir']) {
    const found = spawnSync('/bin/sh', ['-c', `command -v ${name}`], {encoding: 'utf8'}).stdout.trim();
    symlinkSync(found, join(folder, name));
  }
  return {...process.env, PATH: folder};
}

describe('a shell command', () => {
  it('gives its output in the order in which it was written, and its exit code', async () => {
    const processes = createOwnProcesses();
    const outcome = await run(processes, 'echo one; echo two >&2; echo three; exit 3');
    expect(outcome).toEqual({
      exitCode: 3,
      timedOut: false,
      interrupted: false,
      output: 'one\ntwo\nthree\n',
      totalBytes: 14,
      totalLines: 3,
      isCut: false,
      outputFile: null,
      cwd: processes.folder,
      leftRunning: false,
    } satisfies ShellOutcome);
  });

  it('has an empty standard input', async () => {
    expect((await run(createOwnProcesses(), 'cat; read line; echo "$?"')).output).toBe('1\n');
  });

  it('may open its own output and error anew', async () => {
    const {output} = await run(createOwnProcesses(), 'echo one >/dev/stderr; echo two | tee /dev/stderr >/dev/stdout');
    expect(output.split('\n').sort()).toEqual(['', 'one', 'two', 'two']);
  });

  it('carries the mark of its run and owner, and nothing of how it was started', async () => {
    const processes = createOwnProcesses();
    const {output} = await run(processes, 'env | grep ^AGENT_; echo "$0 $#"', {owner: 'main.2'});
    expect(output.split('\n')).toEqual(
      expect.arrayContaining([
        `AGENT_RUN_ID=${processes.runId}.main.2`,
        expect.stringMatching(/^AGENT_JOB_ID=/),
        'bash 0',
      ]),
    );
    expect(output).not.toMatch(/AGENT_(COMMAND|REPORT)/);
  });

  it('is not found by its own pkill -f: the command is in no command line', async () => {
    const processes = createOwnProcesses();
    const {command, pids} = createSleep();
    const running = run(processes, `${command} & wait; # any-words-of-the-command`);
    await until('the command runs', () => pids().length === 1);
    expect(pidsWith('cmdline', 'any-words-of-the-command')).toEqual([]);
    process.kill(pids()[0] ?? 0);
    expect((await running).exitCode).toBe(0);
  });

  it('reads a command of any length', async () => {
    const text = 'x'.repeat(79);
    const command = `cd /\ncat <<END | wc -l\n${`${text}\n`.repeat(5_000)}END`;
    const processes = createOwnProcesses();
    const {output, cwd} = await run(processes, command);
    expect({lines: output.trim(), cwd}).toEqual({lines: '5000', cwd: '/'});
  });

  it('leaves no file of its own behind', async () => {
    const processes = createOwnProcesses();
    await run(processes, 'cd /');
    await run(processes, `: ${'x'.repeat(200_000)}`);
    const folders = processes.openFolders();
    expect(readdirSync(folders.run)).toEqual(['commands']);
    expect(readdirSync(folders.commands)).toEqual([]);
  });

  it('tells of output while it runs', async () => {
    const processes = createOwnProcesses();
    let told = '';
    const controller = new AbortController();
    const {command} = createSleep();
    const running = run(processes, `echo begun; ${command}`, {
      signal: controller.signal,
      onOutput: text => {
        told += text;
      },
    });
    await until('output is told', () => told === 'begun\n');
    controller.abort();
    expect(await running).toMatchObject({interrupted: true, output: 'begun\n'});
  });

  it('tells the signal that ended it as shells do', async () => {
    expect(await run(createOwnProcesses(), 'echo dying; kill -KILL $$')).toMatchObject({
      exitCode: 137,
      output: 'dying\n',
    });
  });
});

describe.each([
  ['bash', () => process.env],
  ['/bin/sh, where there is no bash', withoutBash],
])('the end of a command in %s', (name, env) => {
  const program = name === 'bash' ? 'bash' : '/bin/sh';

  it('uses that shell', async () => {
    const {output} = await run(createOwnProcesses(env()), 'echo "$0"');
    expect(output).toBe(name === 'bash' ? 'bash\n' : 'sh\n');
  });

  // The folder where the command ends: `inner`, or `.` where the shell cannot say.
  it.each([
    ['a plain cd', 'cd inner; true', 'inner'],
    ['a failing last command', 'cd inner; false', 'inner'],
    ['exit', 'cd inner; exit 7', 'inner'],
    ['set -e', 'set -e; cd inner; false; echo not reached', 'inner'],
    ['set -u and an unset variable', 'set -u; cd inner; echo $never_set', 'inner'],
    ['noclobber and a strange IFS', 'set -C -f; IFS=/p; cd inner; false', 'inner'],
    ['a here-document at the end', 'cd inner; cat <<END\ntext\nEND', 'inner'],
    ['a here-document without end', 'cd inner; cat <<END\ntext', 'inner'],
    ['a comment at the end', 'cd inner; false # done', 'inner'],
    ['only a comment', '# nothing', '.'],
    ['nothing', '', '.'],
    ['blank lines', '\n\ncd inner\n\n', 'inner'],
    ['a backslash at the end', 'cd inner; echo a\\', 'inner'],
    ['a syntax error', 'cd inner; if', '.'],
    ['a syntax error in a later line', 'cd inner\nif', 'inner'],
    ['an open quote', 'echo "open', '.'],
    ['an unknown program', 'cd inner; no-such-program', 'inner'],
    ['a subshell', '(cd inner; exit 4)', '.'],
    ['exec', 'cd inner; exec /bin/sh -c "exit 5"', '.'],
    ['a trap of its own', 'trap "echo bye" EXIT; cd inner; exit 6', '.'],
    ['a function called pwd', 'pwd() { echo fake; }; cd inner', 'inner'],
    ['a folder that is gone', 'mkdir gone; cd gone; rmdir ../gone', '.'],
    ['a stray parenthesis', 'echo )', '.'],
    ['many background jobs', 'cd inner; true & true & wait', 'inner'],
  ])('is what -c gives, and the folder is told, with %s', async (_, command, folder) => {
    const processes = createOwnProcesses(env());
    const cwd = createFolder();
    mkdirSync(join(cwd, 'inner'));
    const native = spawnSync(program, ['-c', command], {cwd, env: env(), encoding: 'utf8'});
    const outcome = await run(processes, command, {cwd});
    expect({exitCode: outcome.exitCode, cwd: outcome.cwd}).toEqual({exitCode: native.status, cwd: join(cwd, folder)});
    expect(outcome.output).toContain(native.stdout);
  });

  it('leaves no trace of ours under set -x', async () => {
    const {output} = await run(createOwnProcesses(env()), 'set -x; cd /; echo text');
    expect(output).toMatch(/^\++ cd \/\n\++ echo text\ntext\n$/);
  });

  it('keeps the name by which a linked folder was entered', async () => {
    const cwd = createFolder();
    mkdirSync(join(cwd, 'real'));
    symlinkSync('real', join(cwd, 'link'));
    const processes = createOwnProcesses(env());
    const first = await run(processes, 'cd link', {cwd});
    expect(first.cwd).toBe(join(cwd, 'link'));
    expect((await run(processes, 'pwd', {cwd: first.cwd})).output).toBe(`${join(cwd, 'link')}\n`);
  });
});

describe('what a command leaves running', () => {
  it('does not hold the command back, and does not cut its output', async () => {
    const processes = createOwnProcesses();
    const {command, pids} = createSleep();
    const {output, leftRunning, exitCode} = await run(processes, `${command} & seq 1 5000`);
    expect({leftRunning, exitCode}).toEqual({leftRunning: true, exitCode: 0});
    expect(output.split('\n')).toHaveLength(5_001);
    await until('it runs', () => pids().length === 1);
  });

  it('may go on writing, into a file that is named', async () => {
    const processes = createOwnProcesses();
    const {outputFile} = await run(processes, 'echo first; (until [ -e go ]; do sleep 0.01; done; echo second) &');
    const text = (): string => readFileSync(outputFile?.path ?? '', 'utf8');
    expect(text()).toBe('first\n');
    await run(processes, 'touch go');
    await until('the rest is written', () => text() === 'first\nsecond\n');
  });

  it('does not hold the command back either when it writes without end', async () => {
    const processes = createOwnProcesses();
    const {leftRunning, outputFile} = await run(processes, 'yes & echo done');
    expect(leftRunning).toBe(true);
    expect(outputFile).not.toBeNull();
    await processes.end('main');
    expect(processes.live('main')).toBe(0);
  });
});

describe('much output', () => {
  it('is kept whole in a private file when a command writes 50 MB', async () => {
    const processes = createOwnProcesses();
    const {output, outputFile, totalBytes} = await run(processes, 'yes 0123456789 | head -c 50000000; echo end');
    expect(totalBytes).toBe(50_000_004);
    expect(outputFile?.bytes).toBe(50_000_004);
    expect(output.length).toBeLessThan(30_100);
    expect(output.startsWith('0123456789\n') && output.endsWith('end\n')).toBe(true);
  });

  it('comes from thirty commands at once, each with its own', async () => {
    const processes = createOwnProcesses();
    const numbers = Array.from({length: 30}, (_, index) => index);
    const outcomes = await Promise.all(numbers.map(number => run(processes, `echo ${number}; seq 1 100`)));
    expect(outcomes.map(({output}) => output.split('\n', 1)[0])).toEqual(numbers.map(String));
    expect(outcomes.every(({output}) => output.endsWith('\n100\n'))).toBe(true);
  });

  it('is plain text: no escape sequences, no NUL, invalid bytes shown as such', async () => {
    const {output} = await run(createOwnProcesses(), String.raw`printf '\033[31mred\033[0m \0 \377 \342\202\254\n'`);
    expect(output).toBe('red \uFFFD \uFFFD €\n');
  });
});

describe('a command that cannot start', () => {
  it('says that the folder does not exist', async () => {
    const processes = createOwnProcesses();
    const cwd = join(processes.folder, 'gone');
    await expect(run(processes, 'true', {cwd})).rejects.toThrow(`the folder ${cwd} does not exist`);
  });

  it('says that there is a NUL in it', async () => {
    await expect(run(createOwnProcesses(), 'echo a\0b')).rejects.toThrow('NUL');
  });

  it('gives the reason of a signal that had aborted, and starts nothing', async () => {
    const processes = createOwnProcesses();
    const reason = new Error('stopped before');
    await expect(run(processes, 'touch started', {signal: AbortSignal.abort(reason)})).rejects.toBe(reason);
    expect(readdirSync(processes.folder)).toEqual([]);
  });
});

it('a command runs also after the temporary folder was cleared', async () => {
  const processes = createOwnProcesses();
  await run(processes, 'true');
  for (const name of readdirSync(processes.folder)) rmSync(join(processes.folder, name), {recursive: true});
  expect(await run(processes, 'echo again; cd /')).toMatchObject({output: 'again\n', cwd: '/'});
});
