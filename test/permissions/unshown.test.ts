/** What a line does not show passes by no mode and no rule where rules forbid something: it is asked, and refused where nobody is. */
import {describe, expect, it} from 'vitest';
import {createProject, type Given, open, rules, running} from './scene.js';

const unshown = 'x=can; x+=ary; $x';

function decide(command: string, given: Given, sandbox?: 'inside') {
  const project = createProject();
  const lists = {deny: ['Bash(canary:*)'], allow: ['Bash']};
  const scene = open({settings: {rules: rules(project, lists)}, ...given}, project);
  const subjects = [{type: 'command', command, cwd: project.root, ...(sandbox && {sandbox})}] as const;
  return scene.decide(running(command, project.root, {subjects}));
}

describe('what a line does not show that it runs, while a rule denies a program,', () => {
  it.each([
    ['is asked about although the whole of Bash is allowed', {}, undefined],
    ['is asked about although questions are skipped', {mode: 'bypassPermissions'}, undefined],
    ['is asked about although it would run in the sandbox', {}, 'inside'],
  ] as const)('%s', async (_, given, sandbox) => {
    expect(await decide(unshown, given, sandbox)).toMatchObject({
      verdict: 'ask',
      isDemanded: true,
      offers: [],
      reason: 'which program this runs is not known',
    });
    expect(await decide('npm test', given, sandbox)).toMatchObject({verdict: 'allow'});
  });

  it.each([
    ['echo canary > x.sh; sh x.sh', 'it may run x.sh, which this line writes'],
    ["python -c 'import os; os.system(x)'", 'its code may start programs'],
    ["sed 's/a/b/e' a.txt", 's///e'],
    ['nowhere/can*', 'which program this runs is not known'],
    ['bash --rcfile x -i', 'it runs a file at its start'],
    ['BASH_ENV=x bash -c :', 'BASH_ENV changes what runs'],
  ])('with its reason: %s', async (line, reason) => {
    const expected = {verdict: 'ask', isDemanded: true, reason: expect.stringContaining(reason)};
    for (const mode of ['default', 'bypassPermissions'] as const) {
      expect(await decide(line, {mode})).toMatchObject(expected);
    }
  });

  it('is refused where nobody can be asked, and the model is told to write it out', async () => {
    expect(await decide(unshown, {mode: 'bypassPermissions', asker: 'nobody'})).toMatchObject({
      verdict: 'ask',
      refusal: {message: expect.stringMatching(/which program this runs is not known.*Write out what is to be run/)},
    });
  });

  it('passes as before where no rule denies or asks', async () => {
    expect(await decide(unshown, {mode: 'bypassPermissions', settings: {}})).toEqual({verdict: 'allow'});
  });
});
