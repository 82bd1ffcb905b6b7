/** What the status line tells in tests, where nothing depends on it. */
import type {Status} from '../../../src/ui/screen.js';

export const plainStatus: Status = {
  model: 'test-1',
  folder: '~/shop',
  branch: null,
  contextWindow: null,
  budgetUsd: null,
  mode: 'default',
  modes: ['default', 'acceptEdits', 'plan'],
};
