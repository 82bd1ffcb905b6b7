/** `/agents`: the tree of all agents, running and ended, with what each subtree cost; and the verbs on any of them. */
import type {AgentControl, VerbReceipt} from '../core/control.js';
import type {AgentSnapshot} from '../core/tree.js';
import type {Command} from './commands.js';
import {duration, plural} from './format.js';
import {type HelpRow, rowsText} from './help-rows.js';
import {doing, stateOf} from './panes/agent-state.js';
import {stoppedByLeaving} from './panes/stops.js';
import {isLive, subtree} from './panes/tree.js';
import {costText, tokensText, workedMs} from './spending.js';
import {revealLine} from './text/reveal.js';
import {pad, truncate, width} from './text/width.js';
import {figuresOf, type View} from './view.js';

type Control = Pick<AgentControl, 'snapshot' | 'interrupt' | 'windDown' | 'abort' | 'send'>;

/** The verbs, as help shows them. */
export const agentVerbs: readonly HelpRow[] = [
  ['/agents interrupt <id>', 'ends its turn'],
  ['/agents wind-down <id>', 'lets it and those below it report and end'],
  ['/agents abort <id>', 'ends it and those below it now'],
  ['/agents send <id> <text>', 'writes to it'],
];
/** Columns of a name with its description: at most, and where the window is narrow, at least. */
const widestName = 48;
const leastName = 28;
/** Columns between two others. */
const gap = 2;
/** Columns of figures in the order in which they give way to the names: time, cost, tokens. */
const givingWay = [1, 3, 2] as const;

/** Columns of what an agent does, and of a line that has them; in narrower ones a word says its state. */
const widestState = 21;
const roomForStates = 76;

export interface AgentsCommandOptions {
  readonly agents: Control;
  /** What the panes show, which is what the table tells. */
  readonly view: () => View;
  readonly now: () => number;
  /** Of a line that a command says. */
  readonly columns: () => number;
}

export function createAgentsCommand({agents, view, now, columns}: AgentsCommandOptions): Command {
  return {
    name: 'agents',
    description: 'the tree of agents and what it cost; interrupt, wind-down, abort, send',
    run(argument) {
      const all = agents.snapshot();
      const usage = rowsText(agentVerbs, columns());
      if (argument === '') return `${treeText(view(), now(), columns())}\n\n${usage}`;
      const [verb = '', id = ''] = argument.split(/\s+/, 2);
      // No two that run bear one name.
      const named = all.filter(each => each.name === id);
      const [form] = agentVerbs.find(([typed]) => typed.startsWith(`/agents ${verb} `)) ?? [];
      if (!form) return usage;
      if (id === '') return `Which agent? ${form}; /agents lists them.`;
      const agent = all.find(each => each.id === id) ?? named.find(each => each.endedAt === null) ?? named.at(-1);
      if (!agent) return `There is no agent "${id}". /agents lists them.`;
      if (agent.endedAt !== null && !(verb === 'send' && agent.state === 'paused'))
        return `Agent ${agent.id} has ended: ${agent.state}.`;
      const text = argument.slice(argument.indexOf(id) + id.length).trim();
      if (verb === 'abort' && agent.parentId === null && stoppedByLeaving(view()) === '')
        return `Agent ${agent.id} does nothing now: there is nothing to end.`;
      return perform(verb, agent, text, agents);
    },
  };
}

async function perform(verb: string, {id}: AgentSnapshot, text: string, agents: Control): Promise<string> {
  switch (verb) {
    case 'interrupt':
      return told(agents.interrupt(id), `Interrupted ${id}.`);
    case 'wind-down':
      return told(agents.windDown(id), `Asked ${id} and those below it to report and end.`);
    case 'abort': {
      const known = new Map(agents.snapshot().map(agent => [agent.id, agent]));
      const below = subtree({known}, id).filter(agent => isLive(agent) && agent.id !== id);
      return told(
        await agents.abort(id),
        `Aborted ${id}${below.length > 0 ? ` and ${plural(below.length, 'agent')} below it` : ''}.`,
      );
    }
    // The table has one more: send.
    default:
      if (text === '') return `What is ${id} to be told? /agents send ${id} <text>`;
      return told(agents.send(id, text), `Queued for ${id}.`);
  }
}

const told = (receipt: VerbReceipt, done: string): string => (receipt.accepted ? done : receipt.message);

interface Row {
  /** With the agent's type, and without. */
  readonly names: readonly [string, string];
  readonly cells: readonly string[];
}

/** One line an agent, children below their parent; figures are the agent's own, the last column its whole subtree's. */
function treeText(view: View, now: number, room: number): string {
  const all = [...view.known.values()];
  const rows: Row[] = [{names: ['agent', 'agent'], cells: ['state', 'time', 'tokens', 'cost', 'in all']}];
  const add = (agent: AgentSnapshot, level: number): void => {
    const own = figuresOf(view, [agent]);
    const cells = [
      room < roomForStates ? stateWord(view, agent) : stateText(view, agent, now),
      agent.parentId === null ? '' : duration(workedMs(agent, now)),
      tokensText(own),
      costText(own),
      costText(figuresOf(view, subtree(view, agent.id))),
    ];
    rows.push({names: namesOf(agent, level), cells});
    for (const child of all) if (child.parentId === agent.id) add(child, level + 1);
  };
  for (const agent of all) if (agent.parentId === null) add(agent, 0);
  return tableText(rows, room);
}

function namesOf({id, parentId, kind, description}: AgentSnapshot, level: number): Row['names'] {
  if (parentId === null) return [id, id];
  const indent = '  '.repeat(level);
  return [indent + revealLine(`${id}  ${kind}  ${description}`), indent + revealLine(`${id}  ${description}`)];
}

/** What the row of its pane says that it does; of one that has ended, how. */
function stateText(view: View, agent: AgentSnapshot, now: number): string {
  const isShort = agent.endedAt !== null || agent.state === 'asking';
  return isShort ? stateWord(view, agent) : truncate(doing(view, agent, now), widestState, '…');
}

function stateWord(view: View, agent: AgentSnapshot): string {
  const state = stateOf(view, agent);
  const words: Partial<Record<typeof state, string>> = {asking: 'asks you', tool: 'working'};
  return words[state] ?? state;
}

/** Descriptions give way first; where too little is left of the names, figures go, and then the types. */
function tableText(rows: readonly Row[], room: number): string {
  const widths = (rows[0]?.cells ?? []).map((_, column) =>
    Math.max(...rows.map(({cells}) => width(cells[column] ?? ''))),
  );
  const shown = new Set(widths.keys());
  const rest = (): number => room - [...shown].reduce((sum, column) => sum + (widths[column] ?? 0) + gap, 0);
  for (const column of givingWay) if (rest() < leastName) shown.delete(column);
  const widest = (form: 0 | 1): number => Math.max(...rows.map(({names}) => width(names[form])));
  const form = Math.min(widest(0), widestName) <= rest() ? 0 : 1;
  const columns = Math.max(1, Math.min(widest(form), widestName, rest()));
  return rows
    .map(({names, cells}) => [
      pad(truncate(names[form], columns, '…'), columns),
      ...[...shown].map(column => aligned(cells[column] ?? '', widths[column] ?? 0, column)),
    ])
    .map(line => line.join(' '.repeat(gap)))
    .join('\n');
}

/** Words stand left, figures right. */
function aligned(cell: string, columns: number, column: number): string {
  return column === 0 ? pad(cell, columns) : cell.padStart(columns);
}
