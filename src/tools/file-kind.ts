/**
 * What a file is by its first bytes: text, an image that a model can look at, or something else with a name.
 */

export type ImageType = 'image/png' | 'image/jpeg' | 'image/gif' | 'image/webp';

export type FileKind =
  | {readonly type: 'text'}
  | {readonly type: 'image'; readonly mediaType: ImageType}
  | {readonly type: 'binary'; readonly name: string};

/** Bytes looked at. */
const sampleBytes = 8_192;
/** More control characters than this, in number and as one in so many bytes, are no text. */
const maxControls = 4;
const oneIn = 20;

interface Signature {
  readonly bytes: string;
  readonly at?: number;
}

const images: readonly (Signature & {readonly mediaType: ImageType})[] = [
  {bytes: '\x89PNG\r\n\x1a\n', mediaType: 'image/png'},
  {bytes: '\xff\xd8\xff', mediaType: 'image/jpeg'},
  {bytes: 'GIF87a', mediaType: 'image/gif'},
  {bytes: 'GIF89a', mediaType: 'image/gif'},
  {bytes: 'WEBP', at: 8, mediaType: 'image/webp'},
];

/** Only signatures that no text begins with. */
const others: readonly (Signature & {readonly name: string})[] = [
  {bytes: '%PDF-', name: 'a PDF document'},
  {bytes: '\x7fELF', name: 'a program or library (ELF)'},
  {bytes: '\xcf\xfa\xed\xfe', name: 'a program or library (Mach-O)'},
  {bytes: '\xca\xfe\xba\xbe', name: 'a Java class or a program (Mach-O)'},
  {bytes: '\0asm', name: 'a WebAssembly module'},
  {bytes: 'PK\x03\x04', name: 'a zip archive or office document'},
  {bytes: '\x1f\x8b', name: 'gzip data'},
  {bytes: '\xfd7zXZ\0', name: 'xz data'},
  {bytes: '\x28\xb5\x2f\xfd', name: 'zstd data'},
  {bytes: '7z\xbc\xaf\x27\x1c', name: 'a 7-Zip archive'},
  {bytes: 'ustar\0', at: 257, name: 'a tar archive'},
  {bytes: 'SQLite format 3\0', name: 'an SQLite database'},
  {bytes: 'OggS\0', name: 'an Ogg file'},
  {bytes: 'wOF2', name: 'a font (WOFF2)'},
  {bytes: '\0\0\x01\0', name: 'an icon'},
  {bytes: '\xff\xfe\0\0', name: 'text in UTF-32'},
];

const hasSignature =
  (head: string) =>
  ({bytes, at = 0}: Signature): boolean =>
    head.startsWith(bytes, at);

/** Whether a byte is a control character that text has no use for: tab, breaks, backspace and escape are not. */
const isControl = (byte: number): boolean => (byte < 32 && !(byte >= 8 && byte <= 13) && byte !== 27) || byte === 127;

/** Whether the bytes open with the mark of UTF-16, whose NULs mean nothing. */
export const isUtf16 = (head: Uint8Array): boolean =>
  (head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff);

export function detectKind(beginning: Uint8Array): FileKind {
  const sample = Buffer.from(beginning.buffer, beginning.byteOffset, Math.min(beginning.byteLength, sampleBytes));
  const head = sample.toString('latin1', 0, 512);
  const image = images.find(hasSignature(head));
  if (image && (image.mediaType !== 'image/webp' || head.startsWith('RIFF'))) {
    return {type: 'image', mediaType: image.mediaType};
  }
  const known = others.find(hasSignature(head));
  if (known) return {type: 'binary', name: known.name};
  if (isUtf16(sample)) return {type: 'text'};
  const controls = sample.reduce((count, byte) => count + (isControl(byte) ? 1 : 0), 0);
  const isText = controls <= maxControls || controls * oneIn <= sample.length;
  return isText ? {type: 'text'} : {type: 'binary', name: 'binary data'};
}
