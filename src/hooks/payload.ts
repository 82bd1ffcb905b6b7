/** What a hook is told, as the one JSON object that Claude Code's hooks read. Its names are theirs. */
import type {HookInput} from '../core/policy.js';
import type {PermissionMode} from '../core/question.js';
import {textOf, toToolResponse} from './tool-response.js';

/** What is known of the session. */
export interface SessionFacts {
  readonly sessionId: string;
  /** The file that keeps what an agent says and hears; null if none does. */
  transcriptOf(agentId: string): string | null;
  /** It goes on with a kept conversation. */
  readonly isResumed: boolean;
  /** The folder that the session was opened in. */
  readonly root: string;
  /** The folder that the project's settings belong to. */
  readonly projectFolder: string;
  model(): string;
  effort(): string | null;
  /** Of an agent that no mode of its own is demanded of. */
  mode(): PermissionMode;
}

type Payload = Readonly<Record<string, unknown>>;

/** @param promptId of the prompt that all of this happens for. */
export function toPayload(input: HookInput, facts: SessionFacts, promptId: string): Payload {
  const {event, cwd} = input;
  return {
    session_id: facts.sessionId,
    transcript_path: facts.transcriptOf(rootId),
    cwd,
    hook_event_name: event,
    ...(event !== 'SessionStart' && {prompt_id: promptId}),
    ...(isPartOfTurn(event) && toStanding(input, facts)),
    ...toOwner(input),
    ...toDetails(input, facts),
  };
}

const isPartOfTurn = (event: HookInput['event']): boolean =>
  event !== 'SessionStart' && event !== 'SessionEnd' && event !== 'Notification';

function toStanding({mode}: HookInput, facts: SessionFacts): Payload {
  const level = facts.effort();
  return {permission_mode: mode ?? facts.mode(), ...(level !== null && {effort: {level}})};
}

/** Whose run it is, if it is not the root's. */
function toOwner({agentId, kind}: HookInput): Payload {
  return agentId === rootId ? {} : {agent_id: agentId, agent_type: kind};
}

export const rootId = 'main';

function toDetails(input: HookInput, facts: SessionFacts): Payload {
  switch (input.event) {
    case 'SessionStart':
      return {source: input.source, model: facts.model()};
    case 'PreCompact':
      return {trigger: input.trigger, custom_instructions: input.instructions ?? ''};
    case 'PostCompact':
      return {trigger: input.trigger, compact_summary: input.summary};
    case 'SessionEnd':
      return {reason: input.reason};
    case 'UserPromptSubmit':
      return {prompt: input.prompt};
    case 'Notification':
      return {message: input.message, notification_type: input.about};
    case 'PreToolUse':
    case 'PermissionRequest':
      return toCall(input);
    case 'PostToolUse':
      return {...toCall(input), tool_response: toToolResponse(input, facts.root), duration_ms: input.durationMs};
    case 'PostToolUseFailure': {
      const {content} = input.result;
      // An interrupt is not told of: whoever pressed a key is not to wait for hooks.
      return {...toCall(input), error: textOf(content), is_interrupt: false, duration_ms: input.durationMs};
    }
    case 'SubagentStart':
      return {};
    case 'Stop':
      // An agent ends after those below it, and what its commands left running has no name.
      return {...toEnd(input), background_tasks: [], session_crons: []};
    case 'SubagentStop':
      return {...toEnd(input), agent_transcript_path: facts.transcriptOf(input.agentId)};
    default:
      return input satisfies never;
  }
}

function toCall({call}: Extract<HookInput, {readonly call: unknown}>): Payload {
  return {tool_name: call.tool, tool_input: call.input, tool_use_id: call.callId};
}

function toEnd({text, repeated}: Extract<HookInput, {readonly repeated: boolean}>): Payload {
  return {stop_hook_active: repeated, last_assistant_message: text};
}
