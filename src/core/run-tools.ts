/**
 * One reply's calls as a batch that may open while the reply streams. Reads that nobody has a say in start early;
 * once the reply is whole, neighbouring reads and spawns run together, changes alone, all in the order of the calls,
 * so that a call sees what the calls before it changed. Every call gets one result, and results come in call order.
 */
import pLimit from 'p-limit';
import type {CallDeps} from './call-context.js';
import type {Scope} from './cancel.js';
import type {OfferedCall} from './draft.js';
import {createMailbox, type Mailbox} from './mailbox.js';
import type {CallSink} from './reply.js';
import {type CallEnd, refuseCall, runCall, toEarlyCall} from './run-call.js';
import {resultText, unstartedResult} from './transcript.js';
import type {AgentEvent, ToolResultBlockParam} from './types.js';

export interface BatchEnd {
  /** One for each call, in call order. */
  readonly results: readonly ToolResultBlockParam[];
  /** Why a hook ended the turn, if one did. */
  readonly stop: string | null;
  /** What the last of them was refused with, if limits, rules or hooks said no to all, or there is no such tool. */
  readonly refusal: string | null;
}

export interface Batch extends CallSink {
  /** The reply is kept: runs what has not run, to the last result. */
  finish(): AsyncGenerator<AgentEvent, BatchEnd>;
  /** After an abort, without telling anything: waits for what still runs and says what each call came to. */
  settle(): Promise<readonly ToolResultBlockParam[]>;
}

interface Job {
  readonly call: OfferedCall;
  readonly effect: 'reads' | 'spawns' | 'changes';
  /** Set once started; never rejects. */
  running: Promise<void> | null;
  end: CallEnd | null;
  isRetracted: boolean;
  /** What to do once the reply is kept. */
  readonly kept: (() => void)[];
}

/** Something to tell; `taken` is called once the reader came back for more. Null wakes the reader to look again. */
interface Item {
  readonly event: AgentEvent | null;
  readonly taken?: () => void;
}

/** Reads of one reply that run at the same time. */
const readsAtOnce = 10;

/** @param scopes `waiting` is for calls that wait for agents, `work` for all others: early ones through the reply's own. */
export function openBatch(deps: CallDeps, {work, waiting}: {readonly work: Scope; readonly waiting: Scope}): Batch {
  const box: Mailbox<Item> = createMailbox({bound: 1, merge: mergeProgress, mayDrop: () => false});
  const limit = pLimit(readsAtOnce);
  const loose = new Set<Promise<void>>();
  let reply = work.child();
  let claimed = new Set<string>();
  let jobs: Job[] = [];
  let isKept = false;
  let stop: string | null = null;
  let lastCwd = deps.place.cwd;

  /** What is seen of a call is no part of the history, and would be gone with the screen. */
  function keep(event: AgentEvent): void {
    if (event.type === 'question_asked' || event.type === 'question_answered') {
      deps.log.write({type: event.type, callId: event.callId});
    }
    if (event.type !== 'tool_finished') return;
    const {callId, display, outcome, durationMs} = event;
    const {cwd} = deps.place;
    deps.log.write({type: 'call', callId, display, outcome, durationMs, ...(cwd !== lastCwd && {cwd})});
    lastCwd = cwd;
  }

  function start(job: Job, scope: Scope, isAnnounced: boolean): Promise<void> {
    const own = scope.child();
    const tell = (event: AgentEvent): void => {
      if (job.isRetracted) return;
      keep(event);
      box.push({event});
    };
    const announce = (event: AgentEvent): Promise<void> =>
      new Promise(resolve => box.push({event, taken: () => resolve()}));
    const whenKept = (effect: () => void): void => {
      if (isKept) effect();
      else job.kept.push(effect);
    };
    const taken = claimed;
    const claim = (words: string): boolean => !taken.has(words) && taken.add(words).has(words);
    const handle = {signal: own.signal, tell, announce, whenKept, claim};
    const run = async (): Promise<void> => {
      try {
        const bar = barOf(job);
        job.end = bar === null ? await runCall(job.call, deps, handle, isAnnounced) : refuseCall(job.call, bar, handle);
        stop ??= job.end.stop;
      } finally {
        own.close();
      }
    };
    const running = (job.effect === 'reads' ? limit(run) : run()).finally(() => loose.delete(running));
    loose.add(running);
    return running;
  }

  /** Why a call is not begun; null if it may be. One that spawns is told so by whoever starts agents. */
  function barOf({effect}: Job): string | null {
    if (stop !== null) return `Not run, because a hook ended the turn: ${stop}`;
    return effect !== 'spawns' && deps.isClosing() ? 'Not run: you were asked to wrap up before it began.' : null;
  }

  /** What begins after the end of the work does not run. */
  const scopeOf = ({effect}: Job): Scope => (effect === 'spawns' && !work.signal.aborted ? waiting : work);

  async function* pump(work: Promise<unknown>): AsyncGenerator<AgentEvent> {
    let isDone = false;
    void work.then(() => {
      isDone = true;
      box.push({event: null});
    });
    while (true) {
      for (const {event, taken} of box.drain()) {
        if (event) yield event;
        taken?.();
      }
      if (isDone && box.isEmpty()) return;
      await new Promise<void>(resolve => {
        const leave = box.onWake(() => {
          leave();
          resolve();
        });
        if (!box.isEmpty()) resolve();
      });
    }
  }

  const results = (): readonly ToolResultBlockParam[] =>
    jobs.map(({call, end}) => end?.block ?? unstartedResult(call.block.id));

  return {
    *offer(call) {
      const effect = deps.tools.get(call.block.name)?.effect ?? 'reads';
      const job: Job = {call, effect, running: null, end: null, isRetracted: false, kept: []};
      const mayStart = jobs.every(earlier => earlier.effect !== 'changes');
      jobs.push(job);
      const info = mayStart ? toEarlyCall(call, deps) : null;
      if (!info) return;
      yield {type: 'tool_started', ...info};
      job.running = start(job, reply, true);
    },

    drain() {
      return box.isEmpty() ? nothing : box.drain().flatMap(({event}) => (event ? [event] : []));
    },

    retract() {
      for (const job of jobs) job.isRetracted = true;
      jobs = [];
      claimed = new Set();
      box.drain();
      reply.abort();
      reply.close();
      reply = work.child();
    },

    async *finish() {
      isKept = true;
      for (const effect of jobs.flatMap(job => job.kept.splice(0))) effect();
      for (const group of toGroups(jobs)) {
        for (const job of group) job.running ??= start(job, scopeOf(job), false);
        yield* pump(Promise.all(group.map(job => job.running)));
      }
      reply.close();
      const all = results();
      const last = jobs.every(({end}) => end?.isRefused) ? all.at(-1) : undefined;
      return {results: all, stop, refusal: last ? resultText(last) : null};
    },

    async settle() {
      await Promise.all(loose);
      reply.close();
      return results();
    },
  };
}

const nothing: readonly AgentEvent[] = [];

/** Runs of neighbours that may run together: a change is always alone. */
function toGroups(jobs: readonly Job[]): readonly (readonly Job[])[] {
  const groups: Job[][] = [];
  for (const job of jobs) {
    const last = groups.at(-1);
    if (last && job.effect !== 'changes' && last[0]?.effect !== 'changes') last.push(job);
    else groups.push([job]);
  }
  return groups;
}

function mergeProgress(last: Item, next: Item): Item | null {
  const [a, b] = [last.event, next.event];
  if (a?.type !== 'tool_progress' || b?.type !== 'tool_progress' || a.callId !== b.callId) return null;
  return {event: {...a, text: a.text + b.text}};
}
