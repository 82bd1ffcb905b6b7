import {getEventListeners} from 'node:events';
import {setTimeout as delay} from 'node:timers/promises';
import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {Interrupted} from '../../src/core/errors.js';
import type {Decision, PermissionRequest, Verdict} from '../../src/core/policy.js';
import {below, call, createProject, open, reading, rules, running, type Scene, verdictOf, writing} from './scene.js';

const never = new AbortController().signal;

/** Decides, and asks if it has to. */
async function asked(
  scene: Scene,
  request: PermissionRequest,
): Promise<{answer: Promise<Verdict>; question: Decision}> {
  const question = await scene.decide(request);
  expect(question.verdict).toBe('ask');
  return {question, answer: scene.ask(request, never)};
}

const offersOf = (decision: Decision) => (decision.verdict === 'ask' ? (decision.offers ?? []) : []);

describe('a question', () => {
  it('waits for its answer and is then gone', async () => {
    const scene = open();
    const request = writing(scene.project.path('a'));
    const {answer} = await asked(scene, request);
    expect(scene.pending()).toEqual([request]);
    expect(scene.answer(request.callId, {verdict: 'deny', message: 'not now'})).toBe(true);
    expect(scene.answer(request.callId, {verdict: 'allow'})).toBe(false);
    expect(await answer).toEqual({verdict: 'deny', message: 'not now'});
    expect(scene.pending()).toEqual([]);
  });

  it.each([
    {verdict: 'maybe'},
    {verdict: 'Deny'},
    {verdict: 'ALLOW'},
    {verdict: true},
    {},
    [],
    'allow',
    true,
    null,
    undefined,
    {verdict: 'allow', reach: 'galaxy'},
    {verdict: 'allow', mode: 'bypass'},
    {verdict: 'deny', message: 7},
  ])('takes nothing for an answer that is none, and waits on: %j', async garbage => {
    const scene = open();
    const request = writing(scene.project.path('a'));
    const {answer} = await asked(scene, request);
    expect(() => scene.answer(request.callId, garbage as Verdict)).toThrow(TypeError);
    expect(scene.pending()).toEqual([request]);
    expect(scene.answer(request.callId, {verdict: 'deny'})).toBe(true);
    expect(await answer).toEqual({verdict: 'deny'});
  });

  it('is taken back when its call is interrupted, and leaves no listener', async () => {
    const scene = open();
    const controller = new AbortController();
    const request = writing(scene.project.path('a'));
    const waiting = scene.ask(request, controller.signal);
    controller.abort();
    await expect(waiting).rejects.toBeInstanceOf(Interrupted);
    expect(scene.pending()).toEqual([]);
    expect(scene.answer(request.callId, {verdict: 'allow'})).toBe(false);
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
    await expect(scene.ask(request, controller.signal)).rejects.toBeInstanceOf(Interrupted);
  });

  it('of two calls with the same id the older is answered first', async () => {
    const scene = open();
    const [one, two] = ['Edit', 'Deploy'].map(tool => call(tool, [], {callId: 'same'}));
    const answers = [one, two].map(request => scene.ask(request as PermissionRequest, never));
    scene.answer('same', {verdict: 'allow'});
    expect(scene.pending()).toEqual([two]);
    scene.answer('same', {verdict: 'deny', message: 'no'});
    expect(await Promise.all(answers)).toEqual([{verdict: 'allow'}, {verdict: 'deny', message: 'no'}]);
  });
});

describe('many questions at once', () => {
  it('of seven agents within 50 ms are each answered by their own word, in whatever order', async () => {
    const orders = fc.tuple(
      fc.shuffledSubarray([0, 1, 2, 3, 4, 5, 6], {minLength: 7}),
      fc.array(fc.nat({max: 7}), {minLength: 7, maxLength: 7}),
      fc.array(fc.boolean(), {minLength: 7, maxLength: 7}),
    );
    await fc.assert(
      fc.asyncProperty(orders, async ([order, delays, words]) => {
        const scene = open();
        const requests = order.map((_, at) => writing(scene.project.path(`file-${at}`), 'Edit', below(`agent-${at}`)));
        const answers = requests.map(async (request, at) => {
          await delay(delays[at] ?? 0);
          return (await asked(scene, request)).answer;
        });
        // Answered as they come, or later: those that are not there yet are not lost.
        const left = new Set(order);
        while (left.size > 0) {
          for (const at of left) {
            const verdict: Verdict = words[at] ? {verdict: 'allow'} : {verdict: 'deny', message: `no ${at}`};
            if (scene.answer(requests[at]?.callId ?? '', verdict)) left.delete(at);
          }
          await delay(1);
        }
        expect(await Promise.all(answers)).toEqual(
          words.map((word, at) => (word ? {verdict: 'allow'} : {verdict: 'deny', message: `no ${at}`})),
        );
        expect(scene.pending()).toEqual([]);
      }),
      {numRuns: 30},
    );
  });

  it('none is answered by time: an unanswered one waits, and is no refusal', async () => {
    const scene = open();
    const [first, second] = ['a', 'b'].map(name => writing(scene.project.path(name)));
    const one = scene.ask(first as PermissionRequest, never);
    const two = scene.ask(second as PermissionRequest, never);
    scene.answer(second?.callId ?? '', {verdict: 'deny'});
    expect(await two).toEqual({verdict: 'deny'});
    let isSettled = false;
    void one.then(() => {
      isSettled = true;
    });
    await delay(0);
    expect([isSettled, scene.pending()]).toEqual([false, [first]]);
  });
});

describe('an answer that counts for more than its call', () => {
  it('is offered with the rule that it would make: that call and nothing wider', async () => {
    const scene = open();
    const {project} = scene;
    const rulesOf = async (request: PermissionRequest) => offersOf(await scene.decide(request))[0]?.rules;
    expect(await rulesOf(writing(project.path('src/a.ts')))).toEqual(['Edit(/src/a.ts)']);
    expect(await rulesOf(writing(project.path('src/a[1] (b).ts')))).toEqual(['Edit(/src/a\\[1\\] \\(b\\).ts)']);
    expect(await rulesOf(reading('/etc/hosts'))).toEqual(['Read(//etc/hosts)']);
    expect(await rulesOf(reading(`${project.home}/notes/x`))).toEqual(['Read(~/notes/x)']);
    expect(await rulesOf(call('mcp__files__read'))).toEqual(['mcp__files__read']);
    expect(await rulesOf(call('WebFetch', [{type: 'domain', domain: 'example.com'}], {effect: 'reads'}))).toEqual([
      'WebFetch(domain:example.com)',
    ]);
    expect(await rulesOf(running('cat /etc/hosts', project.root))).toEqual(['Read(//etc/hosts)']);
    const [build = ''] = (await rulesOf(running('npm run build', project.root))) ?? [];
    expect(build).toMatch(/^Bash\(npm run build/);
  });

  it('is offered for session and project, and by an agent below the root first for its own subtree', async () => {
    const scene = open();
    const reaches = async (request: PermissionRequest) => offersOf(await scene.decide(request)).map(({reach}) => reach);
    expect(await reaches(writing(scene.project.path('a')))).toEqual(['session', 'project']);
    expect(await reaches(writing(scene.project.path('a'), 'Edit', below('one', 'two')))).toEqual([
      'subtree',
      'session',
      'project',
    ]);
  });

  it('is not offered where it could not help, would not be seen for what it is, or would free the settings', async () => {
    const project = createProject();
    const scene = open({settings: {rules: rules(project, {ask: ['Edit(api/**)']})}}, project);
    for (const name of ['api/a', 'a\nb', 'a\u202eb', '.agent/settings.json', '.claude/settings.local.json']) {
      expect([name, offersOf(await scene.decide(writing(project.path(name))))]).toEqual([name, []]);
    }
  });

  it('an offer always covers the call that it was made for, and asks no more', async () => {
    const name = fc.string({unit: 'grapheme', minLength: 1, maxLength: 8}).filter(text => !/^\.{1,2}$|[/]/.test(text));
    const names = fc.array(name, {minLength: 1, maxLength: 3});
    const scene = open();
    await fc.assert(
      fc.asyncProperty(names, fc.boolean(), async (parts, isInside) => {
        const path = `${isInside ? scene.project.root : scene.project.outside}/${parts.join('/')}`;
        const request = isInside ? writing(path) : reading(path);
        const decision = await scene.decide(request);
        const [offer] = offersOf(decision);
        if (!offer) return;
        const allowing = open({settings: {rules: rules(scene.project, {allow: offer.rules})}}, scene.project);
        expect(await verdictOf(allowing, request)).toBe('allow');
        expect(
          await verdictOf(allowing, {...request, subjects: [{type: 'path', access: 'write', path: `${path}x`}]}),
        ).toBe('ask');
      }),
    );
  });

  it('lets the like run unasked from then on: everywhere, or below the agent that asked', async () => {
    const scene = open();
    const path = scene.project.path('a');
    const mine = writing(path, 'Edit', below('one'));
    const {answer} = await asked(scene, mine);
    scene.answer(mine.callId, {verdict: 'allow', reach: 'subtree'});
    expect(await answer).toMatchObject({verdict: 'allow'});
    expect(await verdictOf(scene, writing(path, 'Write', below('one')))).toBe('allow');
    expect(await verdictOf(scene, writing(path, 'Edit', below('one', 'deeper')))).toBe('allow');
    expect(await verdictOf(scene, writing(path, 'Edit', below('two')))).toBe('ask');
    expect(await verdictOf(scene, writing(path))).toBe('ask');
    const roots = writing(path);
    await asked(scene, roots);
    scene.answer(roots.callId, {verdict: 'allow', reach: 'session'});
    expect(await verdictOf(scene, writing(path, 'Edit', below('two')))).toBe('allow');
    expect(await verdictOf(scene, writing(`${path}b`))).toBe('ask');
  });

  it('answers the other questions that it covers, and no others', async () => {
    const scene = open();
    const [path, other] = [scene.project.path('a'), scene.project.path('b')];
    const requests = [
      writing(path),
      writing(path, 'Write', below('one')),
      writing(other, 'Edit', below('one')),
      writing(path, 'Edit', below('two')),
    ];
    const questions = await Promise.all(requests.map(request => asked(scene, request)));
    scene.answer(requests[0]?.callId ?? '', {verdict: 'allow', reach: 'session'});
    expect(await Promise.all([0, 1, 3].map(at => questions[at]?.answer))).toEqual([
      {verdict: 'allow', reach: 'session'},
      {verdict: 'allow'},
      {verdict: 'allow'},
    ]);
    expect(scene.pending()).toEqual([requests[2]]);
  });

  it('answers no question that only a hook wanted', async () => {
    const scene = open();
    const path = scene.project.path('a');
    await scene.rules.add('allow', 'Bash(ls)', 'session');
    const hooked = running('ls', scene.project.root);
    expect(await verdictOf(scene, hooked)).toBe('allow');
    void scene.ask(hooked, never);
    const mine = writing(path);
    await asked(scene, mine);
    scene.answer(mine.callId, {verdict: 'allow', reach: 'session'});
    expect(scene.pending()).toEqual([hooked]);
  });

  it('with a reach that was not offered counts for its call alone', async () => {
    const scene = open();
    const request = writing(scene.project.path('a'));
    await asked(scene, request);
    scene.answer(request.callId, {verdict: 'allow', reach: 'subtree'});
    expect(scene.rules.list()).toEqual([]);
  });
});
