/**
 * Who may do what, until there are rules: tools that only read run; tools that change something run if a flag allows
 * them, else a person is asked, and where nobody can be asked the call is refused with the flag that would allow it.
 *
 * Questions wait in a queue until each is answered by the id of its call; one never displaces another.
 */
import {race} from '../core/cancel.js';
import type {PermissionRequest, Permissions, Verdict} from '../core/policy.js';

export interface PermissionOptions {
  /** Tools that run without a question. */
  readonly allowed: readonly string[];
  /** Tools that never run, whatever else is said. */
  readonly disallowed: readonly string[];
  /** Runs everything that is not disallowed. */
  readonly skip: boolean;
  /** Whether somebody is there to answer questions. */
  readonly asker: 'person' | 'nobody';
}

export interface PermissionQueue extends Permissions {
  /** The questions that wait, oldest first. */
  pending(): readonly PermissionRequest[];
  /** Answers the question of that call. False if none waits: it was answered, or its call was interrupted. */
  answer(callId: string, verdict: Verdict): boolean;
}

interface Question {
  readonly request: PermissionRequest;
  readonly settle: (verdict: Verdict) => void;
}

const unasked = (tool: string): string =>
  `This needs permission, and nobody can be asked in one-shot mode. Nothing was done. ` +
  `To allow it, start agent with --allowedTools "${tool}", or with --dangerously-skip-permissions to allow everything.`;

/** Makes the permissions of a session, shared by all its agents. */
export function createPermissions({allowed, disallowed, skip, asker}: PermissionOptions): PermissionQueue {
  const questions = new Set<Question>();
  return {
    decide({tool, effect}) {
      if (disallowed.includes(tool)) return {verdict: 'deny', message: `${tool} is not allowed in this session.`};
      if (skip || effect !== 'changes' || allowed.includes(tool)) return {verdict: 'allow'};
      return asker === 'person' ? {verdict: 'ask'} : {verdict: 'deny', message: unasked(tool)};
    },
    refusal: ({tool}) => (asker === 'person' ? undefined : unasked(tool)),
    async ask(request, signal) {
      let question: Question | undefined;
      const answered = new Promise<Verdict>(settle => {
        question = {request, settle};
        questions.add(question);
      });
      try {
        return await race(answered, signal);
      } finally {
        if (question) questions.delete(question);
      }
    },
    pending: () => [...questions].map(({request}) => request),
    answer(callId, verdict) {
      const question = [...questions].find(({request}) => request.callId === callId);
      if (question === undefined) return false;
      questions.delete(question);
      question.settle(verdict);
      return true;
    },
  };
}
