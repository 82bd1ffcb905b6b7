/** `/cost`: what the conversation has used, in all, by model, and by agent with all below it. */
import type {Usage} from '../core/types.js';
import type {Spending} from '../core/usage.js';
import type {Session} from '../session.js';
import type {Command} from '../ui/repl.js';
import {revealLine} from '../ui/text/reveal.js';
import {pad, truncate, width} from '../ui/text/width.js';
import {costText} from './notices.js';
import {type Subtree, subtreesOf} from './spending.js';

const number = (value: number): string => value.toLocaleString('en-US');
const inputOf = ({input, cacheRead, cacheWrite}: Usage): number => input + cacheRead + cacheWrite;

function figures({usage, costUsd}: Spending): string {
  const cached = usage.cacheRead > 0 ? ` (${number(usage.cacheRead)} from the cache)` : '';
  return `${number(inputOf(usage))} tokens in${cached}, ${number(usage.output)} out; ${costText(costUsd)}`;
}

type Line = readonly [name: string, spent: Spending];

/** Below a word, so that the figures stand below each other. */
function table(title: string, lines: readonly Line[]): readonly string[] {
  const columns = Math.max(...lines.map(([name]) => width(name)));
  return [title, ...lines.map(([name, spent]) => `  ${pad(name, columns)}  ${figures(spent)}`)];
}

/** Agents whose lines are listed, those that cost the most of all. */
const mostAgents = 20;

function agentLines(all: readonly Subtree[]): readonly string[] {
  if (all.length === 0) return [];
  const size = ({usage, costUsd}: Subtree): number => costUsd ?? inputOf(usage) + usage.output;
  const dearest = new Set(all.toSorted((one, other) => size(other) - size(one)).slice(0, mostAgents));
  const shown = all.filter(each => dearest.has(each));
  const more = all.length - shown.length;
  const lines = shown.map(each => [nameOf(each), each] as const);
  return [
    ...table('Of that, agents with all below them:', lines),
    ...(more > 0 ? [`  and ${more} more, which cost less: /agents lists all of them`] : []),
  ];
}

const widestName = 48;

const nameOf = ({agent: {id, kind, description, depth}}: Subtree): string =>
  truncate(`${'  '.repeat(depth - 1)}${revealLine(`${id}  ${kind}  ${description}`)}`, widestName, '…');

export function createCostCommand({spent, agents}: Pick<Session, 'spent' | 'agents'>): Command {
  return {
    name: 'cost',
    description: 'what the conversation has used, by model and by agent',
    run() {
      const bill = spent();
      const models: readonly Line[] = [...bill.models];
      return [
        figures(bill),
        ...(models.length > 1 ? table('By model:', models) : []),
        ...agentLines(subtreesOf(agents.snapshot())),
      ].join('\n');
    },
  };
}
