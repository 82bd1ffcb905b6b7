/**
 * Who pays: the credential that the environment holds for the Anthropic API, and which variable it came from, so that
 * a refusal can name it. Its value never gets into a message.
 */
import {UsageError} from '../core/errors.js';
import type {Environment} from '../platform/environment.js';

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
  const {authorization, 'x-api-key': apiKey} = byName(customHeaders(env));
  const value = authorization ?? apiKey;
  return value === undefined ? null : {type: 'headers', value, source: 'ANTHROPIC_CUSTOM_HEADERS'};
}

interface CustomHeader {
  /** In small letters; null for a line that is no header. */
  readonly name: string | null;
  readonly value: string;
  /** From 1, empty lines counted. */
  readonly line: number;
}

/** The lines of ANTHROPIC_CUSTOM_HEADERS that are not empty: one `Name: value` each. */
function customHeaders(env: Environment): readonly CustomHeader[] {
  return (env.ANTHROPIC_CUSTOM_HEADERS ?? '').split(/\r?\n/).flatMap((text, index) => {
    if (text.trim() === '') return [];
    const [, name, value] = text.match(/^\s*([\w!#$%&'*+.^`|~-]+)\s*:(.*)$/) ?? [];
    return [{name: name?.toLowerCase() ?? null, value: value?.trim() ?? '', line: index + 1}];
  });
}

const byName = (headers: readonly CustomHeader[]): Readonly<Record<string, string>> =>
  Object.fromEntries(headers.flatMap(({name, value}) => (name === null ? [] : [[name, value]])));

/**
 * The headers that carry the credential and the user's own; null takes a header of the SDK's away. The key goes as
 * x-api-key, which gateways made for older clients read too. Throws `UsageError` for what no header can carry.
 */
export function credentialHeaders(credential: Credential, env: Environment): Record<string, string | null> {
  const headers = customHeaders(env);
  for (const {name, value, line} of headers) {
    const place = `ANTHROPIC_CUSTOM_HEADERS, line ${line},`;
    if (name === null) throw unusable(place, 'is not `Name: value`. Mend it');
    if (!isSendable(value)) throw unusable(place, `gives ${name} a character that no header can carry. Mend it`);
  }
  if (!isSendable(credential.value)) {
    const [first = ''] = credential.value.split(/\r?\n/);
    throw isSendable(first)
      ? unusable(credential.source, 'holds more than one line. Copy the key alone')
      : unusable(credential.source, 'holds a character that no header can carry. Copy it again');
  }
  return {
    authorization: credential.type === 'token' ? `Bearer ${credential.value}` : null,
    'x-api-key': credential.type === 'key' ? credential.value : null,
    ...byName(headers),
  };
}

const isSendable = (value: string): boolean => !/[^\t\x20-\x7e]/.test(value);

const unusable = (place: string, fault: string): UsageError => new UsageError(`${place} ${fault}, or unset it.`);
