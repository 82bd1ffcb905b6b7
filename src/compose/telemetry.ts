/** Telemetry of a session, where somebody asks for it: nothing of it is loaded elsewhere. */
import {pieces} from '../core/pieces.js';
import type {Session as CoreSession} from '../core/session-types.js';
import type {Environment} from '../platform/environment.js';
import {telemetryWish} from '../telemetry/wish.js';

export interface TelemetryOptions {
  readonly core: Pick<CoreSession, 'id' | 'observe' | 'tell'>;
  readonly env: Environment;
  /** Whether the model is one of the caller's own. */
  readonly isOwnModel: boolean;
  /** When it may be loaded. */
  readonly ready: Promise<void>;
}

export interface SessionTelemetry {
  readonly warnings: readonly string[];
  /** What is told meanwhile is not counted: it happened in an earlier session. */
  unheard(work: () => Promise<void>): Promise<void>;
  /** Sends what is left, within a bound. */
  close(): Promise<void>;
}

/** Null where nobody asks for it. */
export function watchWithTelemetry({core, env, isOwnModel, ready}: TelemetryOptions): SessionTelemetry | null {
  const wish = telemetryWish(env);
  if (wish === null) return null;
  let isPaused = false;
  const events = core.observe({filter: ({type}) => !isPaused && !pieces.has(type)});
  const warn = (text: string): void => core.tell({type: 'notice', level: 'warning', text});
  const opened = ready.then(async () => {
    const {openTelemetry} = await import('../telemetry/telemetry.js');
    const provider = isOwnModel ? 'custom' : 'anthropic';
    const telemetry = openTelemetry(wish, {sessionId: core.id, provider}, warn);
    telemetry.watch(events);
    return telemetry;
  });
  let closed: Promise<void> | null = null;
  return {
    warnings: wish.warnings,
    async unheard(work) {
      isPaused = true;
      await work().finally(() => {
        isPaused = false;
      });
    },
    close() {
      closed ??= opened.then(telemetry => {
        events.close();
        return telemetry.close();
      });
      return closed;
    },
  };
}
