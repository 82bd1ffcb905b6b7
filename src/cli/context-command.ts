/** `/context`: what fills the windows of the models, by kind, by tool and file, and agent by agent. */
import type {ContextKind, ContextReport} from '../core/context.js';
import type {AgentSnapshot} from '../core/tree.js';
import type {ListedMemory, Session} from '../session.js';
import {count, plural} from '../ui/format.js';
import type {Command} from '../ui/repl.js';
import {revealLine} from '../ui/text/reveal.js';
import {pad, truncate, width} from '../ui/text/width.js';

const words: Readonly<Record<ContextKind, string>> = {
  system: 'system prompt',
  tools: 'descriptions of tools',
  summary: 'summary of what was before',
  person: 'your messages',
  others: 'other messages',
  answers: 'answers',
  thinking: 'thinking',
  calls: 'calls',
  results: 'results of calls',
};

/** Rows of one part that are shown. */
const shown = 8;
const widestLabel = 60;

type Row = readonly [label: string, tokens: number];

export function createContextCommand({
  context,
  memory,
  agents,
  cwd,
}: Pick<Session, 'context' | 'memory' | 'agents' | 'cwd'>): Command {
  return {
    name: 'context',
    description: 'what fills the window of the model: /context agent-1',
    async run(argument) {
      const reports = await context();
      const wanted = argument === '' ? 'main' : argument;
      const snapshots = agents.snapshot();
      const named = snapshots.findLast(({id, name}) => id === wanted || name === wanted)?.id ?? wanted;
      const report = reports.find(({agentId}) => agentId === named);
      if (!report) return `Nothing is kept of an agent "${revealLine(argument)}". /agents lists them.`;
      const files = named === 'main' ? await memory() : [];
      const others = named === 'main' ? reports.filter(({agentId}) => agentId !== named) : [];
      return [headOf(report), ...partsOf(report, files, cwd), ...agentRows(others, snapshots)].join('\n');
    },
  };
}

function headOf({agentId, model, window, tokens, compactsAt}: ContextReport): string {
  const whose = agentId === 'main' ? '' : `${agentId}: `;
  if (window === null)
    return `${whose}About ${count(tokens)} tokens. How much fits into the window of ${revealLine(model)} is not known.`;
  const mark = compactsAt === null ? 'It is not summed up by itself.' : `It is summed up at ${count(compactsAt)}.`;
  return `${whose}About ${count(tokens)} of ${count(window)} tokens (${percent(tokens, window)}) of ${revealLine(model)}. ${mark}`;
}

function partsOf(report: ContextReport, memory: readonly ListedMemory[], cwd: string): readonly string[] {
  const {kinds, tools, files, window, tokens} = report;
  const instructions = memory.map(({path, characters}): Row => [toShown(path, cwd), Math.ceil(characters / 4)]);
  const told = instructions.reduce((sum, [, each]) => sum + each, 0);
  const rows = [...kinds].flatMap(([kind, each]): readonly Row[] =>
    kind === 'system' && told > 0
      ? [
          [words.system, Math.max(0, each - told)],
          ['files of instructions', Math.min(each, told)],
        ]
      : [[words[kind], each]],
  );
  const free = window === null ? [] : [['free', Math.max(0, window - tokens)] as const];
  return [
    ...table('By kind', [...rows, ...free], window),
    ...table('By tool, with what the calls returned', [...tools], window),
    ...table(
      'By file that was read or changed',
      [...files].map(([path, each]) => [toShown(path, cwd), each]),
      window,
    ),
    ...table('Files of instructions', instructions, window),
  ];
}

function agentRows(reports: readonly ContextReport[], snapshots: readonly AgentSnapshot[]): readonly string[] {
  const rows = reports.slice(-shown).map(({agentId, tokens, window}) => {
    const agent = snapshots.find(({id}) => id === agentId);
    const of = window === null ? '' : ` of ${count(window)}  ${percent(tokens, window)}`;
    const name = revealLine(`${agentId}  ${agent?.kind ?? ''}: ${agent?.description ?? ''}`);
    return [truncate(name, widestLabel, '…'), `${count(tokens).padStart(6)}${of}`] as const;
  });
  return rows.length === 0 ? [] : ['', 'Other agents, each with a window of its own', ...aligned(rows)];
}

function table(title: string, rows: readonly Row[], window: number | null): readonly string[] {
  if (rows.length === 0) return [];
  const listed = rows.length <= shown + 2 ? rows : rows.slice(0, shown);
  const rest = rows.slice(listed.length);
  const more: readonly Row[] =
    rest.length === 0 ? [] : [[`${plural(rest.length, 'more')}`, rest.reduce((sum, [, tokens]) => sum + tokens, 0)]];
  const cells = [...listed, ...more].map(([label, tokens]) => {
    const part = window === null ? '' : percent(tokens, window).padStart(7);
    return [truncate(label, widestLabel, '…'), `${count(tokens).padStart(6)}${part}`] as const;
  });
  return ['', title, ...aligned(cells)];
}

function aligned(cells: readonly (readonly [label: string, figures: string])[]): readonly string[] {
  const widest = Math.max(...cells.map(([label]) => width(label)));
  return cells.map(([label, figures]) => `  ${pad(label, widest)}  ${figures}`.trimEnd());
}

const percent = (tokens: number, window: number): string => {
  const part = (100 * tokens) / window;
  if (part >= 0.95) return `${Math.round(part)} %`;
  return part >= 0.05 ? `${part.toFixed(1)} %` : '';
};

/** Relative to the folder, where it lies in that. */
const toShown = (path: string, cwd: string): string =>
  path === cwd ? '.' : revealLine(path.startsWith(`${cwd}/`) ? path.slice(cwd.length + 1) : path);
