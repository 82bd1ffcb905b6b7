import {PassThrough} from 'node:stream';
import {text} from 'node:stream/consumers';
import {describe, expect, it} from 'vitest';
import {type OneShotOptions, runOneShot} from '../../src/cli/one-shot.js';
import {createOutput} from '../../src/cli/output.js';
import {ProviderError} from '../../src/core/errors.js';
import type {ScriptedReply} from '../../src/providers/scripted.js';
import {openRuntime, type RuntimeOptions} from '../support/runtime.js';

interface Shot {
  readonly stdout: string;
  readonly notes: readonly string[];
  /** Rejects if the run threw. */
  readonly code: Promise<number>;
}

type Session = OneShotOptions['session'];

/** A session over a script, as the command has it. */
function scripted(script: readonly ScriptedReply[], options: RuntimeOptions = {}): Session {
  const {session} = openRuntime(script, options);
  return {...session, model: session.model.info, cwd: '/', tools: [], agentTypes: []};
}

async function shoot(session: Session, format: OneShotOptions['format'] = 'text'): Promise<Shot> {
  const stream = new PassThrough();
  const notes: string[] = [];
  const code = runOneShot({
    session,
    prompt: 'go',
    format,
    partialMessages: false,
    isTerminal: false,
    maxTurns: null,
    skipPermissions: false,
    apiKeySource: 'none',
    version: '1.2.3',
    verbose: false,
    output: createOutput(stream),
    note: line => notes.push(line),
  });
  await code.then(
    () => stream.end(),
    () => stream.end(),
  );
  return {stdout: await text(stream), notes, code};
}

const tooLong = new ProviderError('The prompt is too long.', {kind: 'context_exceeded', status: 400});

describe('one-shot', () => {
  it.each([
    ['a whole answer', [{text: 'Done.\n\n'}], 'Done.\n', 0],
    [
      'an answer that was cut',
      [
        {text: 'Half', stopReason: 'max_tokens'},
        {text: 'still', stopReason: 'max_tokens'},
      ],
      'Halfstill\n',
      1,
    ],
    ['a refusal', [{text: 'I will not.', stopReason: 'refusal'}], 'I will not.\n', 1],
    [
      'an answer that the window cut',
      [{text: 'It begins', stopReason: 'model_context_window_exceeded'}],
      'It begins\n',
      1,
    ],
    [
      'an answer that was cut and has no room to go on',
      [
        {text: 'Half', stopReason: 'max_tokens'},
        {after: 0, ending: tooLong},
      ],
      'Half\n',
      1,
    ],
  ] as const)('prints %s', async (_, script, stdout, code) => {
    const shot = await shoot(scripted(script));
    expect([shot.stdout, await shot.code]).toEqual([stdout, code]);
    expect(shot.notes).toHaveLength(code);
  });

  const remark = {text: 'First I look.', calls: [{name: 'Missing', input: {}}]};

  it('prints no half-way remark as if it were the answer', async () => {
    const shot = await shoot(scripted([remark], {maxSteps: 1}));
    expect([shot.stdout, await shot.code]).toEqual(['', 3]);
    expect(shot.notes).toEqual([expect.stringContaining('limit')]);
    const full = await shoot(scripted([remark, {after: 0, ending: tooLong}]));
    expect([full.stdout, await full.code, full.notes]).toEqual(['', 1, ['The prompt is too long.']]);
  });

  it('writes the last message even when the run throws, which is a bug', async () => {
    const shot = await shoot(scripted([]), 'stream-json');
    await expect(shot.code).rejects.toThrow('the script has no reply 1');
    expect(JSON.parse(shot.stdout.trimEnd().split('\n').at(-1) ?? '')).toMatchObject({
      type: 'result',
      is_error: true,
      result: 'API Error: the script has no reply 1',
    });
  });
});
