import {expect, it} from 'vitest';
import {atExit} from '../../src/platform/at-exit.js';
import {runProgram} from '../support/child-program.js';

it('has one listener for all who asked, and none once all have taken it back', () => {
  const before = process.listenerCount('exit');
  const leave = [1, 2, 3].map(() => atExit(() => {}));
  expect(process.listenerCount('exit')).toBe(before + 1);
  for (const take of leave) take();
  expect(process.listenerCount('exit')).toBe(before);
});

it('runs what was asked for when the program exits, and not what was taken back', async () => {
  const source = `
    import {atExit} from './src/platform/at-exit.js';
    atExit(() => process.stdout.write('one '));
    atExit(() => process.stdout.write('two '))();
    atExit(() => process.stdout.write('three'));
    process.exit(0);
  `;
  expect((await runProgram(source, {})).stdout).toBe('one three');
});
