import {execFile} from 'node:child_process';
import {
  chmodSync,
  linkSync,
  lstatSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {promisify} from 'node:util';
import {build} from 'esbuild';
import {describe, expect, it} from 'vitest';
import {writeAtomically} from '../../src/platform/atomic-write.js';
import {createFolder, withoutRoot} from '../support/folder.js';

const fine = {check: async (): Promise<void> => {}};
const modeOf = (path: string): string => (statSync(path).mode & 0o7777).toString(8);

describe('an atomic write', () => {
  it('replaces the content, and readers never see half of it', async () => {
    const folder = createFolder();
    const path = join(folder, 'a');
    const [one, two] = ['1'.repeat(300_000), '2'.repeat(200_000)];
    writeFileSync(path, one);
    let isWriting = true;
    const writing = (async () => {
      for (let round = 0; round < 10; round++) await writeAtomically(path, Buffer.from(round % 2 ? one : two), fine);
      isWriting = false;
    })();
    const seen = new Set<string>();
    while (isWriting) {
      seen.add(readFileSync(path, 'utf8'));
      await new Promise(resolve => setImmediate(resolve));
    }
    await writing;
    expect([...seen].every(text => text === one || text === two)).toBe(true);
    expect(readdirSync(folder)).toEqual(['a']);
  });

  it('keeps the mode, and gives a new file the mode that the umask leaves', async () => {
    const folder = createFolder();
    for (const mode of [0o755, 0o700, 0o644, 0o4755]) {
      const path = join(folder, `f${mode}`);
      writeFileSync(path, 'old');
      chmodSync(path, mode);
      await writeAtomically(path, Buffer.from('new'), fine);
      expect([modeOf(path), readFileSync(path, 'utf8')]).toEqual([mode.toString(8), 'new']);
    }
    await writeAtomically(join(folder, 'fresh'), Buffer.from('x'), fine);
    await writeAtomically(join(folder, 'private'), Buffer.from('x'), {...fine, mode: 0o600});
    expect(statSync(join(folder, 'private')).mode & 0o777).toBe(0o600);
    expect(modeOf(join(folder, 'fresh'))).toBe((0o666 & ~process.umask()).toString(8));
  });

  it('writes behind a symbolic link, dangling or not, and leaves the link', async () => {
    const folder = createFolder();
    writeFileSync(join(folder, 'target'), 'old');
    symlinkSync('target', join(folder, 'link'));
    symlinkSync('later', join(folder, 'dangling'));
    await writeAtomically(join(folder, 'link'), Buffer.from('new'), fine);
    await writeAtomically(join(folder, 'dangling'), Buffer.from('made'), fine);
    expect(readlinkSync(join(folder, 'link'))).toBe('target');
    expect(readlinkSync(join(folder, 'dangling'))).toBe('later');
    expect(lstatSync(join(folder, 'target')).isSymbolicLink()).toBe(false);
    expect(readFileSync(join(folder, 'target'), 'utf8')).toBe('new');
    expect(readFileSync(join(folder, 'later'), 'utf8')).toBe('made');
  });

  it('keeps hard links, whether the content grows or shrinks', async () => {
    const folder = createFolder();
    writeFileSync(join(folder, 'a'), 'middling');
    linkSync(join(folder, 'a'), join(folder, 'b'));
    for (const text of ['short', 'a much longer content', '']) {
      await writeAtomically(join(folder, 'a'), Buffer.from(text), fine);
      expect(readFileSync(join(folder, 'b'), 'utf8')).toBe(text);
    }
    expect(statSync(join(folder, 'a')).nlink).toBe(2);
  });

  it('writes nothing and leaves nothing when the check calls it off', async () => {
    const folder = createFolder();
    writeFileSync(join(folder, 'plain'), 'old');
    writeFileSync(join(folder, 'one'), 'old');
    linkSync(join(folder, 'one'), join(folder, 'two'));
    const check = async (): Promise<void> => {
      throw new Error('called off');
    };
    for (const name of ['plain', 'one', 'new']) {
      await expect(writeAtomically(join(folder, name), Buffer.from('new'), {check})).rejects.toThrow('called off');
    }
    expect(readdirSync(folder).sort()).toEqual(['one', 'plain', 'two']);
    expect(readFileSync(join(folder, 'plain'), 'utf8')).toBe('old');
    expect(readFileSync(join(folder, 'two'), 'utf8')).toBe('old');
  });

  it('writes a name as long as names can be', async () => {
    const path = join(createFolder(), 'n'.repeat(255));
    await writeAtomically(path, Buffer.from('x'), fine);
    expect(readFileSync(path, 'utf8')).toBe('x');
  });

  it('refuses a file without write permission, and writes in place in a folder that takes no new names', async () => {
    const folder = createFolder();
    const [locked, open] = [join(folder, 'locked'), join(folder, 'open')];
    writeFileSync(locked, 'old');
    writeFileSync(open, 'old');
    chmodSync(locked, 0o444);
    chmodSync(open, 0o666);
    chmodSync(folder, 0o555);
    await withoutRoot(async () => {
      await expect(writeAtomically(locked, Buffer.from('new'), fine)).rejects.toThrow(/EACCES/);
      await expect(writeAtomically(join(folder, 'new'), Buffer.from('new'), fine)).rejects.toThrow(/EACCES/);
      await writeAtomically(open, Buffer.from('new'), fine);
    });
    chmodSync(folder, 0o755);
    expect(readFileSync(locked, 'utf8')).toBe('old');
    expect(readFileSync(open, 'utf8')).toBe('new');
    expect(readdirSync(folder).sort()).toEqual(['locked', 'open']);
  });
});

/** Runs a script that has `writeAtomically` in a Node of its own, under a limit that makes large writes fail. */
async function runUnderFileLimit(script: string): Promise<string> {
  const entry = fileURLToPath(new URL('../../src/platform/atomic-write.ts', import.meta.url));
  const program = createFolder();
  const bundle = join(program, 'atomic-write.mjs');
  await build({
    entryPoints: [entry],
    outfile: bundle,
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'error',
  });
  const source = `import {writeAtomically} from ${JSON.stringify(bundle)};\n${script}`;
  writeFileSync(join(program, 'main.mjs'), source);
  // Blocks of 1024 bytes; the signal that a write beyond the limit sends is ignored, so that it fails instead.
  const command = `trap '' XFSZ; ulimit -f 8; exec "$0" "$1"`;
  const {stdout} = await promisify(execFile)('bash', ['-c', command, process.execPath, join(program, 'main.mjs')]);
  return stdout;
}

describe('an atomic write that the disk does not take', () => {
  it('leaves the old content in place, of a plain file and of one with hard links', async () => {
    const folder = createFolder();
    const old = 'o'.repeat(3_000);
    for (const name of ['plain', 'linked']) writeFileSync(join(folder, name), old);
    linkSync(join(folder, 'linked'), join(folder, 'other'));
    const stdout = await runUnderFileLimit(
      `for (const name of ['plain', 'linked', 'new']) {
        await writeAtomically(${JSON.stringify(folder)} + '/' + name, Buffer.alloc(20_000, 'n'), {check: async () => {}})
          .catch(error => console.log(name, error.code));
      }`,
    );
    expect(stdout).toBe('plain EFBIG\nlinked EFBIG\nnew EFBIG\n');
    expect(readdirSync(folder).sort()).toEqual(['linked', 'other', 'plain']);
    for (const name of ['plain', 'linked', 'other']) expect(readFileSync(join(folder, name), 'utf8')).toBe(old);
  });

  it('leaves no temporary file when the program exits in the middle', async () => {
    const folder = createFolder();
    writeFileSync(join(folder, 'a'), 'old');
    await runUnderFileLimit(
      `writeAtomically(${JSON.stringify(join(folder, 'a'))}, Buffer.alloc(4_000, 'n'), {check: async () => process.exit(0)});`,
    );
    expect(readdirSync(folder)).toEqual(['a']);
    expect(readFileSync(join(folder, 'a'), 'utf8')).toBe('old');
  });
});
