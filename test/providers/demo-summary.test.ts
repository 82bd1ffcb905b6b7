import {expect, it} from 'vitest';
import {textOf} from '../../src/core/transcript.js';
import {createDemoModel} from '../../src/providers/demo.js';
import {realClock} from '../support/clock.js';
import {makeTool, openRuntime, runTurn} from '../support/runtime.js';

const run = makeTool('Bash', 'changes', () => 'line of output\n'.repeat(400));
const tools = [{...run, parse: (input: unknown) => input, title: () => ''}];
const summaryOf = (session: ReturnType<typeof openRuntime>['session']): string =>
  textOf(session.history[0]?.message ?? {role: 'user', content: ''});

it('the demo model sums up what was asked, called and said', async () => {
  const {session} = openRuntime(createDemoModel({clock: realClock}), {tools});
  await runTurn(session, 'run make');
  expect(await session.compact()).toMatchObject({reason: 'completed'});
  expect(summaryOf(session)).toMatch(
    /1\. Aim\n- run make\n2\. State\n- Bash: 1 call\n3\. Knowledge\n- My last words: /,
  );
});

it('the demo model says that it cannot go on from a summary', async () => {
  const {session} = openRuntime(createDemoModel({clock: realClock}), {tools, compaction: {auto: true, at: 0.005}});
  const {outcome} = await runTurn(session, 'run make');
  expect(outcome).toMatchObject({reason: 'completed', text: expect.stringMatching(/^What I had found was summed up/)});
});
