import {describe, expect, it} from 'vitest';
import {judgeCommand} from '../../../src/permissions/shell/judge.js';
import {withRules} from './fixed.js';

const denies = (rule: string, command: string) => judgeCommand(command, withRules({deny: [rule]})).verdict === 'deny';
const allows = (rule: string, command: string) => judgeCommand(command, withRules({allow: [rule]})).verdict === 'allow';

describe('a rule', () => {
  it.each([
    ['tool run:*', ['tool run', 'tool run x', 'tool  run  "x y"'], ['tool', 'tool runs', 'tool x run', 'tool run-x']],
    ['tool diff *', ['tool diff', 'tool diff x', 'tool diff x y'], ['tool', 'tool diffs', 'tool x diff']],
    ['tool diff*', ['tool diff', 'tool diffs', 'tool diff x'], ['tool', 'tool x diff']],
    ['tool * main', ['tool a main', 'tool a b main'], ['tool main', 'tool a main b']],
    ['tool *.ts', ['tool a.ts', 'tool a b.ts'], ['tool a.js', 'tool']],
    ['* --version', ['tool --version', 'tool x --version'], ['tool --versions', 'tool']],
    ['tool', ['tool'], ['tool x', 'tools']],
    [
      'tool "two words"',
      ['tool "two words"', "tool 'two words'", 'tool two\\ words'],
      ['tool two words', 'tool "two  words"'],
    ],
    ["tool 'it'\\''s'", ['tool "it\'s"'], ['tool its']],
    ['tool:*', ['tool', 'tool x'], ['toolx', 'tool-x', './tool x', '/opt/x/tool']],
    ['./tool:*', ['./tool', './tool x'], ['tool', '../tool', '/tmp/tool']],
    ['', ['tool', 'other x'], []],
    ['*', ['tool', 'other x'], []],
  ])('%s allows what it names, and nothing else', (rule, yes, no) => {
    expect(yes.filter(command => !allows(rule, command))).toEqual([]);
    expect(no.filter(command => allows(rule, command))).toEqual([]);
  });

  it.each([
    [
      'tool:*',
      ['tool', 'TOOL x', './tool', '/opt/x/tool y', 'tool.exe', 'env tool', 'x=tool; $x'],
      ['tools', 'mytool', 'echo tool'],
    ],
    [
      'tool push:*',
      ['tool push', 'tool -C x push', 'tool --host=y push z', 'tool -v --host y push'],
      ['tool pushes', 'tool pull push', 'tool'],
    ],
    ['tool push *', ['tool push', 'tool -C x push', 'tool -C x push y'], ['tool pull']],
    [
      'tool -rf:*',
      ['tool -rf', 'tool -fr', 'tool -r -f', 'tool x -rf', 'tool -v x -fr', 'tool -rvf'],
      ['tool -r', 'tool -f x', 'tool'],
    ],
    ['tool --force', ['tool --force'], ['tool', 'tool x']],
    ['./run.sh', ['./run.sh', '/project/run.sh', './x/../run.sh', 'bash run.sh', 'sh ./run.sh'], ['./run2.sh']],
  ])('%s denies what it names however that is written, and nothing else', (rule, yes, no) => {
    expect(yes.filter(command => !denies(rule, command))).toEqual([]);
    expect(no.filter(command => denies(rule, command))).toEqual([]);
  });

  it('that denies comes before one that asks, and that before one that allows', () => {
    const rules = {deny: ['tool a:*'], ask: ['tool a:*', 'tool b:*'], allow: ['tool:*']};
    const verdict = (command: string) => judgeCommand(command, withRules(rules)).verdict;
    expect([verdict('tool a'), verdict('tool b'), verdict('tool c')]).toEqual(['deny', 'ask', 'allow']);
  });

  it('that a value which is not known could complete makes the command ask, whatever allows it', () => {
    const rules = {deny: ['tool push:*'], allow: ['tool:*']};
    const judged = (command: string) => judgeCommand(command, withRules(rules)).subjects.at(-1);
    expect(judged('tool $X')).toMatchObject({verdict: 'ask', rule: 'Bash(tool push:*)'});
    expect(judged('tool pull $X')).toMatchObject({verdict: 'allow', rule: 'Bash(tool:*)'});
  });

  it('covers neither what stands beside its command nor what is within its words', () => {
    const outside = [
      'tool; other',
      'tool | other',
      'tool $(other)',
      'tool <(other)',
      'tool > x',
      'PATH=. tool',
      'sudo tool',
    ];
    expect(outside.filter(command => allows('tool:*', command))).toEqual([]);
  });

  it('for a wrapper covers what is run only if it names that too', () => {
    expect(allows('xargs tool:*', 'ls | xargs tool x')).toBe(true);
    expect(allows('xargs:*', 'ls | xargs tool x')).toBe(false);
    expect(allows('sudo tool x', 'sudo tool x')).toBe(true);
    expect(allows('sudo:*', 'sudo tool x')).toBe(false);
    expect(allows("sh -c 'tool x'", "sh -c 'tool x'")).toBe(true);
    expect(allows('sh:*', "sh -c 'tool x'")).toBe(false);
    expect(allows('npx tool:*', 'npx tool x')).toBe(true);
  });

  it('for git does not reach to settings that may run something else', () => {
    expect(allows('git:*', 'git fetch')).toBe(true);
    expect(allows('git:*', 'git -c core.sshCommand=x fetch')).toBe(false);
    expect(allows('git fetch:*', 'git -C . fetch')).toBe(true);
    expect(allows('git fetch:*', 'git -C /etc fetch')).toBe(false);
    expect(allows('git fetch:*', 'git --no-pager fetch')).toBe(true);
  });
});
