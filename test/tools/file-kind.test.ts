import {gzipSync} from 'node:zlib';
import {describe, expect, it} from 'vitest';
import {detectKind} from '../../src/tools/file-kind.js';

const kind = (content: string | Buffer): unknown => {
  const found = detectKind(Buffer.from(content));
  return found.type === 'text' ? 'text' : found.type === 'image' ? found.mediaType : found.name;
};

describe('the kind of a file', () => {
  it('is text for text in any encoding, for colours and a stray NUL', () => {
    for (const text of ['', 'plain', 'alpha\0beta\n', '\x1b[31mred\x1b[0m\n', 'naïve', '<svg/>', 'MZ is no program']) {
      expect(kind(text)).toBe('text');
    }
    expect(kind(Buffer.from('\ufeffUTF-16', 'utf16le'))).toBe('text');
    expect(kind(Buffer.from('na\xefve', 'latin1'))).toBe('text');
  });

  it('is an image by its content', () => {
    expect(kind(Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'))).toBe('image/png');
    expect(kind(Buffer.from('\xff\xd8\xff\xe0', 'latin1'))).toBe('image/jpeg');
    expect(kind('GIF89a')).toBe('image/gif');
    expect(kind('RIFF1234WEBPVP8 ')).toBe('image/webp');
    expect(kind('12345678WEBP is a word')).toBe('text');
  });

  it('is binary with a name, or because of its control characters', () => {
    expect(kind('%PDF-1.7\n')).toBe('a PDF document');
    expect(kind(gzipSync('x'))).toBe('gzip data');
    expect(kind(Buffer.from([0x7f, 0x45, 0x4c, 0x46]))).toMatch(/ELF/);
    expect(kind(Buffer.alloc(100))).toBe('binary data');
    expect(kind(Buffer.from('wide text', 'utf16le'))).toBe('binary data');
  });
});
