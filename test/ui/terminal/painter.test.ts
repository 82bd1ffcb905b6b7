import fc from 'fast-check';
import {afterEach, describe, expect, it} from 'vitest';
import {createPainter, type Frame, type Painter} from '../../../src/ui/terminal/painter.js';
import {createEmulator, type Emulator} from '../../support/emulator.js';

interface Stage {
  readonly emulator: Emulator;
  readonly painter: Painter;
  /** Everything written so far. */
  bytes(): string;
  paint(frame: Frame, above?: readonly string[]): Promise<void>;
  resize(columns: number, rows: number): Promise<void>;
  /** Scrollback and screen, without the empty rows below the region. */
  all(): readonly string[];
}

let open: Emulator[] = [];
afterEach(() => {
  for (const emulator of open) emulator.dispose();
  open = [];
});

function createStage(columns = 20, rows = 8, pushesUp = false): Stage {
  const emulator = createEmulator({cols: columns, rows, onAnswer: () => {}});
  open.push(emulator);
  const painter = createPainter({columns, rows, reflows: true, pushesUp});
  let bytes = '';
  let pending = '';
  const write = async (data: string): Promise<void> => {
    bytes += data;
    await emulator.write(data);
  };
  return {
    emulator,
    painter,
    bytes: () => bytes,
    async paint(frame, above = []) {
      const wipe = pending;
      pending = '';
      await write(wipe + painter.paint(frame, above));
    },
    async resize(columns, rows) {
      emulator.resize(columns, rows);
      pending += painter.resize({columns, rows});
    },
    all() {
      const lines = [...emulator.scrollback(), ...emulator.screen()];
      while (lines.at(-1) === '') lines.pop();
      return lines;
    },
  };
}

const frame = (...lines: string[]): Frame => ({lines, caret: null});

describe('the painter', () => {
  it('draws a frame where the cursor is and puts the caret into it', async () => {
    const {emulator, paint} = createStage();
    await paint({lines: ['one', 'two', 'three'], caret: {fromBottom: 1, column: 2}});
    expect(emulator.screen().slice(0, 4)).toEqual(['one', 'two', 'three', '']);
    expect(emulator.cursor()).toEqual({x: 2, y: 1});
    expect(emulator.modes().cursorVisible).toBe(true);
  });

  it('writes nothing for a frame that is already there', async () => {
    const {paint, bytes} = createStage();
    const same: Frame = {lines: ['one', 'two'], caret: {fromBottom: 0, column: 3}};
    await paint(same);
    const before = bytes();
    await paint(same);
    expect(bytes()).toBe(before);
  });

  it('writes only the lines that changed', async () => {
    const {paint, bytes} = createStage();
    await paint(frame('first', 'second', 'third'));
    const before = bytes().length;
    await paint(frame('first', 'SECOND', 'third'));
    const written = bytes().slice(before);
    expect(written).toContain('SECOND');
    expect(written).not.toContain('first');
    expect(written).not.toContain('third');
  });

  it('erases row by row, never all below the cursor: at the top of its screen tmux saves that to the scrollback', async () => {
    const {emulator, painter, paint, resize, bytes, all} = createStage(20, 8);
    await paint({lines: ['x'.repeat(20), 'y'.repeat(20), 'one', 'two'], caret: {fromBottom: 1, column: 2}});
    await resize(10, 8);
    await paint(frame('x', 'y'));
    expect(all()).toEqual(['x', 'y']);
    await resize(10, 4);
    await paint(frame('z'.repeat(10), '1', '2'));
    await resize(5, 4);
    await paint(frame('z'));
    expect(emulator.screen()).toEqual(['z', '', '', '']);
    await paint(frame('z', '2', '3'));
    await paint(frame('z'));
    await emulator.write(painter.erase());
    expect(emulator.screen()).toEqual(['', '', '', '']);
    expect(bytes()).not.toMatch(/\x1b\[\d*J/);
  });

  it('counts rows as the terminal wraps them, also where a wide character does not fit into one', async () => {
    const {paint, resize, all} = createStage(20, 12);
    await paint(frame('top'), ['printed']);
    await paint({lines: ['漢字かな漢字', '\x1b[36mplain\x1b[0m and blue', '>'], caret: {fromBottom: 0, column: 1}});
    for (const columns of [5, 7, 9, 20]) {
      await resize(columns, 12);
      await paint({lines: ['漢字かな漢字'.slice(0, columns >> 1), '>'], caret: {fromBottom: 0, column: 1}});
      expect(all().join('')).toBe(`printed${'漢字かな漢字'.slice(0, columns >> 1)}>`);
    }
  });

  it('hides the cursor while there is no caret and shows it again', async () => {
    const {emulator, paint} = createStage();
    await paint(frame('one'));
    expect(emulator.modes().cursorVisible).toBe(false);
    await paint({lines: ['one'], caret: {fromBottom: 0, column: 1}});
    expect(emulator.modes().cursorVisible).toBe(true);
  });

  it('prints from the top of the region on, which it draws anew: what stood there may be wrapped by now', async () => {
    const {emulator, paint, bytes, all} = createStage();
    const caret = {fromBottom: 0, column: 0};
    await paint({lines: ['answer', 'prompt'], caret});
    const before = bytes().length;
    await paint({lines: ['prompt'], caret}, ['answer']);
    expect(bytes().slice(before)).toMatch(/answer\r\n[\s\S]*prompt/);
    await paint({lines: ['next', 'prompt'], caret});
    expect(all()).toEqual(['answer', 'next', 'prompt']);
    expect(emulator.modes().wraparound).toBe(true);
  });

  it('clips its own rows, and lets what it prints wrap, when the window is narrower by then', async () => {
    const {emulator, painter, all} = createStage(20, 8);
    const bytes = painter.paint(frame('a'.repeat(14), 'status'), ['printed-once']);
    emulator.resize(10, 8);
    await emulator.write(bytes);
    expect(all()).toEqual(['printed-on', 'ce', 'a'.repeat(10), 'status']);
  });

  it('leaves no copy of a frame without a caret in the scrollback when the window gets lower', async () => {
    const {emulator, paint, resize} = createStage(20, 12);
    const lines = Array.from({length: 10}, (_, index) => `line ${index}`);
    await paint(frame(...lines), ['said before']);
    await resize(20, 5);
    await paint(frame('line 0', '…', 'line 9'));
    await resize(20, 12);
    await paint(frame(...lines));
    const all = [...emulator.scrollback(), ...emulator.screen()].filter(line => line !== '');
    expect(all).toEqual(['said before', ...lines]);
  });

  it('goes down to the last rows when it may have been pushed up, and up again for the caret', async () => {
    const {emulator, paint, resize} = createStage(20, 8, true);
    await paint(frame('streams', 'status', '>'), ['printed']);
    await resize(15, 8);
    await paint(frame('streams', 'status', '>'));
    expect(emulator.screen()).toEqual(['printed', '', '', '', '', 'streams', 'status', '>']);
    await paint(frame('streams', 'more', 'status', '>'), ['and this']);
    expect(emulator.screen()).toEqual(['printed', 'and this', '', '', 'streams', 'more', 'status', '>']);
    await paint(frame('status', '>'));
    expect(emulator.screen()).toEqual(['printed', 'and this', '', '', '', '', 'status', '>']);
    await paint({lines: ['status', '>'], caret: {fromBottom: 0, column: 1}});
    expect(emulator.screen()).toEqual(['printed', 'and this', 'status', '>', '', '', '', '']);
    expect(emulator.cursor()).toEqual({x: 1, y: 3});
    await paint(frame('status', '>'), ['1', '2', '3', '4', '5']);
    expect(emulator.scrollback()).toEqual(['printed']);
  });

  it('cuts a frame to less than the height, keeping its end', async () => {
    const {emulator, paint} = createStage(20, 5);
    await paint(frame(...Array.from({length: 9}, (_, index) => `line ${index}`)));
    expect(emulator.screen()).toEqual(['line 5', 'line 6', 'line 7', 'line 8', '']);
    expect(emulator.scrollback()).toEqual([]);
  });

  it('leaves the cursor where the region began when it is erased', async () => {
    const {emulator, painter, paint} = createStage();
    await paint({lines: ['one', 'two'], caret: {fromBottom: 1, column: 1}}, ['printed']);
    await emulator.write(painter.erase());
    expect(emulator.screen().slice(0, 3)).toEqual(['printed', '', '']);
    expect(emulator.cursor()).toEqual({x: 0, y: 1});
    expect(emulator.modes()).toMatchObject({cursorVisible: true, synchronizedOutput: false});
  });

  const text = fc
    .string({minLength: 0, maxLength: 20, unit: fc.constantFrom('a', 'b', ' ', 'x')})
    .map(line => line.trimEnd());
  const step = fc.record({
    lines: fc.array(text, {minLength: 1, maxLength: 12}),
    above: fc.array(text, {maxLength: 15}),
    rows: fc.option(fc.integer({min: 8, max: 14}), {nil: null, freq: 4}),
    caret: fc.option(fc.record({fromBottom: fc.nat(3), column: fc.nat(19)}), {nil: null}),
  });

  it('shows, whatever happens, what was printed once and in order, and below it the last frame', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, {minLength: 1, maxLength: 12}), async steps => {
        const stage = createStage(20, 14);
        const printed: string[] = [];
        let height = 14;
        let shown: readonly string[] = [];
        for (const {lines, above, rows, caret} of steps) {
          // A window that becomes lower than the region pushes its top rows out of reach, so here it never does.
          if (rows !== null && rows > shown.length + 1) {
            height = rows;
            await stage.resize(20, rows);
          }
          await stage.paint(
            {lines, caret: caret && {...caret, fromBottom: Math.min(caret.fromBottom, lines.length - 1)}},
            above,
          );
          printed.push(...above);
          shown = lines.slice(-(height - 1));
        }
        const expected = [...printed, ...shown];
        while (expected.at(-1) === '') expected.pop();
        expect(stage.all()).toEqual(expected);
        expect(stage.bytes()).not.toMatch(/\x1b\[\d*J/);
        stage.emulator.dispose();
      }),
      {numRuns: 60},
    );
  });

  it('shows a window that scrolls by any steps', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({min: -3, max: 9}), {maxLength: 12}),
        fc.integer({min: 4, max: 12}),
        async (steps, height) => {
          const stage = createStage(20, 16);
          let from = 20;
          for (const step of steps) {
            from += step;
            const rows = Array.from({length: height}, (_, index) => `row ${Math.floor((from + index) / 2)}`);
            await stage.paint({lines: [...rows, '----', '> x'], caret: {fromBottom: 0, column: 3}});
            expect(stage.all()).toEqual([...rows, '----', '> x']);
          }
          stage.emulator.dispose();
        },
      ),
      {numRuns: 60},
    );
  });

  it('leaves no trace of an earlier frame after the width changes', async () => {
    const widths = fc.array(fc.integer({min: 10, max: 60}), {minLength: 1, maxLength: 6});
    await fc.assert(
      fc.asyncProperty(widths, fc.nat(19), async (columns, caret) => {
        const stage = createStage(40, 20);
        const lines = (tag: number, width: number): string[] =>
          [`tail ${tag} ${'t'.repeat(width)}`, '-'.repeat(width), `> draft ${tag}`].map(line => line.slice(0, width));
        const draw = (tag: number, width: number): Promise<void> =>
          stage.paint({lines: lines(tag, width), caret: {fromBottom: 0, column: Math.min(caret, 9)}});
        await stage.paint(frame(''), ['printed first']);
        await draw(0, 40);
        for (const [index, width] of columns.entries()) {
          await stage.resize(width, 20);
          await draw(index + 1, width);
        }
        expect(stage.all().join('').replace('printed first', '')).toBe(
          lines(columns.length, columns.at(-1) ?? 0).join(''),
        );
        stage.emulator.dispose();
      }),
      {numRuns: 50},
    );
  });
});
