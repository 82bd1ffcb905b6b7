/** Who is refused every call five steps running is wound down: which steps count, and which begin the count anew. */
import {describe, expect, it} from 'vitest';
import {ToolError} from '../../src/core/errors.js';
import {forever, makeTool, runTurn} from '../support/runtime.js';
import {lastResults, openTree, type Plan, type Step} from '../support/tree.js';

const call = (...names: readonly string[]): Step => ({calls: names.map(name => ({name, input: {value: 'x'}}))});
const times = (count: number, step: Step): readonly Step[] => Array.from({length: count}, () => step);
const denied = call('Denied');

/** A tree in which rules refuse `Denied`, a hook refuses `Hooked`, and `Broken` fails by itself. */
const open = () =>
  openTree({
    more: [
      makeTool('Denied', 'changes', () => 'never'),
      makeTool('Hooked', 'changes', () => 'never'),
      makeTool('Broken', 'changes', () => {
        throw new ToolError('It failed.');
      }),
    ],
    permissions: {
      decide: ({tool}) => (tool === 'Denied' ? {verdict: 'deny', message: 'No.'} : {verdict: 'allow'}),
      ask: (_, signal) => forever(signal),
    },
    hooks: {
      matches: (event, tool) => event === 'PreToolUse' && tool === 'Hooked',
      run: async () => ({decision: 'deny', reason: 'Not now.'}),
    },
  });

const play = async (steps: readonly Step[]) =>
  (await runTurn(open().session, JSON.stringify({name: 'root', steps}))).outcome;

describe('an agent whose calls are refused', () => {
  it.each<[string, number, readonly Step[]]>([
    ['by a rule', 6, times(9, denied)],
    ['by a hook', 6, times(9, call('Hooked'))],
    ['by one or the other', 6, [denied, ...times(2, call('Hooked')), ...times(9, call('Denied', 'Hooked'))]],
    ['after a step that ran', 8, [denied, call('Look'), ...times(9, denied)]],
    ['by there being no such tool', 6, times(9, call('Invented'))],
    ['by a rule, or by there being no such tool', 6, times(9, call('Denied', 'Invented'))],
  ])('five steps running is asked for a report, and ends: %s', async (_, count, steps) => {
    const {error, ...outcome} = await play(steps);
    expect(outcome).toMatchObject({reason: 'stopped', text: 'root reports', steps: count});
    expect(error?.kind).toBe('refused_calls');
  });

  it.each<[string, readonly Step[]]>([
    ['four steps running, and then one runs', [...times(4, denied), call('Look'), ...times(4, denied)]],
    ['beside one that runs', times(9, call('Denied', 'Look', 'Denied'))],
    ['beside one that fails', times(9, call('Broken', 'Denied', 'Invented'))],
  ])('goes on if they are refused %s', async (_, steps) => {
    expect(await play(steps)).toMatchObject({reason: 'completed', text: 'root is done', steps: steps.length + 1});
  });

  it.each<[string, Step]>([
    ['fail by themselves', call('Broken')],
    ['have wrong parameters', {calls: [{name: 'Look', input: {}}]}],
  ])('goes on if they only %s', async (_, step) => {
    expect(await play(times(9, step))).toMatchObject({reason: 'completed', text: 'root is done', steps: 10});
  });

  it('ends at any depth, and whoever started it goes on with its report and the reason', async () => {
    const low: Plan = {name: 'low', steps: times(9, denied)};
    const middle: Plan = {name: 'middle', steps: [{spawn: [low]}, call('Look')]};
    const {session, model} = open();
    const {outcome} = await runTurn(session, JSON.stringify({name: 'root', steps: [{spawn: [middle]}]}));
    expect(outcome).toMatchObject({reason: 'completed', text: 'root is done'});
    expect(session.agents.snapshot().map(({name, state}) => [name, state])).toEqual([
      [null, 'idle'],
      ['middle', 'done'],
      ['low', 'stopped'],
    ]);
    const seen = model.requests.find(({messages}) => JSON.stringify(messages).includes('low reports'));
    expect(lastResults(seen ? [seen] : [], 'middle')[0]).toMatch(
      /Every call of its last 5 steps was refused\. .* The last refusal: No\. .*\n\nlow reports\n/,
    );
  });
});
