/**
 * A shell that was started ahead against one that Node started: no command can tell in which it runs.
 */
import {mkdirSync, renameSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, it} from 'vitest';
import {createFolder} from '../support/folder.js';
import {createOwnProcesses, createSleep, isAhead, runShell, until} from '../support/processes.js';

const isLinux = process.platform === 'linux';

describe('the shell of a command', () => {
  it('is started by a launcher, for all commands but the first', async () => {
    const processes = createOwnProcesses();
    const seen: boolean[] = [];
    for (const owner of ['main', 'main', 'other', 'other', 'main']) seen.push(await isAhead(processes, {owner}));
    expect(seen).toEqual([false, true, true, true, true]);
  });

  it('is one for each command, also when an owner has several at once', async () => {
    const processes = createOwnProcesses();
    await runShell(processes, 'true');
    const outcomes = await Promise.all([1, 2, 3].map(number => runShell(processes, `echo ${number} $$`)));
    const shells = outcomes.map(({output}) => output.trim().split(' '));
    expect(shells.map(([number]) => number)).toEqual(['1', '2', '3']);
    expect(new Set(shells.map(([, pid]) => pid)).size).toBe(3);
  });

  it('leads a process group of its own', async () => {
    const processes = createOwnProcesses();
    await runShell(processes, 'true');
    const {output} = await runShell(processes, 'echo $$ $(ps -o pgid= -p $$)');
    const [pid, group] = output.trim().split(' ');
    expect(group).toBe(pid);
  });

  it('reads no ~/.bashrc, also where bash takes itself for a remote login', async () => {
    const home = createFolder();
    writeFileSync(join(home, '.bashrc'), 'echo from bashrc; cat');
    const env = {...process.env, HOME: home, SSH_CLIENT: '192.0.2.1 5 22', SSH2_CLIENT: '192.0.2.1 5 22', SHLVL: '0'};
    const processes = createOwnProcesses(env);
    for (const word of ['one', 'two', 'three']) {
      expect((await runShell(processes, `echo ${word}`)).output).toBe(`${word}\n`);
    }
  });

  it.each([
    ['SHELLOPTS', 'braceexpand:hashall:noglob'],
    ['BASHOPTS', 'extglob:nullglob'],
  ])('is not started ahead where %s is exported, which would hand on other options', async (name, value) => {
    const processes = createOwnProcesses({...process.env, [name]: value});
    const usual = await runShell(processes, 'shopt; set -o; echo *.none');
    expect(await runShell(processes, 'shopt; set -o; echo *.none')).toEqual(usual);
    expect(await isAhead(processes)).toBe(false);
  });

  it('is not started ahead where BASH_ENV names a file: a command may change what that does to the next', async () => {
    const file = join(createFolder(), 'startup');
    writeFileSync(file, 'cat; answer=before');
    const processes = createOwnProcesses({...process.env, BASH_ENV: file});
    await runShell(processes, `echo 'answer=after' >${file}`);
    expect((await runShell(processes, 'echo "$answer"')).output).toBe('after\n');
  });
});

const questions: readonly string[] = [
  "env | grep -v '^AGENT_JOB_ID=' | sort",
  'shopt; set -o',
  'echo "$0 $# $- $SHLVL"; echo "<$OLDPWD>"; pwd; pwd -P; echo "$PWD"',
  'compgen -v | sort; compgen -A function; alias; hash; trap -p; jobs',
  'umask; ulimit -a',
  'type cd echo exec read',
  'cat; read -r line; echo "$? $line"',
  'echo "$CDPATH $GLOBIGNORE"; (cd etc && pwd; cd - && pwd)',
  'cd /; cd -',
  ...(isLinux
    ? [
        "grep -E '^(Sig[^Q]|Shd|Umask|Cap|Seccomp|NoNewPrivs)' /proc/self/status",
        'ls /proc/$$/fd; readlink /proc/$$/fd/[0-2] | sed "s:/[0-9]*$:/n:"',
        'readlink "/proc/$$/exe" "/proc/$$/cwd" "/proc/$$/fd/0"; cat "/proc/$$/oom_score_adj"; nice',
      ]
    : []),
];

const environments: readonly (readonly [string, () => NodeJS.ProcessEnv])[] = [
  ['the usual environment', () => process.env],
  ['next to nothing in the environment', () => ({PATH: process.env.PATH})],
  [
    'a folder that was left',
    () => ({...process.env, OLDPWD: createFolder(), CDPATH: '/', PWD: '/nowhere', SHLVL: '7', _: 'x'}),
  ],
  [
    'strange names and values',
    () => ({
      ...process.env,
      'a.b': 'dots',
      'with-dash': "it's",
      'with space': '"quoted"',
      LINES_: 'one\ntwo\n\n',
      QUOTES: `'"\`$(echo no)\\`,
      EMPTY: '',
      IFS: '/',
      BASH_FUNC_broken: '() { :',
      GLOBIGNORE: '*.x',
      POSIXLY_CORRECT: 'y',
      AGENT_FOREIGN: 'kept',
    }),
  ],
  [
    'exported functions',
    () => ({
      ...process.env,
      'BASH_FUNC_cd%%': '() { builtin cd "$@" && builtin echo "moved to $PWD"; }',
      'BASH_FUNC_echo%%': '() { builtin echo "said: $*"; }',
      'BASH_FUNC_exec%%': '() { builtin echo "no exec of $*"; }',
      'BASH_FUNC_printf%%': '() { :; }',
      'BASH_FUNC_export%%': '() { :; }',
      'BASH_FUNC_wait%%': '() { :; }',
    }),
  ],
];

describe.each(environments)('with %s', (_, createEnv) => {
  it.each(questions)('a shell started ahead answers as one that Node started: %s', async question => {
    const processes = createOwnProcesses(createEnv());
    const usual = await runShell(processes, question);
    expect(await runShell(processes, question)).toEqual(usual);
    expect(await isAhead(processes)).toBe(true);
  });
});

/** A command of so many characters. */
const long = (length: number): string => `echo ${'x'.repeat(length - 'echo \nexit 9'.length)}\nexit 9`;

describe('a command of a shell started ahead', () => {
  it.each([
    ['an exit code', 'exit 3'],
    ['KILL', 'echo one; kill -KILL $$; echo two'],
    ['INT', 'echo one; kill -INT $$; echo two'],
    ['TERM', 'kill -TERM $$; echo two'],
    ['HUP, of a child', 'none=$(kill -HUP $BASHPID); echo $?'],
    ['PIPE, of a child', '(yes; echo $? >status) | head -1; cat status'],
    ['exec', 'exec sh -c "echo in sh; exit 4"'],
    ['an exec that fails', 'exec no-such-program; echo not reached'],
    ['redirections for the rest', 'exec >&2; echo to error'],
    ['a trap at its exit', 'trap "echo bye; exit 6" EXIT; cd /; exit 5'],
    ['a trap for a signal', 'trap "echo got it" USR1; kill -USR1 $$; echo $?'],
    ['a syntax error', 'echo one; if'],
    ['a syntax error in a later line', 'echo one\nif'],
    ['an open quote', "echo 'one"],
    ['a here-document', "cat <<'END'\none $two\nEND"],
    ['a here-document without an end', 'cat <<END\none'],
    ['a comment at the end', 'false # done'],
    ['line ends at the end', 'printf one\n\n\n'],
    ['nothing', ''],
    ['only white space', ' \n\t '],
    ['backslashes and other characters', String.raw`echo 'a\nb' "a\\b" a\ b; printf '%s\n' 'é € 日本 	tab'`],
    ['carriage returns', 'echo one\r\necho two\r\n'],
    ['control characters', `printf '%s' '${String.fromCharCode(1, 2, 127)}' | od -c`],
    ['4 KiB', long(4 * 1024 - 1)],
    ['a little more than 4 KiB', long(4 * 1024 + 1)],
    ['4 KiB of characters with three bytes each', long(4 * 1024).replaceAll('x', '€')],
    ['100 KiB', long(100 * 1024)],
    ['a little more than 100 KiB', long(100 * 1024 + 1)],
    ['process substitution', 'cat <(echo one) <(echo two)'],
    ['jobs of its own', 'set -m; sleep 0.01 & fg; echo $?'],
    ['return', 'return 3'],
    ['arguments of its own', 'set -- a b; echo "$0 $#"'],
    ['set -e', 'set -e; false; echo not reached'],
    ['set -x', 'set -x; cd /; echo text'],
    ['set -u', 'set -u; echo $never_set'],
    ['a failing cd', 'cd nowhere'],
  ])('ends as any other would: %s', async (_, command) => {
    const processes = createOwnProcesses();
    const usual = await runShell(processes, command);
    const ahead = await runShell(processes, command);
    const outputFile = usual.outputFile && {...usual.outputFile, path: expect.any(String)};
    expect(ahead).toEqual({...usual, outputFile});
  });

  it('cannot contain a NUL, and the shell waits on', async () => {
    const processes = createOwnProcesses();
    await runShell(processes, 'true');
    await expect(runShell(processes, 'echo a\0b')).rejects.toThrow('NUL');
    expect(await isAhead(processes)).toBe(true);
  });

  it('counts its seconds from its own start', async () => {
    const processes = createOwnProcesses();
    await runShell(processes, 'sleep 2');
    expect((await runShell(processes, 'echo $((SECONDS < 2))')).output).toBe('1\n');
  });

  it('may leave a program running, which is counted and ends with the owner', async () => {
    const processes = createOwnProcesses();
    const {command, pids} = createSleep();
    await runShell(processes, 'true');
    expect(await runShell(processes, `${command} &`)).toMatchObject({exitCode: 0, leftRunning: true});
    await until('it runs', () => pids().length === 1);
    expect(await runShell(processes, 'echo next')).toMatchObject({output: 'next\n', leftRunning: false});
    expect(processes.live('main')).toBe(1);
    await processes.end('main');
    expect(pids()).toEqual([]);
  });
});

describe('the folder of a shell started ahead', () => {
  it('is the one to which the command before has moved', async () => {
    const processes = createOwnProcesses();
    const {cwd} = await runShell(processes, 'mkdir inner; cd inner');
    const {output} = await runShell(processes, 'pwd; pwd -P', {cwd});
    const inner = join(processes.folder, 'inner');
    expect(output).toBe(`${inner}\n${inner}\n`);
    expect(await isAhead(processes, {cwd})).toBe(true);
  });

  it('is the one that is asked for, if that is another', async () => {
    const processes = createOwnProcesses();
    await runShell(processes, 'true');
    expect((await runShell(processes, 'pwd', {cwd: '/'})).output).toBe('/\n');
  });

  it('is never one that was renamed: the name does not exist, or is that of the new folder', async () => {
    const processes = createOwnProcesses();
    const cwd = join(processes.folder, 'work');
    const away = join(processes.folder, 'away');
    mkdirSync(cwd);
    await runShell(processes, 'true', {cwd});
    renameSync(cwd, away);
    await expect(runShell(processes, 'true', {cwd})).rejects.toThrow(`the folder ${cwd} does not exist`);
    mkdirSync(cwd);
    await runShell(processes, 'touch here', {cwd});
    expect((await runShell(processes, `ls ${away} ${cwd}`)).output).toBe(`${away}:\n\n${cwd}:\nhere\n`);
  });

  it('is never one that was removed and made anew', async () => {
    const processes = createOwnProcesses();
    const cwd = join(processes.folder, 'work');
    mkdirSync(cwd);
    await runShell(processes, 'true', {cwd});
    rmSync(cwd, {recursive: true});
    mkdirSync(cwd);
    const outcome = await runShell(processes, 'touch here; ls; pwd', {cwd});
    expect(outcome).toMatchObject({output: `here\n${cwd}\n`, exitCode: 0});
  });

  it('may be gone by the time the command is to begin', async () => {
    const processes = createOwnProcesses();
    const cwd = join(processes.folder, 'work');
    mkdirSync(cwd);
    await runShell(processes, 'true', {cwd});
    const running = runShell(processes, 'pwd', {cwd});
    rmSync(cwd, {recursive: true});
    await expect(running).rejects.toThrow(`the folder ${cwd} does not exist`);
    expect((await runShell(processes, 'echo next')).output).toBe('next\n');
  });

  it.each(["with 'quotes' and spaces", '-dash', 'line\nend', '$(touch no)', 'é €'])('may be called %j', async name => {
    const processes = createOwnProcesses();
    const cwd = join(processes.folder, name);
    mkdirSync(cwd);
    await runShell(processes, 'true', {cwd});
    expect(await isAhead(processes, {cwd})).toBe(true);
    expect((await runShell(processes, 'pwd', {cwd})).output).toBe(`${cwd}\n`);
  });

  it('may be far from the temporary folder, which may be cleared: the folder at the end is told all the same', async () => {
    const processes = createOwnProcesses();
    const cwd = createFolder();
    await runShell(processes, 'true', {cwd});
    rmSync(processes.folder, {recursive: true});
    mkdirSync(processes.folder);
    expect(await runShell(processes, 'echo again; cd /', {cwd})).toMatchObject({output: 'again\n', cwd: '/'});
  });
});
