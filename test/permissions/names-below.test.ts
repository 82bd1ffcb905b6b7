/** Names of files that one command hands to another through xargs: they stay in the project, or it asks. */
import {mkdirSync, symlinkSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, it} from 'vitest';
import {createProject, open, type Project, rules, running, verdictOf} from './scene.js';

function verdict(command: string, prepare: (project: Project) => void = () => undefined, deny: readonly string[] = []) {
  const project = createProject();
  for (const name of ['src/a.ts', 'src/deep/b.ts', 'README.md', '.env']) project.put(name);
  prepare(project);
  return verdictOf(open({settings: {rules: rules(project, {deny})}}, project), running(command, project.root));
}

const listed = "find . -name '*.ts' | xargs grep -l foo";
const ended = "find . -name '*.ts' -print0 | xargs -0 grep -l foo";

describe('files that are listed for xargs', () => {
  it('are read unasked where all of them lie in the project', async () => {
    expect([await verdict(listed), await verdict(ended), await verdict('rg -l foo src | xargs cat')]).toEqual([
      'allow',
      'allow',
      'allow',
    ]);
  });

  it.each(['src/a /etc/x.ts', "src/it's.ts", 'src/a"b.ts', 'src/a\\b.ts', '-f.ts', 'src/a\n/etc/x.ts'])(
    'are asked about where a name would be cut into others or be an option: %j',
    async name => {
      const prepare = (project: Project) => void project.put(name);
      expect(await verdict(listed, prepare)).toBe('ask');
      expect(await verdict(ended, prepare)).toBe('allow');
    },
  );

  it('are asked about where a link leads out, however they are told apart', async () => {
    const prepare = (project: Project) => {
      writeFileSync(join(project.home, 'x.ts'), '');
      symlinkSync(join(project.home, 'x.ts'), project.path('src/x.ts'));
    };
    expect([await verdict(listed, prepare), await verdict(ended, prepare)]).toEqual(['ask', 'ask']);
  });

  it('are read unasked through links within', async () => {
    expect(await verdict(listed, project => symlinkSync('a.ts', project.path('src/x.ts')))).toBe('allow');
  });

  it('are asked about where there are too many to look at', async () => {
    const prepare = (project: Project) => {
      mkdirSync(project.path('many'));
      for (let at = 0; at < 20_001; at += 1) writeFileSync(project.path(`many/${at}`), '');
    };
    expect(await verdict(listed, prepare)).toBe('ask');
  });

  it.each([
    "touch 'src/x .env'; find src | xargs cat",
    "echo > 'src/x .env'; find src | xargs cat",
    "mkdir -p 'src/x /etc'; find src | xargs cat",
    "for i in 1 2; do find src | xargs cat; touch 'src/x .env'; done",
    "touch 'src/x .env' & find src | xargs cat",
  ])('are asked about where the line itself may add to them: %s', async command => {
    const project = createProject();
    for (const name of ['src/a.ts', '.env']) project.put(name);
    const settings = {rules: rules(project, {deny: ['Read(.env)']})};
    const scene = open({mode: 'acceptEdits', settings}, project);
    expect(await verdictOf(scene, running(command, project.root))).not.toBe('allow');
    expect(await verdictOf(scene, running('find src 2>/dev/null | xargs cat', project.root))).toBe('allow');
  });

  it('are asked about where one may not be read, and its contents would be shown', async () => {
    const deny = ['Read(.env)'];
    expect(await verdict('find . -type f | xargs cat', undefined, deny)).toBe('ask');
    expect(await verdict('find . -type f | xargs ls -l', undefined, deny)).toBe('allow');
    expect(await verdict(listed, undefined, deny)).toBe('allow');
  });
});
