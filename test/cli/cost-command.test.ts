import {describe, expect, it} from 'vitest';
import {createCostCommand} from '../../src/cli/cost-command.js';
import {ProviderError} from '../../src/core/errors.js';
import {createScriptedModel} from '../../src/providers/scripted.js';
import {openRuntime, runTurn} from '../support/runtime.js';
import {ask, leaf, openTree} from '../support/tree.js';

describe('/cost', () => {
  it('tells in a line what was used', async () => {
    const {session} = openRuntime([{text: 'ok', usage: {input: 1_000, cacheRead: 500}}]);
    await runTurn(session, 'go');
    expect(createCostCommand(session).run('')).toBe('1,500 tokens in (500 from the cache), 20 out; $0.0034');
  });

  it('tells what each model took, where several did', async () => {
    const ending = new ProviderError('It is overloaded.', {kind: 'overloaded'});
    const other = createScriptedModel([{text: 'ok'}], {id: 'other-model', price: null});
    const {session} = openRuntime([{text: 'half', after: 3, ending}], {fallbacks: [other]});
    await runTurn(session, 'go');
    expect(String(createCostCommand(session).run('')).split('\n')).toEqual([
      '200 tokens in, 21 out; cost unknown',
      'By model:',
      '  scripted     100 tokens in, 1 out; $0.0003',
      '  other-model  100 tokens in, 20 out; cost unknown',
    ]);
  });

  it('tells what agents took, with all below them', async () => {
    const {session} = openTree();
    await runTurn(
      session,
      ask({name: 'root', steps: [{spawn: [{name: 'upper', steps: [{spawn: [leaf('lower')]}]}, leaf('beside')]}]}),
    );
    const lines = String(createCostCommand(session).run('')).split('\n');
    expect(lines).toEqual([
      '600 tokens in, 120 out; $0.0036',
      'Of that, agents with all below them:',
      '  agent-1  worker  upper    300 tokens in, 60 out; $0.0018',
      '    agent-3  worker  lower  100 tokens in, 20 out; $0.0006',
      '  agent-2  worker  beside   100 tokens in, 20 out; $0.0006',
    ]);
    await session.close();
  });

  it('cuts long names between characters, and says so', async () => {
    const {session} = openTree();
    await runTurn(session, ask({name: 'root', steps: [{spawn: [leaf(`a${'𝒳'.repeat(60)}`)]}]}));
    const [, , line = ''] = String(createCostCommand(session).run('')).split('\n');
    expect(line.isWellFormed()).toBe(true);
    expect(line).toMatch(/^ {2}agent-1 {2}worker {2}a𝒳+… {2}100 tokens in/u);
    await session.close();
  });
});
