import {describe, expect, it} from 'vitest';
import {createAgentNews} from '../../../src/ui/panes/agent-news.js';
import {toolFinished} from '../support/events.js';
import {createTroupe} from '../support/troupe.js';

/** A troupe whose events go to the news as well. */
function listen() {
  const troupe = createTroupe();
  const news = createAgentNews();
  troupe.onHear = events => news.hear(events, troupe.screen.view, 80);
  const doings = (afterMs = 0, isQuiet = false): string[] =>
    news.doings(troupe.screen.view, Date.now() + afterMs, isQuiet);
  return {troupe, news, doings};
}

describe('news of agents in words', () => {
  it('say of each when it begins, and below whom it stands', () => {
    const {troupe, doings} = listen();
    const one = troupe.spawn('map auth');
    const below = troupe.spawn('who writes it', {parentId: one, kind: 'plan'});
    troupe.spawn('reads', {parentId: below, background: true});
    expect(doings()).toEqual([
      '[agent explore "map auth": running, waiting for 1 agent, 0 seconds]',
      '[agent plan "who writes it", at depth 2 below explore "map auth": running, 0 seconds]',
      '[agent explore "reads", at depth 3 below plan "who writes it", in the background: running, starting, 0 seconds]',
    ]);
    expect(doings()).toEqual([]);
  });

  it('say what it does now and then, and at once that it waits for the person', () => {
    const {troupe, doings} = listen();
    const one = troupe.spawn('one');
    doings();
    troupe.say(one, {type: 'tool_started', callId: 'r', tool: 'Read', title: 'a.ts', input: {}});
    expect(doings(4_000)).toEqual([]);
    expect(doings(6_000)).toEqual(['[agent explore "one": running, Read a.ts, 6 seconds]']);
    troupe.say(one, toolFinished('r'), {type: 'question_asked', callId: 'q', tool: 'Bash', title: 'ls', input: {}});
    expect(doings(12_000)).toEqual(['[agent explore "one": waits for you, asks: Bash ls, 12 seconds]']);
  });

  it('say of a result no more than fits in a row', () => {
    const {troupe, news} = listen();
    troupe.end(troupe.spawn('one'), 'many words '.repeat(500));
    const [told = ''] = news.ends();
    expect(told).toMatch(/: done, "many words many .*\.\.\.", 0 tools, 0 seconds, /);
    expect(told.length).toBeLessThan(160);
  });

  it('say of one that does the same for long that it still does', () => {
    const {troupe, doings} = listen();
    troupe.say(troupe.spawn('one'), {type: 'tool_started', callId: 'b', tool: 'Bash', title: 'make', input: {}});
    expect(doings()).toEqual(['[agent explore "one": running, Bash make, 0 seconds]']);
    expect(doings(29_000)).toEqual([]);
    expect(doings(31_000)).toEqual(['[agent explore "one": running, Bash make, 31 seconds]']);
    expect(doings(60_000)).toEqual([]);
  });

  it('leave a person alone who reads a question, but for those who begin or wait', () => {
    const {troupe, doings} = listen();
    const one = troupe.spawn('one');
    const two = troupe.spawn('two');
    expect(doings(0, true)).toHaveLength(2);
    troupe.say(one, {type: 'tool_started', callId: 'r', tool: 'Read', title: 'a.ts', input: {}});
    troupe.say(two, {type: 'question_asked', callId: 'q', tool: 'Bash', title: 'ls', input: {}});
    expect(doings(60_000, true)).toEqual(['[agent explore "two": waits for you, asks: Bash ls, 60 seconds]']);
    expect(doings(60_000)).toEqual(['[agent explore "one": running, Read a.ts, 60 seconds]']);
  });

  it('say each end once, in the order in which they came, those below before those above', () => {
    const {troupe, news, doings} = listen();
    const one = troupe.spawn('one');
    const two = troupe.spawn('two');
    const below = troupe.spawn('below', {parentId: one});
    doings();
    troupe.end(two, '## All is well\n\nReally.');
    troupe.end(below, '', 'stopped');
    troupe.end(one, 'Done.', 'failed');
    expect(news.ends(below)).toEqual([
      '[agent explore "two": done, "All is well", 0 tools, 0 seconds, $0.00]',
      '[agent explore "below", at depth 2 below explore "one": stopped, 0 tools, 0 seconds, $0.00]',
    ]);
    expect(news.ends()).toEqual([expect.stringMatching(/^\[agent explore "one": failed, "Done\."/)]);
    expect(news.ends()).toEqual([]);
    expect(doings()).toEqual([]);
    troupe.session.resume(two);
    troupe.say(two);
    expect(doings()).toEqual([expect.stringMatching(/^\[agent explore "two", in the background: running, starting/)]);
  });
});
