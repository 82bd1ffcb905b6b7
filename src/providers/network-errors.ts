/**
 * Why no answer came from a server at all, as one line for a person: a name that nobody knows, a port where nothing
 * answers, a certificate that nobody vouches for, a server without TLS. What cannot succeed later is not tried again.
 */
import {ProviderError} from '../core/errors.js';
import {addressOf, clean, type Endpoint} from './anthropic-errors.js';
import {proxyVariable, showProxy} from './proxy.js';

/** With a proxy, these are about the proxy: it is the only host we connect to. */
const unreachable: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ETIMEDOUT',
]);

/** Whether TLS met bytes that are none of its own: OpenSSL's words, in the message of Node's error. */
const isPlainText = (error: unknown): boolean =>
  causesOf(error).some(({message}) => /wrong version number|packet length too long|http request/i.test(message));

/** No answer at all, or none that arrived. */
export function networkError(endpoint: Endpoint, error: unknown): ProviderError {
  const {proxy, baseUrl} = endpoint;
  const {host, hostname, protocol} = baseUrl;
  const code = codeOf(error);
  const fail = (message: string, isTransient = true): ProviderError =>
    new ProviderError(message, {kind: 'network', cause: error, isTransient});
  if (proxy && code !== undefined && unreachable.has(code)) {
    const hint = `Check ${proxyVariable(baseUrl)}, or except ${hostname} with NO_PROXY.`;
    return fail(`The proxy ${showProxy(proxy)} cannot be reached (${code}). ${hint}`);
  }
  if (isPlainText(error)) {
    const [where, variable] =
      proxy?.protocol === 'https:'
        ? [showProxy(proxy), proxyVariable(baseUrl)]
        : [baseUrl.origin, 'ANTHROPIC_BASE_URL'];
    const hint = `If it speaks plain HTTP, set ${variable} to ${where.replace(/^https:/, 'http:')}.`;
    return fail(`What answers at ${where} does not speak TLS (${code}). ${hint}`, false);
  }
  switch (code) {
    case 'ECONNREFUSED':
      return fail(`Nothing answers at ${protocol}//${host} (${code}). Check that it runs, and ${addressOf(endpoint)}.`);
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return fail(`The host ${hostname} cannot be found (${code}). Check the network and ${addressOf(endpoint)}.`);
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'DEPTH_ZERO_SELF_SIGNED_CERT': {
      const hint = 'If a proxy of your own signed it, start again with NODE_EXTRA_CA_CERTS=/path/to/its-ca.pem.';
      return fail(`The certificate of ${host} is not trusted (${code}). ${hint}`, false);
    }
    default: {
      const reason = code ?? clean(endpoint, error instanceof Error ? error.message : String(error));
      return fail(`The connection to ${host} failed (${reason}). Check the network.`, !/CERT|ERR_TLS/.test(reason));
    }
  }
}

/** An error and those that it wraps: libraries wrap a failed connection in errors of their own. */
function causesOf(error: unknown): readonly Error[] {
  const causes: Error[] = [];
  for (let at = error; at instanceof Error && causes.length < 5; at = at.cause) causes.push(at);
  return causes;
}

/** The code of a failed connection. */
function codeOf(error: unknown): string | undefined {
  const codes = causesOf(error).map(cause => ('code' in cause ? cause.code : undefined));
  return codes.find(code => typeof code === 'string');
}
