/**
 * The screen for terminals that cannot move the cursor (`TERM=dumb`): words instead of glyphs, nothing is ever redrawn,
 * the terminal itself edits the line, Ctrl-C arrives as a signal.
 */
import {createInterface} from 'node:readline';
import type {AgentId, Mail} from '../core/types.js';
import {waitState} from './activity.js';
import {callLines} from './call-lines.js';
import {type Command, runCommand} from './commands.js';
import type {Effect} from './effects.js';
import {plural} from './format.js';
import {blankRow} from './help-rows.js';
import {createItemLines, type ItemLayout} from './item-lines.js';
import {type Item, textsOf} from './items.js';
import {createMarkdownLoader} from './markdown-loader.js';
import {modeWord} from './mode.js';
import {createAgentNews} from './panes/agent-news.js';
import {withStopped} from './panes/stops.js';
import {answerPrompt, choiceRows, lendInput, meaningOf, plainHelp, questionPlace} from './plain-input.js';
import {nextQuestion, putOff} from './press-question.js';
import {questionBody, questionHead} from './preview.js';
import {createPulse} from './pulse.js';
import {interrupted, receive} from './receive.js';
import type {Repl, ReplOptions} from './repl-options.js';
import {createRewindCommand} from './rewind/rewind-command.js';
import {askedQuestion, createScreen, isAsked, isBusy, isRunning, liveItems, putOffQuestions} from './screen.js';
import {createScreenCommands} from './screen-commands.js';
import type {Capabilities} from './terminal/capabilities.js';
import {revealLine} from './text/reveal.js';
import {span, toAnsi, wrap} from './text/styled.js';
import {createTheme} from './theme.js';
import {rootOf} from './view.js';

/** Milliseconds until it is seen what the agents do meanwhile, if nothing happens. */
const tickEvery = 1_000;

export function startPlain(options: ReplOptions, capabilities: Capabilities): Repl {
  const {stdin, stdout, events} = options;
  const theme = createTheme(capabilities);
  const itemLines = createItemLines();
  const loader = createMarkdownLoader(() => flush());
  const questions: Command = {name: 'questions', description: 'open the question that was put off', run: openQuestion};
  const commands = createScreenCommands({
    agents: options.agents,
    commands: [...options.commands, questions, createRewindCommand({...options, open: null, giveBack: null})],
    view: () => screen.view,
    columns: () => stdout.columns || 80,
    help: () => [...plainHelp, ...(options.help ? [blankRow, ...options.help()] : [])],
    leave: () => leave(),
    onStop: hearStop,
  });
  const input = createInterface({input: stdin, terminal: false});
  /** Calls, waits and questions that were told already, by what identifies them. */
  const told = new Set<string>();
  const news = createAgentNews();
  const size = {columns: stdout.columns || 80, rows: stdout.rows || 24};
  let screen = createScreen({size, status: options.status.get(), history: [], now: Date.now(), printed: 'nothing'});
  let draft = '';
  let isPrompting = false;
  /** The person has left: what still ends is told, lines mean nothing any more. */
  let isLeft = false;
  let isClosed = false;
  let settle = (_how: 'left' | 'gone'): void => {};
  const exited = new Promise<'left' | 'gone'>(resolve => {
    settle = resolve;
  });
  const pulse = createPulse({flushEvery: capabilities.flushEvery, tickEvery, onFlush: flush, onTick: flush});
  const stopWake = events.onWake(pulse.wake);

  input.on('line', onLine);
  input.on('close', leave);
  stdout.on('error', () => {
    close();
    settle('gone');
  });
  for (const line of options.banner) print(line);
  if (modeWord(screen.status.mode)) tellMode();
  flush();
  return {
    exited,
    tell: text => say({level: 'info', text}),
    lend: work => lendInput(input, work),
    leave,
    close,
    pressCtrlC() {
      if (!isBusy(screen)) return leave();
      hearStop({type: 'abort'});
      options.abort();
    },
  };

  function print(line: string): void {
    if (isPrompting) stdout.write('\n');
    isPrompting = false;
    stdout.write(`${line}\n`);
  }

  function ask(prompt: string): void {
    if (!isPrompting) stdout.write(prompt);
    isPrompting = true;
  }

  function flush(): void {
    if (isClosed) return;
    const heard = events.drain();
    const {mode} = screen.status;
    screen = receive(screen, heard, Date.now(), options.agents.snapshot());
    if (screen.status.mode !== mode) tellMode();
    news.hear(heard, screen.view, size.columns);
    for (const event of heard) if (event.type === 'mail_withdrawn') tellTakenBack(event.mail);
    if (isBusy(screen)) loader.load();
    if (loader.isReady(textsOf(screen.held))) printHeld();
    if (screen.held.length === 0) tellWhatRuns();
    if (!isLeft) askNext();
    pulse.drawn(isBusy(screen));
  }

  function askNext(): void {
    if (isAsked(screen)) ask(answerPrompt(screen));
    // What is final may still wait for the parser; the prompt comes after it.
    else if (!isRunning(screen) && screen.held.length === 0) ask('> ');
  }

  function layout(): ItemLayout {
    return {columns: size.columns, theme, markdown: loader.get(), now: Date.now(), spinner: theme.spinner[0] ?? ''};
  }

  /** The terminal echoed what was typed: prompts are not said again. */
  function printHeld(): void {
    const {held} = screen;
    screen = {...screen, held: []};
    for (const item of held) {
      if (item.type === 'prompt' || item.type === 'thinking') continue;
      const agentId = agentIn(item);
      if (agentId !== null) {
        tellWords(news.ends(agentId));
        continue;
      }
      const {lines, printed} = itemLines.print([item], screen.printed, layout());
      for (const line of lines) print(line);
      screen = {...screen, printed};
    }
  }

  /** Whose item it is that only says of an agent that it began or what it came to. */
  function agentIn(item: Item): AgentId | null {
    if (item.type === 'agent') return item.agentId;
    if (item.type !== 'call') return null;
    const {known, rootId} = screen.view;
    return [...known.values()].find(({callId, parentId}) => parentId === rootId && callId === item.id)?.id ?? null;
  }

  function tellWhatRuns(): void {
    tellWords(news.ends());
    for (const item of liveItems(screen)) {
      if (item.type !== 'call' || item.state !== 'running' || item.agent) continue;
      tell(item.id, callLines({...item, output: ''}, layout()));
    }
    tellWords(news.doings(screen.view, Date.now(), isAsked(screen)));
    const wait = rootOf(screen.view)?.run?.wait;
    if (wait) tell(`wait ${wait.until}`, [`  ${waitState(wait, Date.now())}`]);
    tellQuestion();
  }

  function tellQuestion(): void {
    const {answering, view} = screen;
    const question = isAsked(screen) ? askedQuestion(screen) : null;
    if (!answering || !question) return;
    const {columns} = size;
    const place = `${questionPlace(screen)}:`;
    const named = {...theme, glyphs: {...theme.glyphs, asks: place}};
    const head = questionHead(view, question, columns - place.length, named);
    tell(`question ${answering.key}`, [
      '',
      head,
      '',
      ...questionBody(question, columns, theme),
      ...choiceRows(question),
    ]);
  }

  function tell(id: string, lines: readonly string[]): void {
    if (told.has(id)) return;
    told.add(id);
    tellLines(lines);
  }

  function tellMode(): void {
    tellWords([`[${modeWord(screen.status.mode)?.word ?? 'asks before changes'}]`]);
  }

  /** There is no draft to put it into. */
  function tellTakenBack({text}: Mail): void {
    tellWords([`[not sent; type it again if it still holds: ${revealLine(text)}]`]);
  }

  /** Long sentences break between words. */
  function tellWords(sentences: readonly string[]): void {
    for (const text of sentences) {
      const lines = wrap([span(text)], size.columns - 2).map(toAnsi);
      tellLines(lines.map((line, index) => (index === 0 ? line : `  ${line}`)));
    }
  }

  function tellLines(lines: readonly string[]): void {
    for (const line of lines) print(line);
    if (lines.length > 0) screen = {...screen, printed: 'line'};
  }

  function onLine(line: string): void {
    if (isLeft) return;
    isPrompting = false;
    if (line.endsWith('\\')) {
      draft += `${line.slice(0, -1)}\n`;
      return;
    }
    const text = draft + line;
    draft = '';
    if (text.trim() !== '') submit(text);
    flush();
  }

  function submit(text: string): void {
    const meaning = meaningOf(text, screen);
    switch (meaning.type) {
      case 'command':
        options.onSubmit(text);
        void callCommand(meaning.name, meaning.argument);
        return;
      case 'answer':
        screen = {...screen, answering: screen.answering && {...screen.answering, isDone: true}};
        options.answer(meaning.callId, meaning.answer);
        return;
      case 'later':
        decideLater();
        return;
      case 'steer':
        options.onSubmit(text);
        options.steer(text);
        return;
      case 'send':
        options.onSubmit(text);
        screen = {...screen, isSending: true};
        options.send(text);
        return;
      default:
        meaning satisfies never;
    }
  }

  /** It is told again when it is opened again. */
  function decideLater(): void {
    told.delete(`question ${screen.answering?.key}`);
    screen = putOff(screen);
    const count = putOffQuestions(screen).length;
    tellWords([`[${plural(count, 'question')} put off: /questions opens ${count === 1 ? 'it' : 'the first'}]`]);
  }

  function openQuestion(): string | null {
    screen = nextQuestion(screen) ?? screen;
    return isAsked(screen) ? null : 'No question waits for you.';
  }

  async function callCommand(name: string, argument: string): Promise<void> {
    const said = await runCommand(commands, name, argument);
    if (said) say(said);
    else flush();
  }

  function say(notice: Pick<Item & {readonly type: 'notice'}, 'level' | 'text'>): void {
    hold({type: 'notice', id: `screen:${Date.now()}`, ...notice});
    flush();
  }

  function hearStop(stop: Effect): void {
    screen = withStopped(screen, stop);
  }

  function hold(item: Item): void {
    screen = {...screen, held: [...screen.held, item]};
  }

  function leave(): void {
    if (isPrompting) stdout.write('\n');
    isPrompting = false;
    isLeft = true;
    settle('left');
  }

  function close(): void {
    if (isClosed) return;
    flush();
    screen = interrupted(screen, Date.now());
    printHeld();
    isClosed = true;
    pulse.stop();
    stopWake();
    input.close();
  }
}
