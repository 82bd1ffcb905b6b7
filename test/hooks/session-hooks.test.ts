/** When a person is called, by a clock and events of the test's own; and in which order conversations end and begin. */
import {setImmediate} from 'node:timers/promises';
import {describe, expect, it} from 'vitest';
import {createScope} from '../../src/core/cancel.js';
import {createMailbox} from '../../src/core/mailbox.js';
import {unfinished} from '../../src/core/outcome.js';
import type {AgentEvent, StampedEvent} from '../../src/core/types.js';
import type {HookFunctions} from '../../src/hooks/functions.js';
import {realClock} from '../support/clock.js';
import {openHooks} from '../support/hooks.js';
import {gate} from '../support/runtime.js';

function follow(interactive: boolean) {
  const called: string[] = [];
  let now = 0;
  const given: HookFunctions = {Notification: [{run: ({about}) => void called.push(about)}]};
  const {hooks} = openHooks([], {given, interactive, clock: {...realClock, now: () => now}});
  const box = createMailbox<StampedEvent>({bound: 100});
  hooks.follow({observe: () => box});
  const tell = (event: AgentEvent, parentId: string | null = null): void => {
    box.push({
      ...event,
      agentId: parentId === null ? 'main' : 'a1',
      parentId,
      depth: parentId === null ? 0 : 1,
      seq: 0,
    });
  };
  /** A turn of the root, or of an agent below it. */
  const turn = (ms: number, reason: 'completed' | 'aborted' = 'completed', parentId: string | null = null): void => {
    tell({type: 'run_started', model: 'scripted', price: null}, parentId);
    now += ms;
    tell({type: 'run_finished', ...unfinished(reason)}, parentId);
  };
  return {called, tell, turn};
}

describe('the end of a turn', () => {
  it('calls the person if it took ten seconds, not sooner, and not for what they ended themselves', async () => {
    const {called, turn} = follow(true);
    turn(9_999);
    turn(60_000, 'aborted');
    expect(called).toEqual([]);
    turn(10_000);
    expect(called).toEqual(['idle_prompt']);
  });

  it('calls nobody for an agent below, and where nobody is there', () => {
    const below = follow(true);
    below.turn(60_000, 'completed', 'main');
    const alone = follow(false);
    alone.turn(60_000);
    expect([below.called, alone.called]).toEqual([[], []]);
  });
});

describe('a question', () => {
  it('calls the person at once, whichever agent has it', () => {
    const {called, tell} = follow(true);
    const question = {type: 'question_asked', callId: 'c1', tool: 'Bash', title: 'ls', input: {}} as const;
    tell(question);
    tell(question, 'main');
    expect(called).toEqual(['permission_prompt', 'permission_prompt']);
  });
});

describe('a conversation that begins anew', () => {
  it('is heard to begin only once the one before has been heard to end, however soon its first prompt comes', async () => {
    const heard: string[] = [];
    const leaving = gate();
    const given: HookFunctions = {
      SessionStart: [{run: ({source}) => void heard.push(`start: ${source}`)}],
      SessionEnd: [
        {
          async run({reason}) {
            await leaving.opened;
            heard.push(`end: ${reason}`);
          },
        },
      ],
    };
    const {hooks} = openHooks([], {given});
    const {signal} = createScope();
    const submit = () =>
      hooks.run({event: 'UserPromptSubmit', prompt: 'go', agentId: 'main', kind: 'main', mode: null, cwd: '/'}, signal);
    await submit();
    hooks.clear();
    const submitted = submit();
    await setImmediate();
    expect(heard).toEqual(['start: startup']);
    leaving.open();
    await submitted;
    expect(heard).toEqual(['start: startup', 'end: clear', 'start: clear']);
  });
});
