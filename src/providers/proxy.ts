/**
 * Which proxy a request goes through, by the variables that every tool reads: HTTPS_PROXY, HTTP_PROXY, NO_PROXY, in
 * capitals or not. Node 20 reads none of them itself.
 */
import {BlockList, isIP} from 'node:net';
import {UsageError} from '../core/errors.js';
import type {Environment} from '../platform/environment.js';

/** The proxy for `url`, or null for none. This machine is always reached directly. Throws `UsageError`. */
export function proxyFor(url: URL, env: Environment): URL | null {
  const name = proxyVariable(url);
  const value = read(env, name);
  if (value === '' || isLocal(url.hostname) || isExcepted(url, read(env, 'NO_PROXY'))) return null;
  const address = /^[a-z][a-z0-9+.-]*:\/\//i.test(value) ? value : `http://${value}`;
  const proxy = URL.canParse(address) ? new URL(address) : null;
  if (proxy && (proxy.protocol === 'http:' || proxy.protocol === 'https:')) return proxy;
  // The value itself may hold a password.
  throw new UsageError(`${name} is no address of an HTTP proxy. Set it to http://host:port, or unset it.`);
}

/** The variable that holds the proxy for `url`. */
export const proxyVariable = (url: URL): string => (url.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY');

/** A proxy as messages may show it: without its user name and password. */
export const showProxy = (proxy: URL): string => `${proxy.protocol}//${proxy.host}`;

const read = (env: Environment, name: string): string => (env[name.toLowerCase()] ?? env[name] ?? '').trim();

const bare = (hostname: string): string => hostname.replace(/^\[|\]$/g, '').toLowerCase();

function isLocal(hostname: string): boolean {
  const host = bare(hostname);
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

/** Entries are hosts, with their subdomains; `host:port`; addresses and networks (10.0.0.0/8); or `*`. */
function isExcepted(url: URL, exceptions: string): boolean {
  const host = bare(url.hostname);
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  return exceptions
    .toLowerCase()
    .split(/[\s,]+/)
    .filter(entry => entry !== '')
    .some(entry => {
      if (entry === '*') return true;
      if (entry.includes('/')) return isInNetwork(host, entry);
      if (isIP(bare(entry))) return bare(entry) === host;
      const [name = '', onlyPort = port] = entry.split(':');
      const domain = name.replace(/^\*?\./, '');
      return onlyPort === port && (host === domain || host.endsWith(`.${domain}`));
    });
}

function isInNetwork(host: string, network: string): boolean {
  const [address = '', bits = ''] = network.split('/');
  const version = isIP(address);
  const prefix = Number(bits);
  if (version === 0 || isIP(host) !== version || !(prefix >= 0 && prefix <= (version === 4 ? 32 : 128))) return false;
  const type = version === 4 ? 'ipv4' : 'ipv6';
  const networks = new BlockList();
  networks.addSubnet(address, prefix, type);
  return networks.check(host, type);
}
