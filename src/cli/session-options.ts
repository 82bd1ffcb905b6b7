/** What the command line asks of a session. */

import {UsageError} from '../core/errors.js';
import type {SessionOptions} from '../session.js';
import type {Arguments} from './arguments.js';

/** Tool names as given. Rules about what a tool may do are for later, and must not pass for a name until then. */
function toolNames(names: readonly string[], flag: string): readonly string[] {
  const rule = names.find(name => name.includes('('));
  if (rule === undefined) return names;
  const tool = rule.slice(0, rule.indexOf('('));
  throw new UsageError(`${flag} takes whole tools, not rules such as ${rule}. Use ${flag} "${tool}", or leave it out.`);
}

export function toSessionOptions(given: Arguments): SessionOptions {
  const {model, effort, maxTurns, maxBudgetUsd, systemPrompt, appendSystemPrompt} = given;
  return {
    ...(model !== undefined && {model}),
    ...(effort !== undefined && {effort}),
    ...(maxTurns !== undefined && {maxTurns}),
    ...(maxBudgetUsd !== undefined && {maxBudgetUsd}),
    ...(systemPrompt !== undefined && {systemPrompt}),
    ...(appendSystemPrompt !== undefined && {appendSystemPrompt}),
    ...(given.agents !== undefined && {agents: given.agents}),
    agentLimits: {
      ...(given.maxAgentDepth !== undefined && {depth: given.maxAgentDepth}),
      ...(given.maxAgents !== undefined && {live: given.maxAgents}),
      ...(given.maxAgentChildren !== undefined && {children: given.maxAgentChildren}),
      ...(given.maxAgentSpawns !== undefined && {spawnsPerTurn: given.maxAgentSpawns}),
    },
    allowedTools: toolNames(given.allowedTools, '--allowedTools'),
    disallowedTools: toolNames(given.disallowedTools, '--disallowedTools'),
    skipPermissions: given.dangerouslySkipPermissions,
    ...(given.settings !== undefined && {settings: given.settings}),
    ...(given.settingSources !== undefined && {settingSources: given.settingSources}),
    ...(given.trust && {trust: true}),
  };
}
