/** The judgement of shell commands: what one of those that models write all day costs, in the process, warmed up. */
import {join} from 'node:path';
import type {PermissionRequest} from '../../src/core/policy.js';
import {type Bench, type Row, repeat, rounds} from '../bench.js';
import {milliseconds, type Sample} from '../figure.js';

const commands = [
  'ls -la src',
  'git status --short && git diff --stat',
  'cd /home/me/project && npm run test -- --watch=false 2>&1 | tail -n 40',
  'grep -rn "createSession" src test --include=*.ts | head -20',
  'for file in a.ts b.ts; do wc -l "$file"; done',
  "find . -name '*.ts' -not -path './node_modules/*' -exec grep -l session {} +",
  'git add -A && git commit -m "Say what changed" && git log --oneline | head -3',
  "sed -n '10,40p' src/core/query.ts",
  'timeout 60 npx vitest run test/core --reporter=dot',
  'echo "$(git rev-parse --short HEAD) $(date +%s)" > .stamp',
];

const calls = 2_000;

export const policyRow: Row = {
  name: 'policy',
  async measure(bench) {
    // The parser comes with it, as in the program: when the first command is to be judged.
    const {judgeCommand} = await import('../../src/permissions/shell/judge.js');
    const fine = {verdict: 'allow', rule: null, reason: 'in the project'} as const;
    const context = {
      cwd: '/home/me/project',
      home: '/home/me',
      rules: {deny: ['rm:*', 'git push *'], ask: ['docker *'], allow: ['npm run test:*', 'git add *', 'git commit *']},
      path: () => fine,
      variable: () => undefined,
    };
    const judgeAll = (times: number): void => {
      for (let call = 0; call < times; call += 1) judgeCommand(commands[call % commands.length] ?? '', context);
    };
    judgeAll(calls);
    const samples = await repeat(rounds(bench, 9), async () => {
      const start = performance.now();
      judgeAll(calls);
      return {value: (performance.now() - start) / calls};
    });
    const work = 'a shell command judged: parsed, rules and tables applied, paths for free';
    const unit = {...milliseconds, digits: 3};
    const whole = 'a call decided that needs no question, by twenty rules, links followed on the disk';
    return [
      {name: 'policy.command', work, unit, samples, limit: {value: 0.1}},
      {name: 'policy.call', work: whole, unit, samples: await decisions(bench), limit: {value: 0.1}},
    ];
  },
};

const topics = ['Edit(/dist/**)', 'Read(.env)', 'Read(~/.ssh/**)', 'Edit(*.lock)', 'WebFetch(domain:example.com)'];

/** Calls of a day, commands and files that are there, decided as in a session. */
async function decisions(bench: Bench): Promise<readonly Sample[]> {
  const {createJudge} = await import('../../src/permissions/judge.js');
  const {builtInFacts, freeTools} = await import('../../src/tools/facts.js');
  const cwd = process.cwd();
  const rules = ['deny', 'ask', 'allow'].flatMap(list =>
    [...topics, `Bash(${list}-this:*)`, `mcp__${list}`].map(text => ({
      list: list as 'deny' | 'ask' | 'allow',
      text: list === 'deny' ? text : text.replace(/[/*(]+[a-z.~]/, match => `${match}${list}`),
      source: {origin: 'project' as const, path: null, base: cwd},
    })),
  );
  const permissions = createJudge({
    cwd,
    env: {HOME: '/home/me'},
    settings: {rules, mode: null, mayBypass: true, additionalDirectories: []},
    mode: 'acceptEdits',
    allowed: ['Bash(npm run test:*)', 'Bash(git add *)', 'Bash(git commit *)'],
    tools: builtInFacts,
    free: freeTools,
  });
  const who = {agentId: 'main', kind: 'main', lineage: ['main'], mode: null, callId: 'call', title: '', input: {}};
  const requests = commands.flatMap((command, at): readonly PermissionRequest[] => [
    {...who, tool: 'Bash', effect: 'changes', subjects: [{type: 'command', command, cwd}]},
    at % 2 === 0
      ? {
          ...who,
          tool: 'Read',
          effect: 'reads',
          subjects: [{type: 'path', access: 'read', path: join(cwd, 'src/core/query.ts')}],
        }
      : {
          ...who,
          tool: 'Edit',
          effect: 'changes',
          subjects: [{type: 'path', access: 'write', path: join(cwd, 'src/index.ts')}],
        },
  ]);
  const verdicts = await Promise.all(requests.map(request => permissions.decide(request)));
  // What is asked about waits for a person anyway.
  const unasked = requests.filter((_, at) => verdicts[at]?.verdict === 'allow');
  const decideAll = async (times: number): Promise<void> => {
    for (let call = 0; call < times; call += 1) {
      const request = unasked[call % unasked.length];
      if (request) await permissions.decide(request);
    }
  };
  await decideAll(calls);
  return repeat(rounds(bench, 9), async () => {
    const start = performance.now();
    await decideAll(calls);
    return {value: (performance.now() - start) / calls};
  });
}
