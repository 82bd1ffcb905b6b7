/** Commands in the background on the screen: the key that sends one there, how they are counted, and how they end. */
import {describe, expect, it} from 'vitest';
import type {AgentEvent} from '../../src/core/types.js';
import {press} from '../../src/ui/press.js';
import {receive} from '../../src/ui/receive.js';
import {createScreen, type Screen} from '../../src/ui/screen.js';
import {statusRule} from '../../src/ui/status-rule.js';
import {createTheme} from '../../src/ui/theme.js';
import {noLayout} from '../../src/ui/transcript/transcript.js';
import {liveCommands} from '../../src/ui/view.js';
import {runFinished, runStarted, stamped} from './support/events.js';
import {plainStatus} from './support/status.js';

const theme = createTheme({dumb: true, colour: false, unicode: false});
const context = {commands: [], now: 0, transcript: noLayout};
const size = {columns: 100, rows: 24};
const idle = createScreen({size, status: plainStatus, history: [], now: 0, printed: 'nothing'});

const hear = (screen: Screen, ...events: readonly AgentEvent[]): Screen =>
  receive(
    screen,
    events.map(event => stamped(event)),
    0,
  );
const bash: AgentEvent = {
  type: 'tool_started',
  callId: 'c1',
  tool: 'Bash',
  title: 'npm test',
  input: {command: 'npm test'},
};
const moved: AgentEvent = {
  type: 'command_moved',
  taskId: 'b-1',
  callId: 'c1',
  command: 'npm test',
  description: '',
  path: '/tmp/1.log',
};
const ended: AgentEvent = {type: 'command_ended', taskId: 'b-1', command: 'npm test\n', state: 'failed', exitCode: 1};

describe('a command in the background', () => {
  it('is sent there with ctrl-b while its call waits for it; else the key moves the caret', () => {
    const input = {type: 'key', chord: 'ctrl+b'} as const;
    expect(press(hear(idle, runStarted), input, context).effects).toEqual([]);
    const waiting = hear(idle, runStarted, bash);
    expect(press(waiting, input, context).effects).toEqual([{type: 'background', agentId: 'main'}]);
    const other = hear(idle, runStarted, {...bash, tool: 'Grep'});
    expect(press(other, input, context).effects).toEqual([]);
  });

  it('is counted, ended by a stop, and told of when it ends', () => {
    const running = hear(idle, runStarted, moved, runFinished());
    expect(liveCommands(running.view)).toBe(1);
    expect(statusRule(running, theme)).toContain('1 command running');
    expect(press(running, {type: 'key', chord: 'ctrl+c'}, context).effects).toEqual([{type: 'abort'}]);
    const over = hear({...running, held: []}, ended);
    expect(liveCommands(over.view)).toBe(0);
    expect(over.held).toMatchObject([{type: 'notice', text: 'The background command b-1 ended (exit 1): npm test'}]);
  });
});
