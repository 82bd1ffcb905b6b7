import {mkdirSync, readFileSync, rmSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, it} from 'vitest';
import {Interrupted, ToolError} from '../../src/core/errors.js';
import type {CommandSandbox, Commands, Files, ToolContext} from '../../src/core/ports.js';
import {createBashTool} from '../../src/tools/bash.js';
import {toCommands} from '../support/commands.js';
import {noAgents} from '../support/no-agents.js';
import {noTasks} from '../support/no-tasks.js';
import {createOwnProcesses, createSleep, until} from '../support/processes.js';

/** What a call gets, over real processes, in a folder of its own. */
function createContext() {
  const processes = createOwnProcesses();
  const controller = new AbortController();
  let progress = '';
  const context: ToolContext = {
    agentId: 'main',
    callId: 'call-1',
    signal: controller.signal,
    place: {root: processes.folder, cwd: processes.folder},
    files: noFiles,
    commands: toCommands(processes),
    agents: noAgents,
    tasks: noTasks(controller.signal),
    hides: () => false,
    instructions: async () => null,
    state: {get: () => undefined, set: () => {}},
    progress(text) {
      progress += text;
    },
    whenKept: effect => effect(),
  };
  return {context, processes, controller, progress: () => progress};
}

const refuse = (): never => {
  throw new Error('a command needs no files');
};
const noFiles: Files = {
  exists: refuse,
  read: refuse,
  scan: refuse,
  mark: refuse,
  marked: refuse,
  forget: refuse,
  contentOf: refuse,
  write: refuse,
};

const bashTool = createBashTool(null);
const run = (input: unknown, {context} = createContext()) => bashTool.run(bashTool.parse(input), context);

describe('Bash', () => {
  it('gives the output, and shows how it ended and how long it took', async () => {
    const {display, ...result} = await run({command: 'echo one; echo two >&2'});
    expect(result).toEqual({content: 'one\ntwo'});
    expect(display).toEqual({summary: 'exit 0', output: 'one\ntwo'});
  });

  it('says that there was no output', async () => {
    const {content, display} = await run({command: 'true'});
    expect(content).toBe('(no output)');
    expect(display).not.toHaveProperty('output');
  });

  it('gives the exit code of a failure after its output, as an error', async () => {
    expect(await run({command: 'echo trouble; exit 3'})).toMatchObject({
      content: 'trouble\nExit code 3',
      isError: true,
      display: {summary: 'exit 3', output: 'trouble'},
    });
  });

  it('says which signal ended a command', async () => {
    expect(await run({command: 'kill -KILL $$'})).toMatchObject({
      content: '(no output)\nExit code 137 (SIGKILL)',
      isError: true,
      display: {summary: 'exit 137'},
    });
  });

  it('stops a command whose time is over with all it started, and says how to give it more', async () => {
    const {command, pids} = createSleep();
    const result = await run({command: `echo begun; ${command} | cat`, timeout: 200});
    expect(result.content).toBe(
      'begun\nCommand timed out after 0.2s and was stopped, with all it started.' +
        ' If it needs longer, set timeout (at most 600000).',
    );
    expect(result).toMatchObject({isError: true, display: {summary: 'timed out'}});
    expect(pids()).toEqual([]);
  });

  it('gives what an interrupted command wrote until then', async () => {
    const made = createContext();
    const {command, pids} = createSleep();
    const running = run({command: `echo begun; ${command}`}, made);
    await until('its output is told', () => made.progress() === 'begun\n');
    made.controller.abort(new Interrupted());
    const {content, isError, display} = await running;
    expect(content).toMatch(/^begun\nInterrupted: /);
    expect({isError, summary: display?.summary}).toEqual({
      isError: true,
      summary: 'interrupted',
    });
    expect(pids()).toEqual([]);
  });

  it('is interrupted, and runs nothing, when its signal had aborted before', async () => {
    const made = createContext();
    made.controller.abort();
    await expect(run({command: 'echo no'}, made)).rejects.toBeInstanceOf(Interrupted);
  });

  it('moves the working directory with cd, and says so', async () => {
    const made = createContext();
    const {place} = made.context;
    mkdirSync(join(place.root, 'inner'));
    expect((await run({command: 'cd inner'}, made)).content).toBe(
      `(no output)\nThe working directory is now ${join(place.root, 'inner')}`,
    );
    expect(place.cwd).toBe(join(place.root, 'inner'));
    expect((await run({command: 'pwd'}, made)).content).toBe(join(place.root, 'inner'));
  });

  it('goes back with cd - to where the call before began, and forth again', async () => {
    const made = createContext();
    const {place} = made.context;
    const inner = join(place.root, "it's inner");
    mkdirSync(inner);
    expect((await run({command: 'cd -'}, made)).content).toContain('OLDPWD not set');
    await run({command: 'cd "it\'s inner"'}, made);
    await run({command: 'true'}, made);
    expect((await run({command: 'cd - && pwd'}, made)).content).toContain(`${place.root}\n${place.root}\n`);
    expect(place.cwd).toBe(place.root);
    await run({command: 'cd -'}, made);
    expect(place.cwd).toBe(inner);
  });

  it('runs nothing where the working directory is gone, and falls back to the root', async () => {
    const made = createContext();
    const {place} = made.context;
    const gone = join(place.root, 'gone');
    place.cwd = gone;
    const refused = run({command: 'touch created'}, made);
    await expect(refused).rejects.toBeInstanceOf(ToolError);
    await expect(refused).rejects.toThrow(
      `The working directory ${gone} no longer exists, so the command was not run. It is now ${place.root}`,
    );
    expect((await run({command: '[ -e created ] || pwd'}, made)).content).toBe(place.root);
  });

  it('says so when the root is gone as well, and names each folder once', async () => {
    const made = createContext();
    const {place} = made.context;
    const {root} = place;
    place.cwd = join(root, 'inner');
    rmSync(root, {recursive: true});
    const toAsk = 'Ask the user what happened to it.';
    await expect(run({command: 'true'}, made)).rejects.toThrow(
      `The working directory ${place.cwd} no longer exists, so the command was not run. Nor does ${root}. ${toAsk}`,
    );
    place.cwd = root;
    await expect(run({command: 'true'}, made)).rejects.toThrow(
      `The working directory ${root} no longer exists, so the command was not run. ${toAsk}`,
    );
  });

  it('says that a command cannot be started, and why', async () => {
    const refused = run({command: 'echo a\0b'});
    await expect(refused).rejects.toBeInstanceOf(ToolError);
    await expect(refused).rejects.toThrow('The command was not started: a command cannot contain the character NUL.');
  });

  it('names the file with all of the output when it was cut', async () => {
    const made = createContext();
    const {content, display} = await run({command: 'seq 1 20000'}, made);
    const path = /\nAll output is in (.*)\.$/.exec(String(content))?.[1] ?? '';
    expect(readFileSync(path, 'utf8').split('\n')).toHaveLength(20_001);
    expect(content).toContain('[… cut here: 20,000 lines, 108,894 bytes in all …]');
    expect(display).toMatchObject({
      cut: {lines: 20_000, note: `Cut in the middle, of 108,894 bytes. All output is in ${path}.`},
    });
  });

  it.each([
    [{bytes: 0, fault: 'ENOSPC'}, 'The output could not be kept whole (the disk is full, ENOSPC).'],
    [
      {bytes: 8_192, fault: 'EIO'},
      'The output could not be kept whole (EIO). The first 8,192 bytes of the output are in /x/output.',
    ],
  ])('says why the output could not be kept: %j', async (kept, note) => {
    const made = createContext();
    const {commands} = made.context;
    const shell: Commands['shell'] = async (command, options) => {
      const outcome = await commands.shell(command, options);
      return {...outcome, outputFile: {path: '/x/output', ...kept}};
    };
    const {content} = await run(
      {command: 'echo up'},
      {...made, context: {...made.context, commands: {...commands, shell}}},
    );
    expect(content).toBe(`up\n${note}`);
  });

  it('says that something was left running, and where its output goes', async () => {
    const made = createContext();
    const {content, isError} = await run({command: `echo up; ${createSleep().command} &`}, made);
    expect(content).toMatch(
      /^up\nSomething it started still runs, and will be ended when this agent ends\.\nAll output is in \/.*, and what is still to come\.$/,
    );
    expect(isError).toBeUndefined();
    expect(made.processes.live('main')).toBe(1);
  });
});

describe('a call of Bash', () => {
  it('has the first line of its command as its title, and how many follow', () => {
    const place = {root: '/', cwd: '/'};
    const titleOf = (command: string): string => bashTool.title({command}, place);
    expect(titleOf('\n  npm test\n')).toBe('npm test');
    expect(titleOf('\n  npm test\nnpm run build\n')).toBe('npm test … +1 line');
    expect(titleOf('cd src\n\nrm -r .')).toBe('cd src … +2 lines');
  });

  it('shows the whole command before it is allowed', async () => {
    const {context} = createContext();
    const command = 'npm test\nnpm run build';
    expect(await bashTool.preview?.({command}, context)).toEqual({summary: 'npm test … +1 line', output: command});
    expect(await bashTool.preview?.({command, description: 'Test, then build'}, context)).toEqual({
      summary: 'Test, then build',
      output: command,
    });
  });

  it.each([
    [{}, '`command`'],
    [{command: ''}, '`command`'],
    [{command: 'true', timeout: 0}, '`timeout`'],
    [{command: 'true', timeout: 600_001}, '`timeout`'],
    [{command: 'true', timeout: 'ten'}, '`timeout`'],
    [{command: 'true', run_in_background: 'later'}, 'run_in_background'],
    [{command: 'true', detach: true}, 'detach'],
  ])('is refused with what is wrong: %j', (input, fault) => {
    expect(() => bashTool.parse(input)).toThrow(fault);
  });

  it('costs few words in every request', () => {
    const {description, inputSchema} = bashTool;
    expect(description.split(/\s+/).length).toBeLessThanOrEqual(120);
    expect(JSON.stringify({description, inputSchema}).length).toBeLessThan(1_300);
  });
});

describe('Bash with a sandbox', () => {
  const place = {root: '/project', cwd: '/project'};
  const sandbox: CommandSandbox = {
    asksNothing: true,
    mayLeave: true,
    isOutside: (command, wantsOut) => wantsOut || command === 'excluded',
    explain: output => (output.includes('blocked') ? 'That was the sandbox.' : null),
  };
  const tool = createBashTool(sandbox);
  const outside = {command: 'x', dangerouslyDisableSandbox: true};

  it('tells the rules what the sandbox holds, and the person what runs outside', () => {
    const command = {type: 'command', command: 'x', cwd: '/project'};
    expect(tool.subjects?.({command: 'x'}, place)).toEqual([{...command, sandbox: 'inside'}]);
    expect(tool.subjects?.(outside, place)).toEqual([{...command, sandbox: 'outside'}]);
    const excluded = {...command, command: 'excluded', sandbox: 'outside'};
    expect(tool.subjects?.({command: 'excluded'}, place)).toEqual([excluded]);
    const careful = createBashTool({...sandbox, asksNothing: false});
    expect(careful.subjects?.({command: 'x'}, place)).toEqual([command]);
    expect([tool.title({command: 'x'}, place), tool.title(outside, place)]).toEqual(['x', 'outside of the sandbox: x']);
  });

  it('runs each where the rules were told that it would', async () => {
    const {context, processes} = createContext();
    const {shell, ...others} = toCommands(processes);
    const where: unknown[] = [];
    const commands: Commands = {
      ...others,
      shell(command, options) {
        where.push([command, options.isOutside]);
        return shell(command, options);
      },
    };
    for (const input of [{command: 'true'}, {command: 'excluded'}, {...outside, command: ':'}]) {
      await tool.run(tool.parse(input), {...context, commands});
    }
    expect(where).toEqual([
      ['true', undefined],
      ['excluded', true],
      [':', true],
    ]);
  });

  it('says of a failure inside, and of no other, that it may be the sandbox', async () => {
    const contentOf = async (input: object) => (await tool.run(tool.parse(input), createContext().context)).content;
    expect(await contentOf({command: 'echo blocked; exit 1'})).toBe('blocked\nExit code 1\nThat was the sandbox.');
    expect(await contentOf({command: 'echo blocked'})).toBe('blocked');
    expect(await contentOf({...outside, command: 'echo blocked; exit 1'})).toBe('blocked\nExit code 1');
  });

  it('has no way out where there is none', () => {
    expect(() => createBashTool({...sandbox, mayLeave: false}).parse(outside)).toThrow('dangerouslyDisableSandbox');
    expect(() => createBashTool(null).parse(outside)).toThrow('dangerouslyDisableSandbox');
  });
});
