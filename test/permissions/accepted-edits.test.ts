/** Where edits are accepted, commands write in the project and nowhere else, and not what decides what runs. */
import {mkdirSync, symlinkSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, it} from 'vitest';
import {createProject, open, rules, running, verdictOf} from './scene.js';

function verdict(command: string, allow: readonly string[] = []) {
  const project = createProject();
  for (const name of ['a', 'x', 'src/a.ts', 'brought/.claude/settings.json', 'brought/f', 'deep/in/.npmrc'])
    project.put(name);
  mkdirSync(project.path('.git'));
  mkdirSync(join(project.home, 'd'));
  symlinkSync(project.home, project.path('out'));
  symlinkSync('.git', project.path('g'));
  const scene = open({mode: 'acceptEdits', settings: {rules: rules(project, {allow})}}, project);
  return verdictOf(scene, running(command, project.root));
}

describe('what is written while edits are accepted', () => {
  it.each([
    'cp a src/b',
    'cp -r src dist',
    'mv src dist',
    'cp -r deep/../src dist',
    'cp a{,.bak}',
    'sed -i.bak s/a/b/ a',
    'tee b c < a',
    'mkdir -p b/c && touch b/c/d',
    'cat > src/*.ts',
    '> b',
    'rm a',
  ])('runs unasked in the project: %s', async command => {
    expect(await verdict(command)).toBe('allow');
  });

  it.each([
    'cp a out/x',
    'cp a out',
    'cp -t out a',
    'tee out/x < a',
    'mkdir -p a/../../b',
    'touch out/../x',
    'sed -i s/a/b/ out/x',
    "sed -i'../../x*' s/a/b/ a",
    'sed -ni/tmp/* s/a/b/ a',
    'sed --in-place=/tmp/* s/a/b/ a',
    'mv out y && echo a > y/b',
    'cp -P out y; echo a > y/b',
    'cd out && echo x > y',
    'cat > src/$X',
    'cat > $(echo a)',
    '{ echo; } > ../c',
    'exec 3> ../c',
  ])('is asked about where it leads out of it, or may: %s', async command => {
    expect(await verdict(command)).toBe('ask');
  });

  it.each([
    'cp a g/hooks/x',
    'echo x > .GIT/config',
    'echo x > .yarnrc.yml',
    'echo x > .cursor/mcp.json',
    'mv brought/.claude .',
    'mv brought .claude',
    'cp -r brought/. .',
    'cp -rT brought .',
    'cp -a brought/./ ./',
    'cp -r brought/.c* .',
    'cp -r brought b',
    'mv brought b',
    'cp -r deep b',
    'mv g y; echo a > y/config',
    '(cd g/..; echo x > .git/config)',
  ])('is asked about where it decides what runs, also in a folder that is copied: %s', async command => {
    expect(await verdict(command)).toBe('ask');
    expect(await verdict(command, ['Bash(cp:*)', 'Bash(mv:*)', 'Bash(echo:*)'])).toBe('ask');
  });

  it.each(["sed -i'../../x*' s/a/b/ a", 'sed -ni/tmp/* s/a/b/ a', 'sed --in-place=/tmp/* s/a/b/ a'])(
    'is asked about outside although a rule allows the command: %s',
    async command => {
      expect(await verdict(command, ['Bash(sed:*)'])).toBe('ask');
    },
  );
});
