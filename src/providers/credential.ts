/**
 * Who pays: the credential that the environment holds for the Anthropic API, and which variable it came from, so that
 * a refusal can name it. Its value never gets into a message.
 */
import {ProviderError} from '../core/errors.js';
import type {Environment} from './proxy.js';

export interface Credential {
  /** `key` goes into x-api-key, `token` into authorization; with `headers` the custom headers hold it. */
  readonly type: 'key' | 'token' | 'headers';
  readonly value: string;
  /** The variable that held it. */
  readonly source: string;
}

/**
 * The credential to use, or null if the environment has none. A token comes before a key, as in Claude Code: whoever
 * sets one for a gateway often has a key lying around.
 */
export function findCredential(env: Environment): Credential | null {
  const token = env.ANTHROPIC_AUTH_TOKEN?.trim();
  if (token) return {type: 'token', value: token, source: 'ANTHROPIC_AUTH_TOKEN'};
  const key = env.ANTHROPIC_API_KEY?.trim();
  if (key) return {type: 'key', value: key, source: 'ANTHROPIC_API_KEY'};
  const {authorization, 'x-api-key': apiKey} = customHeaders(env).headers;
  const value = authorization ?? apiKey;
  return value === undefined ? null : {type: 'headers', value, source: 'ANTHROPIC_CUSTOM_HEADERS'};
}

/** The headers of ANTHROPIC_CUSTOM_HEADERS, one `Name: value` a line, under small names; and lines that are none. */
function customHeaders(env: Environment): {headers: Readonly<Record<string, string>>; faulty: readonly string[]} {
  const lines = (env.ANTHROPIC_CUSTOM_HEADERS ?? '').split(/\r?\n/).filter(line => line.trim() !== '');
  const matches = lines.map(line => line.match(/^\s*([\w!#$%&'*+.^`|~-]+)\s*:(.*)$/));
  return {
    headers: Object.fromEntries(
      matches.flatMap(match => (match ? [[(match[1] ?? '').toLowerCase(), (match[2] ?? '').trim()]] : [])),
    ),
    faulty: lines.filter((_, index) => matches[index] === null),
  };
}

/**
 * The headers that carry the credential and the user's own; null takes a header of the SDK's away. The key goes as
 * x-api-key, which gateways made for older clients read too. Throws `ProviderError` for what no header can carry.
 */
export function credentialHeaders(credential: Credential, env: Environment): Record<string, string | null> {
  const {headers, faulty} = customHeaders(env);
  if (faulty.length > 0) throw unusable('ANTHROPIC_CUSTOM_HEADERS', 'holds a line that is not `Name: value`. Mend it');
  if (!isSendable(credential.value))
    throw unusable(credential.source, 'holds a character that no header can carry. Copy it again');
  for (const [name, value] of Object.entries(headers)) {
    if (!isSendable(value))
      throw unusable('ANTHROPIC_CUSTOM_HEADERS', `gives ${name} a character that no header can carry. Mend it`);
  }
  return {
    authorization: credential.type === 'token' ? `Bearer ${credential.value}` : null,
    'x-api-key': credential.type === 'key' ? credential.value : null,
    ...headers,
  };
}

const isSendable = (value: string): boolean => !/[^\t\x20-\x7e]/.test(value);

const unusable = (variable: string, fault: string): ProviderError =>
  new ProviderError(`${variable} ${fault}, or unset it.`, {kind: 'authentication'});
