import {appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {toLine} from '../../src/store/line.js';
import {createLog, type Log} from '../../src/store/log.js';
import {type Extent, readLog} from '../../src/store/read-log.js';
import {createFolder} from '../support/folder.js';
import {runs} from '../support/runs.js';

const header = {type: 'opened'};

function openLog(
  path: string,
  from: {readonly next?: number; readonly isCut?: boolean} = {},
): Log & {faults: unknown[]} {
  const faults: unknown[] = [];
  const log = createLog({
    path,
    next: 1,
    isCut: false,
    header: () => header,
    ...from,
    onFault: error => faults.push(error),
  });
  return {...log, faults};
}

const toText = (lines: readonly string[]): string => lines.map(line => `${line}\n`).join('');
const lineOf = (n: number, text = `record ${n}`): string => toLine({n, record: {text}});

describe('a log', () => {
  it('holds a record as soon as that is written, behind its header, for nobody else to read', async () => {
    const path = join(createFolder(), 'project', 'session.jsonl');
    const log = openLog(path);
    expect(existsSync(path)).toBe(false);
    log.write({text: 'first'});
    expect(readFileSync(path, 'utf8')).toBe(toText([toLine({n: 1, record: header}), lineOf(2, 'first')]));
    expect([statSync(path).mode & 0o777, statSync(join(path, '..')).mode & 0o777]).toEqual([0o600, 0o700]);
    await log.sync();
    log.write({text: 'second'});
    expect((await readLog(path)).records).toEqual([header, {text: 'first'}, {text: 'second'}]);
    await log.sync();
  });

  it('goes on behind what is there, on a line of its own', async () => {
    const path = join(createFolder(), 'session.jsonl');
    writeFileSync(path, `${toText([lineOf(1), lineOf(2)])}{"n":3,"te`);
    const before = await readLog(path);
    expect(before).toEqual({
      records: [{text: 'record 1'}, {text: 'record 2'}],
      badLines: [3],
      next: 3,
      isCut: true,
      passed: 0,
    });
    const log = openLog(path, before);
    log.write({text: 'after the crash'});
    await log.sync();
    const {records, badLines, isCut} = await readLog(path);
    expect(records.at(-1)).toEqual({text: 'after the crash'});
    expect([badLines, isCut]).toEqual([[3], false]);
  });

  it('that cannot be written says so once', async () => {
    const folder = createFolder();
    writeFileSync(join(folder, 'file'), '');
    const log = openLog(join(folder, 'file', 'session.jsonl'));
    log.write({text: 'lost'});
    log.write({text: 'lost as well'});
    await log.sync();
    expect(log.faults).toMatchObject([{code: 'ENOTDIR'}]);
  });

  it('on a full disk says so once', async () => {
    const log = openLog('/dev/full');
    log.write({text: 'lost'});
    log.write({text: 'lost as well'});
    await log.sync();
    expect(log.faults).toMatchObject([{code: 'ENOSPC'}]);
  });

  it('keeps no descriptor open between turns', async () => {
    const open = (): number => readdirSync('/proc/self/fd').length;
    const path = join(createFolder(), 'session.jsonl');
    const before = open();
    const log = openLog(path);
    for (const text of ['one', 'two', 'three']) {
      log.write({text});
      await log.sync();
    }
    expect(open()).toBe(before);
  });
});

describe('reading a log', () => {
  /** A file as a crash, a bad disk or two programs at once may leave it; a line that stays whole is told by its number. */
  const damage = fc.array(
    fc.oneof(
      fc.record({type: fc.constant('cut' as const), at: fc.nat()}),
      fc.record({type: fc.constant('garble' as const), at: fc.nat()}),
      fc.record({type: fc.constant('double' as const), at: fc.nat()}),
      fc.record({type: fc.constant('swap' as const), at: fc.nat()}),
      fc.record({type: fc.constant('junk' as const), at: fc.nat()}),
    ),
    {maxLength: 8},
  );

  it('gives every record whose line is whole, once and in order, and names the lines that are not', async () => {
    const folder = createFolder();
    let file = 0;
    await fc.assert(
      fc.asyncProperty(fc.integer({min: 1, max: 30}), damage, async (count, done) => {
        const lines = Array.from({length: count}, (_, at) => lineOf(at + 1));
        const whole = new Set(lines);
        for (const {type, at} of done) {
          const place = at % lines.length;
          const line = lines[place] ?? '';
          if (type === 'cut') lines[place] = line.slice(0, Math.floor(line.length / 2));
          if (type === 'garble') lines[place] = line.replace('record', 'recorD');
          if (type === 'double') lines.splice(at % (lines.length + 1), 0, line);
          if (type === 'swap') [lines[0], lines[place]] = [line, lines[0] ?? ''];
          if (type === 'junk') lines.splice(place, 0, '\0\0\0 no line of ours');
        }
        file += 1;
        const path = join(folder, `${file}.jsonl`);
        writeFileSync(path, toText(lines));
        const kept = [...new Set(lines.filter(line => whole.has(line)))];
        const {records, badLines} = await readLog(path);
        const numbers = kept.map(line => (JSON.parse(line) as {n: number}).n).sort((one, other) => one - other);
        expect(records).toEqual(numbers.map(n => ({text: `record ${n}`})));
        expect(badLines).toEqual(lines.flatMap((line, at) => (whole.has(line) ? [] : [at + 1])));
      }),
      runs(150),
    );
  });

  it('keeps what two programs wrote at once under the same numbers', async () => {
    const path = join(createFolder(), 'session.jsonl');
    writeFileSync(
      path,
      toText([lineOf(1), lineOf(2, 'mine'), lineOf(2, 'theirs'), lineOf(3, 'mine'), lineOf(3, 'theirs')]),
    );
    const {records, next} = await readLog(path);
    expect(records.slice(1).map(record => (record as {text: string}).text)).toEqual([
      'mine',
      'theirs',
      'mine',
      'theirs',
    ]);
    expect(next).toBe(4);
  });

  it('takes a line that only lacks its end of line, and text in any script across chunks', async () => {
    const path = join(createFolder(), 'session.jsonl');
    const text = 'ß€𝄞'.repeat(200_000);
    writeFileSync(path, toText([lineOf(1, text)]));
    appendFileSync(path, lineOf(2));
    expect(await readLog(path)).toEqual({
      records: [{text}, {text: 'record 2'}],
      badLines: [],
      next: 3,
      isCut: true,
      passed: 0,
    });
  });

  it('passes over what was said before a conversation began anew, and nothing else', async () => {
    const path = join(createFolder(), 'session.jsonl');
    const records = [
      {type: 'begun', system: 'x'},
      {type: 'entry', text: 'long ago'},
      {type: 'call', text: 'long ago'},
      {type: 'spent', text: 'long ago'},
      {type: 'cleared'},
      {type: 'entry', text: 'before'},
      {type: 'entry', text: 'damaged'},
      {type: 'entry', text: 'said by the other program, and written late'},
      {type: 'compacted'},
      {type: 'entry', text: 'now'},
    ];
    const lines = records.map((record, at) => toLine({n: at + 1, record}));
    const text = toText(lines.toSpliced(7, 1).concat(lines[7] ?? '')).replace('damaged', 'damaGed');
    writeFileSync(path, text);
    const of = async (extent: Extent) => {
      const read = await readLog(path, extent);
      return {
        ...read,
        records: read.records.map(record => records.findIndex(each => JSON.stringify(each) === JSON.stringify(record))),
      };
    };
    const rest = {badLines: [7], next: 11, isCut: false};
    expect(await of('history')).toEqual({...rest, records: [0, 3, 4, 8, 9], passed: 2});
    expect(await of('conversation')).toEqual({...rest, records: [0, 3, 4, 5, 7, 8, 9], passed: 0});
    expect(await of('all')).toEqual({...rest, records: [0, 1, 2, 3, 4, 5, 7, 8, 9], passed: 0});
  });

  it('rejects where there is nothing to read', async () => {
    const folder = createFolder();
    await expect(readLog(join(folder, 'none'))).rejects.toMatchObject({code: 'ENOENT'});
    mkdirSync(join(folder, 'folder'));
    await expect(readLog(join(folder, 'folder'))).rejects.toMatchObject({code: 'EISDIR'});
  });
});
