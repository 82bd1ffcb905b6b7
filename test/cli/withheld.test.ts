import {describe, expect, it} from 'vitest';
import {listWithheld, withheldLine} from '../../src/cli/withheld.js';
import type {WithheldItem} from '../../src/settings/settings.js';

const item = (kind: WithheldItem['kind'], text: string): WithheldItem => ({
  kind,
  text,
  hash: text,
  source: {origin: 'project', path: '/shop/.agent/settings.json', base: '/shop'},
});
const many = (length: number) => Array.from({length}, (_, at) => item('allow rule', `Bash(x${at})`));

describe('what a folder may not do, in words', () => {
  it('is one line that counts each kind', () => {
    const items = [item('env', 'A=1'), item('hook', 'Stop: a'), item('hook', 'Stop: b'), ...many(3)];
    expect(withheldLine(items)).toContain('no effect: 2 hooks, 1 variable, 3 allow rules. --trust');
  });

  it('is a list by what would happen, with the file of each', () => {
    const {lines, isWhole} = listWithheld([item('env', 'A=1'), item('hook', 'Stop: ./a.sh')], '/shop', false);
    expect(isWhole).toBe(true);
    expect(lines).toEqual([
      '  Commands that run at points of a turn (hooks)',
      '    Stop: ./a.sh  (.agent/settings.json)',
      '  Variables for all commands',
      '    A=1  (.agent/settings.json)',
    ]);
  });

  it('shows every character, also those that would move the cursor or turn the reading', () => {
    const [, line = ''] = listWithheld([item('hook', 'Stop: a\x1b[2K\r\u202eb\u200b\nc')], '/shop', false).lines;
    expect(line).toBe('    Stop: a␛[2K␍�b� ␊ c  (.agent/settings.json)');
  });

  it('is bounded, what runs first, and says what is left out; whole it has no bound', () => {
    const items = [...many(30), item('hook', `Stop: ${'x'.repeat(1_000)}`)];
    const short = listWithheld(items, '/shop', false);
    expect(short.isWhole).toBe(false);
    expect(short.lines).toHaveLength(2 + 20 + 1);
    expect(short.lines[1]).toHaveLength('    '.length + 300 + '…  (.agent/settings.json)'.length);
    expect(short.lines.at(-1)).toBe('  … and 11 more');
    const whole = listWithheld(items, '/shop', true);
    expect(whole.isWhole).toBe(true);
    expect(whole.lines).toHaveLength(2 + 31);
    expect(whole.lines[1]).toContain('x'.repeat(1_000));
  });
});
