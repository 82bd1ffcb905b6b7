import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import type {AgentEvent} from '../../../src/core/types.js';
import {agentWords} from '../../../src/ui/panes/agent-words.js';
import {width} from '../../../src/ui/text/width.js';
import {replyFinished, replyStarted, retracted, runStarted, textDelta, toolFinished} from '../support/events.js';
import {createTroupe, type Troupe} from '../support/troupe.js';

const rows = (troupe: Troupe): string[] => troupe.frame().filter(line => /^[ |]*[>v] [/.?~%+x#] /.test(line));

describe('the row of an agent', () => {
  it('aligns the columns; where room is short the type gives way, then both texts, the figures never', () => {
    const troupe = createTroupe({columns: 110});
    const one = troupe.spawn('map the callers of verifyToken');
    troupe.spawn('short', {parentId: one, kind: 'general-purpose'});
    troupe.say(
      one,
      {type: 'tool_started', callId: 'r', tool: 'Read', title: 'src/auth/token.ts', input: {}},
      replyFinished('e', 0.034),
    );
    const ends = (): string[] => rows(troupe).map(line => line.match(/\d+ s +\S+ +\$\d\.\d\d$/)?.[0] ?? line);
    expect(ends()).toEqual(['0 s   6.5k   $0.03', '0 s      0   $0.00']);
    expect(new Set(rows(troupe).map(width)).size).toBe(1);
    expect(rows(troupe)[0]).toContain('map the callers of verifyToken');
    expect(rows(troupe)[0]).toContain('Read src/auth/token.ts');
    for (const columns of [80, 70, 60]) {
      troupe.screen = {...troupe.screen, size: {...troupe.screen.size, columns}};
      expect(ends()).toEqual(['0 s   6.5k   $0.03', '0 s      0   $0.00']);
      for (const line of rows(troupe)) expect(width(line)).toBeLessThanOrEqual(columns);
    }
    expect(rows(troupe)[0]).toMatch(/^ {2}v \/ map the callers o\.{3} {2}Read src\.{3} +0 s /);
    troupe.screen = {...troupe.screen, size: {...troupe.screen.size, columns: 40}};
    expect(rows(troupe)[0]).toMatch(/^ {2}v \/ map t\.{3} {2}Read src\.{3} +0 s {2}\$0\.03$/);
    troupe.keys('tab');
    troupe.screen = {...troupe.screen, size: {...troupe.screen.size, columns: 34}};
    expect(rows(troupe)[0]).toMatch(/^ {2}v \/ {2}< {3}Read sr\.{3} +0 s {2}\$0\.03$/);
  });

  it('aligns the columns of nested rows too, whatever they do, at the size of most windows', () => {
    const troupe = createTroupe({columns: 80, rows: 24});
    const one = troupe.spawn('callers of verifyToken');
    const below = troupe.spawn('who writes it', {parentId: one, kind: 'general-purpose'});
    troupe.spawn('where the session cookie is', {parentId: below});
    troupe.say(below, {
      type: 'tool_started',
      callId: 'r',
      tool: 'Read',
      title: 'src/auth/session.ts',
      input: {},
    });
    expect(rows(troupe).map(line => line.replace(/ +\d+ s .*/, ''))).toEqual([
      '  v ~ explore      callers of verif...  waiting for 1 agent',
      '    v / genera...  who writes it        Read src/auth/se...',
      '      > / explore  where the sessio...  starting',
    ]);
  });

  it('says for how long a call runs, also where what it is about is cut', () => {
    const troupe = createTroupe({columns: 80});
    const one = troupe.spawn('callers of verifyToken');
    troupe.say(one, {
      type: 'tool_started',
      callId: 'r',
      tool: 'Bash',
      title: 'npm test -- --run '.repeat(9),
      input: {},
    });
    expect(rows(troupe)[0]).toMatch(/ {2}Bash npm test -- -\.{3} +0 s/);
    troupe.screen = {...troupe.screen, now: troupe.screen.now + 12_000};
    expect(rows(troupe)[0]).toMatch(/ {2}Bash npm test\.{3} 12 s +12 s/);
  });

  it('tells an agent that retries from one that waits behind it', () => {
    const troupe = createTroupe({columns: 110});
    const [one, two] = [troupe.spawn('one'), troupe.spawn('two')];
    const refused = {delayMs: 7_900, kind: 'overloaded', message: 'The server is overloaded.'};
    const began: AgentEvent = {type: 'run_started', model: 'haiku-9', price: null};
    troupe.say(one, began, {type: 'retry_scheduled', attempt: 3, maxAttempts: null, ...refused});
    troupe.say(two, began, {type: 'request_held', ...refused});
    expect(rows(troupe).map(line => line.replace(/ {2,}\d+ s .*/, ''))).toEqual([
      '  > % explore  one    retrying in 8 s (overloaded, 3rd try)',
      '  > % explore  two    held back 8 s: haiku-9 is overloaded',
    ]);
    const words = [one, two].map(id => {
      const agent = troupe.screen.view.known.get(id);
      return agent && agentWords(troupe.screen.view, agent, Date.now());
    });
    expect(words).toEqual([
      expect.stringMatching(/^\[agent explore "one": waits for the server, retrying in 8 s \(overloaded, 3rd try\), /),
      expect.stringMatching(/^\[agent explore "two": waits for the server, held back 8 s: haiku-9 is overloaded, /),
    ]);
  });

  it('shows of a folded agent what it and all below it spent, marked as a sum', () => {
    const troupe = createTroupe();
    const one = troupe.spawn('one');
    const below = troupe.spawn('below', {parentId: one});
    const ended = troupe.spawn('ended', {parentId: below});
    for (const id of [one, below, ended]) troupe.say(id, replyFinished('e', 0.2));
    troupe.end(ended);
    expect(rows(troupe)[0]).toMatch(/ 6\.5k {3}\$0\.20$/);
    troupe.screen = {...troupe.screen, folds: new Map([[one, 'closed']])};
    expect(rows(troupe)[0]).toMatch(/ \+20k {2}\+\$0\.60$/);
    troupe.end(below);
    expect(rows(troupe)[0]).toMatch(/ \+20k {2}\+\$0\.60$/);
    troupe.screen = {...troupe.screen, folds: new Map()};
    expect(rows(troupe)[0]).toMatch(/ 6\.5k {3}\$0\.20$/);
  });

  it('says of an agent that waits for budget that it does', () => {
    const troupe = createTroupe();
    const one = troupe.spawn('one');
    troupe.say(one, {type: 'waiting_for_budget'});
    expect(rows(troupe)[0]).toContain('waiting for budget');
    troupe.say(one, {type: 'request_started', step: 1});
    expect(rows(troupe)[0]).not.toContain('waiting for budget');
    troupe.say('main', runStarted, {type: 'waiting_for_budget'});
    expect(troupe.screen.view.agents.get('main')?.run?.phase).toBe('waiting for budget');
  });

  it('tells in the row of a folded agent that a message to it waits, and then that it was delivered', () => {
    const troupe = createTroupe();
    const one = troupe.spawn('one');
    troupe.session.agents.send(one, 'only src');
    troupe.say(one);
    expect(rows(troupe)[0]).toContain('one    @ queued - starting');
    troupe.session.deliver(one);
    troupe.say(one);
    expect(rows(troupe)[0]).toContain('@ delivered - ');
    troupe.screen = {...troupe.screen, now: Date.now() + 6_000};
    expect(rows(troupe)[0]).not.toContain('@');
  });

  it('says for how long a call runs also past a minute, in a window of 80 columns', () => {
    const troupe = createTroupe({columns: 80});
    const one = troupe.spawn('look at the tests of the shop');
    troupe.say(one, {type: 'tool_started', callId: 'b', tool: 'Bash', title: 'make test all', input: {}});
    troupe.screen = {...troupe.screen, now: Date.now() + 64_500};
    expect(rows(troupe)[0]).toMatch(/ Bash make\S* \S+ 1:04 {2,}1 min 4 s /);
  });

  it('uses the width of a wide window for what agents are for and do', () => {
    const troupe = createTroupe({columns: 200});
    const description = 'look at every test of the shop and find those that wait for a clock instead of an event';
    const one = troupe.spawn(description);
    const title = 'npm run test -- --reporter=verbose test/shop';
    troupe.say(one, {type: 'tool_started', callId: 'b', tool: 'Bash', title, input: {}});
    expect(rows(troupe)[0]).toContain(description);
    expect(rows(troupe)[0]).toContain(title);
    expect(rows(troupe).map(width)).toEqual([200]);
  });

  it('counts the tokens and the cost of a reply that still streams, and says that it guesses', () => {
    const troupe = createTroupe();
    const one = troupe.spawn('one');
    const figures = (): string | undefined =>
      rows(troupe)[0]
        ?.match(/(\S+) +(\S+)$/)
        ?.slice(1)
        .join(' ');
    const footer = (): string | undefined =>
      troupe
        .frame()
        .join('\n')
        .match(/-- .*?(~?\$\S+)/)?.[1];
    expect([figures(), footer()]).toEqual(['0 $0.00', undefined]);
    troupe.say(one, replyStarted('r1'));
    expect([figures(), footer()]).toEqual(['~6.3k ~$0.02', '~$0.02']);
    troupe.say(one, textDelta('r1', 'word '.repeat(800)));
    expect([figures(), footer()]).toEqual(['~7.3k ~$0.03', '~$0.03']);
    troupe.say(one, replyFinished('r1'));
    expect([figures(), footer()]).toEqual(['6.5k $0.01', '$0.01']);
    troupe.say(one, replyStarted('r2'));
    expect([figures(), footer()]).toEqual(['~13k ~$0.03', '~$0.03']);
    troupe.say(one, retracted('r2'));
    expect([figures(), footer()]).toEqual(['6.5k $0.01', '$0.01']);
  });

  it('does not guess a cost where nobody knows the price', () => {
    const troupe = createTroupe();
    const one = troupe.spawn('one');
    troupe.say(one, {...runStarted, price: null}, replyStarted('r1'));
    expect(rows(troupe)[0]).toMatch(/ ~6\.3k +\$\?$/);
  });

  it('says of every agent that was asked to wrap up that it does, until it has ended', () => {
    const troupe = createTroupe();
    const one = troupe.spawn('one');
    const below = troupe.spawn('below', {parentId: one});
    const two = troupe.spawn('two');
    troupe.session.agents.windDown(one);
    troupe.say(below, {type: 'tool_started', callId: 'r', tool: 'Read', title: 'a.ts', input: {}});
    const said = (): string[] => rows(troupe).map(line => line.replace(/^.* (?:one|below|two) +| {2,}\d+ s .*/g, ''));
    expect(said()).toEqual(['wrapping up, waiting for 1 agent', 'wrapping up after Read a.ts', 'starting']);
    troupe.say(below, toolFinished('r'));
    expect(said()[1]).toBe('wrapping up');
    expect(troupe.frame().join('\n')).not.toContain('wrapping up, thinking');
    troupe.end(below);
    expect(said()).toEqual(['wrapping up', 'starting']);
    troupe.session.agents.windDown('main');
    troupe.say('main');
    expect(troupe.frame().at(-3)).toContain('wrapping up, waiting for 2 agents');
    troupe.say('main', {type: 'tool_started', callId: 'make', tool: 'Bash', title: 'make', input: {}});
    expect(troupe.frame().at(-3)).toContain('wrapping up after Bash');
    troupe.end(two, 'This is what I have.');
    expect(said()).toEqual(['wrapping up', '"This is what I have."']);
    troupe.end(one);
    troupe.session.resume(one);
    troupe.say(one);
    expect(said()).toEqual(['starting']);
  });

  it('is never wider than the window, whatever agents are called', () => {
    const name = fc.constantFrom('explore', '漢字とかな', 'x'.repeat(60), '👍🏽 done', 'two\nlines', '');
    fc.assert(
      fc.property(
        fc.integer({min: 20, max: 140}),
        fc.array(fc.record({kind: name, description: name}), {minLength: 1, maxLength: 6}),
        fc.boolean(),
        (columns, agents, isOpen) => {
          const troupe = createTroupe({columns});
          let parentId = 'main';
          for (const [index, {kind, description}] of agents.entries()) {
            const id = troupe.spawn(description, {parentId, kind});
            parentId = index % 3 === 2 ? 'main' : id;
            troupe.say(id, textDelta(`e${index}`, '漢字 and words '.repeat(9)), replyFinished(`e${index}`, 1_234.5));
            if (isOpen) troupe.screen = {...troupe.screen, folds: new Map(troupe.screen.folds).set(id, 'open')};
            if (index === 0) troupe.keys('tab');
          }
          for (const line of troupe.frame()) expect([line, width(line) <= columns]).toEqual([line, true]);
        },
      ),
      {numRuns: 60},
    );
  });
});
