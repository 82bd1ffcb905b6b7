/** What the command line asks of a session. */
import type {SessionOptions} from '../session.js';
import type {Arguments} from './arguments.js';

export function toSessionOptions(given: Arguments): SessionOptions {
  const {model, effort, maxTurns, maxBudgetUsd, systemPrompt, appendSystemPrompt} = given;
  return {
    ...(model !== undefined && {model}),
    ...(given.fallbackModel !== undefined && {fallbackModels: given.fallbackModel}),
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
    ...(given.permissionMode !== undefined && {permissionMode: given.permissionMode}),
    allowedTools: given.allowedTools,
    disallowedTools: given.disallowedTools,
    skipPermissions: given.dangerouslySkipPermissions,
    ...(given.settings !== undefined && {settings: given.settings}),
    ...(given.settingSources !== undefined && {settingSources: given.settingSources}),
    ...(given.resume !== undefined && {resume: given.resume}),
    ...(given.forkSession && {fork: true}),
    ...(given.sessionId !== undefined && {sessionId: given.sessionId}),
    ...(!given.memoryFiles && {memoryFiles: false}),
    persist: given.sessionPersistence,
    ...(given.trust && {trust: true}),
    ...(given.sandbox && {sandbox: true}),
  };
}
