/** What opens above the draft: a question with its preview and choices, the keys, or the commands a draft may become. */
import {type Command, completions} from './commands.js';
import {diffLines} from './diff-lines.js';
import {plural} from './format.js';
import {keyHelp} from './keymap.js';
import {choices} from './press-question.js';
import type {Answering, Screen} from './screen.js';
import {clean, cleanLine} from './text/clean.js';
import {toAnsi, wrap} from './text/styled.js';
import {pad, truncate, width} from './text/width.js';
import {paint, type Theme} from './theme.js';
import type {Question} from './view.js';

/** Commands listed while one is typed. */
const listed = 8;

/** The panel's lines, at most `rows` of them; a preview that is longer says how much it leaves out. */
export function panelLines(
  screen: Screen,
  commands: readonly Pick<Command, 'name' | 'description'>[],
  theme: Theme,
  rows: number,
): string[] {
  const {view, answering} = screen;
  const [question] = view.questions;
  if (question && answering && !answering.isDone) return questionLines(question, answering, screen, theme, rows);
  if (screen.isHelpOpen) return pairLines(keyHelp, screen.size.columns, theme).slice(0, rows);
  const found = completions(screen.composer.text, commands).slice(0, Math.min(listed, rows));
  return pairLines(
    found.map(({name, description}) => [`/${name}`, description]),
    screen.size.columns,
    theme,
  );
}

/** What is asked: the call, then its change or its command. */
export function questionPreview(question: Question, columns: number, theme: Theme): string[] {
  const {styles, glyphs} = theme;
  const diff = question.preview?.diff;
  const wants = diff ? `wants to change ${cleanLine(diff.path)}` : 'wants to run';
  const counts = diff ? `  +${diff.added} ${glyphs.minus}${diff.removed}` : '';
  const head = truncate(`${cleanLine(question.tool)} ${wants}${counts}`, columns - 4, glyphs.ellipsis);
  const preview = diff ? diffLines(diff, columns - 6, theme) : commandLines(question, columns - 6, theme);
  return [
    `  ${paint(styles.waiting, glyphs.asks)} ${paint(styles.bold, head)}`,
    '',
    ...preview.map(line => `      ${line}`),
  ];
}

function questionLines(
  question: Question,
  answering: Answering,
  {view, size}: Screen,
  theme: Theme,
  rows: number,
): string[] {
  const room = rows - choices.length - 2;
  const preview = questionPreview(question, size.columns, theme);
  if (room < 3)
    return [...preview.filter(line => line !== '').slice(0, 2), ...choiceLines(answering, theme)].slice(0, rows);
  return [
    ...cropped(preview, room, theme),
    '',
    ...choiceLines(answering, theme),
    aside(questionHint(answering, view.questions.length, theme.glyphs.dot), size.columns, theme),
  ];
}

function commandLines({title, preview}: Question, columns: number, {styles}: Theme): string[] {
  return clean(preview?.output ?? preview?.summary ?? title)
    .trimEnd()
    .split('\n')
    .flatMap(text => wrap([{text, style: styles.bold}], columns))
    .map(toAnsi);
}

function cropped(lines: readonly string[], room: number, {styles, glyphs}: Theme): readonly string[] {
  if (lines.length <= room) return lines;
  const hidden = paint(
    styles.waiting,
    `      ${glyphs.ellipsis} + ${plural(lines.length - room + 1, 'line')} not shown`,
  );
  return [...lines.slice(0, room - 1), hidden];
}

function choiceLines({choice, hasFocus, kept}: Answering, {styles, glyphs}: Theme): string[] {
  return choices.map((label, index) => {
    const isChosen = index === choice && (hasFocus || kept !== null);
    const mark = isChosen ? paint(styles.accent, glyphs.chosen) : ' '.repeat(width(glyphs.chosen));
    return `    ${mark} ${index + 1}  ${paint(isChosen ? styles.accent : '', label)}`;
  });
}

function questionHint({hasFocus, kept}: Answering, waiting: number, dot: string): string {
  const queue = waiting > 1 ? [`1 of ${waiting} waiting`] : [];
  const keys = hasFocus ? ['y or n', 'tab to your draft', 'esc interrupts'] : ['tab to answer'];
  return [...queue, ...(kept ? ['enter refuses', 'esc back'] : keys)].join(` ${dot} `);
}

function aside(text: string, columns: number, {styles}: Theme): string {
  return ' '.repeat(Math.max(0, columns - width(text) - 2)) + paint(styles.dim, text);
}

/** Two columns: what to type, and what it does. */
function pairLines(pairs: readonly (readonly [string, string])[], columns: number, theme: Theme): string[] {
  const widest = Math.max(0, ...pairs.map(([left]) => width(left)));
  return pairs.map(([left, right]) => {
    const room = Math.max(0, columns - widest - 6);
    const said = truncate(right, room, theme.glyphs.ellipsis);
    return `  ${paint(theme.styles.accent, pad(left, widest))}  ${paint(theme.styles.dim, said)}`;
  });
}
