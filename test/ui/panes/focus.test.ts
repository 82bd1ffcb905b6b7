import {describe, expect, it} from 'vitest';
import type {AgentEvent} from '../../../src/core/types.js';
import {reply, runFinished} from '../support/events.js';
import {createTroupe, type Troupe} from '../support/troupe.js';

const focused = ({screen}: Troupe): string =>
  screen.focus === null ? 'draft' : (screen.view.known.get(screen.focus)?.description ?? '');
const draft = ({screen}: Troupe): string => screen.composer.text;
const status = (troupe: Troupe): string => troupe.frame().at(-2) ?? '';
const keys = (troupe: Troupe): string => troupe.frame().at(-3) ?? '';
const asked = (callId: string): AgentEvent => ({
  type: 'question_asked',
  callId,
  tool: 'Bash',
  title: 'npm test',
  input: {},
  preview: {summary: 'npm test -- auth'},
});

const toolStarted: AgentEvent = {type: 'tool_started', callId: 'b', tool: 'Bash', title: 'make', input: {}};

/** one ▸ below one, two */
function three(): Troupe & {readonly ids: readonly [string, string, string]} {
  const troupe = createTroupe();
  const one = troupe.spawn('one');
  const below = troupe.spawn('below one', {parentId: one});
  const two = troupe.spawn('two');
  return Object.assign(troupe, {ids: [one, below, two] as const});
}

describe('the focus', () => {
  it('goes from the draft into the tree with tab, if there is nothing to complete, and round again', () => {
    const troupe = three();
    troupe.type('/cl');
    troupe.keys('tab');
    expect([focused(troupe), draft(troupe)]).toEqual(['draft', '/clear ']);
    const walked: string[] = [];
    for (let step = 0; step < 5; step++) {
      troupe.keys('tab');
      walked.push(focused(troupe));
    }
    expect(walked).toEqual(['one', 'below one', 'two', 'draft', 'one']);
  });

  it('goes back with shift-tab, from the first row to the draft', () => {
    const troupe = three();
    troupe.keys('tab', 'tab', 'shift+tab');
    expect(focused(troupe)).toBe('one');
    troupe.keys('shift+tab');
    expect(focused(troupe)).toBe('draft');
  });

  it('pressed once too often on the way back, shift-tab changes no mode and says that the next one does', () => {
    const troupe = three();
    const mode = (): string => troupe.screen.status.mode;
    const hint = 'shift+tab again: another mode';
    const keys = ({frame}: Troupe): string => frame().at(-2) ?? '';
    troupe.keys('tab', 'tab', 'shift+tab', 'shift+tab');
    expect([focused(troupe), keys(troupe)]).toEqual(['draft', expect.not.stringContaining(hint)]);
    troupe.keys('shift+tab');
    expect([mode(), keys(troupe)]).toEqual(['default', expect.stringContaining(hint)]);
    troupe.keys('shift+tab');
    expect([mode(), keys(troupe)]).toEqual(['acceptEdits', expect.not.stringContaining(hint)]);
    troupe.keys('shift+tab');
    expect(mode()).toBe('plan');
    expect(troupe.effects.map(({type}) => type)).toEqual(['mode', 'mode']);
  });

  it('is the key for modes again after any other key', () => {
    const troupe = three();
    const keys = ({frame}: Troupe): string => frame().at(-2) ?? '';
    troupe.keys('tab', 'shift+tab', 'left', 'shift+tab');
    expect(troupe.screen.status.mode).toBe('acceptEdits');
    troupe.keys('tab', 'shift+tab', 'shift+tab');
    expect(keys(troupe)).toContain('shift+tab again');
    troupe.type('a');
    expect(keys(troupe)).not.toContain('shift+tab again');
  });

  it('moves with up and down and stays within the tree; over the draft these are history', () => {
    const troupe = three();
    troupe.keys('tab', 'up', 'down', 'down', 'down', 'down');
    expect(focused(troupe)).toBe('two');
    troupe.keys('up');
    expect(focused(troupe)).toBe('below one');
    troupe.keys('up', 'shift+tab');
    expect(focused(troupe)).toBe('draft');
    troupe.type('a draft');
    troupe.keys('up', 'down');
    expect(focused(troupe)).toBe('draft');
  });

  it('goes to the first row with down, below an empty draft', () => {
    const troupe = three();
    troupe.keys('down');
    expect(focused(troupe)).toBe('one');
    troupe.keys('shift+tab');
    troupe.type('sent');
    troupe.keys('enter');
    troupe.session.agents.send('main', 'sent');
    troupe.session.deliver('main');
    troupe.say('main');
    troupe.keys('up', 'down');
    expect([focused(troupe), draft(troupe)]).toEqual(['draft', '']);
    troupe.keys('down');
    expect(focused(troupe)).toBe('one');
  });

  it('folds with left, right and enter while the draft is empty; otherwise these keys are the draft’s', () => {
    const troupe = three();
    const [one] = troupe.ids;
    const fold = (): string => troupe.screen.folds.get(one) ?? 'rows';
    troupe.keys('tab', 'right');
    expect(fold()).toBe('open');
    troupe.keys('left');
    expect(fold()).toBe('rows');
    troupe.keys('left');
    expect(fold()).toBe('closed');
    troupe.keys('down');
    expect(focused(troupe)).toBe('two');
    troupe.keys('up', 'enter');
    expect(fold()).toBe('open');
    troupe.type('ab');
    troupe.keys('left');
    troupe.type('c');
    expect([fold(), draft(troupe)]).toEqual(['open', 'acb']);
  });

  it('goes to the row above with left on what is folded', () => {
    const troupe = three();
    troupe.keys('tab', 'down', 'left');
    expect(focused(troupe)).toBe('one');
  });

  it('sends what is typed to that agent, and says to whom', () => {
    const troupe = three();
    troupe.keys('tab', 'down');
    expect(status(troupe)).toContain('to: explore "below one"');
    troupe.type('only src');
    troupe.keys('enter');
    expect(troupe.effects).toEqual([{type: 'mail', agentId: troupe.ids[1], text: 'only src'}]);
    expect([focused(troupe), draft(troupe)]).toEqual(['below one', '']);
  });

  it('takes back with ctrl-p what the agent has not read, one after the other, as its keys tell', () => {
    const troupe = three();
    const [one] = troupe.ids;
    troupe.keys('tab');
    expect(keys(troupe)).not.toContain('ctrl-p');
    for (const text of ['only src', 'and test']) {
      troupe.session.agents.send(one, text);
      troupe.say(one);
    }
    expect(keys(troupe)).toMatch(/^ {2}ctrl-c abort .* - ctrl-p takes back/);
    for (const [text, unread] of [
      ['and test', true],
      ['only src\n\nand test', false],
    ] as const) {
      troupe.keys('ctrl+p');
      expect(troupe.effects.splice(0)).toEqual([{type: 'takeBack', agentId: one}]);
      troupe.session.agents.takeBack(one);
      troupe.keys('down');
      troupe.say(one);
      expect(draft(troupe)).toBe('');
      troupe.keys('up');
      expect([draft(troupe), keys(troupe).includes('ctrl-p takes back')]).toEqual([text, unread]);
    }
  });

  it('keeps a draft for each agent', () => {
    const troupe = three();
    troupe.type('for main');
    troupe.keys('tab');
    expect(draft(troupe)).toBe('');
    troupe.type('for one');
    troupe.keys('down');
    expect(draft(troupe)).toBe('');
    troupe.keys('up');
    expect(draft(troupe)).toBe('for one');
    troupe.keys('shift+tab');
    expect(draft(troupe)).toBe('for main');
  });

  it('stops the focused agent with esc, ctrl-x and ctrl-c, and says what ctrl-c reaches', () => {
    const troupe = three();
    const [one, below] = troupe.ids;
    troupe.say(below, {type: 'tool_started', callId: 'b', tool: 'Bash', title: 'sleep 9', input: {}});
    expect(keys(troupe)).toMatch(/ctrl-c stops 3 agents, 1 command$/);
    troupe.keys('tab');
    expect(keys(troupe)).toContain('ctrl-c abort (2 agents, 1 command)');
    troupe.keys('escape', 'ctrl+x', 'ctrl+c');
    expect(troupe.effects).toEqual([
      {type: 'stop', how: 'interrupt', agentId: one},
      {type: 'stop', how: 'windDown', agentId: one},
      {type: 'stop', how: 'abort', agentId: one},
    ]);
  });

  it('offers no second time what an agent was asked for already', () => {
    const troupe = three();
    troupe.keys('tab');
    expect(keys(troupe)).toContain('ctrl-x wind down');
    troupe.session.agents.windDown(troupe.ids[0]);
    troupe.say(troupe.ids[0]);
    expect(keys(troupe)).not.toContain('ctrl-x');
    expect(keys(troupe)).toContain('esc interrupt');
  });

  it('counts among what ctrl-c reaches the commands that agents left running', () => {
    const troupe = three();
    const [one, below, two] = troupe.ids;
    troupe.say(one, {type: 'commands_changed', live: 1});
    troupe.say(below, {type: 'commands_changed', live: 2}, toolStarted);
    troupe.say(two, {type: 'commands_changed', live: 1});
    expect(keys(troupe)).toMatch(/ctrl-c stops 3 agents, 5 commands$/);
    troupe.keys('tab');
    expect(keys(troupe)).toContain('ctrl-c abort (2 agents, 4 commands)');
    troupe.say(below, {type: 'commands_changed', live: 0});
    expect(keys(troupe)).toContain('ctrl-c abort (2 agents, 2 commands)');
  });

  it('over the draft these keys mean the root: its turn, and everything under it', () => {
    const troupe = three();
    troupe.keys('escape', 'ctrl+x', 'ctrl+c');
    expect(troupe.effects).toEqual([
      {type: 'interrupt'},
      {type: 'stop', how: 'windDown', agentId: 'main'},
      {type: 'abort'},
    ]);
  });

  it('lets ctrl-c reach agents in the background when the turn is over, and esc leaves them alone', () => {
    const troupe = createTroupe();
    const watcher = troupe.spawn('watcher', {background: true});
    troupe.say('main', runFinished({reason: 'aborted'}));
    expect(status(troupe)).toContain('1 in the background');
    expect(status(troupe)).toContain('tab panes');
    expect(keys(troupe)).toMatch(/1 agent in the background +ctrl-c stops 1 agent$/);
    troupe.spawn('below', {parentId: watcher});
    expect(status(troupe)).toContain('2 in the background');
    expect(keys(troupe)).toMatch(/2 agents in the background +ctrl-c stops 2 agents$/);
    troupe.keys('escape', 'ctrl+c');
    expect(troupe.effects).toEqual([{type: 'abort'}]);
  });

  it('goes to the nearest when its agent ends: the next one beside it, the one before, what it hung below, then the draft', () => {
    const troupe = three();
    const [one, below, two] = troupe.ids;
    const first = troupe.spawn('first below two', {parentId: two});
    const second = troupe.spawn('second below two', {parentId: two});
    const third = troupe.spawn('third below two', {parentId: two});
    troupe.keys('tab', 'down', 'down', 'down', 'down');
    expect(focused(troupe)).toBe('second below two');
    troupe.end(second);
    expect(focused(troupe)).toBe('third below two');
    troupe.end(third);
    expect(focused(troupe)).toBe('first below two');
    troupe.end(first);
    expect(focused(troupe)).toBe('two');
    troupe.end(two);
    expect(focused(troupe)).toBe('one');
    troupe.keys('down');
    troupe.end(below);
    expect(focused(troupe)).toBe('one');
    troupe.end(one);
    expect(focused(troupe)).toBe('draft');
    expect(troupe.screen.strayed).toBeNull();
  });

  it('goes to rows of agents that have ended too, and opens them; what stops has no meaning there', () => {
    const troupe = three();
    const [one, , two] = troupe.ids;
    troupe.say(two, ...reply('b1', 'Words of two.'));
    troupe.end(two);
    troupe.keys('tab', 'down', 'down');
    expect(focused(troupe)).toBe('two');
    expect(status(troupe)).toContain('explore "two" has ended');
    expect(keys(troupe)).toMatch(/^ +left, right fold - up, down move - tab next$/);
    troupe.keys('ctrl+c', 'escape', 'ctrl+x');
    expect([focused(troupe), troupe.effects]).toEqual(['two', []]);
    troupe.keys('right');
    expect(troupe.frame().join('\n')).toContain('Words of two.');
    troupe.end(one);
    expect(focused(troupe)).toBe('below one');
  });

  it('reaches every row that it is told of, above and below', () => {
    const troupe = createTroupe({rows: 12});
    const ids = Array.from({length: 8}, (_, index) => troupe.spawn(`agent ${index}`));
    for (const id of ids.slice(4)) troupe.end(id);
    const told = (): string[] => troupe.frame().filter(line => /\d+ (?:above|below|more)/.test(line));
    troupe.keys('tab');
    for (let step = 0; step < 20 && told().join().includes('below'); step++) troupe.keys('down');
    expect(told().join()).toMatch(/\d+ above/);
    expect(told().join()).not.toContain('below');
  });

  it.each(['ctrl+c', 'escape', 'ctrl+x'])('does not let %s stop another when it has just moved by itself', chord => {
    const troupe = three();
    const [one, below, two] = troupe.ids;
    troupe.keys('tab', chord);
    const first = troupe.effects.splice(0);
    expect(first).toMatchObject([{type: 'stop', agentId: one}]);
    troupe.end(below);
    troupe.end(one);
    troupe.keys(chord, chord);
    expect(troupe.effects).toEqual([]);
    expect(status(troupe)).toContain('explore "one" has ended - again: for explore "two"');
    troupe.waits(1_000);
    troupe.keys(chord);
    expect(troupe.effects).toMatchObject([{type: 'stop', agentId: two}]);
    expect(status(troupe)).toContain('to: explore "two"');
    troupe.effects.length = 0;
    troupe.end(two);
    troupe.keys(chord);
    expect([focused(troupe), troupe.effects]).toEqual(['draft', []]);
    expect(status(troupe)).toContain('explore "two" has ended - again: for the main agent');
    troupe.waits(1_000);
    troupe.keys(chord);
    expect(troupe.effects).toHaveLength(1);
  });

  it('keeps what was typed for an agent that ended, and sends it to nobody before the person has seen so', () => {
    const troupe = three();
    troupe.type('for main');
    troupe.keys('tab', 'down');
    troupe.type('look at');
    troupe.end(troupe.ids[1]);
    expect([focused(troupe), draft(troupe)]).toEqual(['one', 'look at']);
    expect(status(troupe)).toContain('explore "below one" has ended');
    expect(status(troupe)).toContain('enter: for explore "one" instead');
    troupe.keys('shift+tab');
    expect(status(troupe)).toContain('enter: for the main agent instead');
    troupe.keys('enter');
    expect(troupe.effects).toEqual([]);
    troupe.type(' src');
    troupe.keys('enter');
    expect(troupe.effects).toEqual([{type: 'steer', text: 'look at src'}]);
    expect(draft(troupe)).toBe('for main');
  });
});

describe('questions of agents', () => {
  it('say what the agent is for also where there is little room: its types give way first', () => {
    const head = (columns: number): string => {
      const troupe = three();
      troupe.screen = {...troupe.screen, size: {columns, rows: 24}};
      troupe.say(troupe.ids[1], asked('q1'));
      return troupe.frame().find(line => /^ {2}\? /.test(line)) ?? '';
    };
    expect(head(60)).toBe('  ? explore > explore > "below one" - Bash wants to run');
    expect(head(50)).toBe('  ? explore > "below one" - Bash wants to run');
    expect(head(40)).toBe('  ? "below one" - Bash wants to run');
    // The call is read below.
    expect(head(30)).toMatch(/^ {2}\? "below one" - /);
  });

  it('say who asks and what for', () => {
    const troupe = three();
    troupe.say(troupe.ids[1], asked('q1'));
    expect(troupe.frame().join('\n')).toContain('? explore > explore > "below one" - Bash wants to run');
    expect(troupe.frame().join('\n')).toContain('? explore  below one    asks: Bash npm test');
  });

  it('wait for each other: tab goes to the next, an answer is for the one that was shown, none is dropped', () => {
    const troupe = three();
    const [one, below, two] = troupe.ids;
    troupe.say(one, asked('q1'));
    troupe.say(below, asked('q2'));
    troupe.say(two, asked('q3'));
    expect(troupe.frame().join('\n')).toContain('1 of 3 waiting - y or n - tab next - esc decide later');
    troupe.keys('tab');
    expect(troupe.frame().join('\n')).toContain('2 of 3 waiting');
    troupe.type('y');
    troupe.say(below, {type: 'question_answered', callId: 'q2', verdict: 'allow'});
    expect(troupe.frame().join('\n')).toContain('1 of 2 waiting');
    troupe.type('n');
    troupe.say(one, {type: 'question_answered', callId: 'q1', verdict: 'deny'});
    troupe.type('y');
    const answers = troupe.effects.flatMap(effect =>
      effect.type === 'answer' ? [`${effect.callId} ${effect.answer.verdict}`] : [],
    );
    expect(answers).toEqual(['q2 allow', 'q1 deny', 'q3 allow']);
  });

  it('can be decided later with esc, and opened again from the agent’s row or behind the last one', () => {
    const troupe = three();
    troupe.say(troupe.ids[2], asked('q1'));
    troupe.keys('escape');
    expect(troupe.effects).toEqual([]);
    expect(troupe.frame().join('\n')).not.toContain('wants to run');
    expect(troupe.frame().join('\n')).toContain('asks: Bash npm test');
    troupe.keys('down', 'down', 'down', 'enter');
    expect(troupe.frame().join('\n')).toContain('"two" - Bash wants to run');
    troupe.keys('escape', 'tab');
    expect(troupe.frame().join('\n')).toContain('"two" - Bash wants to run');
    troupe.type('y');
    expect(troupe.effects).toMatchObject([{type: 'answer', callId: 'q1'}]);
  });

  it('that were put off are told as what is waited for, with the key that opens the oldest', () => {
    const troupe = three();
    troupe.say('main', {type: 'waiting_for_agents', count: 2});
    troupe.say(troupe.ids[2], asked('q1'));
    troupe.keys('escape');
    expect(keys(troupe)).toMatch(/^ {2}\/ waiting for you: 1 question - tab - /);
    expect(keys(troupe)).not.toContain('waiting for 3 agents');
    expect(status(troupe)).toContain('down panes');
    troupe.say(troupe.ids[0], asked('q2'));
    troupe.keys('escape');
    expect(keys(troupe)).toContain('waiting for you: 2 questions - tab');
    troupe.keys('tab');
    expect(troupe.frame().join('\n')).toContain('"two" - Bash wants to run');
  });

  it('that were put off are told before what the main agent does meanwhile', () => {
    const troupe = three();
    troupe.say('main', {type: 'request_started', step: 2}, toolStarted);
    troupe.say(troupe.ids[2], asked('q1'));
    troupe.keys('escape');
    expect(keys(troupe)).toContain('waiting for you: 1 question - tab - running Bash');
  });

  it('are opened with enter from the row of the agent that asks, as its keys tell', () => {
    const troupe = three();
    troupe.say(troupe.ids[2], asked('q1'));
    troupe.keys('escape', 'down', 'down', 'down');
    expect(keys(troupe)).toContain('enter answers - ');
    troupe.keys('up');
    expect(keys(troupe)).not.toContain('enter answers');
  });

  it('that were put off come back when the others are answered', () => {
    const troupe = three();
    troupe.say(troupe.ids[0], asked('q1'));
    troupe.say(troupe.ids[2], asked('q2'));
    troupe.keys('escape');
    expect(troupe.frame().join('\n')).toContain('"two" - Bash wants to run');
    troupe.type('y');
    troupe.say(troupe.ids[2], {type: 'question_answered', callId: 'q2', verdict: 'allow'});
    expect(troupe.frame().join('\n')).toContain('"one" - Bash wants to run');
    troupe.type('y');
    expect(troupe.effects).toMatchObject([{callId: 'q2'}, {callId: 'q1'}]);
    expect(draft(troupe)).toBe('');
  });

  it('that were put off come back when the agent that asks is to wrap up', () => {
    const troupe = three();
    troupe.say(troupe.ids[2], asked('q1'));
    troupe.keys('escape', 'down', 'down', 'down', 'ctrl+x');
    expect(troupe.effects).toEqual([{type: 'stop', how: 'windDown', agentId: troupe.ids[2]}]);
    troupe.session.agents.windDown('main');
    troupe.say('main');
    expect(troupe.frame().join('\n')).toContain('"two" - Bash wants to run');
    troupe.keys('escape', 'shift+tab', 'shift+tab', 'shift+tab');
    expect(troupe.frame().join('\n')).not.toContain('wants to run');
    expect(keys(troupe)).toContain('waiting for you: 1 question - tab');
  });

  it('do not take the keys from somebody who types to an agent, and get them from its row', () => {
    const troupe = three();
    const [one] = troupe.ids;
    troupe.keys('tab');
    troupe.type('look');
    troupe.say(one, asked('q1'));
    troupe.type(' at y');
    troupe.keys('enter');
    expect(troupe.effects).toEqual([{type: 'mail', agentId: one, text: 'look at y'}]);
    troupe.keys('enter');
    troupe.type('y');
    expect(troupe.effects.at(-1)).toMatchObject({type: 'answer', callId: 'q1'});
    expect(focused(troupe)).toBe('one');
  });

  it('go away with the agent that asked, and give the draft back', () => {
    const troupe = three();
    troupe.type('my draft');
    troupe.say(troupe.ids[2], asked('q1'));
    troupe.keys('tab');
    troupe.type('3');
    troupe.type('half a reason');
    troupe.end(troupe.ids[2], 'Stopped.', 'stopped');
    expect(draft(troupe)).toBe('my draft');
    expect(troupe.frame().join('\n')).not.toContain('wants to run');
  });
});
