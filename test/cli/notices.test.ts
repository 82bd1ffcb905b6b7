import {describe, expect, it} from 'vitest';
import {costText, createNotices} from '../../src/cli/notices.js';
import {ProviderError, ToolError} from '../../src/core/errors.js';
import type {Permissions} from '../../src/core/ports.js';
import type {ScriptedReply} from '../../src/providers/scripted.js';
import {makeTool, openRuntime, type RuntimeOptions, runTurn} from '../support/runtime.js';

const echo = makeTool('Echo', 'reads', value => ({content: value, display: {summary: `${value.length} letters`}}));

async function linesOf(
  script: readonly ScriptedReply[],
  {verbose = false, ...options}: RuntimeOptions & {readonly verbose?: boolean} = {},
): Promise<readonly string[]> {
  const {session} = openRuntime(script, {tools: [echo], ...options});
  const notices = createNotices({verbose});
  const lines: string[] = [];
  await runTurn(session, 'go', event => {
    const line = notices.toLine(event);
    if (line !== null) lines.push(line.replace(/\d+ ms/, 'N ms'));
  });
  await session.close();
  return lines;
}

const call = {name: 'Echo', input: {value: 'hello'}};
const retry = {
  type: 'retry_scheduled',
  attempt: 2,
  maxAttempts: 10,
  delayMs: 4_250,
  kind: 'overloaded',
  message: 'The server is busy.',
} as const;

describe('what one-shot mode says while it works', () => {
  it('is nothing when all goes well', async () => {
    expect(await linesOf([{text: 'I echo.', calls: [call]}, {text: 'Done.'}])).toEqual([]);
  });

  it('is that a request is tried again, when, and for the how manieth time', async () => {
    expect(await linesOf([{text: 'Done.', before: [retry]}])).toEqual([
      'The server is busy. Trying again in 4.3 s (try 2 of 10).',
    ]);
    expect(await linesOf([{text: 'Done.', before: [{...retry, maxAttempts: null, delayMs: 61_000}]}])).toEqual([
      'The server is busy. Trying again in 61 s (try 2).',
    ]);
    expect(await linesOf([{text: 'Done.', before: [{...retry, delayMs: 0}]}])).toEqual([
      'The server is busy. Trying again now (try 2 of 10).',
    ]);
  });

  it('is what went wrong once, however often it is tried again, and at the end only what is new', async () => {
    const ending = new ProviderError('The server is busy. Gave up.', {kind: 'overloaded'});
    const before = [retry, {...retry, attempt: 3}];
    const {session} = openRuntime([{before, after: 0, ending}]);
    const notices = createNotices({verbose: false});
    const lines: (string | null)[] = [];
    const {outcome} = await runTurn(session, 'go', event => void lines.push(notices.toLine(event)));
    expect(lines.filter(line => line !== null)).toEqual([
      'The server is busy. Trying again in 4.3 s (try 2 of 10).',
      'Trying again in 4.3 s (try 3 of 10).',
    ]);
    expect(notices.toFault(outcome)).toBe('Gave up.');
    await session.close();
  });

  it('is nothing of a wait behind others, whose tries are told, unless asked to be verbose', async () => {
    const held = {type: 'request_held', delayMs: 4_250, kind: 'overloaded', message: 'The server is busy.'} as const;
    const script = [{text: 'Done.', before: [held]}];
    expect(await linesOf(script)).toEqual([]);
    expect(await linesOf(script, {verbose: true})).toContain('Waits behind others: The server is busy.');
  });

  it('is of many refused calls the first twenty, and how many more there were', async () => {
    const permissions: Permissions = {
      decide: () => ({verdict: 'deny', message: 'Not today.'}),
      ask: () => Promise.reject(new Error('nobody asked for this')),
    };
    const script = [
      ...Array.from({length: 3}, () => ({calls: Array.from({length: 7}, () => call)})),
      {text: 'Then not.'},
    ];
    const lines = await linesOf(script, {permissions});
    expect(lines).toEqual([
      ...Array.from({length: 20}, () => 'Echo hello was refused: Not today.'),
      '1 more call was refused.',
    ]);
    const all = await linesOf(script, {permissions, verbose: true});
    expect(all.filter(line => line.includes('was refused'))).toHaveLength(21);
  });

  it('is that a call was refused, which one, and why', async () => {
    const permissions: Permissions = {
      decide: () => ({verdict: 'deny', message: 'Not today.'}),
      ask: () => Promise.reject(new Error('nobody asked for this')),
    };
    const long = {name: 'Echo', input: {value: `${'x'.repeat(200)}\nsecond line`}};
    expect(await linesOf([{calls: [call, long]}, {text: 'Then not.'}], {permissions})).toEqual([
      'Echo hello was refused: Not today.',
      `Echo ${'x'.repeat(79)}… was refused: Not today.`,
    ]);
  });

  it('is a warning that the runtime gives', async () => {
    expect(await linesOf([{}])).toEqual(['Warning: The model ended its turn without a word.']);
  });

  it('is each call, its outcome and the sum of it all when asked to be verbose', async () => {
    expect(await linesOf([{calls: [call]}, {text: 'Done.'}], {verbose: true})).toEqual([
      'Echo hello',
      '  Echo hello: 5 letters (ok, N ms)',
      '2 steps, 200 tokens in, 40 out, $0.0012',
    ]);
  });

  it('is all lines of a command when asked to be verbose, within bounds', async () => {
    const started = async (value: string): Promise<string | undefined> =>
      (await linesOf([{calls: [{name: 'Echo', input: {value}}]}, {text: 'Done.'}], {verbose: true}))[0];
    expect(await started('one\ntwo\nthree')).toBe('Echo one\ntwo\nthree\n    one\n    two\n    three');
    const long = await started(`${'line\n'.repeat(99)}last`);
    expect(long?.split('\n').slice(-2)).toEqual(['    line', '    … +60 lines']);
  });

  it('is what a failed call came to, within bounds, when asked to be verbose', async () => {
    const told = async (output: string): Promise<readonly string[]> => {
      const display = {summary: 'exit 2', output};
      const failing = makeTool('Fail', 'reads', () => ({content: output, isError: true, display}));
      const script = [{calls: [{name: 'Fail', input: {value: 'x'}}]}, {text: 'It failed.'}];
      const [, line = ''] = await linesOf(script, {verbose: true, tools: [failing]});
      return line.split('\n').slice(1);
    };
    expect(await told('\x1b[31mTwo tests\x1b[0m failed:\nlogin\n')).toEqual(['    Two tests failed:', '    login']);
    const numbers = Array.from({length: 60}, (_, index) => `line ${index + 1}`);
    const lines = await told(numbers.join('\n'));
    expect(lines).toHaveLength(31);
    expect(lines.slice(9, 12)).toEqual(['    line 10', '    … +30 lines', '    line 41']);
    expect(lines.at(-1)).toBe('    line 60');
    expect((await told(`${'x'.repeat(9_000)}\nend`)).map(line => line.length)).toEqual([504, 7]);
  });

  it('is all of the reason a tool gives, and of a call that went well its summary only', async () => {
    const refusing = makeTool('Refuse', 'reads', () => {
      throw new ToolError('There is no such file.\nDid you mean b.ts?');
    });
    const fine = makeTool('Fine', 'reads', () => ({
      content: 'much',
      display: {summary: '2 lines', output: 'one\ntwo'},
    }));
    const calls = ['Refuse', 'Fine'].map(name => ({name, input: {value: 'x'}}));
    const lines = await linesOf([{calls}, {text: 'So.'}], {verbose: true, tools: [refusing, fine]});
    expect(lines).toContain('  Refuse x: There is no such file. (failed, N ms)\n    Did you mean b.ts?');
    expect(lines).toContain('  Fine x: 2 lines (ok, N ms)');
  });

  it('holds nothing that acts upon the terminal', async () => {
    const hiding = {name: 'Echo', input: {value: 'evil #\rharmless\x1b]0;'}};
    expect(await linesOf([{calls: [hiding]}, {text: 'Done.'}], {verbose: true})).toEqual([
      'Echo evil #␍harmless␛]0;',
      '  Echo evil #␍harmless␛]0;: 19 letters (ok, N ms)',
      '2 steps, 200 tokens in, 40 out, $0.0012',
    ]);
  });
});

describe('a cost', () => {
  it('is dollars with as many digits as tell something, and unknown is not zero', () => {
    expect([0, 0.0012, 0.25, 12].map(costText)).toEqual(['$0.0000', '$0.0012', '$0.25', '$12.00']);
    expect(costText(null)).toBe('cost unknown');
  });
});
