import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {existsSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {hostname} from 'node:os';
import {join} from 'node:path';
import {describe, expect, it, onTestFinished} from 'vitest';
import {takeProcessLock} from '../../src/platform/process-lock.js';
import {createFolder} from '../support/folder.js';

const lockIn = (folder: string): string => join(folder, 'session.lock');

describe('the lock of a process', () => {
  it('is held by one until that lets go of it', () => {
    const path = lockIn(createFolder());
    const release = takeProcessLock(path);
    expect(release).not.toBeNull();
    expect(takeProcessLock(path)).toBeNull();
    release?.();
    expect(existsSync(path)).toBe(false);
    expect(takeProcessLock(path)).not.toBeNull();
  });

  it('that a process left behind when it was killed counts for nothing', async () => {
    const folder = createFolder();
    const path = lockIn(folder);
    const child = spawn('sleep', ['60']);
    await once(child, 'spawn');
    const start = readFileSync(`/proc/${child.pid}/stat`, 'utf8').replace(/.*\) /s, '').split(' ')[19];
    writeFileSync(path, `${hostname()} ${child.pid} ${start}\n`);
    expect(takeProcessLock(path)).toBeNull();
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(takeProcessLock(path)).not.toBeNull();
    expect(readdirSync(folder)).toEqual(['session.lock']);
  });

  it('of a process that has ended, and whose parent has not noticed, counts for nothing', async () => {
    const path = lockIn(createFolder());
    // The shell becomes a program that waits for nobody.
    const parent = spawn('sh', ['-c', 'sleep 60 & echo $!; exec sleep 60'], {stdio: ['ignore', 'pipe', 'ignore']});
    onTestFinished(() => void parent.kill('SIGKILL'));
    const [line] = await once(parent.stdout, 'data');
    const pid = Number(String(line).trim());
    const statOf = (): string[] => readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/.*\) /s, '').split(' ');
    writeFileSync(path, `${hostname()} ${pid} ${statOf()[19]}\n`);
    expect(takeProcessLock(path)).toBeNull();
    process.kill(pid, 'SIGKILL');
    await expect.poll(() => statOf()[0]).toBe('Z');
    expect(takeProcessLock(path)).not.toBeNull();
  });

  it('of a process whose number another one has now counts for nothing', () => {
    const path = lockIn(createFolder());
    writeFileSync(path, `${hostname()} ${process.pid} 1\n`);
    expect(takeProcessLock(path)).not.toBeNull();
  });

  it('that is garbled counts for nothing, and one of another machine counts', () => {
    const folder = createFolder();
    for (const text of ['', 'nonsense', `${hostname()} x y`]) {
      writeFileSync(join(folder, 'garbled'), text);
      const release = takeProcessLock(join(folder, 'garbled'));
      expect(release, text).not.toBeNull();
      release?.();
    }
    writeFileSync(lockIn(folder), 'elsewhere 1 1\n');
    expect(takeProcessLock(lockIn(folder))).toBeNull();
  });

  it('is not let go of by whom it was taken from', () => {
    const path = lockIn(createFolder());
    const release = takeProcessLock(path);
    writeFileSync(path, 'elsewhere 1 1\n');
    release?.();
    expect(existsSync(path)).toBe(true);
  });

  it('where none can be made is the error of the system', () => {
    expect(() => takeProcessLock(join(createFolder(), 'no', 'folder'))).toThrow('ENOENT');
  });
});
