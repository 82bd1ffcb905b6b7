import {expect, it} from 'vitest';
import {namesOf, toolsByName} from '../../src/core/tool-names.js';
import {makeTool, openRuntime, runTurn} from '../support/runtime.js';

const roll = {...makeTool('Roll', 'reads', value => `rolled ${value}`), aliases: ['Dice', 'Throw']};
const dice = makeTool('Dice', 'reads', value => `dice ${value}`);

it('a call by an alias runs the tool under its own name, and the model is told of the tool once', async () => {
  const {session, model} = openRuntime([{calls: [{name: 'Throw', id: 'c1', input: {value: 'six'}}]}, {text: 'Done.'}], {
    tools: [roll],
  });
  const {events} = await runTurn(session, 'go');
  expect(events.find(({type}) => type === 'tool_started')).toMatchObject({tool: 'Roll', callId: 'c1'});
  expect(events.find(({type}) => type === 'tool_finished')).toMatchObject({result: {content: 'rolled six'}});
  expect(model.requests[0]?.tools.map(({name}) => name)).toEqual(['Roll']);
  await session.close();
});

it('an alias never takes the name of another tool', () => {
  const tools = toolsByName([dice, roll]);
  expect(tools.get('Dice')).toBe(dice);
  expect(tools.get('Throw')).toBe(roll);
  expect(namesOf(tools)).toEqual(['Dice', 'Roll']);
});
