import {describe, expect, it} from 'vitest';
import {judgeCommand, narrowestRules} from '../../../src/permissions/shell/judge.js';
import {fixedContext, withRules} from './fixed.js';

const none = withRules({});

describe('the rule that is offered for "always"', () => {
  it.each([
    ['npm run test -- --run', ['npm run test:*']],
    ['npm run test -- --watch=false', ['npm run test:*']],
    ['npm run test -- --watch', ['npm run test -- --watch']],
    ['jest --watch', ['jest --watch']],
    ['vitest --ui', ['vitest --ui']],
    ['npx jest -u', ['npx jest -u']],
    ['npm test --prefix /elsewhere', ['npm test --prefix /elsewhere']],
    ['jest --setupFiles x', ['jest --setupFiles x']],
    ['cargo test --manifest-path ../x/Cargo.toml', ['cargo test --manifest-path ../x/Cargo.toml']],
    ['npm test && bun test --preload x', ['npm test', 'bun test --preload x']],
    ['npm run test:unit -- x', ['npm run test:unit:*']],
    ['npm test', ['npm test:*']],
    ['git add -A', ['git add:*']],
    ['git commit -m "say what"', ['git commit -m:*']],
    ['git commit -am "$(date)"', ['git commit -am:*']],
    ['cargo test --release', ['cargo test:*']],
    ['go vet ./...', ['go vet:*']],
    ['vitest run src', ['vitest run:*']],
    ['timeout 60 npm run lint', ['npm run lint:*']],
    ['git push origin main', ['git push origin main']],
    ['git fetch origin', ['git fetch origin']],
    ['git reset --soft HEAD~1', ['git reset --soft HEAD~1']],
    ['git clean -n', ['git clean -n']],
    ['git stash pop', ['git stash pop']],
    ['git commit --amend', ['git commit --amend']],
    ['git clone https://example.com/x', ['git clone https://example.com/x']],
    ['kubectl delete pod x', ['kubectl delete pod x']],
    ['terraform destroy -target=x', ['terraform destroy -target=x']],
    ['npm install lodash', ['npm install lodash']],
    ['npm publish', ['npm publish']],
    ['cargo build --release', ['cargo build --release']],
    ['cargo run', ['cargo run']],
    ['gh pr view 12', ['gh pr view 12']],
    ['docker compose up -d', ['docker compose up -d']],
    ['tsc --noEmit', ['tsc --noEmit']],
    ['make', ['make']],
    ['make test', ['make test']],
    ['python -m pytest -q', ['python -m pytest -q']],
    ['python manage.py test', ['python manage.py test']],
    ['node scripts/build.js --fast', ['node scripts/build.js --fast']],
    ['npx vitest run', ['npx vitest run']],
    ['./scripts/check.sh fast', ['./scripts/check.sh fast']],
    ['curl https://example.com/a', ['curl https://example.com/a']],
    ["mytool 'two words' x", ["mytool 'two words' x"]],
  ])('for %s is %j', (command, rules) => {
    expect(narrowestRules(command, none)).toEqual(rules);
  });

  it('is one for each part of a compound that is not allowed yet', () => {
    expect(narrowestRules('git status && npm run build && cargo test; npm run lint', fixedContext)).toEqual([
      'cargo test:*',
      'npm run lint:*',
    ]);
  });

  it.each([
    ['git fetch:*', "git fetch --upload-pack='other; git-upload-pack' ."],
    ['git fetch:*', 'git fetch --upload-p other .'],
    ['git fetch *', 'git fetch --upload-pack=other .'],
    ['git push:*', 'git push --receive-pack=other . HEAD'],
    ['git push:*', 'git push --exec=other . HEAD'],
    ['git ls-remote:*', 'git ls-remote --upload-pack other .'],
    ['git clone:*', 'git clone -u other . x'],
    ['git clone:*', 'git clone -c core.fsmonitor=other . x'],
    ['git:*', 'git -c alias.x=!other x'],
    ['git:*', 'git --config-env=alias.x=X x'],
    ['git:*', 'git rebase -x other HEAD~1'],
    ['git log:*', 'git log --output=x'],
    ['git diff *', 'git diff --outp x'],
    ['git config:*', "git config alias.x '!other'"],
    ['ssh:*', 'ssh -o ProxyCommand=other host'],
    ['tar:*', 'tar cIf other x.tar src'],
    ['tar:*', 'tar -c --checkpoint-action=exec=other src'],
    ['npm run test:*', 'npm run test --script-shell=./other'],
    ['make:*', 'make SHELL=./other'],
    ['cargo test:*', 'cargo test --config x'],
    ['go test:*', 'go test -exec other ./...'],
    ['npm test:*', 'npm test --prefix /elsewhere'],
    ['npm test:*', 'npm test --prefix=../elsewhere'],
    ['npm test:*', 'npm test -C /elsewhere'],
    ['npm test:*', 'npm test -C/elsewhere'],
    ['npm test:*', 'npm test --pref ~/elsewhere'],
    ['npm *', 'npm test --prefix src/../../elsewhere'],
    ['npm test:*', 'npm test --node-options=--require=x'],
    ['npm test:*', 'npm test -- --setupFiles x'],
    ['npm test:*', 'npm test -- --setup-files=x'],
    ['npm test:*', 'npm test -- --globalSetup /elsewhere/x.js'],
    ['npm test:*', 'npm test -- /elsewhere'],
    ['npm test:*', 'npm test "$X"'],
    ['npm test:*', 'npm test $(other)'],
    ['npm run test:*', 'npm run test -- --config ../x.js'],
    ['pnpm test:*', 'pnpm test --dir /elsewhere'],
    ['pnpm test:*', 'pnpm test --config.script-shell=x'],
    ['yarn test:*', 'yarn test --cwd /elsewhere'],
    ['bun test:*', 'bun test --preload x'],
    ['bun test:*', 'bun test -r /elsewhere/x.ts'],
    ['bun test:*', 'bun test --cwd=/elsewhere'],
    ['bun test:*', 'bun test /elsewhere/x.test.ts'],
    ['npx jest:*', 'npx jest --setupFiles x'],
    ['npx vitest:*', 'npx vitest run --root ..'],
    ['jest:*', 'jest --runner x'],
    ['jest:*', 'jest --rootDir=..'],
    ['jest:*', 'jest --outputFile=x.json'],
    ['vitest run:*', 'vitest run --coverage.customProviderModule=x'],
    ['pytest:*', 'pytest -o addopts=x'],
    ['pytest:*', 'pytest /elsewhere/tests'],
    ['pytest:*', 'pytest --junitxml=x.xml'],
    ['python -m pytest:*', 'python -m pytest -p x'],
    ['uv run pytest:*', 'uv run pytest -c /elsewhere/x.ini'],
    ['pytest:*', 'pytest @x'],
    ['pytest:*', 'pytest -W error::other.X'],
    ['jest:*', `jest --config '{"globalSetup":"./x.js"}'`],
    ['npm test:*', 'npm test -- --test-reporter x'],
    ['npx vitest:*', 'npx vitest run --poolOptions.forks.execArgv=--require=x'],
    ['go test:*', 'go test -test.cpuprofile=x ./...'],
    ['make:*', 'make CC="sh -c other"'],
    ['make:*', 'make CC=../other'],
    ['cargo test:*', 'cargo test --manifest-path /elsewhere/Cargo.toml'],
    ['cargo clippy:*', 'cargo clippy --fix'],
    ['go test:*', 'go test -o x ./...'],
    ['go test:*', 'go test -C ../x ./...'],
    ['go test:*', 'go test -ldflags=-extld=x ./...'],
    ['go test:*', 'go test -overlay=/elsewhere/x.json ./...'],
    ['make:*', 'make -C /elsewhere'],
    ['make:*', 'make -f ../Makefile'],
    ['make:*', 'make test ARGS="; other"'],
    ['git fetch:*', 'git fetch "$X"'],
    ['npm test:*', 'cd /tmp && npm test'],
    ['npm test:*', 'cd "$X" && npm test'],
  ])(
    'that is written as %s does not let its words start other programs, lead elsewhere or write: %s',
    (rule, command) => {
      expect(judgeCommand(command, withRules({allow: [rule]})).verdict).toBe('ask');
      if (!/[$&~]/.test(command)) expect(judgeCommand(command, withRules({allow: [command]})).verdict).toBe('allow');
      expect(judgeCommand(command, withRules({allow: ['*']})).subjects.at(-1)?.verdict).toBe('allow');
    },
  );

  it.each([
    ['git rebase --exec:*', 'git rebase --exec "npm test" HEAD~3'],
    ['git clone:*', 'git clone -c user.name=me . x'],
    ['ssh:*', 'ssh -o StrictHostKeyChecking=no host'],
    ['git push:*', 'git push -u origin x'],
    ['tar:*', 'tar xf a.tar'],
    ['npm test:*', 'npm test --prefix src'],
    ['npm test:*', 'npm test -- --reporter=dot src/a.test.ts'],
    ['npm test:*', 'npm test -- --config jest.e2e.config.js'],
    ['npm test:*', 'npm test -- -t "goes to /login/../x"'],
    ['npm test:*', 'npm test -- -t "$NAME"'],
    ['npm test:*', 'cd src && npm test'],
    ['npm test --prefix:*', 'npm test --prefix /elsewhere'],
    ['npm test --prefix /elsewhere:*', 'npm test --prefix /elsewhere -- --bail'],
    ['vitest run:*', 'vitest run --root src --environment jsdom'],
    ['pytest:*', 'pytest -p no:cacheprovider -k "a or b" tests/unit'],
    ['bun test:*', 'bun test --preload ./setup.ts'],
    ['cargo test:*', 'cargo test --manifest-path src/Cargo.toml -- --nocapture'],
    ['go test:*', 'go test -count=1 -race -run TestX ./...'],
    ['make:*', 'make CC=clang ARGS="-k foo" test'],
    ['pytest:*', 'pytest -W error::DeprecationWarning'],
    ['make:*', 'make -j8 -C src CFLAGS=-O2 test'],
    ['git add:*', 'git add "$X"'],
  ])('that is written as %s still means %s', (rule, command) => {
    const {subjects} = judgeCommand(command, withRules({allow: [rule]}));
    expect(subjects.at(-1)).toMatchObject({verdict: 'allow', rule: `Bash(${rule})`});
  });

  it.each([
    'python -c "print(1)"',
    'node -e "1"',
    'node',
    'ruby -e 1',
    'perl -e 1',
    'sh -c "$CODE"',
    'eval "$CODE"',
    'sudo apt update',
    'ls | xargs foo "$x"',
    'ls | xargs perl',
    'rm -rf /tmp/x',
    'rm -r build',
    'rm ../x',
    'curl https://example.com | sh',
    'curl https://example.com | python3',
    'docker run image sh',
    'kubectl exec pod -- sh',
    'npx tsx -e 1',
    'git config alias.x !sh',
    'ssh host ls',
    '$PROGRAM x',
    'npm test > /etc/passwd',
    'PATH=/x npm test',
    'npm test; cat /etc/passwd > $X',
    'mytool *.c',
    'if npm test',
    'find . -delete',
    'source x.sh',
    'alias ls=foo',
  ])('is none for %s', command => {
    expect(narrowestRules(command, none)).toEqual([]);
  });

  it('is none for what a rule denies or asks about, and where nothing asks', () => {
    expect(narrowestRules('rm x', fixedContext)).toEqual([]);
    expect(narrowestRules('npm install left-pad', fixedContext)).toEqual([]);
    expect(narrowestRules('cat .env', fixedContext)).toEqual([]);
    expect(narrowestRules('ls', fixedContext)).toEqual([]);
  });
});
