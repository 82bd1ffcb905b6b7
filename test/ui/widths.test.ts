/** Nothing on the screen is wider than the window, whatever is shown and however narrow it is. */
import {expect, it} from 'vitest';
import {width} from '../../src/ui/text/width.js';
import {createTheme} from '../../src/ui/theme.js';
import {createTranscript} from '../../src/ui/transcript/transcript.js';
import {createTranscriptLines} from '../../src/ui/transcript/transcript-lines.js';
import {prompt, textDelta} from './support/events.js';
import {createTroupe, type Troupe} from './support/troupe.js';

const widths = Array.from({length: 121}, (_, index) => 20 + index);
const rows = [10, 14, 20, 24, 50];

/** Three agents that ask for a long change, one below them, one in the background. */
function asking(): Troupe {
  const troupe = createTroupe();
  troupe.say('main', prompt('go'));
  const text = Array.from(
    {length: 60},
    (_, index) => ({type: 'added', text: `row ${index}`, after: index + 1}) as const,
  );
  const diff = {path: 'src/a-folder/a-longer-name-of-a-file.txt', added: 60, removed: 0, hunks: [text]};
  for (const name of ['writer of many files', 'another', '日本語の説明']) {
    const id = troupe.spawn(name, {kind: 'general-purpose'});
    troupe.say(id, textDelta(`says-${id}`, 'It says a few words that are wide enough to be wrapped. '.repeat(4)));
    const call = {callId: `write-${id}`, tool: 'Write', title: diff.path, input: {}};
    troupe.say(id, {type: 'question_asked', ...call, preview: {summary: '+60', diff}});
  }
  troupe.spawn('below', {parentId: troupe.spawn('in the background', {background: true})});
  return troupe;
}

function resized(troupe: Troupe, columns: number, rows: number): Troupe {
  troupe.screen = {...troupe.screen, size: {columns, rows}};
  return troupe;
}

/** What is wider than the window it was made for. */
function tooWide(lines: readonly string[], {screen}: Troupe): string[] {
  return lines.filter(line => width(line) > screen.size.columns).map(line => `${screen.size.columns}: ${line}`);
}

it('a question, the tree and the footer fit every window', () => {
  const troupe = asking();
  for (const height of rows)
    for (const columns of widths) expect(tooWide(resized(troupe, columns, height).frame(), troupe)).toEqual([]);
});

it('open panes and their keys fit every window', () => {
  const troupe = asking();
  troupe.keys('escape', 'escape', 'escape', 'down', 'right', 'down', 'right');
  expect(troupe.screen.focus).not.toBeNull();
  for (const height of rows)
    for (const columns of widths) expect(tooWide(resized(troupe, columns, height).frame(), troupe)).toEqual([]);
});

it('the transcript fits every window', () => {
  const troupe = asking();
  const {frame} = createTranscriptLines();
  const plain = createTheme({dumb: true, colour: false, unicode: false});
  const open = new Set(troupe.session.agents.snapshot().map(({id}) => id));
  for (const columns of widths) {
    const {screen} = resized(troupe, columns, 24);
    const layout = {columns, theme: plain, markdown: null, now: screen.now, spinner: '/'};
    expect(tooWide(frame(screen, {...createTranscript(null), open}, layout).lines, troupe)).toEqual([]);
  }
});

it('tells the keys of a question whole: those give way first that its choices tell as well', () => {
  const hint = (columns: number): string =>
    resized(asking(), columns, 20)
      .frame()
      .find(line => line.includes('esc decide later'))
      ?.trim() ?? '';
  expect(hint(80)).toBe('1 of 3 waiting - pgup, pgdn scroll - y or n - tab next - esc decide later');
  expect(hint(60)).toBe('1 of 3 waiting - pgup, pgdn scroll - esc decide later');
  expect(hint(40)).toBe('pgup, pgdn scroll - esc decide later');
});
