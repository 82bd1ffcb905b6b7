/**
 * Frames that arrive late: the window became another while they were on their way, as always in tmux, which tells of a
 * new width up to 250 ms after it has re-wrapped what stands there.
 */
import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {createPainter, type Frame} from '../../../src/ui/terminal/painter.js';
import {createEmulator} from '../../support/emulator.js';

interface Window {
  readonly columns: number;
  readonly rows: number;
}

/** A terminal whose program draws for one window, and which may be another window already when the frames arrive. */
function createStage({columns, rows}: Window, keepsCursor: boolean, pushesUp = false) {
  const emulator = createEmulator({cols: columns, rows, keepsCursor, onAnswer: () => {}});
  const painter = createPainter({columns, rows, reflows: true, pushesUp});
  let onItsWay = '';
  return {
    draw(frame: Frame, above: readonly string[] = []): void {
      onItsWay += painter.paint(frame, above);
    },
    /** What was written so far is on the screen. */
    async arrive(): Promise<void> {
      const bytes = onItsWay;
      onItsWay = '';
      expect(bytes).not.toMatch(/\x1b\[\d*J/);
      await emulator.write(bytes);
    },
    async drag(to: Window): Promise<void> {
      emulator.resize(to.columns, to.rows);
      await emulator.write('');
    },
    /** The program hears of the window, which stands still. */
    tell(window: Window): void {
      onItsWay += painter.resize(window);
    },
    dispose: emulator.dispose,
    /** Scrollback and screen; where a line was wrapped does not matter. */
    all: () => [...emulator.scrollback(), ...emulator.screen()].join(''),
  };
}

const before = {columns: 40, rows: 40};
const text = fc.string({maxLength: 40, size: 'max', unit: fc.constantFrom('a', 'b', 'x')});
/** At most so high that even wrapped to a quarter they fit into the window. */
const lines = fc.array(text, {minLength: 1, maxLength: 8});
const narrower = fc.record({columns: fc.integer({min: 10, max: 40}), rows: fc.integer({min: 34, max: 40})});
const lower = fc.record({rows: fc.integer({min: 10, max: 40})});
const stepsOf = <To>(to: fc.Arbitrary<To>) =>
  fc.array(
    fc.oneof(
      {
        weight: 4,
        arbitrary: fc.record({type: fc.constant('draw' as const), lines, above: fc.array(text, {maxLength: 3})}),
      },
      {weight: 2, arbitrary: fc.record({type: fc.constant('arrive' as const)})},
      {weight: 1, arbitrary: fc.record({type: fc.constant('drag' as const), to})},
    ),
    {minLength: 1, maxLength: 15, size: 'max'},
  );
/** Not both: a frame that fills a low window has rows go out of reach at its top when that gets narrower, however high it is then. */
const oneWay = fc.oneof(stepsOf(narrower), stepsOf(lower));

describe('frames that arrive in another window than they were made for', () => {
  it('leave nothing behind and lose nothing that was printed, while the cursor waits at their top', async () => {
    await fc.assert(
      fc.asyncProperty(oneWay, lines, fc.boolean(), async (steps, last, pushesUp) => {
        const stage = createStage(before, true, pushesUp);
        const printed: string[] = [];
        let window = before;
        for (const step of steps) {
          if (step.type === 'arrive') await stage.arrive();
          else if (step.type === 'drag') {
            window = {...window, ...step.to};
            await stage.drag(window);
          } else {
            printed.push(...step.above);
            stage.draw({lines: step.lines, caret: null}, step.above);
          }
        }
        stage.tell(window);
        const shown = last.map(line => line.slice(0, window.columns));
        stage.draw({lines: shown, caret: null});
        await stage.arrive();
        expect(stage.all()).toBe([...printed, ...shown].join(''));
        stage.dispose();
      }),
      {numRuns: 100},
    );
  });

  it('leave nothing behind at the caret, as long as equally many of their rows wrap', async () => {
    const wide = 'w'.repeat(40);
    const short = fc.array(fc.string({maxLength: 10, unit: fc.constantFrom('a', 'b')}), {maxLength: 6});
    const widths = fc.array(fc.integer({min: 10, max: 40}), {minLength: 1, maxLength: 4});
    await fc.assert(
      fc.asyncProperty(fc.array(short, {minLength: 1, maxLength: 4}), short, widths, async (early, late, columns) => {
        const stage = createStage(before, false);
        const draw = (said: readonly string[], width: number): void => {
          const caret = {fromBottom: 0, column: 3};
          stage.draw({lines: [...said, wide.slice(0, width), '> x'], caret});
        };
        stage.draw({lines: ['> x'], caret: {fromBottom: 0, column: 3}}, ['printed']);
        for (const said of early) draw(said, 40);
        await stage.arrive();
        let width = 40;
        for (const next of columns) {
          await stage.drag({columns: next, rows: 40});
          draw(late, width);
          draw([...late, 'more'], width);
          await stage.arrive();
          width = next;
          stage.tell({columns: width, rows: 40});
          draw(late, width);
          await stage.arrive();
        }
        expect(stage.all()).toBe(['printed', ...late, wide.slice(0, width), '> x'].join(''));
        stage.dispose();
      }),
      {numRuns: 100},
    );
  });
});
