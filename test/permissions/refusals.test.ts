import {describe, expect, it} from 'vitest';
import {call, createProject, open, rules, running, writing} from './scene.js';

describe('a refusal says to the person, in one line,', () => {
  const here = () => {
    const project = createProject();
    const settings = {rules: rules(project, {deny: ['Bash(rm:*)', 'Edit(src/**)'], ask: ['Bash(git push:*)']})};
    return {project, settings, root: project.root};
  };

  it('which rule forbids the call', async () => {
    const {project, settings, root} = here();
    const scene = open({settings}, project);
    expect(await scene.decide(running('ls; /bin/rm -rf x', root))).toMatchObject({
      verdict: 'deny',
      summary: 'a rule denies it: Bash(rm:*)',
      message: expect.stringMatching(/^This is not allowed: a rule denies it: Bash\(rm:\*\)\. Nothing was done\./),
    });
    expect(await scene.decide(writing(`${root}/src/a.ts`))).toMatchObject({
      summary: 'the rule Edit(src/**) forbids it',
    });
  });

  it('that it is plan mode, whoever calls', async () => {
    const {project, settings, root} = here();
    const scene = open({settings, mode: 'plan'}, project);
    expect(await scene.decide(running('npm test', root))).toMatchObject({
      verdict: 'deny',
      summary: 'plan mode: nothing that may change something runs',
    });
    const denied = open({settings: {rules: rules(project, {deny: ['ExitPlanMode']})}, mode: 'plan'}, project);
    expect(await denied.decide(call('ExitPlanMode'))).toMatchObject({
      verdict: 'deny',
      summary: 'the rule ExitPlanMode forbids it',
    });
  });

  it('that nothing is asked, by the mode or because nobody is there, and what it would have been asked for', async () => {
    const {project, settings, root} = here();
    const [push, build] = [running('git push origin', root), running('npm run build', root)];
    const summary = async (scene: ReturnType<typeof open>, request: typeof push): Promise<string | undefined> => {
      const decision = await scene.decide(request);
      return decision.verdict === 'ask' ? decision.refusal?.summary : undefined;
    };
    const strict = open({settings, mode: 'dontAsk'}, project);
    const refuses = 'dontAsk mode refuses what would be asked';
    expect(await summary(strict, push)).toBe(`${refuses}: a rule asks: Bash(git push:*)`);
    expect(await summary(strict, build)).toBe(`${refuses}: no rule allows it`);
    expect(await summary(open({settings, asker: 'nobody'}, project), build)).toBe(
      'nobody can be asked: no rule allows it',
    );
    expect(await open({settings}, project).decide(call('ExitPlanMode'))).toMatchObject({
      summary: 'plan mode is not on',
    });
  });

  it('and a question names the rule that wants it asked', async () => {
    const {project, settings, root} = here();
    const scene = open({settings}, project);
    expect(await scene.decide(running('git push origin', root))).toMatchObject({
      verdict: 'ask',
      reason: 'a rule asks: Bash(git push:*)',
    });
  });
});
