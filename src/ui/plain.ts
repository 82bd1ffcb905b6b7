/**
 * The screen for terminals that cannot move the cursor (`TERM=dumb`): words instead of glyphs, nothing is ever redrawn,
 * the terminal itself edits the line, Ctrl-C arrives as a signal.
 */
import {createInterface} from 'node:readline';
import type {AgentId} from '../core/types.js';
import {waitState} from './activity.js';
import {createAgentsCommand} from './agents-command.js';
import {callLines} from './call-lines.js';
import {blankRow, parseCommand, runCommand, withHelp} from './commands.js';
import {createItemLines, type ItemLayout} from './item-lines.js';
import type {Item} from './items.js';
import {createMarkdownLoader} from './markdown-loader.js';
import {createAgentNews} from './panes/agent-news.js';
import {toAnswer} from './press-question.js';
import {questionBody, questionHead} from './preview.js';
import {createPulse} from './pulse.js';
import {interrupted, receive} from './receive.js';
import type {Repl, ReplOptions} from './repl-options.js';
import {createScreen, isBusy, isRunning, liveItems} from './screen.js';
import type {Capabilities} from './terminal/capabilities.js';
import {span, toAnsi, wrap} from './text/styled.js';
import {createTheme} from './theme.js';
import {rootOf} from './view.js';

export function startPlain(options: ReplOptions, capabilities: Capabilities): Repl {
  const {stdin, stdout, events} = options;
  const theme = createTheme(capabilities);
  const itemLines = createItemLines();
  const loader = createMarkdownLoader(() => flush());
  const own = [...options.commands, createAgentsCommand(options.agents, Date.now)];
  const commands = withHelp(own, () => (options.help ? [blankRow, ...options.help()] : []));
  const input = createInterface({input: stdin, terminal: false});
  /** Calls, waits and questions that were told already, by what identifies them. */
  const told = new Set<string>();
  const news = createAgentNews();
  const size = {columns: stdout.columns || 80, rows: stdout.rows || 24};
  let screen = createScreen({size, status: options.status.get(), history: [], now: Date.now(), printed: 'nothing'});
  let draft = '';
  let isPrompting = false;
  let isClosed = false;
  let settle = (_how: 'left' | 'gone'): void => {};
  const exited = new Promise<'left' | 'gone'>(resolve => {
    settle = resolve;
  });
  const pulse = createPulse({flushEvery: capabilities.flushEvery, tickEvery: 0, onFlush: flush, onTick: () => {}});
  const stopWake = events.onWake(pulse.wake);

  input.on('line', onLine);
  input.on('close', () => leave('left'));
  stdout.on('error', () => leave('gone'));
  for (const line of options.banner) print(line);
  flush();
  return {exited, close, pressCtrlC: () => (isBusy(screen) ? options.abort() : leave('left'))};

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
    screen = receive(screen, heard, Date.now(), options.agents.snapshot());
    news.hear(heard, screen.view);
    if (isBusy(screen)) loader.load();
    if (loader.isReady(screen.held.flatMap(item => (item.type === 'text' ? [item.text] : [])))) printHeld();
    if (screen.held.length === 0) tellWhatRuns();
    const [question] = screen.view.questions;
    if (question && !screen.answering?.isDone) ask('y, n, or why not: ');
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
    tellWords(news.doings(screen.view, Date.now()));
    const wait = rootOf(screen.view)?.run?.wait;
    if (wait) tell(`wait ${wait.until}`, [`  ${waitState(wait, Date.now())}`]);
    const [question] = screen.view.questions;
    if (!question) return;
    const {columns} = size;
    const head = questionHead(screen.view, question, columns, theme);
    tell(`question ${question.callId}`, ['', head, '', ...questionBody(question, columns, theme)]);
  }

  function tell(id: string, lines: readonly string[]): void {
    if (told.has(id)) return;
    told.add(id);
    tellLines(lines);
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
    const [question] = screen.view.questions;
    if (question && screen.answering && !screen.answering.isDone) {
      screen = {...screen, answering: {...screen.answering, isDone: true}};
      options.answer(question.callId, toAnswer(text.trim()));
      return;
    }
    options.onSubmit(text);
    const command = parseCommand(text);
    if (command) void callCommand(command.name, command.argument);
    else if (isRunning(screen)) options.steer(text);
    else {
      screen = {...screen, isSending: true};
      options.send(text);
    }
  }

  async function callCommand(name: string, argument: string): Promise<void> {
    const said = await runCommand(commands, name, argument);
    if (said) hold({type: 'notice', id: `screen:${Date.now()}`, ...said});
    flush();
  }

  function hold(item: Item): void {
    screen = {...screen, held: [...screen.held, item]};
  }

  function leave(how: 'left' | 'gone'): void {
    close();
    settle(how);
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
