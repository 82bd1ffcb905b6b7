/** What is kept of changes, and what becomes of it when it is damaged, too large or in the way. */
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, it} from 'vitest';
import {createFiles} from '../../src/files/files.js';
import {createFileHistory} from '../../src/files/history.js';
import {createTurns} from '../../src/files/turns.js';
import {createFolder, withoutRoot} from '../support/folder.js';

function createScene({folder = createFolder() as string | null, root = createFolder(), points = ['one']} = {}) {
  const takeTurn = createTurns();
  const history = createFileHistory({folder, root, without: [], points: () => points}, takeTurn);
  const files = createFiles({takeTurn, open: () => Promise.resolve(history), opened: () => history});
  const write = (name: string, text: string, expected: string | null = null) =>
    files.write(join(root, name), Buffer.from(text), {agentId: 'main', expected});
  const command = (work: () => void) => history.during('main', async () => work());
  async function rewind(entryId = 'one') {
    const plan = await history.plan(entryId);
    return plan && history.rewind(plan);
  }
  const read = (name: string): string => readFileSync(join(root, name), 'utf8');
  return {folder: folder ?? '', root, points, history, write, command, rewind, read};
}

describe('a journal of changes', () => {
  it('that was cut in the middle of a line goes on behind it, and only that line is lost', async () => {
    const first = createScene();
    await first.write('a', 'a');
    await first.write('b', 'b');
    const path = join(first.folder, 'changes.jsonl');
    truncateSync(path, readFileSync(path).length - 20);
    const {folder, root} = first;
    const second = createScene({folder, root});
    await second.write('c', 'c');
    const third = createScene({folder, root});
    const done = await third.rewind();
    expect(done?.undo.map(each => each.path)).toEqual([join(root, 'a'), join(root, 'c')]);
    expect(readdirSync(root)).toEqual(['b']);
  });

  it('that has lost the message gives nothing back, and one in which nothing came after it has nothing to give', async () => {
    const {folder, root, write} = createScene();
    await write('a', 'a');
    const path = join(folder, 'changes.jsonl');
    writeFileSync(path, readFileSync(path, 'utf8').split('\n').slice(1).join('\n'));
    expect(await createScene({folder, root, points: ['one', 'two']}).rewind('one')).toEqual({undo: [], refused: []});
    appendFileSync(path, `${JSON.stringify({type: 'point', entryId: 'two'})}\n`);
    expect(await createScene({folder, root, points: ['one', 'two']}).rewind('one')).toBeNull();
    expect(existsSync(join(root, 'a'))).toBe(true);
  });

  it('with lines that are none is read as far as it goes', async () => {
    const {folder, root, write} = createScene();
    await write('a', 'a');
    appendFileSync(join(folder, 'changes.jsonl'), 'null\n{"type":"other"}\n\0\0\n[]\n');
    expect((await createScene({folder, root}).rewind())?.undo).toHaveLength(1);
  });
});

describe('a file that cannot be brought back', () => {
  it('because what was kept is damaged stays as it is', async () => {
    const {folder, root, command, rewind, read} = createScene();
    writeFileSync(join(root, 'a'), 'old');
    await command(() => writeFileSync(join(root, 'a'), 'new'));
    for (const name of readdirSync(join(folder, 'contents'))) writeFileSync(join(folder, 'contents', name), 'damaged');
    const done = await rewind();
    expect(done?.refused).toEqual([{path: join(root, 'a'), why: expect.stringContaining('could not be brought back')}]);
    expect(read('a')).toBe('new');
  });

  it('because it was too large is named, and the rest goes back', async () => {
    const {root, command, rewind} = createScene();
    writeFileSync(join(root, 'large'), Buffer.alloc(9 * 1024 * 1024, 1));
    writeFileSync(join(root, 'small'), 'old');
    await command(() => {
      for (const name of ['large', 'small']) writeFileSync(join(root, name), 'new');
    });
    const done = await rewind();
    expect(done?.undo.map(({path}) => path)).toEqual([join(root, 'small')]);
    expect(done?.refused).toEqual([{path: join(root, 'large'), why: expect.stringContaining('is not kept')}]);
  });

  it('because its folder leads elsewhere now is not written through the link', async () => {
    const {root, write, rewind} = createScene();
    const outside = createFolder();
    mkdirSync(join(root, 'sub'));
    await write('sub/a', 'agent');
    renameSync(join(root, 'sub'), join(outside, 'sub'));
    symlinkSync(join(outside, 'sub'), join(root, 'sub'));
    const done = await rewind();
    expect([done?.undo, done?.refused.length]).toEqual([[], 1]);
    expect(readFileSync(join(outside, 'sub/a'), 'utf8')).toBe('agent');
  });

  it('because something else stands there is left alone', async () => {
    const {root, write, rewind} = createScene();
    await write('a', 'agent');
    rmSync(join(root, 'a'));
    mkdirSync(join(root, 'a'));
    expect((await rewind())?.refused).toHaveLength(1);
    expect(readdirSync(root)).toEqual(['a']);
  });
});

describe('keeping', () => {
  it('never fails a write or a command, where nothing can be kept', async () => {
    const scene = createScene({folder: join(createFolder(), 'file', 'below')});
    writeFileSync(join(scene.folder, '../../file'), 'in the way');
    await scene.write('a', 'a');
    await scene.command(() => writeFileSync(join(scene.root, 'b'), 'b'));
    expect([scene.read('a'), scene.read('b')]).toEqual(['a', 'b']);
    const done = await scene.rewind();
    expect(done?.undo).toHaveLength(2);
    expect(readdirSync(scene.root)).toEqual([]);
  });

  it('passes over what it may not read, and takes it neither for deleted nor for new', async () => {
    const {root, command, history} = createScene({folder: null});
    mkdirSync(join(root, 'closed'));
    writeFileSync(join(root, 'closed/a'), 'a');
    await command(() => {});
    await withoutRoot(async () => command(() => {}));
    await command(() => {});
    expect(history.all()).toEqual([]);
  });

  it('counts what changes while commands of two agents run once, and what came before as nobody’s', async () => {
    const {root, history, rewind, read} = createScene();
    writeFileSync(join(root, 'a'), 'one');
    const step = (): {readonly promise: Promise<void>; done(): void} => {
      let done = (): void => {};
      return {
        promise: new Promise(resolve => {
          done = resolve;
        }),
        done: () => done(),
      };
    };
    const [first, second] = [step(), step()];
    const one = history.during('agent-1', () => first.promise);
    const other = history.during('agent-2', async () => {
      writeFileSync(join(root, 'a'), 'two');
      await second.promise;
    });
    second.done();
    await other;
    first.done();
    await one;
    expect(history.all()).toHaveLength(1);
    writeFileSync(join(root, 'b'), 'mine');
    await history.during('agent-1', async () => {});
    expect(history.all()).toHaveLength(1);
    await rewind();
    expect([read('a'), read('b')]).toEqual(['one', 'mine']);
  });
});
