/** One hook that listens, whatever it is made of: a command of the settings, a function, another program's own hooks. */
import {createScope, race, whenAborted} from '../core/cancel.js';
import {type HookInput, type Hooks, hookPoints} from '../core/policy.js';
import type {Clock} from '../core/ports.js';
import type {Processes} from '../platform/processes.js';
import type {HookSetting} from '../settings/settings.js';
import {type Fault, type Printed, readAnswer, readPrinted, type Said} from './answer.js';
import {type FunctionHook, type HookEventName, type HookFunctions, refuseOthers, toPrinted} from './functions.js';
import type {HookListing} from './listing.js';
import {toMatcher} from './matcher.js';
import {toLabel} from './words.js';

/** What one run of a hook came to. */
export interface Ran extends Said, Printed {
  readonly outcome: 'success' | 'error' | 'cancelled';
}

export interface Listener extends HookListing {
  /** @param names of what the event is about; null: of anything at all. */
  listens(names: readonly string[] | null): boolean;
  /** Rejects only when `signal` aborts. @param payload made when it is first asked for. */
  run(input: HookInput, payload: () => string, signal: AbortSignal): Promise<Ran>;
}

export interface CommandMeans {
  readonly filter: Processes['filter'];
  /** For the commands' environment. */
  readonly projectFolder: string;
  /** Where a command runs whose agent stands in a folder that is gone. */
  readonly root: string;
}

/** Of a hook that sets none itself. */
const defaultTimeoutMs = 60_000;
/** Whoever leaves does not wait for longer, unless a hook says how long it takes. */
const leavingTimeoutMs = 1_500;
/** Read of each output: far more than a hook has to say. */
const maxOutputBytes = 1024 * 1024;
/** Of each output; a hook that writes more is stopped, whatever it was about to say. */
const floodBytes = 64 * 1024 * 1024;

const silent: Printed = {exitCode: null, stdout: '', stderr: ''};

const failed = (fault: Fault, printed = silent): Ran => ({...printed, outcome: 'error', answer: {}, fault});

const limitOf = (event: string, timeoutMs: number | null): number =>
  timeoutMs ?? (event === 'SessionEnd' ? leavingTimeoutMs : defaultTimeoutMs);

const tooLate = (ms: number): Fault => ({
  kind: 'timeout',
  text: `did not answer within ${ms / 1_000} s and was stopped`,
});

export function toCommandListener(setting: HookSetting, means: CommandMeans): Listener {
  const {event, matcher, command, timeoutMs, onFailure, source} = setting;
  const limit = limitOf(event, timeoutMs);

  async function run(input: HookInput, payload: () => string, signal: AbortSignal): Promise<Ran> {
    const {agentId: owner, cwd} = input;
    const env = {CLAUDE_PROJECT_DIR: means.projectFolder, AGENT_PROJECT_DIR: means.projectFolder};
    const limits = {timeoutMs: limit, maxBytes: maxOutputBytes, floodBytes, signal};
    const start = {owner, env, input: `${payload()}\n`, ...limits};
    let printed: Awaited<ReturnType<Processes['filter']>>;
    try {
      // The folder may go at any moment, so that it is gone is found out by trying.
      printed = await means.filter(command, {...start, cwd}).catch(error => {
        signal.throwIfAborted();
        if (cwd === means.root) throw error;
        return means.filter(command, {...start, cwd: means.root});
      });
    } catch (error) {
      signal.throwIfAborted();
      return failed({kind: 'start', text: `could not be started: ${reasonOf(error)}`});
    }
    if (printed.stopped === 'timed out') return {...failed(tooLate(limit), printed), outcome: 'cancelled'};
    if (printed.stopped === 'overflow') {
      return failed({kind: 'flood', text: 'wrote more than 64 MB and was stopped'}, printed);
    }
    if (printed.signal !== null) {
      return failed({kind: printed.signal, text: `was ended by ${printed.signal}`}, printed);
    }
    if (printed.isCut && printed.exitCode === 0) {
      return failed({kind: 'length', text: 'wrote more than 1 MB, which is not read'}, printed);
    }
    const said = readPrinted(input, command, printed);
    const isFine = printed.exitCode === 0 && said.fault === null;
    const {exitCode, stdout, stderr} = printed;
    return {exitCode, stdout, stderr, ...said, outcome: isFine ? 'success' : 'error'};
  }

  const listing = {event, matcher, command, timeoutMs: limit, onFailure, source: source.path ?? '--settings'};
  return withMatcher({...listing, run});
}

/** Nobody knows what a broken matcher was to listen to: a hook that is to block when it fails does so for everything. */
function withMatcher(hook: Omit<Listener, 'listens'>): Listener {
  const matches = toMatcher(hook.matcher);
  if (matches) return {...hook, listens: names => names === null || matches(names)};
  const text = brokenMatcher(hook);
  return {...hook, listens: () => hook.onFailure === 'block', run: async () => failed({kind: 'matcher', text})};
}

const brokenMatcher = ({matcher}: HookListing): string => `has a matcher that is no regular expression: ${matcher}`;

/** A line for the person about a hook that cannot do what it is for; null for any other. */
export function faultOf(hook: HookListing): string | null {
  if (toMatcher(hook.matcher)) return null;
  const what = hook.onFailure === 'block' ? 'it refuses everything' : 'it is never run';
  return `The ${hook.event} hook ${toLabel(hook.command)} in ${hook.source} ${brokenMatcher(hook)}; ${what}. Mend it there.`;
}

/** All functions, in the order of their events. */
export function toFunctionListeners(functions: HookFunctions, clock: Clock): readonly Listener[] {
  return Object.entries(functions).flatMap(([event, hooks = []]) =>
    // Each is only ever given inputs of the event that it stands under.
    (hooks as readonly FunctionHook[]).map(hook => toFunctionListener(event as HookEventName, hook, clock)),
  );
}

function toFunctionListener(event: HookEventName, hook: FunctionHook, clock: Clock): Listener {
  const {matcher = null, timeoutMs = null, onFailure = 'allow'} = hook;
  const command = hook.run.name || 'function';
  const limit = limitOf(event, timeoutMs);

  async function run(input: HookInput, _: () => string, signal: AbortSignal): Promise<Ran> {
    const own = createScope();
    const leave = whenAborted(signal, own.abort);
    const late = clock.sleep(limit, own.signal).then(() => tooLate(limit));
    const work = async (): Promise<Said> =>
      readAnswer(input, command, toPrinted(event, await hook.run(input, own.signal)));
    try {
      const said = await race(Promise.race([work(), late]), signal);
      if (!('answer' in said)) return {...failed(said), outcome: 'cancelled'};
      return {...silent, ...said, outcome: said.fault === null ? 'success' : 'error'};
    } catch (error) {
      signal.throwIfAborted();
      return failed({kind: 'threw', text: `failed: ${reasonOf(error)}`});
    } finally {
      leave();
      own.abort();
    }
  }

  return withMatcher({event, matcher, command, timeoutMs: limit, onFailure, source: 'function', run});
}

const decisions: ReadonlySet<unknown> = new Set([undefined, 'allow', 'ask', 'deny']);

/** Hooks that answer for themselves: what they say is passed on as it is, if it says anything. */
export function toPortListeners(port: Hooks): readonly Listener[] {
  return hookPoints.map(event => toPortListener(port, event));
}

function toPortListener(port: Hooks, event: HookEventName): Listener {
  return {
    event,
    matcher: null,
    command: 'hooks',
    timeoutMs: null,
    onFailure: 'block',
    source: 'function',
    listens: names => port.matches(event, names?.[0]),
    async run(input, _, signal) {
      try {
        const answer = await port.run(input, signal);
        refuseOthers(answer);
        if (!decisions.has(answer.decision)) {
          throw new TypeError(`its decision is ${JSON.stringify(answer.decision)}, not "allow", "ask" or "deny"`);
        }
        return {...silent, outcome: 'success', answer, fault: null};
      } catch (error) {
        signal.throwIfAborted();
        return failed({kind: 'threw', text: `failed: ${reasonOf(error)}`});
      }
    },
  };
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
