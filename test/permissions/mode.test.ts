import {describe, expect, it} from 'vitest';
import type {PermissionMode} from '../../src/core/question.js';
import {call, createProject, open, reading, rules, running, type Scene, verdictOf, writing} from './scene.js';

/** An edit, a command that changes something, one that only reads, a read, a read elsewhere, and a rule’s question. */
async function verdicts(scene: Scene, mode: PermissionMode | null = null): Promise<readonly string[]> {
  const {root} = scene.project;
  const all = [
    writing(`${root}/a.ts`, 'Edit', {mode}),
    running('npm test', root, {mode}),
    running('git status', root, {mode}),
    reading(`${root}/a.ts`, 'Read', {mode}),
    reading('/etc/hosts', 'Read', {mode}),
    running('git push', root, {mode}),
    running('rm -rf /', root, {mode}),
  ];
  return Promise.all(all.map(request => verdictOf(scene, request)));
}

function inMode(mode: PermissionMode): Scene {
  const project = createProject();
  const settings = {rules: rules(project, {deny: ['Bash(rm:*)'], ask: ['Bash(git push:*)']})};
  return open({mode, settings}, project);
}

const table = {
  default: ['ask', 'ask', 'allow', 'allow', 'ask', 'ask', 'deny'],
  acceptEdits: ['allow', 'ask', 'allow', 'allow', 'ask', 'ask', 'deny'],
  plan: ['deny', 'deny', 'allow', 'allow', 'ask', 'deny', 'deny'],
  dontAsk: ['ask', 'ask', 'allow', 'allow', 'ask', 'ask', 'deny'],
  bypassPermissions: ['allow', 'allow', 'allow', 'allow', 'allow', 'ask', 'deny'],
} as const satisfies Readonly<Record<PermissionMode, readonly string[]>>;

describe('a mode', () => {
  it.each(Object.entries(table))('%s decides what no rule does', async (mode, expected) => {
    expect(await verdicts(inMode(mode as PermissionMode))).toEqual(expected);
  });

  it('bypassPermissions decides of a command at once where no rule restrains, also one that comes to restrain later', async () => {
    const scene = open({mode: 'bypassPermissions'});
    const command = running('rm -rf build', scene.project.root);
    expect(scene.decide(command)).toEqual({verdict: 'allow'});
    await scene.rules.add('deny', 'Bash(rm:*)', 'session');
    expect(await verdictOf(scene, command)).toBe('deny');
    expect(await verdictOf(open({mode: 'bypassPermissions'}), {...command, mode: 'plan'})).toBe('deny');
  });

  it('dontAsk refuses what would be asked, and says which rule would allow it', async () => {
    const scene = inMode('dontAsk');
    expect(await scene.decide(running('npm test', scene.project.root))).toMatchObject({
      verdict: 'ask',
      refusal: {message: expect.stringMatching(/dontAsk lets nothing be asked.*--allowedTools "Bash\(npm test/)},
    });
  });

  it('of an agent’s type binds it further, whatever the session’s is', async () => {
    expect(await verdicts(inMode('bypassPermissions'), 'plan')).toEqual(table.plan);
    expect(await verdicts(inMode('acceptEdits'), 'default')).toEqual(table.default);
  });

  it('of an agent’s type frees it only where the person chose none, and bypasses only where that may be', async () => {
    expect(await verdicts(inMode('default'), 'acceptEdits')).toEqual(table.acceptEdits);
    expect(await verdicts(inMode('plan'), 'bypassPermissions')).toEqual(table.plan);
    expect(await verdicts(inMode('dontAsk'), 'acceptEdits')).toEqual(table.dontAsk);
    const project = createProject();
    const bound = open({settings: {mayBypass: false}}, project);
    expect(await verdictOf(bound, running('npm test', project.root, {mode: 'bypassPermissions'}))).toBe('ask');
  });

  it('changes between two decisions, is told once, and answers what waits', async () => {
    const scene = inMode('default');
    const request = writing(scene.project.path('a'));
    await scene.decide(request);
    const answer = scene.ask(request, new AbortController().signal);
    scene.mode.set('acceptEdits');
    scene.mode.set('acceptEdits');
    expect(await answer).toEqual({verdict: 'allow'});
    expect(scene.told).toEqual([{type: 'mode_changed', mode: 'acceptEdits'}]);
    expect(await verdicts(scene)).toEqual(table.acceptEdits);
  });

  it('that may not be used is refused: when it is set, and at the start', () => {
    const scene = open({settings: {mayBypass: false}});
    expect(() => scene.mode.set('bypassPermissions')).toThrow(/disableBypassPermissionsMode/);
    expect(() => open({mode: 'bypassPermissions', settings: {mayBypass: false}})).toThrow(/forbid/);
    expect(() => scene.mode.set('yolo' as PermissionMode)).toThrow(/The modes are: plan, dontAsk, default/);
    expect(scene.mode.get()).toBe('default');
  });

  it('to step through is bypassPermissions or dontAsk only where the session began with it', () => {
    expect(open().mode.cycle).toEqual(['default', 'acceptEdits', 'plan']);
    expect(open({mode: 'bypassPermissions'}).mode.cycle).toEqual([
      'default',
      'acceptEdits',
      'plan',
      'bypassPermissions',
    ]);
    expect(open({settings: {mode: 'plan'}}).mode.get()).toBe('plan');
    expect(open({settings: {mode: 'plan'}, mode: 'default'}).mode.get()).toBe('default');
  });
});

describe('in plan mode', () => {
  it('no rule lets something run that may change something: neither a command, nor a file, nor another tool', async () => {
    const scene = open({
      mode: 'plan',
      allowed: ['Bash', 'Edit', 'Deploy', 'mcp__files'],
      tools: [{name: 'Bash'}, {name: 'Edit'}, {name: 'Deploy'}],
    });
    const {root} = scene.project;
    for (const command of [
      'npm test',
      'echo x > a',
      'git commit -m x',
      'sed -i s/a/b/ x',
      'cat $(touch x)',
      'node -e 1',
    ]) {
      expect([command, await verdictOf(scene, running(command, root))]).toEqual([command, 'deny']);
    }
    expect(await verdictOf(scene, call('Deploy'))).toBe('deny');
    expect(await verdictOf(scene, call('mcp__files__write'))).toBe('deny');
    expect(await verdictOf(scene, running('git log | head', root))).toBe('allow');
    expect(await verdictOf(scene, call('Agent', [{type: 'agent', kind: 'explore'}]))).toBe('allow');
    expect(await verdictOf(scene, call('SendMessage'))).toBe('allow');
  });

  it('a plan is presented by the root, to a person, and by nobody else', async () => {
    const plan = (more = {}) => call('ExitPlanMode', [], more);
    expect(await open({mode: 'plan', allowed: ['ExitPlanMode']}).decide(plan())).toMatchObject({
      verdict: 'ask',
      isDemanded: true,
      modes: ['default', 'acceptEdits'],
    });
    const lineage = ['main', 'one'];
    expect(await verdictOf(open({mode: 'plan'}), plan({agentId: 'one', lineage}))).toBe('deny');
    expect(await verdictOf(open(), plan())).toBe('deny');
    expect(await verdictOf(open({mode: 'plan', asker: 'nobody'}), plan())).toBe('deny');
    expect(await verdictOf(open({mode: 'plan', disallowed: ['ExitPlanMode']}), plan())).toBe('deny');
  });

  it.each([
    [undefined, 'default'],
    ['acceptEdits', 'acceptEdits'],
    ['bypassPermissions', 'default'],
  ] as const)('a plan that is approved with the mode %s goes on in %s', async (mode, expected) => {
    const scene = open({mode: 'plan'});
    const request = call('ExitPlanMode');
    await scene.decide(request);
    const answer = scene.ask(request, new AbortController().signal);
    scene.answer(request.callId, {verdict: 'allow', ...(mode && {mode})});
    expect(await answer).toMatchObject({verdict: 'allow'});
    expect(scene.mode.get()).toBe(expected);
  });

  it('a plan that is refused leaves the mode as it is', async () => {
    const scene = open({mode: 'plan'});
    const request = call('ExitPlanMode');
    await scene.decide(request);
    const answer = scene.ask(request, new AbortController().signal);
    scene.answer(request.callId, {verdict: 'deny', message: 'first the tests'});
    expect(await answer).toEqual({verdict: 'deny', message: 'first the tests'});
    expect(scene.mode.get()).toBe('plan');
  });
});
