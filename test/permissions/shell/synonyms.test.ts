/** A rule that forbids a subcommand forbids it by each of its names; one that allows it means what it says. */
import {describe, expect, it} from 'vitest';
import {judgeCommand} from '../../../src/permissions/shell/judge.js';
import {fixedContext} from './fixed.js';

const verdict = (
  command: string,
  rules: {deny?: readonly string[]; ask?: readonly string[]; allow?: readonly string[]},
) => judgeCommand(command, {...fixedContext, rules: {deny: [], ask: [], allow: [], ...rules}}).verdict;

describe('another name of a subcommand', () => {
  it.each([
    ['npm publish:*', 'npm publ'],
    ['npm publish', 'npm pub'],
    ['npm publish:*', 'npm --loglevel error publ --tag x'],
    ['npm install:*', 'npm i left-pad'],
    ['npm install *', 'npm add left-pad'],
    ['npm uninstall:*', 'npm rm left-pad'],
    ['npm ci', 'npm clean-install'],
    ['pnpm remove:*', 'pnpm rm left-pad'],
    ['docker rm:*', 'docker container rm -f web'],
    ['docker rm:*', 'docker --host tcp://h container rm web'],
    ['docker rmi:*', 'docker image rm web'],
    ['docker push:*', 'docker image push web'],
    ['docker run *', 'podman x; docker container run web'],
    ['cargo publish:*', 'cargo +nightly publish'],
  ])('is forbidden and asked about by %s: %s', (rule, command) => {
    expect(verdict(command, {deny: [rule], allow: ['*']})).toBe('deny');
    expect(verdict(command, {ask: [rule], allow: ['*']})).toBe('ask');
    expect(verdict(command, {allow: [rule]})).toBe('ask');
  });

  it.each([
    ['npm publish:*', 'npm run publ'],
    ['npm install:*', 'npm test i'],
    ['docker rm:*', 'docker volume rm x'],
    ['docker rm:*', 'docker run container rm'],
    ['docker rmi:*', 'docker image ls'],
    ['cargo publish:*', 'cargo build publish'],
  ])('is not meant by %s: %s', (rule, command) => {
    expect(verdict(command, {deny: [rule], allow: ['*']})).not.toBe('deny');
  });
});
