/** A link that a line makes is not gone through in the same line unasked: where it leads cannot be found out before. */
import {mkdirSync, symlinkSync} from 'node:fs';
import {describe, expect, it} from 'vitest';
import type {PermissionMode} from '../../src/core/question.js';
import {createProject, open, rules, running} from './scene.js';

function decide(
  command: string,
  {mode = 'acceptEdits', deny = []}: {mode?: PermissionMode; deny?: readonly string[]} = {},
) {
  const project = createProject();
  for (const name of ['.git/hooks/x', 'ro/f.txt', 'a.txt', 'src/a.ts', 'mixed/a.txt']) project.put(name);
  mkdirSync(project.path('empty'));
  for (const [name, target] of [
    ['hk', '.git/hooks'],
    ['rol', 'ro'],
    ['mixed/link', '../ro'],
    ['out', project.home],
  ] as const)
    symlinkSync(target, project.path(name));
  const allow = ['Bash(git checkout:*)', 'Bash(tar:*)', 'Bash(ln:*)', 'Bash(unzip:*)'];
  const scene = open({mode, settings: {rules: rules(project, {deny, allow})}}, project);
  return scene.decide(running(command, project.root));
}

describe('what goes through a link that the same line makes', () => {
  it.each([
    'cp -P hk h2 && echo evil > h2/pre-commit',
    'cp -a rol r5 && echo evil > r5/f.txt',
    'cp -d rol r5; echo evil > r5/f.txt',
    'cp -r mixed m2 && echo evil > m2/link/f.txt',
    'cp -R mixed empty && echo evil > empty/mixed/link/f.txt',
    'cp --no-dereference rol r5 && tee r5/f.txt < a.txt',
    'cp --archive rol r5 && cat r5/f.txt',
    'cp -P out o2 && cat o2/.bashrc',
    'cp -P hk h2 && cd h2 && echo evil > pre-commit',
    'cp -P hk h2 && echo evil > h2/../config',
    'cp -P hk H2 && echo evil > ./src/../h2/pre-commit',
    'mv hk h2 && echo evil > h2/pre-commit',
    'mv -t empty hk; echo evil > empty/hk/pre-commit',
    'ln -s .git/hooks h2 && echo evil > h2/pre-commit',
    'tar xf a.tar && echo evil > src/a.ts',
    'unzip a.zip; echo evil > src/a.ts',
    'git checkout other && echo evil > src/a.ts',
    '(cp -P hk h2); echo evil > h2/x',
    'cp -P hk h2 | echo evil > h2/x',
    'for i in 1 2 3; do echo evil > h2/x; cp -P hk h2; done',
    'f() { echo evil > h2/x; }; cp -P hk h2; f',
    'env cp -P hk h2; echo evil > h2/x',
    'cp -P $X h2; echo evil > h2/x',
  ])('is asked about: %s', async command => {
    expect(await decide(command)).toMatchObject({verdict: 'ask'});
  });

  it('is asked about in every mode where a rule forbids some file, for it may be that one', async () => {
    const line = 'cp -a rol r5 && echo evil > r5/f.txt';
    expect(await decide(line, {mode: 'bypassPermissions', deny: ['Edit(ro/**)']})).toMatchObject({
      verdict: 'ask',
      isDemanded: true,
      reason: expect.stringContaining('Edit(ro/**)'),
    });
    expect(await decide(line, {mode: 'bypassPermissions', deny: ['Bash(rm:*)']})).toMatchObject({verdict: 'allow'});
  });

  it.each([
    'mv a.txt b.txt && cat b.txt',
    'cp a.txt b.txt && echo x >> b.txt',
    'cp -r src lib && echo x > lib/a.ts',
    'cp -P hk h2 && echo x > src/a.ts',
    'cp hk/x y && echo x > y',
    'cp -P hk h2',
    'git checkout other',
  ])('is nothing to ask about where no link is made, or none is gone through: %s', async command => {
    expect(await decide(command)).toMatchObject({verdict: 'allow'});
  });
});
