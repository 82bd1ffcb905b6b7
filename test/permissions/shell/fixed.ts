/**
 * One set of rules and one project, for all tests of shell commands: what the corpus expects is meant under these.
 */
import {resolve} from 'node:path';
import type {CommandContext, CommandRules, PathJudgement} from '../../../src/permissions/shell/types.js';

const rules: CommandRules = {
  deny: ['rm:*', 'git push *', 'denied-a:*', 'denied-b', 'npm publish:*', './deploy.sh:*', 'docker system prune *'],
  ask: ['git commit --amend *', 'npm install:*'],
  allow: [
    'npm run test:*',
    'npm run build',
    'git add *',
    'git commit *',
    'make check',
    'allowed-a:*',
    './scripts/test.sh:*',
    'node scripts/*.js',
    'xargs allowed-c:*',
    'sudo allowed-c',
  ],
};

/** In the project all may be read, and `src/` and `/tmp` written; secrets may not be read, the rest is asked for. */
function path(access: 'read' | 'write', name: string): PathJudgement {
  const real = resolve(name);
  const inProject = real === '/project' || real.startsWith('/project/');
  if (/(?:^|\/)\.env$/.test(real) || real.startsWith('/project/secrets')) {
    return {verdict: 'deny', rule: access === 'read' ? 'Read(./.env)' : 'Edit(./.env)', reason: 'a rule denies it'};
  }
  if (access === 'read') {
    return inProject || real.startsWith('/tmp') || real.startsWith('/usr/share')
      ? {verdict: 'allow', rule: null, reason: 'it is in the project'}
      : {verdict: 'ask', rule: null, reason: 'it is outside the project'};
  }
  return real.startsWith('/project/src/') || real.startsWith('/tmp/')
    ? {verdict: 'allow', rule: 'Edit(src/**)', reason: 'a rule allows it'}
    : {verdict: 'ask', rule: null, reason: 'it would be written'};
}

const folders: Readonly<Record<string, readonly string[]>> = {
  '*.ts': ['a.ts', 'b.ts'],
  '*': ['a.ts', 'b.ts', 'secrets', 'src'],
  '.e*': ['.env'],
  'sec*/key': ['secrets/key'],
  'sr?': ['src'],
  '.en[v]': ['.env'],
  'src/*.ts': ['src/c.ts'],
};

export const fixedContext: CommandContext = {
  cwd: '/project',
  home: '/home/me',
  rules,
  path,
  variable: name => ({HOME: '/home/me', USER: 'me', TARGET: 'src/c.ts'})[name],
  isFolder: folder => /^\/(?:project(?:\/(?:src|secrets))?|tmp|etc)\/?$/.test(resolve(folder)),
  // In `src/` no name has a blank, elsewhere some do.
  namesArePlain: (folder, isCut) => !isCut || resolve(folder) === '/project/src',
  isInside: path => `${resolve(path)}/`.startsWith('/project/'),
  // Below `src/` lies the same repository, save in `src/other`.
  git: folder => ({repository: /^\/project(?:\/(?:\.|src))*$/.test(folder) ? '/project/.git' : null, mayRun: false}),
  glob: (pattern, folder) => (folder === '/project' ? (folders[pattern] ?? []) : undefined),
};

export const withRules = (changed: Partial<CommandRules>): CommandContext => ({
  ...fixedContext,
  rules: {deny: [], ask: [], allow: [], ...changed},
});
