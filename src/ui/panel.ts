/** What stands above the draft: a question with its preview and choices, the keys, the commands a draft may become, or the steps of the task. */
import {choicesOf, compactChoices} from './choices.js';
import {type Command, completions} from './commands.js';
import {wrapRows} from './help-rows.js';
import {keyHelp, questionHelp} from './keymap.js';
import {mayWait} from './press-question.js';
import {bodyWindow, isCropped, questionBody, questionHead, questionLine, questionRows} from './preview.js';
import {pickerLines} from './rewind/picker-lines.js';
import {type Answering, askedQuestion, isAsked, questionKey, type Screen} from './screen.js';
import {pad, truncate, width} from './text/width.js';
import {paint, type Theme} from './theme.js';
import {todoLines} from './todo-lines.js';
import type {Question} from './view.js';

/** Columns before the words of a choice that has a line to itself. */
const choiceIndent = 9;
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
  if (screen.isHelpOpen) return helpLines(screen, theme, rows);
  if (question && answering && !answering.isDone) return questionLines(question, answering, screen, theme, rows);
  if (screen.picker) return pickerLines(screen.picker, screen.size, theme, rows);
  const found = completions(screen.composer.text, commands).slice(0, Math.min(listed, rows));
  if (found.length === 0) return todoLines(screen, theme, rows);
  return pairLines(
    found.map(({name, description}) => [`/${name}`, description]),
    screen.size.columns,
    theme,
  );
}

/** The keys, as many whole ones as there is room for; those of a question while one is open. */
function helpLines(screen: Screen, theme: Theme, rows: number): string[] {
  const {styles, glyphs} = theme;
  const help = wrapRows(isAsked(screen) ? questionHelp : keyHelp, screen.size.columns - 3).map(row =>
    row.map(([typed, effect]) => `  ${paint(styles.accent, typed)}  ${paint(styles.dim, effect)}`),
  );
  if (help.flat().length <= rows) return help.flat();
  const told: string[] = [];
  let rest = help.length;
  for (const lines of help) {
    if (told.length + lines.length > rows - 1) break;
    told.push(...lines);
    rest -= 1;
  }
  return [...told, `  ${paint(styles.dim, `${glyphs.ellipsis} + ${rest} more: /help shows all`)}`].slice(0, rows);
}

function questionLines(question: Question, answering: Answering, screen: Screen, theme: Theme, rows: number): string[] {
  const {columns} = screen.size;
  const whole = questionBody(question, columns, theme);
  const {form, body: room} = questionRows(rows, whole.length, question, columns);
  const {scroll} = answering;
  const low = compactLines(question, answering, columns, theme);
  if (form === 'least') return [questionLine(question, scroll, columns, theme), ...low].slice(0, rows);
  const head = questionHead(screen.view, question, columns, theme);
  const body = bodyWindow(whole, {scroll, rows: room, columns}, theme);
  if (form === 'low') return [head, ...body, ...low];
  const hint = aside(questionHint(answering, screen, theme.glyphs.dot), columns, theme);
  const tight = [head, ...body, ...choiceLines(question, answering, columns, theme)];
  if (form === 'tight') return tight;
  if (form === 'snug') return [...tight, hint];
  return [head, '', ...body, '', ...choiceLines(question, answering, columns, theme), hint];
}

function choiceLines(question: Question, answering: Answering, columns: number, theme: Theme): string[] {
  return choicesOf(question).map(({forms: [whole, short]}, index) => {
    const words = width(whole) <= columns - choiceIndent ? whole : short;
    return `    ${choiceText(index, words, answering, theme)}`;
  });
}

/** All choices in one line, or in as few as there is room for. */
function compactLines(question: Question, answering: Answering, columns: number, theme: Theme): string[] {
  return compactChoices(choicesOf(question), columns).map(
    line => `  ${line.map(({index, words}) => choiceText(index, words, answering, theme)).join(' ')}`,
  );
}

function choiceText(
  index: number,
  words: string,
  {choice, hasFocus, kept}: Answering,
  {styles, glyphs}: Theme,
): string {
  const isChosen = index === choice && (hasFocus || kept !== null);
  const mark = isChosen ? paint(styles.accent, glyphs.chosen) : ' '.repeat(width(glyphs.chosen));
  return `${mark} ${index + 1}  ${paint(isChosen ? styles.accent : '', words)}`;
}

/** The place in the queue and the keys, as many as there is room for. */
function questionHint({key, hasFocus, kept}: Answering, screen: Screen, dot: string): string {
  const {questions} = screen.view;
  const place = questions.findIndex(question => questionKey(question) === key) + 1;
  const queue = questions.length > 1 ? [`${place} of ${questions.length} waiting`] : [];
  const scroll = isCropped(screen) ? ['pgup, pgdn scroll'] : [];
  const tab = questions.length > 1 ? 'tab next' : 'tab to your draft';
  const later = mayWait(screen) ? 'esc decide later' : 'esc interrupts';
  const keys = hasFocus ? [...scroll, 'y or n', tab, later] : ['tab to answer'];
  const parts = [...queue, ...(kept ? ['enter refuses', 'esc back'] : keys)];
  const joined = (left: readonly string[]): string => left.join(` ${dot} `);
  // What answers is told by the choices as well; what the other keys do, nowhere else.
  const givesWay = ['y or n', tab, ...queue, ...scroll];
  const fitting = givesWay.reduce(
    (left, next) => (width(joined(left)) <= screen.size.columns - 2 ? left : left.filter(part => part !== next)),
    parts,
  );
  return joined(fitting);
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
