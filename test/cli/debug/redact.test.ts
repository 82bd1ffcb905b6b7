import {describe, expect, it} from 'vitest';
import {createRedactor} from '../../../src/cli/debug/redact.js';

describe('what is written of a session', () => {
  it('hides the values of keys, whatever their variables are called', () => {
    const redact = createRedactor({
      ANTHROPIC_API_KEY: 'very-own-key-1',
      ANTHROPIC_AUTH_TOKEN: 'Bearer own-token-22',
      ANTHROPIC_CUSTOM_HEADERS: 'x-team: blue-secret-3\nx-b: blue-secret-4',
      OTEL_EXPORTER_OTLP_HEADERS: 'authorization=otel-secret-5,a=b',
      DB_PASSWORD: 'hunter22-hunter',
      OTHER: 'nothing-special',
      SHORT_API_KEY: 'abc',
    });
    const said =
      'very-own-key-1 own-token-22 blue-secret-3 blue-secret-4 otel-secret-5 hunter22-hunter nothing-special abc';
    expect(redact(said)).toBe('[hidden] [hidden] [hidden] [hidden] [hidden] [hidden] nothing-special abc');
  });

  it.each([
    'sk-ant-api03-abcdefghijklmnop',
    'ghp_abcdefghijklmnopqrstuvwx',
    'AKIAABCDEFGHIJKLMNOP',
    'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N',
    '-----BEGIN RSA PRIVATE KEY-----\\nMIIE\\n-----END RSA PRIVATE KEY-----',
  ])('hides what is a key by its form: %s', key => {
    expect(createRedactor({})(`before ${key} after`)).toBe('before [hidden] after');
  });

  it.each([
    ['authorization: Bearer abcdef123456', 'authorization: Bearer [hidden]'],
    ['curl -H "x-api-key: abcdef123"', 'curl -H "x-api-key: [hidden]"'],
    ['{"password":"correcthorse"}', '{"password":"[hidden]"}'],
    ['https://x.org/?token=abcdef123&a=1', 'https://x.org/?token=[hidden]&a=1'],
    ['inputTokens=200 "output_tokens":20', 'inputTokens=200 "output_tokens":20'],
    ['maxTokens=32000, tokens: 123456', 'maxTokens=32000, tokens: 123456'],
  ])('hides what is named a secret, and nothing else: %s', (text, shown) => {
    expect(createRedactor({})(text)).toBe(shown);
  });
});
