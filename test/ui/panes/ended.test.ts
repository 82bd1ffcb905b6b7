import {describe, expect, it} from 'vitest';
import {runCommand} from '../../../src/ui/commands.js';
import {createAgentNews} from '../../../src/ui/panes/agent-news.js';
import {withStopped} from '../../../src/ui/panes/stops.js';
import {panesOf} from '../../../src/ui/panes/tree.js';
import {createScreenCommands} from '../../../src/ui/screen-commands.js';
import {reply, replyFinished, runFinished, runStarted, textDelta} from '../support/events.js';
import {createTroupe, type Troupe} from '../support/troupe.js';

const rows = (troupe: Troupe): string[] => troupe.frame().filter(line => /^[ |]*[>v] [/.?~%+x#] /.test(line));
const titles = ({screen}: Troupe): string[] =>
  panesOf(screen).map(({agent, level}) => `${'-'.repeat(level)}${agent.description}`);

describe('an agent that has ended', () => {
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
    troupe.onHear = events => news.hear(events, troupe.screen.view, 80);
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

  it('says what the person wrote to an agent that ended before it could read it', () => {
    const troupe = createTroupe();
    const one = troupe.spawn('one');
    troupe.session.agents.send(one, 'only src');
    troupe.end(one);
    expect(
      troupe.printed.filter(line => line.includes('explore "one" ended before it could read: only src')),
    ).toHaveLength(1);
  });
});
