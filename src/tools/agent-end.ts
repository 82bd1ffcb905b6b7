/** What an agent came to, beside its report: in figures for the agent that waited for it, and in one line for the screen. */
import type {AgentEnd} from '../core/tree.js';
import type {ToolDisplay, Usage} from '../core/types.js';

/** Whether it did not do what it was asked. */
export const isFailed = ({state}: AgentEnd): boolean => state !== 'done';

/** What it took, in the form that readers of Claude Code's results look for. */
export function endFigures({id, outcome: {usage}, toolCalls, durationMs}: AgentEnd): string {
  return [
    `agentId: ${id}`,
    `<usage>total_tokens: ${tokensOf(usage)}`,
    `tool_uses: ${toolCalls}`,
    `duration_ms: ${Math.round(durationMs)}</usage>`,
  ].join('\n');
}

/** `done · 6 tools · 41 s · 31k tokens`. */
function endSummary({state, outcome: {usage}, toolCalls, durationMs}: AgentEnd): string {
  const tokens = tokensOf(usage);
  const shown = tokens < 1_000 ? String(tokens) : `${(tokens / 1_000).toFixed(tokens < 10_000 ? 1 : 0)}k`;
  const seconds = durationMs < 9_950 ? (durationMs / 1_000).toFixed(1) : String(Math.round(durationMs / 1_000));
  return `${state} · ${toolCalls} ${toolCalls === 1 ? 'tool' : 'tools'} · ${seconds} s · ${shown} tokens`;
}

/** The summary with the report below it. */
export function endDisplay(end: AgentEnd): ToolDisplay {
  return {summary: endSummary(end), output: end.report};
}

const tokensOf = ({input, output, cacheRead, cacheWrite}: Usage): number => input + output + cacheRead + cacheWrite;
