/** `/diff`: what agents have changed of files in this conversation, by agent; of a file or an agent, line by line. */
import type {FileDiff} from '../core/types.js';
import type {AgentChange, Session} from '../session.js';
import type {Command} from '../ui/repl.js';
import {cleanLine} from '../ui/text/clean.js';
import {revealLine} from '../ui/text/reveal.js';

type DiffSession = Pick<Session, 'fileChanges' | 'agents'>;

const nothing = 'No agent has changed a file in this conversation, or all of it was undone.';
/** A notice stays in the scrollback for good. */
const maxLines = 400;

export function createDiffCommand(session: DiffSession): Command {
  return {
    name: 'diff',
    description: 'what agents have changed, by agent: /diff, /diff <file or agent>',
    async run(argument) {
      const changes = await session.fileChanges();
      if (changes.length === 0) return nothing;
      if (argument === '')
        return [...agentsText(changes, session), '', '/diff <file or agent> shows the lines.'].join('\n');
      const chosen = changes.filter(({path, agentId}) => path === argument || agentId === argument);
      if (chosen.length === 0)
        return `No agent has changed ${revealLine(argument)}, and none that is named so has changed a file.`;
      const lines = chosen.flatMap(each => [
        `${cleanLine(each.path)}, by ${labelOf(each.agentId, session)}:`,
        ...linesOf(each),
        '',
      ]);
      const more = lines.length - maxLines;
      return [...lines.slice(0, maxLines), ...(more > 0 ? [`… and ${more} more lines`] : [])].join('\n').trimEnd();
    },
  };
}

function agentsText(changes: readonly AgentChange[], session: DiffSession): readonly string[] {
  const ids = [...new Set(changes.map(({agentId}) => agentId))];
  return ids.flatMap(id => [
    labelOf(id, session),
    ...changes.filter(({agentId}) => agentId === id).map(({path, diff}) => `  ${cleanLine(path)}  ${countsOf(diff)}`),
  ]);
}

const countsOf = (diff: FileDiff | null): string => (diff ? `+${diff.added} −${diff.removed}` : 'no text');

function labelOf(id: string, {agents}: DiffSession): string {
  const agent = agents.snapshot().find(each => each.id === id);
  if (id === 'main') return 'the main agent';
  return agent ? cleanLine(`${id} (${agent.kind}: ${agent.description})`) : id;
}

function linesOf({diff}: AgentChange): readonly string[] {
  if (diff === null) return ['  no text'];
  const signs = {kept: ' ', removed: '-', added: '+'} as const;
  return diff.hunks.flatMap(hunk => {
    const [first] = hunk;
    const at = first && ('before' in first ? first.before : first.after);
    return [`  @@ line ${at ?? 1} @@`, ...hunk.map(({type, text}) => `  ${signs[type]}${revealLine(text)}`)];
  });
}
