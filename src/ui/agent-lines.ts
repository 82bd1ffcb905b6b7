/**
 * What an agent came to, as lines: its state, what it was for, its figures, the first line of its result; below that the
 * agents that ended below it, each on one line.
 */
import type {CallLayout} from './call-lines.js';
import {cost, count, duration, plural} from './format.js';
import type {AgentItem} from './items.js';
import {cleanLine} from './text/clean.js';
import {toAnsi, wrap} from './text/styled.js';
import {truncate, width} from './text/width.js';
import {paint, type StyleName, type Theme} from './theme.js';

/** Where the full account is. */
const hint = 'ctrl-o opens it';

export function agentLines(agent: AgentItem, {columns, theme}: Pick<CallLayout, 'columns' | 'theme'>): string[] {
  if (theme.isWords) return endWords(agent).flatMap(text => wrap([{text, style: ''}], columns).map(toAnsi));
  const {styles, glyphs} = theme;
  const result = resultLine(agent.text);
  const room = columns - 4 - width(hint) - 2;
  const shown = truncate(result, Math.max(24, room), glyphs.ellipsis);
  const aside = room < 24 ? '' : `  ${paint(styles.dim, hint)}`;
  const said = result === '' ? [] : [`    ${shown}${aside}`];
  return [headLine(agent, columns, '  ', theme), ...said, ...nestedLines(agent.below, columns, '    ', theme)];
}

/** `explore "map callers of verifyToken"` */
export function nameOf({kind, description}: Pick<AgentItem, 'kind' | 'description'>): string {
  return cleanLine(description === '' ? kind : `${kind} "${description}"`);
}

/** `14 seconds` */
export function secondsIn(milliseconds: number): string {
  return plural(Math.max(0, Math.floor(milliseconds / 1000)), 'second');
}

/** The same as words: one line each. */
function endWords(agent: AgentItem): string[] {
  const {state, text, toolCalls, durationMs, costUsd, below} = agent;
  const result = resultLine(text);
  const said = result === '' ? [] : [`"${result}"`];
  const parts = [state, ...said, plural(toolCalls, 'tool'), secondsIn(durationMs), cost(costUsd)];
  return [`[agent ${nameOf(agent)}: ${parts.join(', ')}]`, ...below.flatMap(endWords)];
}

/** The first line that says something, without the marks of a heading or a list. */
export function resultLine(text: string): string {
  const line = text.split('\n').find(said => /[\p{L}\p{N}]/u.test(said)) ?? '';
  return cleanLine(line)
    .replace(/^[#>*\-\s]+/, '')
    .replaceAll('**', '');
}

function nestedLines(agents: readonly AgentItem[], columns: number, indent: string, theme: Theme): string[] {
  return agents.flatMap(agent => [
    headLine(agent, columns, indent, theme),
    ...nestedLines(agent.below, columns, `${indent}  `, theme),
  ]);
}

function headLine(agent: AgentItem, columns: number, indent: string, {styles, glyphs}: Theme): string {
  const {state, kind, description, toolCalls, durationMs, tokens, costUsd} = agent;
  const [style, glyph] = endMarks({glyphs})[state];
  const tools = toolCalls === 0 ? [] : [plural(toolCalls, 'tool')];
  const figures = [...tools, duration(durationMs), `${count(tokens)} tok`, cost(costUsd)];
  const aside = ` ${glyphs.dot} ${figures.join(` ${glyphs.dot} `)}`;
  const left = `${indent}${glyph} ${cleanLine(kind)}`;
  const room = columns - width(left) - 2 - width(aside);
  const title = truncate(cleanLine(description), Math.max(0, room), glyphs.ellipsis);
  const head = `${indent}${paint(styles[style], glyph)} ${paint(styles.bold, cleanLine(kind))}`;
  return `${head}${title ? `  ${title}` : ''}${paint(styles.dim, aside)}`;
}

function endMarks({glyphs}: Pick<Theme, 'glyphs'>): Readonly<Record<AgentItem['state'], readonly [StyleName, string]>> {
  return {done: ['good', glyphs.done], failed: ['bad', glyphs.failed], stopped: ['waiting', glyphs.stopped]};
}
