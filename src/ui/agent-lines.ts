/**
 * What an agent came to, as lines: its state, what it was for, its figures, why it was not done, and the first line of its result; below that
 * the same of the agents that ended below it.
 */
import type {CallLayout} from './call-lines.js';
import {cost, count, duration, plural} from './format.js';
import type {AgentItem} from './items.js';
import {cleanLine} from './text/clean.js';
import {revealLine} from './text/reveal.js';
import {truncate, width} from './text/width.js';
import {paint, type StyleName, type Theme} from './theme.js';

/** Where the full account is. */
const hint = 'ctrl-o opens it';
/** Columns of a result, before the hint has any. */
const leastResult = 24;
/** Columns of a description, before its type has more than the beginning of its name, and before it has any. */
const leastTitle = 16;
const shortKind = 8;

export function agentLines(agent: AgentItem, {columns, theme}: Pick<CallLayout, 'columns' | 'theme'>): string[] {
  return endLines(agent, columns, '  ', theme);
}

/** Only the outermost tells where the full account is. */
function endLines(agent: AgentItem, columns: number, indent: string, theme: Theme): string[] {
  const {styles, glyphs} = theme;
  const said = [agent.why, resultLine(agent.text)].filter(part => part !== '').join(` ${glyphs.dot} `);
  const room = columns - indent.length - 2;
  const beside = room - width(hint) - 2;
  const isTold = indent.length === 2 && beside >= leastResult;
  const shown = truncate(said, Math.max(leastResult, isTold ? beside : room), glyphs.ellipsis);
  const [style] = endMarks(theme)[agent.state];
  const why = shown.slice(0, agent.why.length);
  const aside = isTold ? `  ${paint(styles.dim, hint)}` : '';
  return [
    headLine(agent, columns, indent, theme),
    ...(said === '' ? [] : [`${indent}  ${paint(styles[style], why)}${shown.slice(why.length)}${aside}`]),
    ...agent.below.flatMap(each => endLines(each, columns, `${indent}  `, theme)),
  ];
}

/** `explore "map callers of verifyToken"` */
export function nameOf({kind, description}: Pick<AgentItem, 'kind' | 'description'>): string {
  return revealLine(description === '' ? kind : `${kind} "${description}"`);
}

/** `14 seconds` */
export function secondsIn(milliseconds: number): string {
  return plural(Math.max(0, Math.floor(milliseconds / 1000)), 'second');
}

/** The first line that says something, without the marks of a heading or a list. */
export function resultLine(text: string): string {
  const line = text.split('\n').find(said => /[\p{L}\p{N}]/u.test(said)) ?? '';
  return cleanLine(line)
    .replace(/^[#>*\-\s]+/, '')
    .replaceAll('**', '');
}

function headLine(agent: AgentItem, columns: number, indent: string, {styles, glyphs}: Theme): string {
  const {state, kind, description, toolCalls, durationMs, tokens, costUsd} = agent;
  const [style, glyph] = endMarks({glyphs})[state];
  const tools = toolCalls === 0 ? [] : [plural(toolCalls, 'tool')];
  const figures = [...tools, duration(durationMs), `${count(tokens)} tok`, cost(costUsd)];
  const aside = ` ${glyphs.dot} ${figures.join(` ${glyphs.dot} `)}`;
  const room = columns - width(`${indent}${glyph} `) - width(aside);
  const [type, title] = namesIn(room, revealLine(kind), revealLine(description), glyphs.ellipsis);
  const names = [paint(styles.bold, type), title].filter(part => part !== '').join('  ');
  return `${indent}${paint(styles[style], glyph)} ${names}${paint(styles.dim, aside)}`;
}

/** Type and description in so many columns: the type gives way first. */
function namesIn(columns: number, kind: string, description: string, ellipsis: string): readonly [string, string] {
  if (description === '') return [truncate(kind, columns, ellipsis), ''];
  const short = truncate(kind, shortKind, ellipsis);
  const room = (type: string): number => columns - width(type) - 2;
  const isEnough = (type: string): boolean => room(type) >= Math.min(width(description), leastTitle);
  const type = room(kind) >= width(description) ? kind : isEnough(short) ? short : '';
  return [type, truncate(description, type === '' ? columns : room(type), ellipsis)];
}

function endMarks({glyphs}: Pick<Theme, 'glyphs'>): Readonly<Record<AgentItem['state'], readonly [StyleName, string]>> {
  return {done: ['good', glyphs.done], failed: ['bad', glyphs.failed], stopped: ['waiting', glyphs.stopped]};
}
