import fc from 'fast-check';
import {lexer} from 'marked';
import {describe, expect, it} from 'vitest';
import type {FileDiff} from '../../src/core/types.js';
import {startText} from '../../src/ui/growing-text.js';
import {createItemLines, type ItemLayout} from '../../src/ui/item-lines.js';
import type {AgentItem, CallItem, EndItem, Item} from '../../src/ui/items.js';
import {width} from '../../src/ui/text/width.js';
import {createTheme} from '../../src/ui/theme.js';

const ascii = createTheme({dumb: false, colour: false, unicode: false});
const layout: ItemLayout = {
  columns: 60,
  // Neither styles nor colours: only what is said.
  theme: {...ascii, styles: createTheme({dumb: true, colour: false, unicode: false}).styles},
  markdown: {lex: text => lexer(text), highlight: () => null, isReady: () => true},
  spinner: '|',
  now: 10_000,
};

function callItem(change: Partial<CallItem> = {}): CallItem {
  return {
    type: 'call',
    id: 'c1',
    entryId: 'r1',
    isWhole: true,
    tool: 'Bash',
    title: 'npm test',
    subject: 'npm test',
    state: 'ok',
    isRefused: false,
    inputLength: 0,
    output: '',
    display: {summary: 'exit 0'},
    startedAt: 8_000,
    durationMs: 12,
    agent: null,
    more: null,
    ...change,
  };
}

function agentItem(change: Partial<AgentItem> = {}): AgentItem {
  return {
    type: 'agent',
    id: 'agent:1',
    agentId: 'agent-1',
    kind: 'explore',
    description: 'map callers of verifyToken',
    state: 'done',
    toolCalls: 6,
    durationMs: 41_300,
    tokens: 31_000,
    costUsd: 0.05,
    why: '',
    text: '## 14 callers\n\nThe cookie path uses the cached key.',
    below: [],
    ...change,
  };
}

function endItem(change: Partial<EndItem> = {}): EndItem {
  return {
    type: 'end',
    id: 'e1',
    reason: 'completed',
    durationMs: 12_400,
    tokens: 9_400,
    costUsd: 0.04,
    message: '',
    agents: 0,
    ...change,
  };
}

const text = (said: string): Item => ({type: 'text', id: 'r1:0', entryId: 'r1', ...startText(said), isWhole: true});
const print = (...items: Item[]): readonly string[] => createItemLines().print(items, 'nothing', layout).lines;
const numbered = (amount: number): string => Array.from({length: amount}, (_, index) => `line ${index + 1}\n`).join('');

const diff: FileDiff = {
  path: 'a.ts',
  added: 2,
  removed: 1,
  hunks: [
    [
      {type: 'kept', text: 'same', before: 9, after: 9},
      {type: 'removed', text: 'old', before: 10},
      {type: 'added', text: 'new', after: 10},
    ],
    [{type: 'added', text: '\tmore', after: 120}],
  ],
};

describe('items as lines', () => {
  it('a prompt stands behind its mark, wrapped under itself', () => {
    expect(print({type: 'prompt', id: 'p', text: `${'word '.repeat(14)}end\nnext`})).toEqual([
      `> ${'word '.repeat(11)}`.trimEnd(),
      '  word word word end',
      '  next',
    ]);
  });

  it('a huge prompt is shown by its beginning', () => {
    const lines = print({type: 'prompt', id: 'p', text: numbered(100)});
    expect(lines).toHaveLength(21);
    expect(lines.at(-1)).toBe('  ... + 80 lines');
    expect(print({type: 'prompt', id: 'p', text: 'x'.repeat(1_000_000)})).toHaveLength(21);
  });

  it('a reply has one mark and hangs under it', () => {
    expect(print(text('# Title\n\n- a\n- b'))).toEqual(['* Title', '', '  - a', '  - b']);
  });

  it('an empty reply takes no line', () => {
    expect(print(text('  \n'))).toEqual([]);
  });

  it('thinking stays a line', () => {
    const thinking: Item = {
      type: 'thinking',
      id: 't',
      entryId: 'r1',
      ...startText('**Looking at it**\n\nfirst\nlast'),
      isWhole: true,
    };
    expect(print(thinking)).toEqual(['... Looking at it']);
    const live = createItemLines().window([{...thinking, isWhole: false}], 'nothing', layout, 5);
    expect(live).toEqual(['... last']);
  });

  it.each([
    [{state: 'preparing', display: null, title: ''}, '  . Bash'],
    [{state: 'preparing', display: null, title: '', inputLength: 2_100}, '  . Bash - 2.1k characters'],
    [{state: 'queued', display: null}, '  . Bash npm test'],
    [{state: 'asking', display: null}, '  ? Bash npm test'],
    [{state: 'running', display: null}, '  | Bash npm test  2 s'],
    [{state: 'running', display: null, startedAt: 9_500}, '  | Bash npm test'],
    [{state: 'ok'}, '  + Bash npm test - exit 0'],
    [{state: 'ok', durationMs: 1_234}, '  + Bash npm test - exit 0  1.2 s'],
    [{state: 'failed', display: {summary: 'exit 1'}}, '  x Bash npm test - exit 1'],
    [
      {state: 'denied', isRefused: true, display: {summary: 'The user does not want this call. Do not repeat it'}},
      '  x Bash npm test - you said no',
    ],
    [
      {state: 'denied', isRefused: true, display: {summary: 'you said no: use\npnpm'}},
      '  x Bash npm test - you said no: use pnpm',
    ],
    [{state: 'denied', display: null}, '  x Bash npm test - not allowed'],
    [{state: 'interrupted', display: null}, '  # Bash npm test - interrupted'],
    [{state: 'interrupted', display: null, startedAt: null}, '  # Bash npm test - not started'],
  ] as const)('a call %j is %j', (change, line) => {
    expect(print(callItem(change))).toEqual([line]);
  });

  it('the type of an agent that ended gives way before what it was for', () => {
    const item = agentItem({kind: 'general-purpose', description: 'trace billing', text: ''});
    const heads = [80, 64, 58].map(
      columns => createItemLines().print([item], 'nothing', {...layout, columns}).lines[0],
    );
    const figures = '- 6 tools - 41 s - 31k tok - $0.05';
    expect(heads).toEqual([
      `  + general-purpose  trace billing ${figures}`,
      `  + gener...  trace billing ${figures}`,
      `  + trace billing ${figures}`,
    ]);
  });

  it('a long title gives way to the summary and the time', () => {
    const [line] = print(callItem({title: 'very '.repeat(40), durationMs: 61_000}));
    expect(line).toMatch(/^ {2}\+ Bash very .*\.\.\. - exit 0 {2}1 min 1 s$/);
    expect(line).toHaveLength(60);
  });

  it('why a call failed has the room that the row has, else lines of its own', () => {
    const failed = (title: string, summary: string): CallItem =>
      callItem({tool: 'Read', title, state: 'failed', display: {summary}});
    expect(print(failed('a', 'There is no such file here: look for its name.'))).toEqual([
      '  x Read a - There is no such file here: look for its name.',
    ]);
    expect(print(failed('src/auth/token.ts', 'There is no such file here: look for its name with Glob.'))).toEqual([
      '  x Read src/auth/token.ts',
      '    There is no such file here: look for its name with Glob.',
    ]);
    const long = failed('a.ts', 'reason '.repeat(60).trim());
    expect(print(long)).toEqual([
      '  x Read a.ts',
      `    ${'reason '.repeat(8).trim()}`,
      `    ${'reason '.repeat(8).trim()}`,
      `    ${'reason '.repeat(8).trim().slice(0, 53)}...`,
    ]);
    const whole = createItemLines().print([long], 'nothing', {...layout, isWhole: true}).lines;
    expect(
      whole
        .slice(1)
        .join(' ')
        .match(/reason/g),
    ).toHaveLength(60);
  });

  it('what a failure says beyond its first line is folded like output, and not where all is shown', () => {
    const item = callItem({state: 'failed', display: {summary: 'failed:', output: numbered(40)}});
    expect(print(item)).toContain('    ... + 32 lines');
    const whole = createItemLines().print([item], 'nothing', {...layout, isWhole: true}).lines;
    expect(whole).toHaveLength(41);
  });

  it('the names of what runs hide nothing', () => {
    expect(print(callItem({tool: 'Fe\rtch', title: 'evil #\rharmless\x1b]', state: 'queued', display: null}))).toEqual([
      '  . Fe␍tch evil #␍harmless␛]',
    ]);
    expect(print(callItem({title: `ls${' '.repeat(200)}; rm -r .`, state: 'queued', display: null}))).toEqual([
      '  . Bash ls [200 spaces] ; rm -r .',
    ]);
    const [head] = print(agentItem({kind: 'ex\rplore', description: 'x\x1b]y', text: ''}));
    expect(head).toContain('ex␍plore  x␛]y');
  });

  it('output that was cut before it was folded says how many lines it had, and where they are', () => {
    const cut = {lines: 200_000, note: 'Cut in the middle, of 1,288,895 bytes. All output is in /tmp/agent-x/12.log.'};
    const item = callItem({display: {summary: 'exit 0', output: numbered(5_364), cut}});
    const shown = createItemLines().print([item], 'nothing', {...layout, columns: 60}).lines;
    expect(shown[4]).toBe('    ... + 199992 lines');
    expect(shown.slice(-3)).toEqual([
      '    line 5364',
      '    Cut in the middle, of 1,288,895 bytes. All output is in',
      '    /tmp/agent-x/12.log.',
    ]);
  });

  it('output is folded to its first and last lines', () => {
    const shown = print(callItem({display: {summary: 'exit 0', output: numbered(20)}}));
    expect(shown.slice(1)).toEqual([
      '    line 1',
      '    line 2',
      '    line 3',
      '    ... + 12 lines',
      '    line 16',
      '    line 17',
      '    line 18',
      '    line 19',
      '    line 20',
    ]);
    expect(print(callItem({display: {summary: '', output: numbered(9)}}))).toHaveLength(10);
  });

  it('of a running command the last lines are shown, without its control sequences', () => {
    const output = `${numbered(7)}\x1b[31mred\x1b[0m\tand 50 %\rand 100 %`;
    expect(print(callItem({state: 'running', display: null, output})).slice(1)).toEqual([
      '    line 4',
      '    line 5',
      '    line 6',
      '    line 7',
      '    and 100 %',
    ]);
  });

  it('an edit shows its change with line numbers', () => {
    expect(print(callItem({tool: 'Edit', title: 'a.ts', display: {summary: '+2 -1', diff}}))).toEqual([
      '  + Edit a.ts - +2 -1',
      '      9   same',
      '     10 - old',
      '     10 + new',
      '        ...',
      '    120 +     more',
    ]);
  });

  it('a long change is folded', () => {
    const lines = Array.from(
      {length: 200},
      (_, index) => ({type: 'added', text: `l${index}`, after: index + 1}) as const,
    );
    const shown = print(callItem({display: {summary: '', diff: {...diff, hunks: [lines]}}}));
    expect(shown).toHaveLength(1 + 40 + 1 + 10);
    expect(shown[41]).toBe('    ... + 150 lines');
  });

  it('a turn ends with what it took', () => {
    expect(print(endItem())).toEqual(['  12 s - 9.4k tok - $0.04']);
    expect(print(endItem({costUsd: null}))).toEqual(['  12 s - 9.4k tok - cost unknown']);
    expect(print(endItem({reason: 'aborted'}))).toEqual(['  # interrupted - 12 s - 9.4k tok - $0.04']);
    expect(print(endItem({reason: 'error', message: 'No network. Try again.'}))).toEqual([
      '  x No network. Try again.',
      '  12 s - 9.4k tok - $0.04',
    ]);
    expect(print(endItem({agents: 3}))).toEqual(['  12 s - 9.4k tok - $0.04 - with 3 agents']);
    expect(print(endItem({reason: 'max_steps'}))[0]).toBe('  x max steps');
  });

  it('a blank line stands between items, but not between calls of a line', () => {
    const lines = print(
      {type: 'prompt', id: 'p', text: 'go'},
      text('I look.'),
      callItem({id: 'c1'}),
      callItem({id: 'c2', display: {summary: 'exit 0', output: 'out'}}),
      callItem({id: 'c3'}),
      {type: 'notice', id: 'n', level: 'info', text: 'note'},
    );
    expect(lines.map(line => line.trim().slice(0, 6))).toEqual([
      '> go',
      '',
      '* I lo',
      '',
      '+ Bash',
      '+ Bash',
      'out',
      '',
      '+ Bash',
      '',
      'note',
    ]);
  });

  it('goes on behind what was printed before', () => {
    const lines = createItemLines();
    const first = lines.print([callItem()], 'nothing', layout);
    expect(lines.print([callItem({id: 'c2'})], first.printed, layout).lines).toHaveLength(1);
    expect(lines.print([text('x')], first.printed, layout).lines).toEqual(['', '* x']);
  });

  it('shows of live items the last rows', () => {
    const items = createItemLines();
    const live: Item = {type: 'text', id: 'r1:0', entryId: 'r1', ...startText(numbered(30)), isWhole: false};
    expect(items.window([live], 'block', layout, 3)).toEqual(['  ... + 28 lines - ctrl-o', '  line 29', '  line 30']);
    const pane = items.window([live], 'block', {...layout, isPane: true}, 3);
    expect(pane).toEqual(['', '  line 29', '  line 30']);
    expect(items.window([live], 'block', layout, 1)).toEqual(['  line 30']);
    expect(items.window([live], 'block', layout, 31)).toHaveLength(31);
    expect(items.window([], 'block', layout, 3)).toEqual([]);
    expect(items.window([live], 'block', layout, 0)).toEqual([]);
  });

  it('are never wider than the window', () => {
    const words = fc.oneof(
      fc.string({maxLength: 80}),
      fc.constantFrom(
        '漢字とかな混じり 👍🏽 done',
        '- a\n  1. b\n     > c',
        '| a | b |\n|---|---|\n| 1 | 2 |',
        `\`\`\`\n${'x'.repeat(90)}`,
      ),
      fc.constant('long words and short ones '.repeat(5)),
    );
    const id = fc.constant('i');
    const item: fc.Arbitrary<Item> = fc.oneof(
      fc.record({type: fc.constant('prompt' as const), id, text: words}),
      fc.record({
        type: fc.constant('mail' as const),
        id,
        from: id,
        text: words,
        state: fc.constantFrom('queued' as const, 'delivered' as const),
        at: fc.constant(0),
      }),
      words.map(text => agentItem({description: text, text, below: [agentItem({kind: text})]})),
      fc.record({
        type: fc.constantFrom('text' as const, 'thinking' as const),
        id,
        entryId: id,
        text: words,
        joined: words,
        end: fc.constant(''),
        isWhole: fc.boolean(),
      }),
      fc.record({
        type: fc.constant('notice' as const),
        id,
        level: fc.constantFrom('info' as const, 'error' as const),
        text: words,
      }),
      fc
        .record({reason: fc.constantFrom('completed' as const, 'aborted' as const, 'budget' as const), message: words})
        .map(endItem),
      fc
        .record({
          tool: words,
          title: words,
          state: fc.constantFrom('preparing' as const, 'running' as const, 'ok' as const, 'denied' as const),
          output: words,
          display: fc.oneof(fc.record({summary: words, output: words}), fc.constant({summary: '', diff})),
          durationMs: fc.constantFrom(1, 71_000),
        })
        .map(callItem),
    );
    const unicode = createTheme({dumb: false, colour: true, unicode: true});
    const dumb = createTheme({dumb: true, colour: false, unicode: false});
    fc.assert(
      fc.property(
        item,
        fc.integer({min: 1, max: 120}),
        fc.constantFrom(ascii, unicode, dumb),
        (one, columns, theme) => {
          const narrow = {...layout, columns, theme};
          const printed = createItemLines().print([one], 'nothing', narrow).lines;
          const shown = createItemLines().window([one], 'nothing', narrow, 100);
          for (const line of [...printed, ...shown]) {
            expect(line).not.toContain('\n');
            expect(width(line)).toBeLessThanOrEqual(columns);
          }
        },
      ),
      {numRuns: 500},
    );
  });

  it('a reply behind a mark of a word breaks between words', () => {
    const theme = createTheme({dumb: true, colour: false, unicode: false});
    const {lines} = createItemLines().print([text('word '.repeat(40))], 'nothing', {...layout, columns: 40, theme});
    expect(lines[0]).toBe('agent: word word word word word word');
    for (const line of lines) expect(line).toMatch(/^(?:agent:| ) ?(?:word ?)+$/);
  });

  it('an end wraps in a narrow window', () => {
    const lines = createItemLines().print([endItem({reason: 'aborted'})], 'nothing', {...layout, columns: 24}).lines;
    expect(lines).toEqual(['  # interrupted - 12 s -', '  9.4k tok - $0.04']);
  });
});
