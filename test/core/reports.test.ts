import {describe, expect, it} from 'vitest';
import {createReports} from '../../src/core/reports.js';
import {spawn, startRegistry} from '../support/registry.js';

describe('a report that an agent did not come to read', () => {
  it('is a line for who has it from a call, unlike that of an earlier run, though the words are the same', () => {
    const registry = startRegistry();
    const reports = createReports(registry);
    const parent = spawn(registry, 'main');
    const child = spawn(registry, parent);
    const report = (run: number): void => {
      const agent = registry.find(child);
      if (agent) reports.send({...agent, state: 'done'}, run, 'All is well.');
    };
    report(1);
    report(2);
    reports.fetched(child, 'main');
    reports.pass(registry.inbox(parent).drain(), 'main');
    const heading = `Agent ${child} (general-purpose: look around) has ended: done.`;
    expect(
      registry
        .inbox('main')
        .drain()
        .map(({text}) => text),
    ).toEqual([`${heading}\n\nAll is well.`, `${heading} You have its report from a call.`]);
  });
});
