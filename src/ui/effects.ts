/** What input leads to beyond the screen itself. */

import type {Verdict} from '../core/policy.js';
import type {PermissionMode} from '../core/question.js';
import type {AgentId} from '../core/types.js';
import type {RewindPoint, RewindScope} from './rewind/rewinding.js';
import type {Screen} from './screen.js';

export type Effect = SessionEffect | ScreenEffect;

/** On the terminal. */
export type ScreenEffect = {readonly type: 'leave'} | {readonly type: 'suspend'} | {readonly type: 'redraw'};

export type SessionEffect =
  | {readonly type: 'send' | 'steer'; readonly text: string}
  /** The newest message that the agent has not read yet. */
  | {readonly type: 'takeBack'; readonly agentId: AgentId}
  | {readonly type: 'command'; readonly name: string; readonly argument: string}
  | {readonly type: 'answer'; readonly callId: string; readonly answer: Verdict}
  /** To an agent below the root. */
  | {readonly type: 'mail'; readonly agentId: AgentId; readonly text: string}
  | {readonly type: 'stop'; readonly how: 'interrupt' | 'windDown' | 'abort'; readonly agentId: AgentId}
  /** What the agent's calls wait for goes on beside them. */
  | {readonly type: 'background'; readonly agentId: AgentId}
  | {readonly type: 'mode'; readonly mode: PermissionMode}
  | {readonly type: 'pickRewind'}
  | {readonly type: 'previewRewind'; readonly id: string}
  | {readonly type: 'rewind'; readonly point: RewindPoint; readonly scope: RewindScope}
  | {readonly type: 'interrupt' | 'abort'};

/** The screen after an input, and what else is to be done. */
export interface Pressed {
  readonly screen: Screen;
  readonly effects: readonly Effect[];
}
