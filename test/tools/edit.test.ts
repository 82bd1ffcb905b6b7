import {execFileSync} from 'node:child_process';
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
} from 'node:fs';
import {describe, expect, it} from 'vitest';
import {ToolError} from '../../src/core/errors.js';
import {editTool} from '../../src/tools/edit.js';
import {readTool} from '../../src/tools/read.js';
import {withoutRoot} from '../support/folder.js';
import {createScene, type Scene} from './scene.js';

type Content = string | Buffer;

/** A scene with one file that the agent has read. */
async function withRead(content: Content): Promise<Scene> {
  const scene = createScene();
  scene.put('a', content);
  await scene.call(readTool, {file_path: 'a'});
  return scene;
}

const edit = (old_string: string, new_string: string, more: object = {}): object => ({
  file_path: 'a',
  old_string,
  new_string,
  ...more,
});

/** The file's bytes after one edit of what was read. */
async function edited(content: Content, ...input: Parameters<typeof edit>): Promise<Buffer> {
  const scene = await withRead(content);
  await scene.call(editTool, edit(...input));
  expect(readdirSync(scene.folder)).toEqual(['a']);
  return scene.bytes('a');
}

const editedText = async (...parameters: Parameters<typeof edited>): Promise<string> =>
  (await edited(...parameters)).toString();

/** Why an edit is refused; the bytes stay. */
async function refused(content: Content, ...input: Parameters<typeof edit>): Promise<string> {
  const scene = await withRead(content);
  const error = await scene.call(editTool, edit(...input)).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(ToolError);
  expect(scene.bytes('a').equals(Buffer.from(content))).toBe(true);
  expect(readdirSync(scene.folder)).toEqual(['a']);
  return error instanceof ToolError ? error.message : '';
}

describe('Edit', () => {
  it('replaces the text and says what it did', async () => {
    const scene = await withRead('one\ntwo\nthree\n');
    expect(await scene.call(editTool, edit('two', 'TWO\nand more'))).toEqual({
      content: 'Changed a (+2 −1).',
      display: {
        summary: '+2 −1',
        diff: {
          path: 'a',
          added: 2,
          removed: 1,
          hunks: [
            [
              {type: 'kept', text: 'one', before: 1, after: 1},
              {type: 'removed', text: 'two', before: 2},
              {type: 'added', text: 'TWO', after: 2},
              {type: 'added', text: 'and more', after: 3},
              {type: 'kept', text: 'three', before: 3, after: 4},
            ],
          ],
        },
      },
    });
    expect(scene.text('a')).toBe('one\nTWO\nand more\nthree\n');
  });

  it('previews the same difference and changes nothing', async () => {
    const scene = await withRead('one\ntwo\n');
    const preview = await scene.preview(editTool, edit('two', 'TWO'));
    expect(scene.text('a')).toBe('one\ntwo\n');
    expect((await scene.call(editTool, edit('two', 'TWO'))).display).toEqual(preview);
    await expect(scene.preview(editTool, edit('absent', 'x'))).rejects.toBeInstanceOf(ToolError);
  });

  it('lands every one of several edits of a message, without reading in between', async () => {
    const scene = await withRead('a\nb\nc\nd\n');
    for (const letter of ['a', 'b', 'c', 'd']) await scene.call(editTool, edit(letter, letter.toUpperCase()));
    expect(scene.text('a')).toBe('A\nB\nC\nD\n');
  });

  it('may change a part of the file that a partial Read did not show', async () => {
    const scene = createScene();
    const lines = Array.from({length: 60_000}, (_, line) => `line ${line + 1} of it\n`);
    scene.put('a', lines.join(''));
    await scene.call(readTool, {file_path: 'a', offset: 29_990, limit: 20});
    const {display} = await scene.call(editTool, edit('line 30000 of it\n', 'changed\n'));
    expect(display?.diff?.hunks[0]?.map(line => line.text)[3]).toBe('line 30000 of it');
    lines[29_999] = 'changed\n';
    expect(scene.text('a') === lines.join('')).toBe(true);
    await scene.call(editTool, edit('line 59999 of it', 'far away'));
    lines[59_998] = 'far away\n';
    expect(scene.text('a') === lines.join('')).toBe(true);
  });

  it('changes one very long line', async () => {
    const line = `${'x'.repeat(500_000)}needle${'y'.repeat(500_000)}`;
    expect((await editedText(line, 'needle', 'thread')) === line.replace('needle', 'thread')).toBe(true);
  });

  it('replaces every place with replace_all, also given as text', async () => {
    expect(await editedText('a b a', 'a', 'aa', {replace_all: true})).toBe('aa b aa');
    expect(await editedText('a b a', 'a', 'c', {replace_all: 'true'})).toBe('c b c');
  });

  it('writes what it is given, literally', async () => {
    expect(await editedText('x', 'x', '\\u00e9 $& $1 $$ \\n </old_string> &amp; ... rest of code ...')).toBe(
      '\\u00e9 $& $1 $$ \\n </old_string> &amp; ... rest of code ...',
    );
    expect(await editedText('a    b', '    ', ' ')).toBe('a b');
    expect(await editedText('a\nb\n', 'a', 'a  \t')).toBe('a  \t\nb\n');
    expect(await editedText('a b', ' ', '   ')).toBe('a   b');
    expect(await editedText('<<<<<<< x\n=======\n', '=======', '>>>>>>>')).toBe('<<<<<<< x\n>>>>>>>\n');
  });

  it('keeps the end of the file as it is', async () => {
    expect(await editedText('a\nb', 'b', 'c')).toBe('a\nc');
    expect(await editedText('a\nb\n\n\n', 'b', 'c')).toBe('a\nc\n\n\n');
    expect(await editedText('a\nb\n', 'b', '')).toBe('a\n\n');
    expect(await editedText('a\nb\n', 'b\n', '')).toBe('a\n');
    expect(await editedText('all', 'all', '')).toBe('');
  });

  it('edits a notebook as the text it is', async () => {
    const scene = createScene();
    scene.put('n.ipynb', '{"cells": [{"source": ["x = 1"]}]}');
    await scene.call(readTool, {file_path: 'n.ipynb'});
    await scene.call(editTool, {file_path: 'n.ipynb', old_string: 'x = 1', new_string: 'x = 2'});
    expect(scene.text('n.ipynb')).toBe('{"cells": [{"source": ["x = 2"]}]}');
  });
});

describe('Edit of other encodings and line endings', () => {
  it('keeps CRLF, lone CR, mixed endings and other separators', async () => {
    expect(await editedText('a\r\nb\r\nc', 'a\nb', 'x\ny\nz')).toBe('x\r\ny\r\nz\r\nc');
    expect(await editedText('a\rb\r\nc\n', 'b', 'B')).toBe('a\rB\r\nc\n');
    expect(await editedText('a\r\nb\nc\r\nd\n', 'b\nc', 'B\nC')).toBe('a\r\nB\nC\r\nd\n');
    expect(await editedText('a\u2028b\u0085c\fd\ve', 'c', 'C')).toBe('a\u2028b\u0085C\fd\ve');
    const scene = await withRead('a\r\nb\r\n');
    expect(await scene.say(editTool, edit('a\nb', 'c\nd'))).toMatch(/\(\+2 −2\)\. .*line endings of the file/);
  });

  it('keeps a byte order mark, and old_string may begin at the first character', async () => {
    expect(await editedText('\ufefffirst\n', 'first', 'second')).toBe('\ufeffsecond\n');
    expect(await editedText('\ufeffa', 'a', '')).toBe('\ufeff');
  });

  it('edits UTF-16 of both byte orders', async () => {
    const before = Buffer.from('\ufeffé one 😀\r\ntwo\r\n', 'utf16le');
    const after = Buffer.from('\ufeffé eins\r\n→ 😀\r\ntwo\r\n', 'utf16le');
    expect(await edited(before, 'one', 'eins\n→')).toEqual(after);
    expect(await edited(Buffer.from(before).swap16(), 'one', 'eins\n→')).toEqual(Buffer.from(after).swap16());
  });

  it('keeps Latin-1 bytes, and writes new ones in Latin-1 or refuses', async () => {
    const latin = (text: string): Buffer => Buffer.from(text, 'latin1');
    expect(await edited(latin('caf\xe9 one\xff\n'), 'one', 'na\xefve')).toEqual(latin('caf\xe9 na\xefve\xff\n'));
    expect(await edited(latin('caf\xe9 one'), 'café', 'thé')).toEqual(latin('th\xe9 one'));
    expect(await refused(latin('caf\xe9'), 'caf', '→')).toMatch(/Windows-1252.*no “→”/);
    const scene = await withRead(latin('caf\xe9'));
    await expect(scene.preview(editTool, edit('caf', '→'))).rejects.toThrow(/Windows-1252/);
  });

  it('keeps stray bytes and NULs in a file of UTF-8', async () => {
    const before = Buffer.concat([Buffer.from('é one '), Buffer.from([0xff, 0, 0xe9]), Buffer.from(' two 😀')]);
    const after = Buffer.concat([Buffer.from('é → '), Buffer.from([0xff, 0, 0xe9]), Buffer.from(' two 😀')]);
    expect(await edited(before, 'one', '→')).toEqual(after);
    // As Read shows them.
    expect(await editedText(before, 'ÿ␀é two', 'two')).toBe('é one two 😀');
  });
});

describe('Edit where the text is only like the file', () => {
  it('fits curly quotation marks and keeps their style', async () => {
    const scene = await withRead('say “hello”, don’t\n');
    expect(await scene.say(editTool, edit('say "hello"', 'say "bye"'))).toMatch(/look alike/);
    expect(scene.text('a')).toBe('say “bye”, don’t\n');
  });

  it('fits another indentation in one place, and writes that of the file', async () => {
    const scene = await withRead('class A {\n\tm() {\n\t\treturn 1; \n\t}\n}\n');
    const said = await scene.say(editTool, edit('    m() {\n        return 1;\n', '    m() {\n        return 2;\n'));
    expect(said).toMatch(/indented as the file is/);
    expect(scene.text('a')).toBe('class A {\n\tm() {\n\t\treturn 2;\n\t}\n}\n');
  });

  it('refuses what fits nowhere and shows the closest lines', async () => {
    const said = await refused('f(a);\n\tg(b,\tc);\nh(d); \n', 'g(b, d);\nh(d);', 'x');
    expect(said.split('\n')).toEqual([
      expect.stringMatching(/^old_string was not found in .*\/a\. The closest lines, with → for a tab and ·/),
      '2\t→g(b,→c);',
      '3\th(d);·',
      '4\t',
      "Use the file's own text in old_string.",
    ]);
  });

  it.each([
    ['blanks', 'x  =   1\ny = 2\n', 'x = 1', '1\tx  =   1'],
    ['blanks', 'a\nf( a,  b )\nc', 'f( a, b )\nc', '2\tf( a,  b )\n3\tc'],
    [
      'accents',
      'un cafe\u0301\n',
      'un caf\u00e9',
      '1\tun cafe\u0301\nThe file writes accents as characters of their own',
    ],
    ['accents', '\u00e9\n', 'e\u0301', '1\t\u00e9\nThe file writes accents as one character with their letter'],
    ['blanks and accents', '\u00e9  e\n', 'e\u0301 e', '1\t\u00e9  e\nThe file writes accents as one character'],
  ])('refuses what differs in nothing but %s, and shows the place', async (despite, text, wanted, shown) => {
    const said = await refused(text, wanted, 'x');
    expect(said).toContain(`But for its ${despite} it is there:\n${shown}`);
    expect(said).toMatch(/\nUse the file's own text in old_string\.$/);
  });

  it('refuses elisions, normal forms, and line numbers that were copied along', async () => {
    expect(await refused('a\nb\nc\nd\n', 'a\n...\nd', 'x')).toMatch(/not found/);
    expect(await refused('caf\u00e9', 'cafe\u0301', 'x')).toMatch(/not found/);
    expect(await refused('one\ntwo\n', '1\tone\n2\ttwo', 'x')).toMatch(/leave them out/);
    expect(await refused('alpha\n', 'zzz()', 'x')).toMatch(/Nothing in the file is like it/);
    expect(await refused('alpha\n', '\n\n', 'x')).toMatch(/Nothing in the file is like it/);
  });
});

describe('Edit refuses', () => {
  it('text that is there several times, and names the count and both ways out', async () => {
    expect(await refused('a b a b a', 'a', 'c')).toMatch(/ 3 times\. Add lines .* replace_all/);
    expect(await refused('a', 'b', 'c', {replace_all: true})).toMatch(/not found/);
    expect(await refused('\ta\n\tb\n a\n b\n', 'a\nb', 'c')).toMatch(/but for indentation .* fits 2 places/);
  });

  it('what would change nothing', async () => {
    expect(await refused('a', 'a', 'a')).toMatch(/the same/);
    expect(await refused('a\r\nb', 'a\nb', 'a\r\nb')).toMatch(/as it is/);
  });

  it('a file that was not read by this agent', async () => {
    const scene = await withRead('a');
    await expect(scene.call(editTool, edit('a', 'b'), 'other')).rejects.toThrow(/not read .* yet\. Read it first/);
    expect(scene.text('a')).toBe('a');
  });

  it('a file that was changed since, even by as many bytes at the same time, and says by which agent', async () => {
    const scene = await withRead('abc');
    const {atime, mtime} = statSync(scene.path('a'));
    scene.put('a', 'abd');
    utimesSync(scene.path('a'), atime, mtime);
    await expect(scene.call(editTool, edit('ab', 'x'))).rejects.toThrow(
      /was changed since you read it\. Read it again/,
    );
    await scene.call(readTool, {file_path: 'a'}, 'other');
    await scene.call(editTool, edit('abd', 'abe'), 'other');
    await expect(scene.call(editTool, edit('ab', 'x'))).rejects.toThrow(/was changed by agent other since/);
    expect(scene.text('a')).toBe('abe');
  });

  it('nothing where only the time changed', async () => {
    const scene = await withRead('abc');
    utimesSync(scene.path('a'), new Date(0), new Date(0));
    await scene.call(editTool, edit('abc', 'x'));
    expect(scene.text('a')).toBe('x');
  });

  it('a file that was deleted since, and does not make it anew', async () => {
    const scene = await withRead('abc');
    rmSync(scene.path('a'));
    await expect(scene.call(editTool, edit('abc', 'x'))).rejects.toThrow(/does not exist/);
    await expect(scene.call(editTool, edit('', 'x'))).rejects.toThrow(/was deleted since/);
    expect(existsSync(scene.path('a'))).toBe(false);
  });

  it('paths that lead to no file: folder, below a file, long name, NUL, pipe, device', async () => {
    const scene = createScene();
    scene.put('file', '');
    mkdirSync(scene.path('folder'));
    execFileSync('mkfifo', [scene.path('pipe')]);
    for (const file_path of ['folder', 'file/below', 'n'.repeat(300), 'a\0b', 'pipe', '/dev/zero']) {
      for (const old_string of ['', 'x']) {
        const call = scene.call(editTool, {file_path, old_string, new_string: 'y'});
        await expect(call, file_path).rejects.toBeInstanceOf(ToolError);
      }
    }
    expect(readdirSync(scene.folder).sort()).toEqual(['file', 'folder', 'pipe']);
  });

  it('a file larger than it can hold', async () => {
    const scene = createScene();
    scene.put('a', '');
    truncateSync(scene.path('a'), 60e6);
    await expect(scene.call(editTool, edit('x', 'y'))).rejects.toThrow(/too large.*60 MB.*52\.4 MB/);
  });

  it('half of a surrogate pair', async () => {
    expect(await refused('a', 'a', '\ud83d')).toMatch(/surrogate/);
  });

  it('wrong parameters, by name', () => {
    expect(() => editTool.parse({file_path: 'a', old_string: 'b'})).toThrow(/`new_string`/);
    expect(() => editTool.parse(edit('a', 'b', {replace_all: 'perhaps'}))).toThrow(/`replace_all`/);
    expect(() => editTool.parse(edit('a', 'b', {old_str: 'c'}))).toThrow(/`old_str`/);
  });
});

describe('Edit with an empty old_string', () => {
  it('makes a new file with its folders, and fills an empty one, read or not', async () => {
    const scene = createScene();
    scene.put('empty', '');
    expect(await scene.say(editTool, {file_path: 'new/deep/a', old_string: '', new_string: 'x\n'})).toBe(
      'Created new/deep/a (+1 −0).',
    );
    await scene.call(editTool, {file_path: 'empty', old_string: '', new_string: 'y\n'});
    expect([scene.text('new/deep/a'), scene.text('empty')]).toEqual(['x\n', 'y\n']);
    await scene.call(editTool, {file_path: 'empty', old_string: 'y', new_string: 'z'});
    expect(scene.text('empty')).toBe('z\n');
  });

  it('refuses a file that is not empty', async () => {
    expect(await refused('a', '', 'b')).toMatch(/is not empty/);
  });
});

describe('Edit keeps what a file is', () => {
  it('its mode, its hard links, and that it is a link', async () => {
    const scene = createScene();
    scene.put('target', 'old\n');
    chmodSync(scene.path('target'), 0o750);
    linkSync(scene.path('target'), scene.path('hard'));
    symlinkSync('target', scene.path('soft'));
    await scene.call(readTool, {file_path: 'soft'});
    await scene.call(editTool, {file_path: 'soft', old_string: 'old', new_string: 'new'});
    expect(readlinkSync(scene.path('soft'))).toBe('target');
    expect([scene.text('target'), scene.text('hard')]).toEqual(['new\n', 'new\n']);
    expect(statSync(scene.path('target')).mode & 0o7777).toBe(0o750);
    expect(readdirSync(scene.folder).sort()).toEqual(['hard', 'soft', 'target']);
    // The target counts as read: it is the same file.
    await scene.call(editTool, {file_path: 'target', old_string: 'new', new_string: 'newer'});
    expect(scene.text('soft')).toBe('newer\n');
  });

  it('or is refused where the file may not be written', async () => {
    const scene = await withRead('old');
    // Loads what is loaded lazily, while everything may be read.
    await scene.preview(editTool, edit('old', 'new'));
    chmodSync(scene.path('a'), 0o444);
    chmodSync(scene.folder, 0o755);
    await withoutRoot(() => expect(scene.call(editTool, edit('old', 'new'))).rejects.toThrow(/No permission/));
    expect(scene.text('a')).toBe('old');
  });
});
