/**
 * Agents that ask models of one credential through a gate while a server has outages, in time that a test owns, and a
 * record of every request: when it joined the line, left for the server, and what became of it.
 */
import {Interrupted, ProviderError} from '../../src/core/errors.js';
import type {Model, ModelEvent} from '../../src/core/ports.js';
import {createGate} from '../../src/providers/gate.js';
import {retrying} from '../../src/providers/retrying.js';
import {createScriptedModel, toEvents} from '../../src/providers/scripted.js';
import {aRequest} from './asking.js';
import {createVirtualClock} from './clock.js';

/** Milliseconds from the start. `model` null: nobody gets a connection. */
export interface Outage {
  readonly model: string | null;
  readonly fromMs: number;
  readonly forMs: number;
}

export interface SimulatedAgent {
  readonly model: string;
  readonly startMs: number;
  readonly latencyMs: number;
  /** Requests it makes, one after the other. */
  readonly steps: number;
  /** When it is aborted; null for never. */
  readonly abortMs: number | null;
}

/** One attempt. Times are milliseconds from the start. */
export interface Attempt {
  readonly agent: number;
  readonly model: string;
  readonly joined: number;
  /** When the request may go at the earliest, as it was told last. */
  readonly toldUntil: number;
  readonly sent: number;
  outcome: 'on its way' | 'answered' | 'refused' | 'disconnected' | 'aborted';
}

export interface SimulationOptions {
  readonly agents: readonly SimulatedAgent[];
  readonly outages: readonly Outage[];
  readonly maxAttempts: number | null;
  /** Like `Math.random`. */
  readonly random: () => number;
}

export interface Simulation {
  /** In the order in which they were sent. */
  readonly attempts: readonly Attempt[];
  /** Every attempt twice, when it is sent and when it ends, in the order of what happened. */
  readonly happenings: readonly {readonly attempt: Attempt; readonly isEnd: boolean}[];
  /** How each agent ended, and when. */
  readonly ends: readonly {readonly how: 'done' | 'aborted' | ProviderError; readonly atMs: number}[];
  /** What each agent was told. */
  readonly told: readonly (readonly ModelEvent[])[];
  /** Timers that are left. */
  readonly sleepers: number;
}

export async function simulate({agents, outages, maxAttempts, random}: SimulationOptions): Promise<Simulation> {
  const clock = createVirtualClock(0);
  const gate = createGate({clock, random});
  const attempts: Attempt[] = [];
  const happenings: {readonly attempt: Attempt; readonly isEnd: boolean}[] = [];
  const told: ModelEvent[][] = agents.map(() => []);
  const isOut = (model: string | null): boolean =>
    outages.some(each => each.model === model && clock.now() >= each.fromMs && clock.now() < each.fromMs + each.forMs);

  async function run({model: name, startMs, latencyMs, steps, abortMs}: SimulatedAgent, agent: number) {
    const abort = new AbortController();
    const stop = new AbortController();
    if (abortMs !== null) void clock.sleep(abortMs, stop.signal).then(() => abort.abort(), ignore);
    let joined = startMs;
    let toldUntil = 0;
    const info = {...createScriptedModel([]).info, id: name};
    const server: Model = {
      info,
      async *stream(_, signal) {
        const attempt: Attempt = {
          ...{agent, model: name, joined, toldUntil},
          ...{sent: clock.now(), outcome: 'on its way'},
        };
        attempts.push(attempt);
        happenings.push({attempt, isEnd: false});
        const end = (outcome: Attempt['outcome']): void => {
          attempt.outcome = outcome;
          happenings.push({attempt, isEnd: true});
          joined = clock.now();
        };
        await clock.sleep(latencyMs, signal).catch(error => {
          end('aborted');
          throw error;
        });
        if (isOut(null)) {
          end('disconnected');
          throw new ProviderError('no connection', {kind: 'network'});
        }
        if (isOut(name)) {
          end('refused');
          throw new ProviderError(`${name} is overloaded`, {kind: 'overloaded', status: 529});
        }
        end('answered');
        yield* toEvents({text: 'done'}, name);
      },
    };
    const model = retrying(server, {gate, clock, random, policy: {maxAttempts}});
    try {
      await clock.sleep(startMs, abort.signal);
      for (let step = 0; step < steps; step += 1) {
        joined = clock.now();
        for await (const event of model.stream(aRequest(), abort.signal)) {
          if (event.type === 'retry_scheduled' || event.type === 'request_held')
            toldUntil = clock.now() + event.delayMs;
          told[agent]?.push(event);
        }
      }
      return {how: 'done', atMs: clock.now()} as const;
    } catch (error) {
      if (error instanceof Interrupted) return {how: 'aborted', atMs: clock.now()} as const;
      if (error instanceof ProviderError) return {how: error, atMs: clock.now()} as const;
      throw error;
    } finally {
      stop.abort();
    }
  }

  let isDone = false;
  const all = Promise.all(agents.map(run)).finally(() => {
    isDone = true;
  });
  all.catch(ignore);
  while (!isDone) if (!(await clock.step()) && !isDone) throw new Error('everybody waits, and nobody for a moment');
  return {attempts, happenings, ends: await all, told, sleepers: clock.sleepers};
}

const ignore = (): void => {};
