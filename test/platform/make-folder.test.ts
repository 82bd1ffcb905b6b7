import {existsSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {makeFolder} from '../../src/platform/make-folder.js';

let scratch: string;
beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), 'agent-test-'));
});
afterEach(() => rmSync(scratch, {recursive: true}));

describe('a folder', () => {
  it('is made with those above it, and left as it is if it is there', () => {
    const path = join(scratch, 'a', 'b', 'c');
    makeFolder(path);
    writeFileSync(join(path, 'kept'), '');
    makeFolder(path);
    expect(existsSync(join(path, 'kept'))).toBe(true);
  });

  it('is not made below a file, and the try ends', () => {
    writeFileSync(join(scratch, 'file'), '');
    expect(() => makeFolder(join(scratch, 'file', 'a', 'b'))).toThrow(/ENOTDIR/);
  });

  it.runIf(process.platform === 'linux')('is not made where the system has none, and the try ends', () => {
    expect(() => makeFolder('/proc/nobody-has-this/home')).toThrow(/ENOENT/);
  });
});
