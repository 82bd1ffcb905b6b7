import {existsSync, utimesSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, it} from 'vitest';
import {withFileLock} from '../../src/platform/file-lock.js';
import {createFolder} from '../support/folder.js';

describe('a lock', () => {
  it('is held by one at a time', async () => {
    const lock = join(createFolder(), 'lock');
    let holders = 0;
    const most = await Promise.all(
      Array.from({length: 10}, () =>
        withFileLock(lock, async () => {
          holders += 1;
          const seen = holders;
          await new Promise(setImmediate);
          holders -= 1;
          return seen;
        }),
      ),
    );
    expect(most).toEqual(Array.from({length: 10}, () => 1));
    expect(existsSync(lock)).toBe(false);
  });

  it('is given back when the work throws, which is passed on', async () => {
    const lock = join(createFolder(), 'lock');
    const fail = () => withFileLock(lock, () => Promise.reject(new Error('no')));
    await expect(fail()).rejects.toThrow('no');
    expect(existsSync(lock)).toBe(false);
  });

  it('that was left behind is taken away', async () => {
    const lock = join(createFolder(), 'lock');
    writeFileSync(lock, '');
    utimesSync(lock, 0, 0);
    expect(await withFileLock(lock, async () => 'done')).toBe('done');
  });

  it('that cannot be made at all is an error', async () => {
    await expect(withFileLock(join(createFolder(), 'absent/lock'), async () => {})).rejects.toThrow(/ENOENT/);
  });
});
