/**
 * The questions that wait for a person. Each is answered by the id of its call; answering one never displaces another, and
 * one that nobody answers waits: silence is no refusal.
 */
import {race} from '../core/cancel.js';
import type {PermissionRequest, Verdict} from '../core/policy.js';

export interface Questions {
  /** Rejects with `Interrupted` when `signal` aborts; the question is gone then. */
  ask(request: PermissionRequest, signal: AbortSignal): Promise<Verdict>;
  /** Oldest first. */
  pending(): readonly PermissionRequest[];
  /** The oldest that waits under that call. */
  find(callId: string): PermissionRequest | null;
  settle(request: PermissionRequest, verdict: Verdict): void;
}

export function createQuestions(): Questions {
  const waiting = new Map<PermissionRequest, (verdict: Verdict) => void>();
  return {
    async ask(request, signal) {
      const answered = new Promise<Verdict>(settle => waiting.set(request, settle));
      try {
        return await race(answered, signal);
      } finally {
        waiting.delete(request);
      }
    },
    pending: () => [...waiting.keys()],
    find: callId => [...waiting.keys()].find(request => request.callId === callId) ?? null,
    settle(request, verdict) {
      const settle = waiting.get(request);
      waiting.delete(request);
      settle?.(verdict);
    },
  };
}
