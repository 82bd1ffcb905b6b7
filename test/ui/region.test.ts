import {describe, expect, it} from 'vitest';
import type {Frame} from '../../src/ui/frame.js';
import {createRegion} from '../../src/ui/region.js';
import {createEmulator} from '../support/emulator.js';

const frame: Frame = {
  window: [],
  activity: ' ',
  panel: '',
  status: '-- test --',
  draft: '>',
  caret: {fromBottom: 0, column: 2},
};

function openRegion() {
  const writes: string[] = [];
  const region = createRegion({
    size: {columns: 40, rows: 12},
    reflows: true,
    pushesUp: false,
    write: bytes => void (bytes && writes.push(bytes)),
    onError(error) {
      throw error;
    },
  });
  return {region, writes};
}

describe('the live region', () => {
  it('brings each frame to the terminal at once, in one write, what is printed above it first', async () => {
    const emulator = createEmulator({cols: 40, rows: 12, onAnswer: () => {}});
    const {region, writes} = openRegion();
    region.draw(frame, ['a banner']);
    await region.inkReady;
    region.draw({...frame, window: ['streaming'], activity: '\n  working'}, []);
    region.draw({...frame, draft: '> typed', caret: {fromBottom: 0, column: 7}}, ['', 'streaming, done']);
    region.draw({...frame, draft: '> typed', caret: {fromBottom: 0, column: 7}}, []);
    expect(writes).toHaveLength(3);
    for (const bytes of writes) expect(bytes).toMatch(/^\x1b\[\?2026h[\s\S]*\x1b\[\?2026l$/);
    await emulator.write(writes.join(''));
    expect(emulator.screen().slice(0, 7)).toEqual(['a banner', '', 'streaming, done', '', '-- test --', '> typed', '']);
    expect(emulator.cursor()).toEqual({x: 7, y: 5});

    await emulator.write(region.erase());
    region.close();
    expect(emulator.screen().slice(0, 4)).toEqual(['a banner', '', 'streaming, done', '']);
    emulator.dispose();
  });

  it('draws the same before Ink is there as after', async () => {
    const frames: readonly Frame[] = [
      frame,
      {...frame, window: ['streaming'], activity: '\n  working', panel: 'a panel\nof two rows'},
      {...frame, draft: '> two\n  rows', caret: {fromBottom: 1, column: 2}},
    ];
    for (const each of frames) {
      const {region, writes} = openRegion();
      region.draw(each, ['a banner']);
      await region.inkReady;
      region.draw({...each, status: '-- other --'}, []);
      region.forget();
      region.draw(each, ['a banner']);
      expect(writes).toHaveLength(3);
      expect(writes[2]).toBe(writes[0]);
      region.close();
    }
  });

  it('reports what a component throws', async () => {
    let isBroken = false;
    const broken: Frame = {
      ...frame,
      get panel(): string {
        if (isBroken) throw new Error('cannot be drawn');
        return 'drawn';
      },
    };
    const failed = new Promise(resolve => {
      const region = createRegion({
        size: {columns: 40, rows: 12},
        reflows: true,
        pushesUp: false,
        write: () => {},
        onError: resolve,
      });
      region.draw(broken, []);
      isBroken = true;
    });
    expect(await failed).toMatchObject({message: 'cannot be drawn'});
  });
});
