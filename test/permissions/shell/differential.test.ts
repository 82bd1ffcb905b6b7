/** What is judged is compared with what a real bash then starts. */
import fc from 'fast-check';
import {afterAll, describe, expect, it} from 'vitest';
import {judgeCommand} from '../../../src/permissions/shell/judge.js';
import {readCorpus} from './corpus.js';
import {anyPieces, commandOf} from './generated.js';
import {createShims} from './shims.js';

const shims = createShims();
afterAll(shims.remove);

/** The line that shows what went wrong, or nothing. */
function complaint(command: string): readonly string[] {
  const {verdict, subjects} = judgeCommand(command, shims.context);
  const started = shims.run(command);
  const unexpected = started.filter(name => !name.startsWith('allowed-'));
  if (verdict !== 'allow' || unexpected.length === 0) return [];
  return [`${command} — started ${unexpected.join(', ')}; judged ${JSON.stringify(subjects)}`];
}

describe('a real bash', () => {
  it('notes what it starts', () => {
    expect(shims.run('denied-a x; allowed-a | cat')).toEqual(['denied-a', 'allowed-a']);
    expect(shims.run('echo denied-a')).toEqual([]);
  });

  it('starts nothing but allowed programs for what is judged allowed in the corpus', {timeout: 120_000}, () => {
    const corpus = readCorpus('run');
    expect(corpus.length).toBeGreaterThan(400);
    expect(corpus.flatMap(({command}) => complaint(command))).toEqual([]);
  });

  it('starts nothing but allowed programs for what is judged allowed of commands made by chance', {
    timeout: 120_000,
  }, () => {
    fc.assert(
      fc.property(
        commandOf(['denied-a', 'other-a', 'allowed-a']),
        commandOf(['denied-a', 'allowed-a']),
        (one, other) => {
          expect(complaint(one)).toEqual([]);
          expect(complaint(`${one}\n${other}`)).toEqual([]);
        },
      ),
      {numRuns: 60},
    );
  });

  it('starts nothing but allowed programs for what is judged allowed of pieces of the grammar in any order', {
    timeout: 120_000,
  }, () => {
    const allowed = fc
      .sample(anyPieces, 6_000)
      .filter(command => judgeCommand(command, shims.context).verdict === 'allow' && /denied|other|[$`]/.test(command));
    expect(allowed.length).toBeGreaterThan(10);
    expect(allowed.flatMap(complaint)).toEqual([]);
  });

  it('starts what is judged by name: most of what is denied would really have run', {timeout: 120_000}, () => {
    const denied = fc.sample(commandOf(['denied-a']), 60);
    const started = denied.filter(command => shims.run(command).includes('denied-a'));
    expect(started.length).toBeGreaterThan(40);
  });
});
