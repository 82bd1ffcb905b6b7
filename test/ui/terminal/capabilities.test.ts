import {describe, expect, it} from 'vitest';
import {readCapabilities} from '../../../src/ui/terminal/capabilities.js';

const usual = {TERM: 'xterm-256color', LANG: 'en_US.UTF-8'};

describe("a terminal's capabilities", () => {
  it('are all there in a usual terminal', () => {
    expect(readCapabilities(usual)).toEqual({
      dumb: false,
      colour: true,
      unicode: true,
      links: false,
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
    [{TERM: 'xterm-kitty'}, {links: true}],
    [{TERM_PROGRAM: 'iTerm.app'}, {links: true}],
    [{TERM_PROGRAM: 'Apple_Terminal'}, {links: false}],
    [{VTE_VERSION: '7600'}, {links: true}],
    [{VTE_VERSION: '5000'}, {links: false}],
    [{WT_SESSION: 'a1b2'}, {links: true}],
    [{VTE_VERSION: '7600', TMUX: '/tmp/tmux-0/default,1,0'}, {links: false}],
    [{TERM: 'screen', STY: '1.pts', WT_SESSION: 'a1b2'}, {links: false}],
    [{FORCE_HYPERLINK: '1', TMUX: '/tmp/tmux-0/default,1,0'}, {links: true}],
    [{FORCE_HYPERLINK: '0', TERM: 'xterm-kitty'}, {links: false}],
    [{FORCE_HYPERLINK: '1', TERM: 'dumb'}, {links: false}],
    [{CI: 'true'}, {dumb: false, colour: true}],
  ])('with %j are %j', (env, expected) => {
    expect(readCapabilities({...usual, ...env})).toMatchObject(expected);
  });
});
