/** The points of a run at which hooks are heard, by the names that settings give them. */
import {hookPoints} from '../core/policy.js';

export const hookEvents = hookPoints;

/** Events of Claude Code that are none here: its own files may well have hooks for them. */
export const foreignEvents: readonly string[] = [
  'PostToolBatch',
  'UserPromptExpansion',
  'StopFailure',
  'PermissionDenied',
  'Setup',
  'TeammateIdle',
  'TaskCreated',
  'TaskCompleted',
  'Elicitation',
  'ElicitationResult',
  'ConfigChange',
  'WorktreeCreate',
  'WorktreeRemove',
  'InstructionsLoaded',
  'CwdChanged',
  'FileChanged',
  'MessageDisplay',
];
