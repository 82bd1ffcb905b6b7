import {describe, expect, it} from 'vitest';
import {createHooksCommand} from '../../src/cli/hooks-command.js';
import type {HookListing} from '../../src/hooks/listing.js';
import type {WithheldItem} from '../../src/settings/settings.js';

const hook = (row: Partial<HookListing>): HookListing => ({
  event: 'PreToolUse',
  matcher: null,
  command: './guard.sh',
  timeoutMs: 60_000,
  onFailure: 'allow',
  source: '/home/me/.agent/settings.json',
  ...row,
});

const list = (hooks: readonly HookListing[], withheld: readonly WithheldItem[] = []) =>
  createHooksCommand({hooks, withheld}).run('');

describe('/hooks', () => {
  it('lists by event what listens, to what, and where it is from', () => {
    const hooks = [
      hook({matcher: 'Bash|Edit', onFailure: 'block'}),
      hook({event: 'Stop', command: 'npm test', timeoutMs: 5_000}),
      hook({command: 'count', source: 'function', timeoutMs: null}),
    ];
    expect(list(hooks)).toBe(
      [
        'PreToolUse',
        '  Bash|Edit: ./guard.sh  (/home/me/.agent/settings.json, at most 60 s, refuses if it fails)',
        '  count  (function)',
        'Stop',
        '  npm test  (/home/me/.agent/settings.json, at most 5 s)',
      ].join('\n'),
    );
  });

  it('says that there are none, and of those that nobody trusts how many', () => {
    expect(list([])).toBe('No hooks listen. They stand in settings, under "hooks".');
    const source = {origin: 'project', path: '/p/.agent/settings.json', base: '/p'} as const;
    const withheld = [
      {kind: 'hook', text: 'x', hash: 'h', source},
      {kind: 'env', text: 'y', hash: 'i', source},
    ] as const;
    expect(list([], withheld)).toBe('Not run, because this folder is not trusted: 1 hook of its own.');
  });

  it('shows by signs what would act upon the terminal', () => {
    expect(list([hook({command: 'a\x1b[2J\nb'})])).not.toMatch(/\x1b|a.*\n.*b/);
  });
});
