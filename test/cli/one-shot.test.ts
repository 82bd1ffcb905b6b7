import {PassThrough} from 'node:stream';
import {text} from 'node:stream/consumers';
import {setImmediate as nextTurn} from 'node:timers/promises';
import {describe, expect, it} from 'vitest';
import {type OneShotOptions, runOneShot} from '../../src/cli/one-shot.js';
import {createOutput} from '../../src/cli/output.js';
import {ProviderError} from '../../src/core/errors.js';
import type {Clock} from '../../src/core/ports.js';
import type {ScriptedReply} from '../../src/providers/scripted.js';
import {createVirtualClock, realClock} from '../support/clock.js';
import {gate, makeTool, openRuntime, type RuntimeOptions} from '../support/runtime.js';
import {openTree, planOf} from '../support/tree.js';

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
  return {
    ...session,
    model: session.model.info,
    cwd: '/',
    tools: [],
    agentTypes: [],
    logOf: () => null,
    mode: 'default',
  };
}

async function shoot(
  session: Session,
  format: OneShotOptions['format'] = 'text',
  prompt = 'go',
  clock: Clock = realClock,
): Promise<Shot> {
  const stream = new PassThrough();
  const notes: string[] = [];
  const code = runOneShot({
    session,
    prompt,
    format,
    partialMessages: false,
    hookEvents: false,
    isTerminal: false,
    maxTurns: null,
    apiKeySource: 'none',
    progress: null,
    version: '1.2.3',
    verbose: false,
    output: createOutput(stream),
    clock,
    note: line => notes.push(line),
  });
  await code.then(
    () => stream.end(),
    () => stream.end(),
  );
  return {stdout: await text(stream), notes, code};
}

const tooLong = new ProviderError('The prompt is too long.', {kind: 'context_exceeded', status: 400});

describe('one-shot before a silent model', () => {
  it.each(['text', 'json', 'stream-json'] as const)('says that it still waits, as %s', async format => {
    const {opened, open} = gate();
    const clock = createVirtualClock();
    const shot = shoot(scripted([{text: 'Late.', ending: opened}]), format, 'go', clock);
    while (clock.sleepers === 0) await nextTurn();
    await clock.advance(60_000);
    open();
    const {stdout, notes} = await shot;
    const lines = ["Still waiting for the model's answer (20 s).", "Still waiting for the model's answer (1 min)."];
    expect(notes).toEqual(format === 'stream-json' ? [] : lines);
    expect(lines.map(line => stdout.includes(line))).toEqual(lines.map(() => format === 'stream-json'));
    expect(stdout).toContain('Late.');
    expect(clock.sleepers).toBe(0);
  });
});

describe('one-shot with agents in the background', () => {
  /** A root that starts an agent in the background and then fails; the agent takes its time. */
  function failing(onNap: () => void = () => {}): Session {
    const nap = makeTool('Nap', 'reads', async (_, {signal}) => {
      onNap();
      for (let turn = 0; turn < 20 && !signal.aborted; turn += 1) await nextTurn();
      return 'slept';
    });
    const refused = new ProviderError('The key is not valid.', {kind: 'authentication', status: 401});
    const {session} = openTree({
      more: [nap],
      around: model => ({
        ...model,
        stream(request, signal) {
          if (planOf(request).name !== 'root' || request.messages.length < 2) return model.stream(request, signal);
          throw refused;
        },
      }),
    });
    return {
      ...session,
      model: session.model.info,
      cwd: '/',
      tools: [],
      agentTypes: [],
      logOf: () => null,
      mode: 'default' as const,
    };
  }
  const plan = {
    name: 'root',
    steps: [{spawn: [{name: 'child', background: true, steps: [{calls: [{name: 'Nap', input: {value: 'x'}}]}]}]}],
  };

  it('ends after the last of them, also when the main agent has failed, and tells of their ends', async () => {
    const {stdout, code} = await shoot(failing(), 'stream-json', JSON.stringify(plan));
    expect(await code).toBe(1);
    const messages = stdout
      .trim()
      .split('\n')
      .map(line => JSON.parse(line));
    const ends = messages.filter(({subtype}) => subtype === 'task_notification');
    expect(ends).toMatchObject([{status: 'completed'}]);
    expect(messages.at(-1)).toMatchObject({type: 'result', is_error: true});
  });

  it('tells of their ends when it is interrupted', async () => {
    const session = failing(() => void session.abort());
    const {stdout} = await shoot(session, 'stream-json', JSON.stringify(plan));
    const messages = stdout
      .trim()
      .split('\n')
      .map(line => JSON.parse(line));
    const started = messages.filter(({subtype}) => subtype === 'task_started');
    expect(messages.filter(({subtype}) => subtype === 'task_notification')).toHaveLength(started.length);
    expect(started).toHaveLength(1);
  });
});

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
