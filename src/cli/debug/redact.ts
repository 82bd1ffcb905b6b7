/** Takes secrets out of what is written for whoever looks for a fault: such lines are passed on. */
import {isKeyName} from '../../platform/child-environment.js';
import type {Environment} from '../../platform/environment.js';

/** Shorter ones are placeholders: hiding them would only garble the lines. */
const leastSecret = 8;
const hidden = '[hidden]';

/** The forms of keys that are known by their beginning. */
const shapes = [
  /\bsk-[A-Za-z0-9_-]{16,}/g,
  /\bgh[a-z]_[A-Za-z0-9]{20,}/g,
  /\bgithub_pat_[A-Za-z0-9_]{20,}/g,
  /\bglpat-[A-Za-z0-9_-]{16,}/g,
  /\bxox[a-z]-[A-Za-z0-9-]{10,}/g,
  /\bAKIA[A-Z0-9]{16}\b/g,
  /\beyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}/g,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(-----END [A-Z ]*PRIVATE KEY-----|$)/g,
];
/** `Authorization: Bearer …`, `"password": "…"`, `token=…`. */
const named =
  /((?:authorization|(?:x-)?api[-_]?key|password|passwd|secret|token)["']?\s*[:=]\s*["']?(?:bearer |basic )?)[^\s"',;&]{6,}/gi;
const secretName = /(KEY|TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIALS?|HEADERS)(_\d+)?$/i;

/** @param env whose keys are hidden wherever they stand. */
export function createRedactor(env: Environment): (text: string) => string {
  const values = Object.entries(env)
    .flatMap(([name, value]) => (value && (isKeyName(name) || secretName.test(name)) ? valuesIn(value) : []))
    .filter(value => value.length >= leastSecret)
    .toSorted((one, other) => other.length - one.length);
  return text => {
    const without = values.reduce((rest, value) => rest.replaceAll(value, hidden), text);
    return shapes
      .reduce((rest, shape) => rest.replace(shape, hidden), without)
      .replace(named, (_, before: string) => before + hidden);
  };
}

/** A list of headers is several secrets. */
function valuesIn(value: string): readonly string[] {
  const parts = value.split(/[\n,]/).map(part => part.replace(/^[^:=\s]+[:=]\s*/, '').replace(/^Bearer /i, ''));
  return [value.replace(/^Bearer /i, ''), ...parts.map(part => part.trim())];
}
