import {execFileSync} from 'node:child_process';
import {createHash} from 'node:crypto';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import {createServer} from 'node:net';
import {join} from 'node:path';
import {describe, expect, it, onTestFinished} from 'vitest';
import {Interrupted, ToolError} from '../../src/core/errors.js';
import {createFiles} from '../../src/files/files.js';
import {createFolder, withoutRoot} from '../support/folder.js';

const {signal} = new AbortController();
const all = {maxBytes: 1_000_000, signal};
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const bytes = (text: string): Uint8Array => Buffer.from(text);

describe('reading', () => {
  it('gives the bytes and their hash, and nothing is marked by it', async () => {
    const path = join(createFolder(), 'a');
    writeFileSync(path, 'alpha\r\n\0');
    const files = createFiles();
    const {bytes: read, hash, writer} = await files.read(path, all);
    expect(Buffer.from(read).toString()).toBe('alpha\r\n\0');
    expect([hash, writer]).toEqual([sha256('alpha\r\n\0'), null]);
    expect(files.marked('main', path)).toBeUndefined();
  });

  it('scans a file larger than a chunk in order, and hashes it as reading does', async () => {
    const path = join(createFolder(), 'large');
    const text = Array.from({length: 100_000}, (_, line) => `line ${line}\n`).join('');
    writeFileSync(path, text);
    const files = createFiles();
    const chunks: string[] = [];
    const onChunk = (chunk: Uint8Array): void => void chunks.push(Buffer.from(chunk).toString());
    const {size, hash} = await files.scan(path, {maxBytes: 10_000_000, signal, onChunk});
    expect(chunks.length).toBeGreaterThan(1);
    expect(chunks.join('') === text).toBe(true);
    expect([size, hash]).toEqual([text.length, (await files.read(path, {maxBytes: 10_000_000, signal})).hash]);
  });

  it.runIf(existsSync('/proc/self/status'))('reads files that say they are empty but are not', async () => {
    const {bytes: read} = await createFiles().read('/proc/self/status', all);
    expect(Buffer.from(read).toString()).toContain('Name:');
  });

  it('refuses what is larger than asked for, also what grows while it is read', async () => {
    const path = join(createFolder(), 'a');
    writeFileSync(path, 'x'.repeat(1_001));
    const files = createFiles();
    await expect(files.read(path, {maxBytes: 1_000, signal})).rejects.toThrow(/too large.*1 kB/);
    const onChunk = (): void => appendFileSync(path, 'y'.repeat(1_000));
    await expect(files.scan(path, {maxBytes: 5_000, signal, onChunk})).rejects.toThrow(/too large/);
  });

  it('stops at once when the signal aborts', async () => {
    const path = join(createFolder(), 'a');
    writeFileSync(path, 'x'.repeat(2_000_000));
    const controller = new AbortController();
    let chunks = 0;
    const onChunk = (): void => {
      chunks++;
      controller.abort();
    };
    const scanning = createFiles().scan(path, {maxBytes: 1e7, signal: controller.signal, onChunk});
    await expect(scanning).rejects.toBeInstanceOf(Interrupted);
    expect(chunks).toBe(1);
  });
});

describe('what is no readable file', () => {
  const refusal = async (path: string): Promise<string> => {
    const error = await createFiles()
      .read(path, all)
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ToolError);
    return error instanceof ToolError ? error.message : '';
  };

  it('is refused by what it is: a folder, a named pipe, a socket, a device', async () => {
    const folder = createFolder();
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    const server = createServer();
    await new Promise<void>(resolve => server.listen(join(folder, 'socket'), resolve));
    onTestFinished(() => void server.close());
    symlinkSync('pipe', join(folder, 'link'));
    expect(await refusal(folder)).toMatch(/is a folder/);
    expect(await refusal(join(folder, 'pipe'))).toMatch(/is a named pipe/);
    expect(await refusal(join(folder, 'link'))).toMatch(/is a named pipe/);
    expect(await refusal(join(folder, 'socket'))).toMatch(/is a socket/);
    expect(await refusal('/dev/zero')).toMatch(/is a device/);
  });

  it('is refused by why: NUL in the path, a long name, a file for a folder, a loop, no permission', async () => {
    const folder = createFolder();
    writeFileSync(join(folder, 'file'), '');
    symlinkSync('loop', join(folder, 'loop'));
    writeFileSync(join(folder, 'secret'), '');
    chmodSync(join(folder, 'secret'), 0);
    chmodSync(folder, 0o755);
    expect(await refusal(join(folder, 'a\0b'))).toMatch(/NUL/);
    expect(await refusal(join(folder, 'a\ud800'))).toMatch(/surrogate/);
    expect(await refusal(join(folder, 'n'.repeat(300)))).toMatch(/longer than/);
    expect(await refusal(join(folder, 'file/below'))).toMatch(/is a file where a folder is needed/);
    expect(await refusal(join(folder, 'loop'))).toMatch(/leads back to itself/);
    await withoutRoot(async () => expect(await refusal(join(folder, 'secret'))).toMatch(/No permission/));
  });

  it('is refused with names that may have been meant, or the way to find it', async () => {
    const folder = createFolder();
    for (const name of ['README.md', 'server.ts', 'unrelated']) writeFileSync(join(folder, name), '');
    expect(await refusal(join(folder, 'readme.md'))).toMatch(
      /does not exist\. In the same folder there is: README\.md/,
    );
    expect(await refusal(join(folder, 'sever.ts'))).toMatch(/: server\.ts\./);
    expect(await refusal(join(folder, 'server.js'))).toMatch(/: server\.ts\./);
    expect(await refusal(join(folder, 'quite-another'))).toMatch(/does not exist\. Glob/);
    expect(await refusal(join(folder, 'no-such-folder/a'))).toMatch(/does not exist\. Glob/);
  });

  it('is refused as a link where it leads to nothing, with names near what it leads to', async () => {
    const folder = createFolder();
    writeFileSync(join(folder, 'target.txt'), '');
    symlinkSync('nowhere', join(folder, 'link'));
    symlinkSync('link', join(folder, 'far-link'));
    symlinkSync('tarket.txt', join(folder, 'slip'));
    const leadingTo = (name: string, target: string): string =>
      `${join(folder, name)} is a symbolic link to ${join(folder, target)}, which does not exist.`;
    expect(await refusal(join(folder, 'link'))).toBe(`${leadingTo('link', 'nowhere')} Glob finds files by name.`);
    expect(await refusal(join(folder, 'far-link'))).toContain(leadingTo('far-link', 'nowhere'));
    expect(await refusal(join(folder, 'slip'))).toBe(
      `${leadingTo('slip', 'tarket.txt')} In the same folder there is: target.txt.`,
    );
  });
});

describe('whether there is a file', () => {
  it('is seen behind links, and a dangling link is none', async () => {
    const folder = createFolder();
    writeFileSync(join(folder, 'a'), '');
    symlinkSync('a', join(folder, 'link'));
    symlinkSync('nothing', join(folder, 'dangling'));
    const files = createFiles();
    const found = await Promise.all(['a', 'link', 'dangling', 'b'].map(name => files.exists(join(folder, name))));
    expect(found).toEqual([true, true, false, false]);
  });
});

describe('read marks', () => {
  it('are kept by agent, and shared by the names that symbolic links make of one file', () => {
    const folder = createFolder();
    writeFileSync(join(folder, 'a'), '');
    symlinkSync('a', join(folder, 'link'));
    const files = createFiles();
    files.mark('one', join(folder, 'link'), 'h1');
    expect(files.marked('one', join(folder, 'a'))).toBe('h1');
    expect(files.marked('two', join(folder, 'a'))).toBeUndefined();
    files.mark('one', join(folder, 'a'), 'h2');
    expect(files.marked('one', join(folder, 'link'))).toBe('h2');
  });
});

describe('writing', () => {
  it('makes a file with its folders, and marks it as seen by its writer alone', async () => {
    const path = join(createFolder(), 'deep/er/a');
    const files = createFiles();
    await files.write(path, bytes('new'), {agentId: 'one', expected: null});
    expect(readFileSync(path, 'utf8')).toBe('new');
    expect([files.marked('one', path), files.marked('two', path)]).toEqual([sha256('new'), undefined]);
    expect(await files.read(path, all)).toMatchObject({hash: sha256('new'), writer: 'one'});
  });

  it('replaces only the content that was expected, and says who wrote another', async () => {
    const path = join(createFolder(), 'a');
    writeFileSync(path, 'first');
    const files = createFiles();
    await files.write(path, bytes('second'), {agentId: 'one', expected: sha256('first')});
    const late = files.write(path, bytes('third'), {agentId: 'two', expected: sha256('first')});
    await expect(late).rejects.toThrow(/was changed by agent one since you read it\. Read it again/);
    writeFileSync(path, 'fourth');
    const stale = files.write(path, bytes('fifth'), {agentId: 'one', expected: sha256('second')});
    await expect(stale).rejects.toThrow(/was changed since you read it/);
    expect(readFileSync(path, 'utf8')).toBe('fourth');
  });

  it('sees a change of the same size within the same tick of the clock, and none where only the time changed', async () => {
    const path = join(createFolder(), 'a');
    writeFileSync(path, 'abc');
    const {atime, mtime} = statSync(path);
    writeFileSync(path, 'abd');
    utimesSync(path, atime, mtime);
    const files = createFiles();
    const stale = files.write(path, bytes('new'), {agentId: 'one', expected: sha256('abc')});
    await expect(stale).rejects.toThrow(/was changed since/);
    utimesSync(path, new Date(0), new Date(0));
    await files.write(path, bytes('new'), {agentId: 'one', expected: sha256('abd')});
    expect(readFileSync(path, 'utf8')).toBe('new');
  });

  it('does not make a file anew that was deleted, until the agent has heard of it', async () => {
    const path = join(createFolder(), 'a');
    const files = createFiles();
    await files.write(path, bytes('old'), {agentId: 'one', expected: null});
    rmSync(path);
    const expected = files.marked('one', path) ?? null;
    await expect(files.write(path, bytes('new'), {agentId: 'one', expected})).rejects.toThrow(/was deleted since/);
    expect(existsSync(path)).toBe(false);
    expect(files.marked('one', path)).toBeUndefined();
    await files.write(path, bytes('new'), {agentId: 'one', expected: null});
    expect(readFileSync(path, 'utf8')).toBe('new');
  });

  it('does not touch a file that appeared since', async () => {
    const path = join(createFolder(), 'a');
    writeFileSync(path, 'theirs');
    const writing = createFiles().write(path, bytes('mine'), {agentId: 'one', expected: null});
    await expect(writing).rejects.toThrow(/exists already\. Read it/);
    expect(readFileSync(path, 'utf8')).toBe('theirs');
  });

  it('leaves no folder behind when the file does not come to be, but leaves what was there before', async () => {
    const folder = createFolder();
    mkdirSync(join(folder, 'there'));
    const files = createFiles();
    const path = join(folder, 'there/new/deep', 'n'.repeat(300));
    await expect(files.write(path, bytes('x'), {agentId: 'one', expected: null})).rejects.toThrow(ToolError);
    expect(readdirSync(folder, {recursive: true})).toEqual(['there']);
  });

  it('is refused on a folder, on a named pipe, below a file, and in a folder that takes no files', async () => {
    const folder = createFolder();
    writeFileSync(join(folder, 'file'), 'x');
    mkdirSync(join(folder, 'shut'));
    chmodSync(join(folder, 'shut'), 0o555);
    chmodSync(folder, 0o755);
    const files = createFiles();
    const write = (path: string): Promise<void> => files.write(path, bytes('y'), {agentId: 'one', expected: null});
    await expect(write(folder)).rejects.toThrow(/is a folder/);
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    await expect(write(join(folder, 'pipe'))).rejects.toThrow(/is a named pipe: .* writing it could wait for ever/);
    rmSync(join(folder, 'pipe'));
    await expect(write(join(folder, 'file/below'))).rejects.toThrow(/is a file where a folder is needed/);
    await withoutRoot(() => expect(write(join(folder, 'shut/a'))).rejects.toThrow(/No permission/));
    expect(readdirSync(folder, {recursive: true}).sort()).toEqual(['file', 'shut']);
  });

  it('goes through a symbolic link to one file, and to all hard links of it', async () => {
    const folder = createFolder();
    writeFileSync(join(folder, 'a'), 'old');
    linkSync(join(folder, 'a'), join(folder, 'hard'));
    symlinkSync('a', join(folder, 'soft'));
    await createFiles().write(join(folder, 'soft'), bytes('new'), {agentId: 'one', expected: sha256('old')});
    expect(['a', 'hard', 'soft'].map(name => readFileSync(join(folder, name), 'utf8'))).toEqual(['new', 'new', 'new']);
  });

  it('notices a file that is exchanged between the comparison and the swap', async () => {
    const folder = createFolder();
    const path = join(folder, 'a');
    writeFileSync(path, 'old'.repeat(500_000));
    const before = sha256('old'.repeat(500_000));
    const writing = createFiles().write(path, bytes('mine'), {agentId: 'one', expected: before});
    // The temporary file is there once the comparison is over.
    while (readdirSync(folder).length === 1) await new Promise(resolve => setImmediate(resolve));
    writeFileSync(join(folder, 'theirs'), 'theirs');
    renameSync(join(folder, 'theirs'), path);
    await expect(writing).rejects.toThrow(/was changed since/);
    expect(readFileSync(path, 'utf8')).toBe('theirs');
  });
});
