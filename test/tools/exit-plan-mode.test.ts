import {describe, expect, it} from 'vitest';
import {exitPlanModeTool} from '../../src/tools/exit-plan-mode.js';

const place = {root: '/shop', cwd: '/shop'};

describe('ExitPlanMode', () => {
  it('is about the first line of its plan, without the marks of a heading', () => {
    expect(exitPlanModeTool.title({plan: '\n## Move the tests\n\n1. Look.'}, place)).toBe('Move the tests');
    expect(exitPlanModeTool.title({plan: '#1 first'}, place)).toBe('#1 first');
  });
});
