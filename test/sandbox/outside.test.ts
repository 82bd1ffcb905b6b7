/** Which commands run outside, and which failures are told as the sandbox's. */
import {describe, expect, it} from 'vitest';
import {explainFailure} from '../../src/sandbox/blocked.js';
import {isExcluded} from '../../src/sandbox/outside.js';

describe('a command that the settings keep out of the sandbox', () => {
  it.each([
    ['docker ps', 'docker', true],
    ['docker', 'docker *', true],
    ['docker  compose   up', 'docker compose *', true],
    ['cd x && docker ps', 'docker:*', true],
    ['ls | docker ps', 'docker *', true],
    ['make test', 'make test', true],
    ['make tests', 'make test', false],
    ['make test all', 'make test', false],
    ['dockerd', 'docker *', false],
    ['echo docker', 'docker', false],
    ['docker ps', '', false],
  ])('%j by %j: %s', (command, pattern, isOutside) => {
    expect(isExcluded(command, [pattern])).toBe(isOutside);
  });
});

describe('the failure of a command', () => {
  it.each([
    ['touch: cannot touch /x: Read-only file system', 'write only in the project'],
    ["Error: EROFS: read-only file system, open '/x'", 'write only in the project'],
    ['bash: /dev/x: Operation not permitted', 'write only in the project'],
    ['curl: (6) Could not resolve host: example.com', 'reach only domains'],
    ['curl: (56) CONNECT tunnel failed, response 403', 'reach only domains'],
    ['npm error code ENOTFOUND', 'reach only domains'],
  ])('is told as the sandbox may have caused it: %s', (output, told) => {
    expect(explainFailure(output, true)).toContain(told);
    expect(explainFailure(output, true)).toContain('dangerouslyDisableSandbox');
    expect(explainFailure(output, false)).not.toContain('dangerouslyDisableSandbox');
  });

  it.each(['1 test failed', 'cat: x: No such file or directory', ''])('is its own matter otherwise: %s', output => {
    expect(explainFailure(output, true)).toBeNull();
  });

  it('is no reason to leave the sandbox where none was made: nothing ran', () => {
    const told = explainFailure("bwrap: Can't mkdir parents for /tmp/x: Read-only file system\n", true);
    expect(told).toContain('Call it again as it is');
    expect(told).not.toContain('dangerouslyDisableSandbox');
  });
});
