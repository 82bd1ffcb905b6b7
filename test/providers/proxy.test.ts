import {describe, expect, it} from 'vitest';
import {UsageError} from '../../src/core/errors.js';
import type {Environment} from '../../src/platform/environment.js';
import {proxyFor} from '../../src/providers/proxy.js';

const through = (url: string, env: Environment): string | null => proxyFor(new URL(url), env)?.href ?? null;

describe('the proxy of a request', () => {
  it('is the one for its protocol, in small letters first', () => {
    const env = {HTTPS_PROXY: 'http://secure:1', HTTP_PROXY: 'http://plain:2'};
    expect(through('https://api.test/v1', env)).toBe('http://secure:1/');
    expect(through('http://api.test/v1', env)).toBe('http://plain:2/');
    expect(through('https://api.test/v1', {...env, https_proxy: 'http://small:3'})).toBe('http://small:3/');
    expect(through('https://api.test/v1', {})).toBeNull();
    expect(through('https://api.test/v1', {HTTPS_PROXY: ''})).toBeNull();
  });

  it('may be given without a scheme', () => {
    expect(through('https://api.test/', {HTTPS_PROXY: 'proxy.corp:3128'})).toBe('http://proxy.corp:3128/');
  });

  it('is refused, without showing its password, when it is no HTTP proxy', () => {
    const asked = () => through('https://api.test/', {HTTPS_PROXY: 'socks5://me:secret@proxy:1080'});
    expect(asked).toThrow(UsageError);
    expect(asked).toThrow('HTTPS_PROXY is no address of an HTTP proxy. Set it to http://host:port, or unset it.');
  });

  it.each([
    ['https://api.test/', '*', true],
    ['https://api.test/', 'api.test', true],
    ['https://api.test/', 'other.test, api.test', true],
    ['https://eu.api.test/', 'api.test', true],
    ['https://eu.api.test/', '.api.test', true],
    ['https://eu.api.test/', '*.api.test', true],
    ['https://myapi.test/', 'api.test', false],
    ['https://api.test/', 'API.TEST', true],
    ['https://api.test:8443/', 'api.test:8443', true],
    ['https://api.test/', 'api.test:8443', false],
    ['https://api.test/', 'api.test:443', true],
    ['http://10.1.2.3/', '10.0.0.0/8', true],
    ['http://11.1.2.3/', '10.0.0.0/8', false],
    ['http://10.1.2.3/', '10.1.2.3', true],
    ['http://10.1.2.3/', '10.0.0.0/99', false],
    ['https://[fd00::1]/', 'fd00::/8', true],
    ['https://[fd00::1]/', '[fd00::1]', true],
    ['https://api.test/', '', false],
  ])('of %s with NO_PROXY=%s is left out: %s', (url, exceptions, isDirect) => {
    const env = {HTTPS_PROXY: 'http://p:1', HTTP_PROXY: 'http://p:1', NO_PROXY: exceptions};
    expect(through(url, env)).toBe(isDirect ? null : 'http://p:1/');
  });

  it('never stands between this machine and itself', () => {
    for (const host of ['localhost', '127.0.0.1', '127.8.8.8', '[::1]']) {
      expect(through(`http://${host}:11434/`, {HTTP_PROXY: 'http://p:1'})).toBeNull();
    }
  });
});
