import {readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {describe, expect, it} from 'vitest';
import {hookEvents} from '../../src/settings/events.js';
import {toJsonSchema, toTable} from '../../src/settings/reference.js';

const read = (name: string): string =>
  readFileSync(fileURLToPath(new URL(`../../docs/${name}`, import.meta.url)), 'utf8');

describe('the documents on settings', () => {
  it('have the table that the schema gives (else: node scripts/settings-reference.js)', () => {
    const table = read('settings.md').match(/<!-- settings -->\n\n([\s\S]*?)\n\n<!-- end of settings -->/)?.[1];
    expect(table).toBe(toTable());
    expect(table).toContain('| `permissions.deny` | list of strings | rules: what never runs |');
  });

  it('have the JSON schema that editors use (else: node scripts/settings-reference.js)', () => {
    expect(read('settings.schema.json')).toBe(toJsonSchema());
  });

  it('name every event', () => {
    for (const event of hookEvents) expect(read('settings.md')).toContain(event);
  });
});
