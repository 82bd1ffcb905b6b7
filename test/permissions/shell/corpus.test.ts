import {describe, expect, it} from 'vitest';
import {judgeCommand} from '../../../src/permissions/shell/judge.js';
import {readCorpus} from './corpus.js';
import {fixedContext} from './fixed.js';

const corpus = readCorpus();

describe('the corpus of commands', () => {
  it('holds at least a thousand different ones, each with a verdict', () => {
    expect(new Set(corpus.map(({command}) => command)).size).toBe(corpus.length);
    expect(corpus.length).toBeGreaterThanOrEqual(1_000);
    expect(corpus.filter(({verdict}) => !['allow', 'ask', 'deny'].includes(verdict))).toEqual([]);
  });

  it('is judged as it says', () => {
    const wrong = corpus
      .map(each => ({...each, judged: judgeCommand(each.command, fixedContext)}))
      .filter(({verdict, judged}) => verdict !== judged.verdict)
      .map(
        ({file, verdict, command, judged}) =>
          `${file}: ${command} — ${judged.verdict} (${judged.reason}) instead of ${verdict}`,
      );
    expect(wrong).toEqual([]);
  });
});
