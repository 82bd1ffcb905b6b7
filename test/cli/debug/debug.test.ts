/** `--debug` and `--debug-file`: what a session does, line by line. */
import {execFileSync} from 'node:child_process';
import {readFileSync, statSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, it, onTestFinished} from 'vitest';
import {debugCategories, parseCategories} from '../../../src/cli/debug/categories.js';
import {type DebugOptions, openDebug} from '../../../src/cli/debug/debug.js';
import {ProviderError} from '../../../src/core/errors.js';
import {createScriptedModel, createSession} from '../../../src/index.js';
import type {Script} from '../../../src/providers/scripted.js';
import {createFolder} from '../../support/folder.js';
import {runTurn} from '../../support/runtime.js';

async function run(script: Script, options: Partial<DebugOptions> = {}) {
  const folder = createFolder();
  const env = {HOME: folder, PATH: process.env.PATH, MY_API_KEY: 'a-key-of-mine'};
  const session = await createSession({cwd: folder, env, model: createScriptedModel(script), persist: false});
  onTestFinished(() => session.close());
  const lines: string[] = [];
  const debug = openDebug({
    ...{session, categories: null, file: null, isConversation: false, version: '1.2.3'},
    note: line => lines.push(line),
    ...options,
  });
  await runTurn(session, 'What is a-key-of-mine?');
  debug.close();
  return {session, folder, debug, lines};
}

const reading: Script = [{calls: [{name: 'Glob', input: {pattern: '*'}}]}, {text: 'done'}];

const shapeOf = (lines: readonly string[]): readonly string[] =>
  lines.map(line => line.replace(/^\S+Z (\[\w+\] \S+ \S+).*$/s, '$1'));

describe('debug lines', () => {
  it('tell each thing as it happens, with its time and its category, in one line without keys', async () => {
    const {lines, session} = await run(reading);
    expect(lines.every(line => /^\d{4}-\d\d-\d\dT[\d:.]+Z \[\w+\] \S/.test(line) && !line.includes('\n'))).toBe(true);
    expect(lines[0]).toMatch(/\[session\] agent 1\.2\.3, Node v\d+/);
    expect(lines[1]).toContain(`session ${session.id} in `);
    expect(shapeOf(lines.slice(4))).toEqual([
      '[session] main entry_appended',
      '[agents] main run_started',
      '[api] main request_started',
      '[api] main reply_started',
      '[tools] main tool_started',
      '[api] main reply_finished',
      '[tools] main tool_finished',
      '[session] main entry_appended',
      '[api] main request_started',
      '[api] main reply_started',
      '[api] main reply_finished',
      '[agents] main run_finished',
    ]);
    expect(lines.join('\n')).toContain('What is [hidden]?');
    expect(lines.join('\n')).not.toContain('a-key-of-mine');
  });

  it('are of the categories that are asked for', async () => {
    const ending = new ProviderError('No.', {kind: 'permission', status: 403});
    const {lines} = await run([{text: 'x', after: 3, ending}], {categories: new Set(['api'])});
    expect(shapeOf(lines)).toEqual([
      '[api] main request_started',
      '[api] main reply_started',
      '[api] main reply_retracted',
    ]);
  });

  it('go to a file of the conversation, for the person’s eyes only, or to the one that is named', async () => {
    const {debug, folder, lines, session} = await run(reading, {isConversation: true});
    expect(debug.path).toBe(join(folder, '.agent', 'debug', `${session.id}.log`));
    expect(statSync(debug.path ?? '').mode & 0o777).toBe(0o600);
    expect([lines, readFileSync(debug.path ?? '', 'utf8').split('\n').length]).toEqual([[], 17]);
    const file = join(createFolder(), 'new', 'debug.log');
    await run(reading, {file});
    await run(reading, {file});
    expect(readFileSync(file, 'utf8').split('\n').length).toBe(33);
  });

  it('need a file that can be written, and wait for no reader', async () => {
    const folder = createFolder();
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    const failure = async (file: string) => (await run(reading, {file}).catch(error => error)).message;
    expect(await failure(folder)).toBe(
      `The debug lines cannot be written to ${folder}: EISDIR. Name another file: --debug-file.`,
    );
    expect(await failure(join(folder, 'pipe'))).toContain('ENXIO');
    expect(await failure('/dev/null/x')).toMatch(/cannot be written to \/dev\/null\/x: E/);
  });
});

describe('categories', () => {
  it.each([
    ['api,hooks', ['api', 'hooks']],
    [' API ', ['api']],
    ['!api', debugCategories.filter(name => name !== 'api')],
    ['api,tools,!tools', ['api']],
  ])('are named one by one, or left out: %s', (text, names) => {
    expect(parseCategories(text)).toEqual({ok: true, categories: new Set(names)});
  });

  it('are none where a prompt stands in their place', () => {
    expect(parseCategories('fix it')).toEqual({
      ok: false,
      fault:
        'There is no category "fix it". There are: api, agents, tools, hooks, mail, permissions, session; ! before one leaves it out. A prompt stands before --debug, or behind --.',
    });
  });
});
