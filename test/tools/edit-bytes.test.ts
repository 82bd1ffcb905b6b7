/**
 * The law of editing, over files of any bytes: an edit is the bytes before, the new text, the bytes after, or it is
 * refused and every byte is as it was.
 */
import {readdirSync} from 'node:fs';
import * as fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {ToolError} from '../../src/core/errors.js';
import {editTool} from '../../src/tools/edit.js';
import {toLfView} from '../../src/tools/line-endings.js';
import {type DecodedText, decodeText, encodeText} from '../../src/tools/text-encoding.js';
import {createScene, type Scene} from './scene.js';

const characters = fc.constantFrom('a', 'b', ' ', '\t', '\n', '\r\n', '\r', '\0', 'é', '“', '"', '→', '😀', '\u2028');
const text = (maxLength: number): fc.Arbitrary<string> => fc.string({unit: characters, maxLength});

/** Files of one encoding, of several mixed, and of bytes that are none. */
const file = fc.oneof(
  text(30).map(content => Buffer.from(content)),
  text(30).map(content => Buffer.from(`\ufeff${content}`)),
  text(30).map(content => Buffer.from(`\ufeff${content}`, 'utf16le')),
  text(30).map(content => Buffer.from(`\ufeff${content}`, 'utf16le').swap16()),
  text(30).map(content => Buffer.from(content, 'latin1')),
  fc.uint8Array({maxLength: 60}).map(bytes => Buffer.from(bytes)),
  fc
    .array(
      fc.oneof(
        fc.uint8Array({maxLength: 4}),
        text(8).map(content => Buffer.from(content)),
      ),
      {maxLength: 8},
    )
    .map(pieces => Buffer.concat(pieces)),
);

const lengthOf = (text: string, encoding: DecodedText['encoding']): number => encodeText({text, encoding}).length;

async function editBytes(scene: Scene, bytes: Buffer, input: object): Promise<'refused' | Buffer> {
  scene.put('a', bytes);
  // Marked directly: Read shows no binary files, but the law holds for them too.
  const {hash} = await scene.files.read(scene.path('a'), {maxBytes: 1_000, signal: scene.context().signal});
  scene.files.mark('main', scene.path('a'), hash);
  try {
    await scene.call(editTool, {file_path: 'a', ...input});
    return scene.bytes('a');
  } catch (error) {
    expect(error).toBeInstanceOf(ToolError);
    expect(scene.bytes('a').equals(bytes)).toBe(true);
    return 'refused';
  }
}

const isEncodable = (part: string, encoding: DecodedText['encoding']): boolean => {
  try {
    encodeText({text: part, encoding});
    return true;
  } catch {
    return false;
  }
};

describe('an edit of any bytes', () => {
  it('of text that is there once changes that text and no other byte', async () => {
    const scene = createScene();
    let applied = 0;
    await fc.assert(
      fc.asyncProperty(file, fc.nat(), fc.nat({max: 8}), text(8), async (bytes, at, length, newText) => {
        const {text: whole, encoding} = decodeText(bytes);
        const view = toLfView(whole);
        const start = at % (view.text.length + 1);
        const oldText = view.text.slice(start, start + length);
        // Models send whole characters.
        fc.pre(oldText !== '' && !/\p{Surrogate}/u.test(oldText));
        fc.pre(view.text.indexOf(oldText) === start && view.text.lastIndexOf(oldText) === start);
        // A CR that is asked for by name is also found as half of a CRLF.
        fc.pre(!oldText.includes('\r') || !whole.includes('\r\n'));
        const after = await editBytes(scene, bytes, {old_string: oldText, new_string: newText});
        const span = view.toOriginal({start, end: start + oldText.length});
        if (after === 'refused') {
          const unchanged =
            whole.slice(span.start, span.end).replaceAll('\r\n', '\n') === newText.replaceAll('\r\n', '\n');
          expect(unchanged || !isEncodable(newText, encoding)).toBe(true);
          return;
        }
        applied++;
        const head = encoding.mark.length + lengthOf(whole.slice(0, span.start), {...encoding, mark: []});
        const tail = lengthOf(whole.slice(span.end), {...encoding, mark: []});
        expect(after.subarray(0, head)).toEqual(bytes.subarray(0, head));
        expect(after.subarray(after.length - tail)).toEqual(bytes.subarray(bytes.length - tail));
        const middle = decodeText(after.subarray(head, after.length - tail), {...encoding, mark: []}).text;
        expect(middle.replaceAll('\r\n', '\n')).toBe(newText.replaceAll('\r\n', '\n'));
        if (!whole.includes('\r\n')) expect(middle).toBe(newText);
      }),
      {numRuns: 400},
    );
    expect(applied).toBeGreaterThan(100);
    expect(readdirSync(scene.folder)).toEqual(['a']);
  });

  it('of any text replaces what is there exactly, once or everywhere, or leaves every byte as it was', async () => {
    const scene = createScene();
    await fc.assert(
      fc.asyncProperty(file, text(3), text(5), fc.boolean(), async (bytes, oldText, newText, all) => {
        const {text: whole, encoding} = decodeText(bytes);
        fc.pre(oldText !== '' && !whole.includes('\r'));
        const after = await editBytes(scene, bytes, {old_string: oldText, new_string: newText, replace_all: all});
        const pieces = whole.split(oldText);
        if (pieces.length === 1 || after === 'refused') return;
        expect(all || pieces.length === 2).toBe(true);
        expect(decodeText(after, encoding).text).toBe(pieces.join(newText));
      }),
      {numRuns: 400},
    );
    expect(readdirSync(scene.folder)).toEqual(['a']);
  });
});
