/** The judgement of shell commands: what one of those that models write all day costs, in the process, warmed up. */
import {type Row, repeat, rounds} from '../bench.js';
import {milliseconds} from '../figure.js';

const commands = [
  'ls -la src',
  'git status --short && git diff --stat',
  'cd /work/project && npm run test -- --watch=false 2>&1 | tail -n 40',
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
      cwd: '/work/project',
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
    return [{name: 'policy.command', work, unit: {...milliseconds, digits: 3}, samples, limit: {value: 0.1}}];
  },
};
