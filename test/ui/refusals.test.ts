import {describe, expect, it} from 'vitest';
import type {AgentEvent} from '../../src/core/types.js';
import {call, reply, runFinished, textDelta, toolFinished} from './support/events.js';
import {createTroupe, type Troupe} from './support/troupe.js';

const rule = 'a rule denies it: Bash(curl:*)';
let made = 0;
const refused = (title: string, summary = rule, tool = 'Bash'): AgentEvent[] => {
  made += 1;
  return [
    {type: 'tool_started', ...call(`refused-${made}`, tool, title)},
    toolFinished(`refused-${made}`, 'denied', {summary}),
  ];
};
/** What was printed once something else is said. */
function printed(troupe: Troupe): readonly string[] {
  troupe.say('main', textDelta('next', 'Now'));
  return troupe.printed.filter(line => line !== '');
}

describe('equal refusals', () => {
  it('are one line that says how many they were', () => {
    const troupe = createTroupe();
    troupe.say('main', ...refused('curl a'), ...refused('curl a'), ...refused('curl a'));
    expect(printed(troupe)).toEqual([`  x Bash curl a - 3 times - ${rule}`]);
  });

  it('that are about different things name the first', () => {
    const troupe = createTroupe();
    const reason = 'not started: No agent was started: the limit "spawns" is 32. That many were started in this turn.';
    troupe.say('main', ...['one', 'two', 'two', 'three'].flatMap(title => refused(title, reason, 'Agent')));
    expect(printed(troupe)).toEqual([
      '  x Agent one and 3 more',
      expect.stringContaining('not started: No agent was started'),
      expect.anything(),
    ]);
  });

  it('say how many they were however little room a title has', () => {
    const troupe = createTroupe({columns: 50});
    const long = 'curl https://example.com/a/very/long/address/that/goes/on';
    troupe.say('main', ...refused(long), ...refused(long));
    expect(printed(troupe)[0]).toMatch(/^ {2}x Bash curl .*\.\.\. - 2 times/);
  });

  it('stay apart where one says something else, or something is said between them', () => {
    const troupe = createTroupe();
    troupe.say(
      'main',
      ...refused('curl a'),
      ...refused('curl a', 'you said no'),
      ...refused('curl a'),
      ...reply('r1', 'I try again.'),
      ...refused('curl a'),
    );
    expect(printed(troupe)).toEqual([
      `  x Bash curl a - ${rule}`,
      '  x Bash curl a - you said no',
      `  x Bash curl a - ${rule}`,
      '* I try again.',
      `  x Bash curl a - ${rule}`,
    ]);
  });

  it('stay apart where the person refused different things', () => {
    const troupe = createTroupe();
    const answered = (callId: string, title: string): AgentEvent[] => [
      {type: 'question_asked', ...call(callId, 'Bash', title)},
      {type: 'question_answered', callId, verdict: 'deny'},
      toolFinished(callId, 'denied', {summary: ''}),
    ];
    troupe.say('main', ...answered('q1', 'make a'), ...answered('q2', 'make b'), ...answered('q3', 'make b'));
    expect(printed(troupe).filter(line => line.includes('Bash make'))).toEqual([
      '  x Bash make a - you said no',
      '  x Bash make b - 2 times - you said no',
    ]);
  });

  it('are folded in an open pane as well, all of them', () => {
    const troupe = createTroupe();
    const one = troupe.spawn('one');
    troupe.screen = {...troupe.screen, folds: new Map([[one, 'open']])};
    troupe.say(one, ...Array.from({length: 60}, () => refused('curl a')).flat());
    expect(troupe.frame().filter(line => line.includes('curl a'))).toEqual([
      expect.stringContaining('x Bash curl a - 60 times'),
    ]);
  });

  it('wait for their like before they are printed, where they are seen, until something else follows or the turn ends', () => {
    const troupe = createTroupe();
    const seen = (): string | undefined => troupe.frame().find(line => line.includes('curl a'));
    troupe.say('main', ...refused('curl a'));
    expect([troupe.printed, seen()]).toEqual([[], `  x Bash curl a - ${rule}`]);
    troupe.say('main', ...refused('curl a'));
    expect([troupe.printed, seen()]).toEqual([[], `  x Bash curl a - 2 times - ${rule}`]);
    troupe.say('main', runFinished());
    expect([troupe.printed[0], seen()]).toEqual([`  x Bash curl a - 2 times - ${rule}`, undefined]);
  });
});
