/**
 * The gate before a provider, one for each credential, shared by all agents of the process.
 *
 * A failure holds back those whom it concerns. Load, limits and failures of the server are those of the model that was
 * asked: Anthropic limits the rate of each model by itself, and of several models often one is overloaded alone. Where a
 * limit is the whole account's, every model finds out with one request. A connection that fails is everybody's.
 *
 * Who is held back stands in line. Whoever was refused goes to its end, so all take turns in probing.
 */
import {interruption, race, whenAborted} from '../core/cancel.js';
import type {ProviderError} from '../core/errors.js';
import {createAlarm} from './alarm.js';
import {type Closure, createLane, type Lane, type LaneOptions} from './lane.js';

/** Why a request is held back. */
export interface Hold {
  readonly closure: Closure;
  /** Whether it is this request's turn when the closure's time has come; else another one's. */
  readonly isNext: boolean;
}

/** One request's leave to go. Whoever holds it says how it went, and leaves in any case. */
export interface Pass {
  answered(): void;
  /** Returns whether others are held back as well: then the next leave is worth waiting for at the gate. */
  failed(error: ProviderError): boolean;
  leave(): void;
}

export interface Gate {
  /**
   * Returns the leave to send one request to `model`, at once if nothing holds it back. Until then it yields, as
   * `toEvent` makes of it, each new reason to wait. Throws `Interrupted` when `signal` aborts, and what `toEvent` throws.
   */
  enter<Event>(model: string, signal: AbortSignal, toEvent: (hold: Hold) => Event): AsyncGenerator<Event, Pass>;
}

/** A request in line. */
interface Waiter {
  readonly lane: Lane;
  /** Whether it would go now: not while somebody is told why it has to wait, who may take his time. */
  isReady: boolean;
  hold: Hold | null;
  /** Its leave, until it takes it. */
  pass: Pass | null;
  /** Something of the above has changed. */
  news: Signal;
}

export function createGate(options: LaneOptions): Gate {
  const {clock} = options;
  const connection = createLane(options);
  const models = new Map<string, Lane>();
  /** In the order of their turns. */
  const line = new Set<Waiter>();
  const alarm = createAlarm(clock, advance);

  return {
    async *enter(model, signal, toEvent) {
      const waiter: Waiter = {lane: laneOf(model), isReady: false, hold: null, pass: null, news: createSignal()};
      line.add(waiter);
      const stopListening = whenAborted(signal, () => quit(waiter));
      try {
        let told: Hold | null = null;
        while (true) {
          waiter.isReady = true;
          advance();
          while (waiter.pass === null && waiter.hold === told) await race(waiter.news.fired, signal);
          if (signal.aborted) throw interruption(signal);
          const {pass, hold} = waiter;
          if (pass !== null) {
            waiter.pass = null;
            return pass;
          }
          if (hold !== null) {
            told = hold;
            waiter.isReady = false;
            yield toEvent(hold);
          }
        }
      } finally {
        stopListening();
        quit(waiter);
      }
    },
  };

  function laneOf(model: string): Lane {
    const lane = models.get(model) ?? createLane(options);
    models.set(model, lane);
    return lane;
  }

  /** Lets everybody go who may, tells the others why not, and sees to it that this is done again in time. */
  function advance(): void {
    const now = clock.now();
    const headed = new Set<Lane>();
    let next = Number.POSITIVE_INFINITY;
    for (const waiter of line) {
      const {lane} = waiter;
      const shut = connection.admitsFrom > lane.admitsFrom ? connection : lane;
      if (shut.closure === null || shut.admitsFrom <= now) {
        if (!waiter.isReady) continue;
        line.delete(waiter);
        waiter.pass = issue(lane);
        announce(waiter);
        continue;
      }
      next = Math.min(next, shut.admitsFrom);
      tell(waiter, shut.closure, shut.admitsFrom < Number.POSITIVE_INFINITY && !headed.has(shut));
      headed.add(shut);
    }
    for (const lane of [connection, ...models.values()]) lane.settle();
    alarm.set(next === Number.POSITIVE_INFINITY ? null : next);
  }

  function tell(waiter: Waiter, closure: Closure, isNext: boolean): void {
    if (waiter.hold?.closure === closure && waiter.hold.isNext === isNext) return;
    waiter.hold = {closure, isNext};
    announce(waiter);
  }

  function announce(waiter: Waiter): void {
    waiter.news.fire();
    waiter.news = createSignal();
  }

  function quit(waiter: Waiter): void {
    waiter.pass?.leave();
    if (line.delete(waiter)) advance();
  }

  function issue(lane: Lane): Pass {
    const [ofConnection, ofModel] = [connection.enter(), lane.enter()];
    return {
      answered() {
        ofConnection.answered();
        ofModel.answered();
        advance();
      },
      failed(error) {
        // Whatever it says, it came over the connection.
        if (error.status !== undefined) ofConnection.answered();
        const concerned = concernedBy(error);
        if (concerned === 'model') ofModel.refused(error);
        if (concerned === 'everybody') ofConnection.refused(error);
        advance();
        return concerned !== 'request';
      },
      leave() {
        ofConnection.leave();
        ofModel.leave();
        advance();
      },
    };
  }
}

function concernedBy({kind, isTransient}: ProviderError): 'request' | 'model' | 'everybody' {
  if (!isTransient) return 'request';
  switch (kind) {
    case 'rate_limited':
    case 'overloaded':
    case 'server_error':
    case 'timeout':
      return 'model';
    case 'network':
      return 'everybody';
    default:
      return 'request';
  }
}

interface Signal {
  readonly fired: Promise<void>;
  fire(): void;
}

function createSignal(): Signal {
  let fire = (): void => {};
  const fired = new Promise<void>(resolve => {
    fire = resolve;
  });
  return {fired, fire: () => fire()};
}
