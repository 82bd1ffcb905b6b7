/**
 * Whether an image file is whole, told from its structure without decoding it: a server refuses a request with one that was
 * cut, or whose bytes have changed.
 */
import {crc32} from 'node:zlib';
import type {ImageType} from './file-kind.js';

/** Of bytes that begin as the type says. What stands behind the image is of no account. */
export function isWholeImage(bytes: Buffer, type: ImageType): boolean {
  try {
    return checks[type](bytes);
  } catch (error) {
    // It says that there is more than there is.
    if (error instanceof RangeError) return false;
    throw error;
  }
}

const checks: Readonly<Record<ImageType, (bytes: Buffer) => boolean>> = {
  'image/png': isWholePng,
  'image/jpeg': isWholeJpeg,
  'image/gif': isWholeGif,
  'image/webp': isWholeWebp,
};

/** Chunks up to the end's, with data among them. Those that a decoder may pass over, named in lower case, may be damaged. */
function isWholePng(bytes: Buffer): boolean {
  let hasData = false;
  for (let at = 8; ; ) {
    const end = at + 8 + bytes.readUInt32BE(at);
    const type = bytes.toString('latin1', at + 4, at + 8);
    const isCritical = type < 'a';
    if (isCritical && crc32(bytes.subarray(at + 4, end)) !== bytes.readUInt32BE(end)) return false;
    hasData ||= type === 'IDAT';
    if (type === 'IEND') return hasData;
    at = end + 4;
  }
}

/** Segments up to the first scan, and a marker of the end behind that. */
function isWholeJpeg(bytes: Buffer): boolean {
  for (let at = 2; ; ) {
    if (bytes.readUInt8(at) !== 0xff) return false;
    const marker = bytes.readUInt8(at + 1);
    if (marker === 0xda) return bytes.includes('\xff\xd9', at, 'latin1');
    // Filling before a marker is one byte.
    at += marker === 0xff ? 1 : 2 + bytes.readUInt16BE(at + 2);
  }
}

/** The first image, which is the one that a model sees. */
function isWholeGif(bytes: Buffer): boolean {
  for (let at = 13 + paletteLength(bytes.readUInt8(10)); ; ) {
    const block = bytes.readUInt8(at);
    if (block === 0x2c) return skipPieces(bytes, at + 11 + paletteLength(bytes.readUInt8(at + 9))) <= bytes.length;
    if (block !== 0x21) return false;
    at = skipPieces(bytes, at + 2);
  }
}

const paletteLength = (flags: number): number => ((flags & 0x80) === 0 ? 0 : 3 * 2 ** ((flags & 7) + 1));

/** Where the pieces end, of which each begins with its length, and the last is empty. */
function skipPieces(bytes: Buffer, start: number): number {
  let at = start;
  for (let length = bytes.readUInt8(at); length > 0; length = bytes.readUInt8(at)) at += 1 + length;
  return at + 1;
}

function isWholeWebp(bytes: Buffer): boolean {
  return bytes.length >= 8 + bytes.readUInt32LE(4);
}
