import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import type {AgentEvent} from '../../../src/core/types.js';
import {runCommand} from '../../../src/ui/commands.js';
import {createAgentNews} from '../../../src/ui/panes/agent-news.js';
import {agentWords} from '../../../src/ui/panes/agent-words.js';
import {withStopped} from '../../../src/ui/panes/stops.js';
import {panesOf} from '../../../src/ui/panes/tree.js';
import {askedQuestion} from '../../../src/ui/screen.js';
import {createScreenCommands} from '../../../src/ui/screen-commands.js';
import {width} from '../../../src/ui/text/width.js';
import {
  reply,
  replyFinished,
  replyStarted,
  retracted,
  runFinished,
  runStarted,
  textDelta,
  toolFinished,
} from '../support/events.js';
import {createTroupe, type Troupe} from '../support/troupe.js';

const rows = (troupe: Troupe): string[] => troupe.frame().filter(line => /^[ |]*[>v] [/.?~%+x#] /.test(line));
const titles = ({screen}: Troupe): string[] =>
  panesOf(screen).map(({agent, level}) => `${'-'.repeat(level)}${agent.description}`);

describe('the tree of agents', () => {
  it('has a row for every agent, nested under the one that spawned it, at any depth', () => {
    const troupe = createTroupe();
    const one = troupe.spawn('one');
    const below = troupe.spawn('below one', {parentId: one});
    troupe.spawn('two', {kind: 'plan'});
    troupe.spawn('deep', {parentId: below});
    expect(titles(troupe)).toEqual(['one', '-below one', '--deep', 'two']);
    expect(rows(troupe).map(line => line.replace(/ {2,}\d+ s .*/, ''))).toEqual([
      '  v ~ explore      one          waiting for 1 agent',
      '    v ~ explore    below one    waiting for 1 agent',
      '      > / explore  deep         starting',
      '  > / plan         two          starting',
    ]);
  });

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

  it('says how many rows are hidden above and below, and which key goes there', () => {
    const troupe = createTroupe({rows: 12});
    for (let index = 0; index < 8; index++) troupe.spawn(`agent ${index}.`);
    const cut = (): string | undefined => troupe.frame().find(line => line.startsWith('  + '));
    expect(rows(troupe)).toHaveLength(4);
    expect(cut()).toBe('  + 4 more (tab)');
    troupe.keys('tab');
    expect(cut()).toBe('  + 4 below (down)');
    troupe.keys('down', 'down', 'down', 'down');
    expect(rows(troupe).map(line => line.match(/agent \d/)?.[0])).toEqual(['agent 2', 'agent 3', 'agent 4', 'agent 5']);
    expect(cut()).toBe('  + 2 above (up) - 2 below (down)');
    troupe.keys('down', 'down', 'down');
    expect(cut()).toBe('  + 4 above (up)');
  });

  it('shows who asks the open question before others that ask, and before the rest', () => {
    const troupe = createTroupe({columns: 60, rows: 15});
    const ids = Array.from({length: 6}, (_, index) => troupe.spawn(`agent ${index}.`));
    for (const id of ids.slice(1))
      troupe.say(id, {type: 'question_asked', callId: `q-${id}`, tool: 'Bash', title: 'npm test', input: {}});
    for (let step = 0; step < 5; step++) {
      const asked = askedQuestion(troupe.screen)?.agentId ?? '';
      expect(rows(troupe).some(line => line.includes(`agent ${ids.indexOf(asked)}.`))).toBe(true);
      troupe.keys('tab');
    }
  });

  it('gets its part of a low window also while the root speaks', () => {
    for (const [height, least] of [
      [15, 4],
      [12, 3],
      [10, 3],
      [8, 2],
      [6, 1],
    ] as const) {
      const troupe = createTroupe({columns: 60, rows: height});
      for (let index = 0; index < 8; index++) troupe.spawn(`agent ${index}.`, {background: true});
      troupe.say('main', textDelta('r1', 'The root says this, and more.\n\n'.repeat(9)));
      expect([height, rows(troupe).length >= least]).toEqual([height, true]);
      expect(troupe.frame().some(line => line.includes('The root says this'))).toBe(true);
      expect(troupe.frame().length).toBeLessThan(height);
    }
  });

  it('tells in any window what a stop would reach, whatever else gives way', () => {
    const troupe = createTroupe();
    const one = troupe.spawn('one');
    troupe.spawn('two', {parentId: one});
    troupe.say(one, {type: 'tool_started', callId: 'b', tool: 'Bash', title: 'npm test', input: {}});
    troupe.say('main', textDelta('r1', 'words '.repeat(99)));
    for (const columns of [120, 80, 60, 50, 40, 38])
      for (const height of [40, 24, 15, 10, 8, 6, 4]) {
        const at = (what: string): boolean => troupe.frame().some(line => line.includes(what));
        troupe.screen = {...troupe.screen, focus: null, size: {columns, rows: height}};
        expect([columns, height, at('ctrl-c stops 2 agents, 1 command')]).toEqual([columns, height, true]);
        troupe.screen = {...troupe.screen, focus: one};
        expect([columns, height, at('ctrl-c abort (2 agents, 1 command)')]).toEqual([columns, height, true]);
      }
    troupe.screen = {...troupe.screen, focus: null, size: {columns: 60, rows: 12}};
    troupe.say(one, {type: 'question_asked', callId: 'q', tool: 'Bash', title: 'npm test', input: {}});
    expect(troupe.frame().at(-2)).toContain('ctrl-c stops 2 agents, 1 command');
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

  it('prints an agent as what it came to, once, in the place of the call that waited for it', () => {
    const troupe = createTroupe();
    const one = troupe.spawn('one');
    const two = troupe.spawn('two');
    troupe.end(two, '## It is two\n\nreally');
    expect(troupe.printed).toEqual([]);
    expect(rows(troupe)[1]).toMatch(/\+ explore {2}two +"It is two"/);
    troupe.end(one);
    expect(rows(troupe)).toEqual([]);
    expect(troupe.printed.map(line => line.replace(/ {2,}ctrl-o.*/, ''))).toEqual([
      '  + explore  one - 0 s - 0 tok - $0.00',
      '    Found agent-1.',
      '  + explore  two - 0 s - 0 tok - $0.00',
      '    It is two',
    ]);
  });

  it('says first why an agent was not done, then what it said: in its row, where it is printed, and in words', () => {
    const troupe = createTroupe();
    const news = createAgentNews();
    troupe.onHear = events => news.hear(events, troupe.screen.view);
    const first = troupe.spawn('awaits all');
    const fails = {message: 'api refused the request (400: Too long). Shorten it.', kind: 'invalid', status: 400};
    const endings = [
      runFinished({reason: 'error', error: fails}),
      runFinished({reason: 'max_steps', error: {message: 'Stopped at the limit of 3 steps.', kind: 'max_steps'}}),
      runFinished({reason: 'budget', error: {message: 'The budget of $1 is spent.', kind: 'budget'}}),
      runFinished({reason: 'stopped', error: {message: 'It was asked to wrap up.', kind: 'wind_down'}}),
      runFinished({reason: 'aborted'}),
    ];
    const whys = [
      'failed: api refused the request (400: Too long)',
      'stopped: its steps are used up',
      'stopped: its budget is used up',
      'stopped: It was asked to wrap up',
      'stopped',
    ];
    for (const [index, ending] of endings.entries()) {
      const id = troupe.spawn(`number ${index}`);
      troupe.say(id, ending);
      troupe.end(id, index === 0 ? fails.message : 'It said this.', index === 0 ? 'failed' : 'stopped');
      expect(rows(troupe).at(-1)).toContain((whys[index] ?? '').slice(0, 40));
    }
    troupe.end(first);
    const told = troupe.printed.flatMap(line =>
      /^ {4}(?:failed|stopped)/.test(line) ? [line.replace(/ {2,}ctrl-o.*/, '')] : [],
    );
    expect(told).toEqual(whys.map((why, index) => `    ${why}${index === 0 ? '' : ' - It said this.'}`));
    const words = news.ends().slice(0, -1);
    expect(words[0]).toMatch(/number 0": failed: api refused the request \(400: Too long\), 0 tools/);
    expect(words[1]).toMatch(/number 1": stopped: its steps are used up, "It said this\.", 0 tools/);
  });

  it('says so too of those that were stopped by a command', async () => {
    const troupe = createTroupe();
    const one = troupe.spawn('one');
    const commands = createScreenCommands({
      agents: troupe.session.agents,
      commands: [],
      view: () => troupe.screen.view,
      columns: () => 80,
      help: () => [],
      leave() {},
      onStop(stop) {
        troupe.screen = withStopped(troupe.screen, stop);
      },
    });
    expect(await runCommand(commands, 'agents', `abort ${one}`)).toMatchObject({text: `Aborted ${one}.`});
    troupe.say(one, runFinished({reason: 'aborted'}));
    troupe.end(one, '', 'stopped');
    expect(troupe.printed.join('\n')).toContain('stopped by you');
  });

  it('says of those that the person stopped that they did, with those that wait below', () => {
    const troupe = createTroupe();
    const one = troupe.spawn('one');
    const below = troupe.spawn('below', {parentId: one});
    const two = troupe.spawn('two');
    troupe.keys('tab', 'ctrl+c');
    for (const id of [below, one, two]) {
      troupe.say(id, runFinished({reason: 'aborted'}));
      troupe.end(id, '', 'stopped');
    }
    const told = troupe.printed.filter(line => line.includes('stopped')).map(line => line.replace(/ {2,}ctrl-o.*/, ''));
    expect(told).toEqual(['    stopped by you', '      stopped by you', '    stopped']);
    troupe.session.resume(one);
    troupe.say(one, runFinished({reason: 'aborted'}));
    troupe.session.finish(one, 'stopped', '');
    troupe.say('main');
    expect(troupe.printed.findLast(line => /^ {4}stopped/.test(line))).toMatch(/^ {4}stopped {2,}/);
  });

  it('counts the agents in what a turn took: each in the turn it spent it in', () => {
    const troupe = createTroupe();
    const one = troupe.spawn('one');
    const below = troupe.spawn('below', {parentId: one});
    const later = troupe.spawn('later', {background: true});
    for (const id of [one, below]) troupe.say(id, replyFinished('e', 0.2), runFinished({costUsd: 0.2}));
    troupe.end(below);
    troupe.end(one);
    troupe.say(later, replyFinished('e', 0.1));
    troupe.say('main', runFinished({costUsd: 0.01}));
    expect(troupe.printed.at(-1)).toMatch(/ 26k tok - \$0\.51 - with 3 agents$/);
    troupe.say(later, runFinished({costUsd: 0.3}));
    troupe.end(later);
    troupe.say('main', runStarted, runFinished({costUsd: 0.01}));
    expect(troupe.printed.at(-1)).toMatch(/ tok - \$0\.21 - with 1 agent$/);
    troupe.say('main', runStarted, runFinished({costUsd: 0.01}));
    expect(troupe.printed.at(-1)).toMatch(/ 6\.5k tok - \$0\.01$/);
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

  it('prints an agent in the background where it ended, between what the root says', () => {
    const troupe = createTroupe();
    const one = troupe.spawn('one', {background: true});
    expect(troupe.printed).toEqual(['  + Agent one - in the background']);
    expect(rows(troupe)).toHaveLength(1);
    troupe.say('main', textDelta('r1', 'The root says this.'));
    troupe.end(one, 'Result.', 'failed');
    expect(troupe.printed).toHaveLength(1);
    troupe.say('main', replyFinished('r1'));
    expect(troupe.printed.slice(1).map(line => line.replace(/ {2,}ctrl-o.*/, ''))).toEqual([
      '',
      '* The root says this.',
      '',
      '  x explore  one - 0 s - 0 tok - $0.00',
      '    Result.',
    ]);
  });

  it('names those below an agent when it ends, each once and with its result’s first line', () => {
    const troupe = createTroupe();
    const one = troupe.spawn('one');
    const below = troupe.spawn('below', {parentId: one});
    const deep = troupe.spawn('deep', {parentId: below, background: true});
    troupe.end(deep);
    troupe.end(below);
    troupe.end(one);
    expect(troupe.printed.map(line => line.replace(/ - (?:1 tool - )?0 s.*| {2,}ctrl-o.*/, ''))).toEqual([
      '  + explore  one',
      '    Found agent-1.',
      '    + explore  below',
      '      Found agent-2.',
      '      + explore  deep',
      '        Found agent-3.',
    ]);
  });

  it('keeps what an agent says before its parent said anything of it', () => {
    const troupe = createTroupe();
    const id = troupe.session.spawn({kind: 'explore', description: 'early'});
    troupe.say(id, textDelta('e1', 'I am early.'));
    expect(rows(troupe)).toHaveLength(1);
    expect(troupe.screen.view.agents.get(id)?.items).toMatchObject([{text: 'I am early.'}]);
    troupe.session.finish(id, 'done', 'Over.');
    troupe.say('main');
    expect(troupe.printed.join('\n')).toContain('explore  early');
  });

  it('releases the call of an agent whose end never came, with the end of the turn', () => {
    const troupe = createTroupe();
    troupe.spawn('lost');
    troupe.say('main', runFinished({reason: 'aborted'}));
    expect(troupe.printed.join('\n')).toContain('# Agent lost - interrupted');
  });

  it('moves agents up whose parent has ended before them, and prints them there when they end', () => {
    const troupe = createTroupe();
    const one = troupe.spawn('one');
    const below = troupe.spawn('below', {parentId: one, background: true});
    troupe.end(one, 'Interrupted.', 'stopped');
    expect(titles(troupe)).toEqual(['below']);
    troupe.end(below);
    expect(troupe.printed.map(line => line.replace(/ - (?:1 tool - )?0 s.*| {2,}ctrl-o.*/, ''))).toEqual([
      '  # explore  one',
      '    Interrupted.',
      '  + explore  below',
      '    Found agent-2.',
    ]);
  });

  it('shows an agent that goes on again, and prints its next end too', () => {
    const troupe = createTroupe();
    const one = troupe.spawn('one');
    troupe.say(one, ...reply('e1', 'What it said first.'));
    troupe.end(one);
    troupe.session.resume(one);
    troupe.screen = {...troupe.screen, folds: new Map([[one, 'open']])};
    troupe.say(one);
    expect(titles(troupe)).toEqual(['one']);
    expect(troupe.frame().join('\n')).toContain('* What it said first.');
    troupe.session.finish(one, 'done', 'And this in the end.');
    troupe.say('main');
    expect(troupe.printed.filter(line => line.includes('+ explore  one'))).toHaveLength(2);
    expect(troupe.printed.join('\n')).toContain('And this in the end.');
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

  it('shows as written by the person only what the person wrote: not the word to wrap up', () => {
    const troupe = createTroupe();
    const one = troupe.spawn('one');
    troupe.screen = {...troupe.screen, folds: new Map([[one, 'open']])};
    troupe.session.agents.windDown(one);
    troupe.say(one);
    expect(troupe.frame().join('\n')).toContain('wrapping up');
    expect(troupe.frame().join('\n')).not.toContain('Report and end.');
    troupe.end(one, 'Half.', 'stopped');
    expect(troupe.printed.join('\n')).not.toMatch(/Report and end|could read/);
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

  it.each([
    [80, 20],
    [60, 14],
  ])('says how many rows a question hides at %i x %i', (columns, height) => {
    const troupe = createTroupe({columns, rows: height});
    const [first = ''] = Array.from({length: 8}, (_, index) => troupe.spawn(`agent ${index}`));
    const output = Array.from({length: 60}, (_, index) => `line ${index}`).join('\n');
    const asked = {callId: 'q', tool: 'Bash', title: 'make', input: {}, preview: {summary: '', output}};
    troupe.say(first, {type: 'question_asked', ...asked});
    const told = troupe
      .frame()
      .join('\n')
      .match(/\+ (\d+) more/)?.[1];
    expect(Number(told) + rows(troupe).length).toBe(8);
    expect(troupe.frame().length).toBeLessThan(height);
    expect(troupe.frame().join('\n')).toMatch(/esc decide later|1 {2}yes/);
  });

  it('says what the person wrote to an agent that ended before it could read it', () => {
    const troupe = createTroupe();
    const one = troupe.spawn('one');
    troupe.session.agents.send(one, 'only src');
    troupe.end(one);
    expect(
      troupe.printed.filter(line => line.includes('explore "one" ended before it could read: only src')),
    ).toHaveLength(1);
  });

  it('hides what is folded away, except who waits for a person', () => {
    const troupe = createTroupe();
    const one = troupe.spawn('one');
    const below = troupe.spawn('below', {parentId: one});
    troupe.spawn('beside', {parentId: one});
    troupe.screen = {...troupe.screen, folds: new Map([[one, 'closed']])};
    expect(titles(troupe)).toEqual(['one']);
    expect(rows(troupe)[0]).toContain('one (2 below)');
    troupe.say(below, {type: 'question_asked', callId: 'q', tool: 'Bash', title: 'npm test', input: {}});
    expect(titles(troupe)).toEqual(['one', '-below']);
    troupe.say(below, {type: 'question_answered', callId: 'q', verdict: 'allow'}, toolFinished('q'));
    expect(titles(troupe)).toEqual(['one']);
  });

  it('leaves the focused pane half of the lines there are for streams, however many are open', () => {
    const troupe = createTroupe({columns: 80, rows: 24});
    const one = troupe.spawn('one');
    const two = troupe.spawn('two', {parentId: one});
    const leaf = troupe.spawn('leaf', {parentId: two});
    for (let other = 0; other < 7; other += 1) troupe.spawn(`other ${other}`, {parentId: one});
    for (const id of [one, two, leaf]) {
      const lines = Array.from({length: 20}, (_, line) => `- ${id} says ${line}`).join('\n');
      troupe.say(id, runStarted, replyStarted(`of ${id}`), textDelta(`of ${id}`, lines));
    }
    troupe.screen = {...troupe.screen, folds: new Map([one, two, leaf].map(id => [id, 'open'])), focus: leaf};
    const said = (id: string): number => troupe.frame().filter(line => line.includes(`${id} says`)).length;
    expect(said(leaf)).toBeGreaterThanOrEqual(2);
    expect(said(leaf)).toBeGreaterThanOrEqual(said(one) + said(two));
    expect(troupe.frame().join('\n')).toContain(`${leaf} says 19`);
  });

  it('shows an open pane its own stream, its mail and its agents, and nobody else’s', () => {
    const troupe = createTroupe();
    const one = troupe.spawn('one');
    const two = troupe.spawn('two');
    troupe.spawn('below one', {parentId: one});
    troupe.say(one, textDelta('e1', 'Words of one.'));
    troupe.say(two, textDelta('e2', 'Words of two.'));
    troupe.session.agents.send(one, 'look at src');
    troupe.screen = {...troupe.screen, folds: new Map([[one, 'open']])};
    troupe.say('main');
    const frame = troupe.frame();
    const from = frame.findIndex(line => line.includes('v ~ explore    one'));
    expect(frame.slice(from + 1, from + 4).map(line => line.replace(/ {3,}starting.*/, ''))).toEqual([
      '  |   * Words of one.',
      '  |   @ look at src - queued',
      '  | > / explore  below one',
    ]);
    expect(frame.join('\n')).not.toContain('Words of two');
    troupe.session.deliver(one);
    troupe.say('main');
    expect(troupe.frame().join('\n')).toContain('@ look at src - delivered');
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

  it('keeps the live region below the height however many agents there are: who asks comes first, then the focus', () => {
    fc.assert(
      fc.property(
        fc.integer({min: 8, max: 50}),
        fc.integer({min: 1, max: 14}),
        fc.nat(20),
        fc.nat(20),
        fc.boolean(),
        fc.boolean(),
        (height, amount, askingAt, focusAt, isOpen, isPutOff) => {
          const troupe = createTroupe({rows: height});
          const ids: string[] = [];
          for (let index = 0; index < amount; index++) {
            const parent = index % 3 === 0 ? undefined : ids.at(-1);
            ids.push(troupe.spawn(`agent ${index}.`, parent === undefined ? {} : {parentId: parent}));
            troupe.say(ids.at(-1) ?? '', textDelta(`e${index}`, 'words and\n\n more '.repeat(20)));
          }
          const asking = ids[askingAt % amount] ?? '';
          const focus = ids[focusAt % amount] ?? '';
          troupe.say(asking, {type: 'question_asked', callId: 'q', tool: 'Bash', title: 'npm test', input: {}});
          if (isPutOff) troupe.keys('escape');
          const folds = new Map(isOpen ? ids.map(id => [id, 'open' as const]) : []);
          troupe.screen = {...troupe.screen, focus, folds};
          const frame = troupe.frame();
          expect(frame.length).toBeLessThan(height);
          for (const line of frame) expect(width(line)).toBeLessThanOrEqual(100);
          const shown = rows(troupe);
          if (!isPutOff && shown.length === 0) return;
          expect(shown.length).toBeGreaterThan(0);
          const isShown = (id: string): boolean => shown.some(line => line.includes(`agent ${ids.indexOf(id)}.`));
          expect(isShown(asking)).toBe(true);
          if (shown.length > 1) expect(isShown(focus)).toBe(true);
          const counts = frame.join('\n').matchAll(/(\d+) (?:above \(up\)|below \(down\))/g);
          const hidden = [...counts].reduce((sum, [, digits]) => sum + Number(digits), 0);
          if (height >= 10 && isPutOff) expect(shown.length + hidden).toBe(amount);
        },
      ),
      {numRuns: 60},
    );
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
