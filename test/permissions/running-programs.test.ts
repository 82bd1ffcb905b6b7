/** What running programs hold in their environment and memory, keys among it, is shown in no mode and by no rule. */
import {symlinkSync} from 'node:fs';
import {describe, expect, it} from 'vitest';
import {permissionModes} from '../../src/core/question.js';
import {createProject, open, reading, rules, running, verdictOf} from './scene.js';

const allow = ['Bash', 'Bash(cat:*)', 'Bash(python3:*)', 'Bash(ps:*)', 'Read(//**)', 'Read'];

describe.each(permissionModes)('in the mode %s', mode => {
  it.each([
    'cat /proc/self/environ',
    'cat /proc/1/environ | tr "\\0" "\\n"',
    'cat /proc/$PPID/environ',
    'cat "/proc/$$/environ"',
    'cat /proc/*/environ',
    'cat /proc/[0-9]*/environ',
    'cat /p\'\'roc/self/env"iron"',
    'cd /proc/self && cat environ',
    'cat /proc/self/root/proc/self/environ',
    'cat /proc/self/task/1/environ',
    "tr '\\0' '\\n' < /proc/self/environ",
    'strings /proc/self/mem',
    'dd if=/proc/1/mem of=x',
    'python3 -c "print(open(\'/proc/self/environ\').read())"',
    'for p in /proc/1 /proc/2; do cat $p/environ; done',
    'ps auxwwe',
    'ps e -p 1',
    'echo $(</proc/self/environ)',
  ])('is refused: %s', async command => {
    const project = createProject();
    const scene = open({mode, settings: {rules: rules(project, {allow})}}, project);
    expect(await verdictOf(scene, running(command, project.root))).toBe('deny');
    const bare = open({mode}, project);
    expect(await verdictOf(bare, running(command, project.root))).toBe('deny');
  });

  it('is refused to Read, through links as well, and passed over by searches', async () => {
    const project = createProject();
    symlinkSync('/proc/self/environ', project.path('notes'));
    const scene = open({mode, settings: {rules: rules(project, {allow})}}, project);
    for (const path of ['/proc/self/environ', '/proc/1/mem', project.path('notes')])
      expect(await verdictOf(scene, reading(path))).toBe('deny');
    expect([scene.hides?.('/proc/self/environ'), scene.hides?.('/proc/cpuinfo')]).toEqual([true, false]);
  });
});

it('is no reason to refuse what else is told of programs', async () => {
  const project = createProject();
  const scene = open({}, project);
  for (const command of ['ps aux', 'ps -ef', 'ps -eo pid,comm', 'ps -C node', 'ps -o time'])
    expect(await verdictOf(scene, running(command, project.root))).toBe('allow');
  for (const command of ['cat /proc/cpuinfo', 'cat /proc/meminfo'])
    expect(await verdictOf(scene, running(command, project.root))).not.toBe('deny');
});
