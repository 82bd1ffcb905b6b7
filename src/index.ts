/**
 * The library: a session over the same runtime that the command uses, and what is needed to give it tools, models,
 * hooks and permissions of one's own. Importing it starts nothing.
 */
export type {AgentDefinition} from './agents/definition.js';
export {createSession} from './compose.js';
export type {ContextKind, ContextReport} from './core/context.js';
export type {AgentControl, MailReceipt, Refusal, VerbReceipt} from './core/control.js';
export {Interrupted, ProviderError, ToolError, UsageError} from './core/errors.js';
export type {Mailbox} from './core/mailbox.js';
export type {
  HookInput,
  HookOutcome,
  Hooks,
  PermissionRequest,
  Permissions,
  Verdict,
} from './core/policy.js';
export type {Model, ModelEvent, ModelInfo, ModelRequest, Tool, ToolContext} from './core/ports.js';
export type {Offer, PermissionMode, Reach, Subject} from './core/question.js';
export {defineTool, type ToolSpec} from './core/tool.js';
export type {AgentEnd, AgentSnapshot, Agents, AgentType, SpawnRequest} from './core/tree.js';
export type {
  AgentEvent,
  Entry,
  RunOutcome,
  StampedEvent,
  ToolDisplay,
  ToolResult,
  Usage,
} from './core/types.js';
export type {FunctionHook, HookAnswer, HookEventName, HookFunctions} from './hooks/functions.js';
export type {HookListing} from './hooks/listing.js';
export type {ListedRule} from './permissions/rules.js';
export {createRecordedModel} from './providers/recorded.js';
export {createScriptedModel, type ScriptedModel, type ScriptedReply} from './providers/scripted.js';
export type {
  AgentChange,
  RewindOptions,
  RewindPreview,
  RewindReport,
  RewoundFile,
  Session,
  SessionOptions,
} from './session.js';
