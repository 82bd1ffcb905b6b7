import {describe, expect, it} from 'vitest';
import {findCredential} from '../../src/providers/credential.js';

describe('the credential of an environment', () => {
  it('is a token, else a key, else what custom headers hold, else nothing', () => {
    const custom = {ANTHROPIC_CUSTOM_HEADERS: 'X-Team: blue\nAuthorization: Bearer abc'};
    const key = {...custom, ANTHROPIC_API_KEY: 'sk-1'};
    const token = {...key, ANTHROPIC_AUTH_TOKEN: 'tok'};
    expect(findCredential(token)).toEqual({type: 'token', value: 'tok', source: 'ANTHROPIC_AUTH_TOKEN'});
    expect(findCredential(key)).toEqual({type: 'key', value: 'sk-1', source: 'ANTHROPIC_API_KEY'});
    expect(findCredential(custom)).toEqual({type: 'headers', value: 'Bearer abc', source: 'ANTHROPIC_CUSTOM_HEADERS'});
    expect(findCredential({ANTHROPIC_CUSTOM_HEADERS: 'X-Api-Key: k'})).toMatchObject({type: 'headers', value: 'k'});
    expect(findCredential({ANTHROPIC_CUSTOM_HEADERS: 'X-Team: blue'})).toBeNull();
    expect(findCredential({})).toBeNull();
  });

  it('is taken without the blanks and line ends that come with copying', () => {
    expect(findCredential({ANTHROPIC_API_KEY: ' sk-1\r\n'})?.value).toBe('sk-1');
    expect(findCredential({ANTHROPIC_API_KEY: ' \n', ANTHROPIC_AUTH_TOKEN: ''})).toBeNull();
  });

  it('comes through a line that is no header: who sends it will complain', () => {
    const env = {ANTHROPIC_CUSTOM_HEADERS: 'nonsense\nauthorization: x'};
    expect(findCredential(env)?.value).toBe('x');
  });
});
