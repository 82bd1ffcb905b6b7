import {describe, expect, it} from 'vitest';
import {detectKind} from '../../src/tools/file-kind.js';
import {isWholeImage} from '../../src/tools/whole-image.js';
import {gif, jpeg, png, webp} from '../support/images.js';

function isWhole(bytes: Buffer): boolean {
  const kind = detectKind(bytes);
  if (kind.type !== 'image') throw new Error('that is no image');
  return isWholeImage(bytes, kind.mediaType);
}

const images = {PNG: png(20, 10), JPEG: jpeg, GIF: gif, WebP: webp};
/** Bytes by which each type is known. */
const signature = 12;
/** A GIF's last byte says only that no other image follows. */
const spare = {PNG: 0, JPEG: 0, GIF: 1, WebP: 0};

describe.each(Object.keys(images) as readonly (keyof typeof images)[])('a %s', type => {
  const image = images[type];

  it('is whole, whatever stands behind it', () => {
    expect(isWhole(image)).toBe(true);
    expect(isWhole(Buffer.concat([image, Buffer.from('and more\0')]))).toBe(true);
  });

  it('is not whole when it is cut, wherever', () => {
    for (let length = signature; length < image.length - spare[type]; length += 1) {
      expect([length, isWhole(image.subarray(0, length))]).toEqual([length, false]);
    }
  });
});

describe('a PNG', () => {
  it('is damaged by a byte that has changed, save in what no decoder needs', () => {
    const change = (what: string, offset: number): Buffer => {
      const bytes = Buffer.from(png(20, 10, 'hello'));
      const at = bytes.indexOf(what) + offset;
      bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
      return bytes;
    };
    expect(isWhole(change('IDAT', 6))).toBe(false);
    expect(isWhole(change('IHDR', 7))).toBe(false);
    expect(isWhole(change('hello', 0))).toBe(true);
  });

  it('is damaged without any data', () => {
    const bytes = png(1, 1);
    const start = bytes.indexOf('IDAT') - 4;
    const end = bytes.indexOf('IEND') - 4;
    expect(isWhole(Buffer.concat([bytes.subarray(0, start), bytes.subarray(end)]))).toBe(false);
  });
});
