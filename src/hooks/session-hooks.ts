/**
 * The hooks of one session over its whole life: its beginning and end, a conversation that begins anew, a person who is
 * waited for. What hooks say to the beginning is for the first prompt, and only that waits for them.
 */
import {createScope, race} from '../core/cancel.js';
import type {HookInput, HookOutcome, HookPoint, Hooks} from '../core/policy.js';
import type {Clock} from '../core/ports.js';
import type {AgentEvent, AgentId, StampedEvent} from '../core/types.js';
import type {Processes} from '../platform/processes.js';
import type {HookSetting} from '../settings/settings.js';
import {type HookFunctions, isPort} from './functions.js';
import {faultOf, type Listener, toCommandListener, toFunctionListeners, toPortListeners} from './listener.js';
import {createListeners} from './listeners.js';
import type {EndingReason, HookListing} from './listing.js';
import {rootId, type SessionFacts} from './payload.js';

export interface SessionHooksOptions {
  readonly settings: readonly HookSetting[];
  readonly given: HookFunctions | Hooks;
  readonly facts: SessionFacts;
  readonly filter: Processes['filter'];
  readonly clock: Clock;
  /** Whether somebody is there who may have to be called. */
  readonly interactive: boolean;
  aliasesOf(tool: string): readonly string[];
  tell(event: AgentEvent, id: AgentId): void;
  newId(): string;
}

export interface SessionHooks extends Hooks {
  readonly listings: readonly HookListing[];
  /** Lines for the person: hooks that can never be heard. */
  readonly warnings: readonly string[];
  /** Hears SessionStart now, so that the first prompt finds it done. */
  begin(): void;
  /** The conversation begins anew. */
  clear(): void;
  /** From now on they hear when the person is waited for. */
  follow(session: Watched): void;
  /** Hears SessionEnd. Resolves when that is done; nothing is heard after it. */
  end(reason: EndingReason): Promise<void>;
}

/** What tells of a session's events. */
interface Watched {
  observe(options: {filter(event: StampedEvent): boolean}): {
    drain(): readonly StampedEvent[];
    onWake(listener: () => void): () => void;
  };
}

/** A turn that took longer has lost the person's eye. */
const longTurnMs = 10_000;

export function createSessionHooks(options: SessionHooksOptions): SessionHooks {
  const {settings, given, facts, clock, newId} = options;
  const commands = settings.map(setting => toCommandListener(setting, {...facts, filter: options.filter}));
  const functions = isPort(given) ? toPortListeners(given) : toFunctionListeners(given, clock);
  const listeners: readonly Listener[] = [...commands, ...functions];
  const life = createScope();
  let promptId = newId();
  const heard = createListeners({...options, listeners, promptId: () => promptId});
  /** What is still to be said to the next prompt: that the session, or the conversation, has begun. */
  let opening: Opening | null = {
    source: facts.isResumed ? 'resume' : 'startup',
    after: Promise.resolve(),
    said: null,
  };
  let startedAt = clock.now();

  const hear = (point: HookPoint): Promise<HookOutcome> =>
    heard.run({...point, agentId: rootId, kind: rootId, mode: null, cwd: facts.root}, life.signal);

  /** What nobody waits for is nobody's failure: the person was told of what went wrong. */
  const hearAside = (point: HookPoint): Promise<HookOutcome> => hear(point).catch(() => ({}));

  const begin = (): Promise<HookOutcome> => {
    if (!opening) return Promise.resolve({});
    const {source, after} = opening;
    opening.said ??= after.then(() => hearAside({event: 'SessionStart', source}));
    return opening.said;
  };

  async function submit(input: HookInput, signal: AbortSignal): Promise<HookOutcome> {
    const {context: first} = await race(begin(), signal);
    const said = await heard.run(input, signal);
    // A prompt that is not sent takes nothing along.
    if (said.decision === 'deny' || said.stop !== undefined) return said;
    opening = null;
    const context = [first, said.context].filter(text => text !== undefined).join('\n');
    return {...said, ...(context !== '' && {context})};
  }

  function look(event: StampedEvent): void {
    const isRoot = event.parentId === null;
    if (event.type === 'question_asked') {
      notify('permission_prompt', `agent needs your permission to use ${event.tool}`);
    } else if (isRoot && event.type === 'run_started') {
      startedAt = clock.now();
    } else if (isRoot && event.type === 'run_finished') {
      promptId = newId();
      const isWaitedFor = event.reason !== 'aborted' && clock.now() - startedAt >= longTurnMs;
      if (isWaitedFor) notify('idle_prompt', 'agent has finished and waits for your input');
    }
  }

  function notify(about: 'permission_prompt' | 'idle_prompt', message: string): void {
    if (options.interactive && heard.matches('Notification', about)) {
      void hearAside({event: 'Notification', about, message});
    }
  }

  return {
    listings: listeners,
    warnings: listeners.flatMap(hook => faultOf(hook) ?? []),
    matches(event, subject) {
      if (heard.matches(event, subject)) return true;
      return event === 'UserPromptSubmit' && opening !== null && heard.matches('SessionStart', opening.source);
    },
    run: (input, signal) => (input.event === 'UserPromptSubmit' ? submit(input, signal) : heard.run(input, signal)),
    begin: () => void begin(),
    clear() {
      opening = {source: 'clear', after: hearAside({event: 'SessionEnd', reason: 'clear'}), said: null};
      if (options.interactive) void begin();
    },
    follow(session) {
      const events = session.observe({filter: ({type}) => followed.has(type)});
      const drain = (): void => events.drain().forEach(look);
      events.onWake(drain);
    },
    async end(reason) {
      if (life.signal.aborted) return;
      await hearAside({event: 'SessionEnd', reason});
      life.abort();
    },
  };
}

const followed: ReadonlySet<string> = new Set(['question_asked', 'run_started', 'run_finished']);

interface Opening {
  readonly source: 'startup' | 'resume' | 'clear';
  /** The end of the conversation before it was heard. */
  readonly after: Promise<unknown>;
  /** Null: not heard yet. */
  said: Promise<HookOutcome> | null;
}
