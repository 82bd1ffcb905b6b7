import {describe, expect, it} from 'vitest';
import {isPlainlyShown} from '../../src/permissions/shown.js';
import {call, open, running, writing} from './scene.js';

const deceiving = [
  '\u001b[2J',
  '\n',
  '\u202e',
  '\u200b',
  '\u2066',
  '\u00ad',
  '\u3164',
  '\ufe0f',
  '\u2800',
  '\u00a0',
  '\u{e0041}',
  '\ue000',
];

describe('what does not look like what it is', () => {
  it('is told from what does, in every script', () => {
    for (const text of deceiving) expect(isPlainlyShown(`make a${text}b`), JSON.stringify(text)).toBe(false);
    for (const text of ['make test', 'größer', '日本語', 'עברית', '👍', "a 'b'"])
      expect(isPlainlyShown(text)).toBe(true);
  });

  it.each(deceiving.map(text => [JSON.stringify(text), text]))('is offered as no rule: %s', async (_, text) => {
    const scene = open();
    const {root} = scene.project;
    expect(await scene.decide(running(`make 'a${text}b'`, root))).toMatchObject({verdict: 'ask', offers: []});
    expect(await scene.decide(writing(`${root}/a${text}b`))).toMatchObject({verdict: 'ask', offers: []});
    const domain = call('WebFetch', [{type: 'domain', domain: `a${text}b.example`}]);
    expect(await scene.decide(domain)).toMatchObject({verdict: 'ask', offers: []});
  });
});
