import {chmodSync, existsSync, mkdirSync, readdirSync, readlinkSync, rmSync, statSync, symlinkSync} from 'node:fs';
import {describe, expect, it} from 'vitest';
import {ToolError} from '../../src/core/errors.js';
import {editTool} from '../../src/tools/edit.js';
import {readTool} from '../../src/tools/read.js';
import {writeTool} from '../../src/tools/write.js';
import {withoutRoot} from '../support/folder.js';
import {createScene} from './scene.js';

describe('Write', () => {
  it('makes a file with its folders and shows it as added', async () => {
    const scene = createScene();
    expect(await scene.call(writeTool, {file_path: 'new/deep/a', content: 'x\ny\n'})).toEqual({
      content: 'Created new/deep/a (+2 −0).',
      display: {
        summary: '+2 −0',
        diff: {
          path: 'new/deep/a',
          added: 2,
          removed: 0,
          hunks: [
            [
              {type: 'added', text: 'x', after: 1},
              {type: 'added', text: 'y', after: 2},
            ],
          ],
        },
      },
    });
    expect(scene.text('new/deep/a')).toBe('x\ny\n');
  });

  it('previews the difference and changes nothing', async () => {
    const scene = createScene();
    scene.put('a', 'one\ntwo\n');
    await scene.call(readTool, {file_path: 'a'});
    const preview = await scene.preview(writeTool, {file_path: 'a', content: 'one\n2\n'});
    expect(preview.summary).toBe('+1 −1');
    expect(scene.text('a')).toBe('one\ntwo\n');
    expect((await scene.call(writeTool, {file_path: 'a', content: 'one\n2\n'})).display).toEqual(preview);
    await scene.preview(writeTool, {file_path: 'new/b', content: 'x'});
    expect(readdirSync(scene.folder)).toEqual(['a']);
  });

  it('counts as reading: it may be edited and written again', async () => {
    const scene = createScene();
    await scene.call(writeTool, {file_path: 'a', content: 'one'});
    await scene.call(editTool, {file_path: 'a', old_string: 'one', new_string: 'two'});
    expect(await scene.say(writeTool, {file_path: 'a', content: 'three'})).toBe('Changed a (+1 −1).');
    expect(scene.text('a')).toBe('three');
  });

  it('writes the line endings it is given', async () => {
    const scene = createScene();
    scene.put('a', 'a\r\nb\r\n');
    await scene.call(readTool, {file_path: 'a'});
    await scene.call(writeTool, {file_path: 'a', content: 'x\ny\r\nz'});
    expect(scene.text('a')).toBe('x\ny\r\nz');
  });

  it('keeps the encoding, the byte order mark and the mode of the file', async () => {
    const scene = createScene();
    scene.put('utf16', Buffer.from('\ufeffalt', 'utf16le'));
    scene.put('marked', '\ufeffold');
    scene.put('latin', Buffer.from([0xe9]));
    chmodSync(scene.path('latin'), 0o755);
    for (const file_path of ['utf16', 'marked', 'latin']) {
      await scene.call(readTool, {file_path});
      await scene.call(writeTool, {file_path, content: 'ä'});
    }
    await scene.call(writeTool, {file_path: 'marked', content: '\ufeffé'});
    expect(scene.bytes('utf16')).toEqual(Buffer.from('\ufeffä', 'utf16le'));
    expect(scene.text('marked')).toBe('\ufeffé');
    expect(scene.bytes('latin')).toEqual(Buffer.from([0xe4]));
    expect(statSync(scene.path('latin')).mode & 0o777).toBe(0o755);
    await expect(scene.call(writeTool, {file_path: 'latin', content: '→'})).rejects.toThrow(/Windows-1252/);
  });

  it('writes behind a symbolic link, which stays', async () => {
    const scene = createScene();
    symlinkSync('later', scene.path('link'));
    await scene.call(writeTool, {file_path: 'link', content: 'x'});
    expect([readlinkSync(scene.path('link')), scene.text('later')]).toEqual(['later', 'x']);
  });
});

describe('Write refuses', () => {
  it('a file that exists and was not read, or appeared since', async () => {
    const scene = createScene();
    scene.put('a', 'theirs');
    await expect(scene.call(writeTool, {file_path: 'a', content: 'mine'})).rejects.toThrow(/not read .* yet\. Read it/);
    scene.put('empty', '');
    await expect(scene.call(writeTool, {file_path: 'empty', content: 'mine'})).rejects.toThrow(/not read/);
    expect(scene.text('a')).toBe('theirs');
  });

  it('a file that was changed since', async () => {
    const scene = createScene();
    await scene.call(writeTool, {file_path: 'a', content: 'one'});
    scene.put('a', 'two');
    await expect(scene.call(writeTool, {file_path: 'a', content: 'three'})).rejects.toThrow(/was changed since/);
    expect(scene.text('a')).toBe('two');
  });

  it('a file that was deleted since, once', async () => {
    const scene = createScene();
    await scene.call(writeTool, {file_path: 'a', content: 'one'});
    rmSync(scene.path('a'));
    await expect(scene.call(writeTool, {file_path: 'a', content: 'two'})).rejects.toThrow(/deleted since.*once more/);
    expect(existsSync(scene.path('a'))).toBe(false);
    await scene.call(writeTool, {file_path: 'a', content: 'two'});
    expect(scene.text('a')).toBe('two');
  });

  it('a file in the folder that the agent works in, if that is gone, and does not bring the folder back', async () => {
    const scene = createScene();
    rmSync(scene.folder, {recursive: true});
    for (const file_path of ['a', 'new/b', scene.path('c')]) {
      const call = {file_path, content: 'x'};
      const told = `The folder you work in, ${scene.folder}, no longer exists, so nothing was written. Ask the user`;
      await expect(scene.preview(writeTool, call)).rejects.toThrow(told);
      await expect(scene.call(writeTool, call)).rejects.toThrow(told);
    }
    expect(existsSync(scene.folder)).toBe(false);
    const elsewhere = createScene();
    expect(await scene.say(writeTool, {file_path: elsewhere.path('d'), content: 'x'})).toMatch(/^Created /);
  });

  it('a path that is relative to a folder that is gone', async () => {
    const scene = createScene();
    const cwd = scene.path('inner');
    const context = scene.context('main', {place: {root: scene.folder, cwd}});
    const write = (file_path: string) => writeTool.run({file_path, content: 'x'}, context);
    await expect(write('a')).rejects.toThrow(
      `The working directory ${cwd} no longer exists, so nothing was written. Give an absolute path.`,
    );
    expect(readdirSync(scene.folder)).toEqual([]);
    expect(await write(scene.path('inner/a'))).toMatchObject({content: 'Created a (+1 −0).'});
  });

  it('paths that can be no file, and leaves no folder behind', async () => {
    const scene = createScene();
    scene.put('file', '');
    mkdirSync(scene.path('folder'));
    const paths = ['folder', 'file/below', `new/${'n'.repeat(300)}`, 'a\0b', '/dev/zero', '/proc/agent-test/a', ''];
    for (const file_path of paths) {
      const call = scene.call(writeTool, {file_path, content: 'x'});
      await expect(call, file_path).rejects.toBeInstanceOf(ToolError);
    }
    expect(readdirSync(scene.folder).sort()).toEqual(['file', 'folder']);
  });

  it('a folder that takes no files', async () => {
    const scene = createScene();
    chmodSync(scene.folder, 0o555);
    await withoutRoot(() =>
      expect(scene.call(writeTool, {file_path: 'a', content: 'x'})).rejects.toThrow(/No permission/),
    );
    chmodSync(scene.folder, 0o755);
    expect(readdirSync(scene.folder)).toEqual([]);
  });

  it('half of a surrogate pair', async () => {
    const scene = createScene();
    await expect(scene.call(writeTool, {file_path: 'a', content: '\udc00'})).rejects.toThrow(/`content`.*surrogate/);
    expect(readdirSync(scene.folder)).toEqual([]);
  });
});
