import {describe, expect, it} from 'vitest';
import {createProgressLine} from '../../src/cli/progress-line.js';
import {createFakeSession} from '../pty/fixture/session.js';
import {createVirtualClock} from '../support/clock.js';
import {call, runStarted} from '../ui/support/events.js';

function open(columns = 80) {
  const session = createFakeSession();
  const clock = createVirtualClock();
  let terminal = '';
  const line = createProgressLine({
    agents: session.agents,
    clock,
    columns: () => columns,
    write(text) {
      terminal += text;
    },
  });
  /** What was written since the last time. */
  const said = (): string => {
    const text = terminal;
    terminal = '';
    return text;
  };
  session.say(runStarted);
  return {session, clock, line, said};
}

describe('the line that says what a one-shot run does', () => {
  it('comes after two seconds, and each second anew', async () => {
    const {session, clock, said} = open();
    session.say({type: 'tool_started', ...call('r', 'Read', 'src/token.ts')});
    await clock.advance(1_999);
    expect(said()).toBe('');
    await clock.advance(1);
    expect(said()).toBe('\r2 s  Read src/token.ts\x1b[K');
    await clock.advance(2_000);
    expect(said()).toBe('\r3 s  Read src/token.ts\x1b[K\r4 s  Read src/token.ts\x1b[K');
  });

  it('tells of agents at work how many they are, and what one of them does', async () => {
    const {session, clock, said} = open();
    const one = session.spawn({kind: 'explore', description: 'one'});
    session.spawn({kind: 'explore', description: 'two'});
    session.say({type: 'tool_started', ...call('g', 'Grep', 'verify\u001b[2Jtoken')}, one);
    await clock.advance(2_000);
    expect(said()).toMatch(/^\r2 s {2}2 agents at work: \S/);
  });

  it('is never as wide as the window, and steers nothing', async () => {
    const {session, clock, said} = open(20);
    session.say({type: 'tool_started', ...call('g', 'Grep', '\u001b[2Jwhere is the token verified')});
    await clock.advance(2_000);
    expect(said()).toMatch(/^\r2 s {2}Grep [^\u001b]{0,9}\.\.\.\x1b\[K$/);
  });

  it('is wiped before something else is written, comes again, and leaves no timer when it is stopped', async () => {
    const {clock, line, said} = open();
    line.clear();
    expect(said()).toBe('');
    await clock.advance(2_000);
    said();
    line.clear();
    line.clear();
    expect(said()).toBe('\r\x1b[K');
    await clock.advance(1_000);
    expect(said()).toContain('3 s');
    line.stop();
    expect([said(), clock.sleepers]).toEqual(['\r\x1b[K', 0]);
  });
});
