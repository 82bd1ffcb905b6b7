import {describe, expect, it} from 'vitest';
import {readCapabilities} from '../../../src/ui/terminal/capabilities.js';

const usual = {TERM: 'xterm-256color', LANG: 'en_US.UTF-8'};

describe("a terminal's capabilities", () => {
  it('are all there in a usual terminal', () => {
    expect(readCapabilities(usual)).toEqual({
      dumb: false,
      colour: true,
      unicode: true,
      flushEvery: 66,
      reflows: true,
      pushesUp: false,
      lateness: 0,
      stillAfter: 50,
    });
  });

  it.each([
    [{TERM: 'dumb'}, {dumb: true, colour: false}],
    [{NO_COLOR: '1'}, {colour: false}],
    [{NO_COLOR: ''}, {colour: true}],
    [{FORCE_COLOR: '0'}, {colour: false}],
    [{LANG: 'C'}, {unicode: false}],
    [{LC_ALL: 'POSIX'}, {unicode: false}],
    [{LC_ALL: '', LC_CTYPE: 'de_DE.utf8'}, {unicode: true}],
    [{LANG: undefined}, {unicode: true}],
    [{TERM: 'linux'}, {unicode: false, reflows: false}],
    [{XTERM_VERSION: 'XTerm(390)'}, {reflows: false}],
    [{SSH_CONNECTION: '10.0.0.1 1 10.0.0.2 22'}, {flushEvery: 100}],
    [{TMUX: '/tmp/tmux-0/default,1,0'}, {pushesUp: true, lateness: 250, stillAfter: 300}],
    [{CI: 'true'}, {dumb: false, colour: true}],
  ])('with %j are %j', (env, expected) => {
    expect(readCapabilities({...usual, ...env})).toMatchObject(expected);
  });
});
