/** What opens above the draft: a question with its preview and choices, the keys, or the commands a draft may become. */
import {type Command, completions} from './commands.js';
import {keyHelp} from './keymap.js';
import {choices, mayWait} from './press-question.js';
import {bodyWindow, isCropped, questionPreview, questionRows} from './preview.js';
import {type Answering, askedQuestion, questionKey, type Screen} from './screen.js';
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
  const {answering} = screen;
  const question = askedQuestion(screen);
  if (question && answering && !answering.isDone) return questionLines(question, answering, screen, theme, rows);
  if (screen.isHelpOpen) return pairLines(keyHelp, screen.size.columns, theme).slice(0, rows);
  const found = completions(screen.composer.text, commands).slice(0, Math.min(listed, rows));
  return pairLines(
    found.map(({name, description}) => [`/${name}`, description]),
    screen.size.columns,
    theme,
  );
}

function questionLines(question: Question, answering: Answering, screen: Screen, theme: Theme, rows: number): string[] {
  const {isTight, body: room} = questionRows(rows);
  const [head = '', blank = '', ...body] = questionPreview(screen.view, question, screen.size.columns, theme);
  const shown = bodyWindow(body, answering.scroll, room, theme);
  if (isTight) return [head, ...shown, ...choiceLines(answering, theme)].slice(0, rows);
  const hint = aside(questionHint(answering, screen, theme.glyphs.dot), screen.size.columns, theme);
  return [head, blank, ...shown, '', ...choiceLines(answering, theme), hint];
}

function choiceLines({choice, hasFocus, kept}: Answering, {styles, glyphs}: Theme): string[] {
  return choices.map((label, index) => {
    const isChosen = index === choice && (hasFocus || kept !== null);
    const mark = isChosen ? paint(styles.accent, glyphs.chosen) : ' '.repeat(width(glyphs.chosen));
    return `    ${mark} ${index + 1}  ${paint(isChosen ? styles.accent : '', label)}`;
  });
}

function questionHint({key, hasFocus, kept}: Answering, screen: Screen, dot: string): string {
  const {questions} = screen.view;
  const place = questions.findIndex(question => questionKey(question) === key) + 1;
  const queue = questions.length > 1 ? [`${place} of ${questions.length} waiting`] : [];
  const scroll = isCropped(screen) ? ['pgup, pgdn scroll'] : [];
  const tab = questions.length > 1 ? 'tab next' : 'tab to your draft';
  const later = mayWait(screen) ? 'esc decide later' : 'esc interrupts';
  const keys = hasFocus ? [...scroll, 'y or n', tab, later] : ['tab to answer'];
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
