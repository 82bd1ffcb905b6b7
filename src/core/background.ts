/**
 * The commands of a session that go on beside the calls that started them. Each belongs to its agent: it ends with that, and its
 * end comes as mail.
 */
import {createScope, interruption, race, type Scope, whenAborted} from './cancel.js';
import {endText, stateOf} from './command-end.js';
import type {CommandOutcome, RunningCommand} from './commands.js';
import type {Clock} from './ports.js';
import type {Registry} from './registry.js';
import type {BackgroundCommand, CallTasks, CommandStart} from './tasks.js';
import type {AgentEvent, AgentId} from './types.js';

/** Whose call it is, and which. */
export interface TaskCall {
  readonly agentId: AgentId;
  readonly callId: string;
  /** The agent's. */
  readonly scope: Scope;
  readonly signal: AbortSignal;
  tell(event: AgentEvent): void;
}

export interface Background {
  tasksFor(call: TaskCall): CallTasks;
  /** The commands that calls of the agent wait for go on beside them. False if there is none. */
  move(agentId: AgentId): boolean;
  /** Ends those of the agent, or of these calls of it alone; it hears nothing more of them. */
  endAll(agentId: AgentId, calls?: ReadonlySet<string>): Promise<void>;
  /** Ends all; a conversation that is gone on with later hears of it. */
  close(): Promise<void>;
}

export interface BackgroundMeans {
  readonly registry: Pick<Registry, 'publish' | 'post'>;
  readonly clock: Clock;
  newId(): string;
}

interface Task {
  readonly agentId: AgentId;
  readonly callId: string;
  readonly scope: Scope;
  readonly ended: Promise<void>;
  readonly end: () => void;
  about: BackgroundCommand;
  running: RunningCommand;
  /** Its end is no news. */
  isSilent: boolean;
}

/** Commands whose output can still be asked for. */
const maxKept = 50;

export function createBackground({registry, clock, newId}: BackgroundMeans): Background {
  const tasks = new Map<string, Task>();
  /** What moves the commands that calls wait for, by agent. */
  const movers = new Map<AgentId, Set<() => void>>();

  function add(call: TaskCall, {command, description}: CommandStart, running: RunningCommand, scope: Scope): Task {
    const {agentId, callId, tell} = call;
    const id = `b-${newId().slice(0, 8)}`;
    const path = running.release();
    let end = (): void => {};
    const ended = new Promise<void>(resolve => {
      end = resolve;
    });
    const about = {id, command, description, path, state: 'running', exitCode: null} as const;
    const task: Task = {agentId, callId, scope, ended, end, about, running, isSilent: false};
    tasks.set(id, task);
    for (const [old, {about}] of tasks) if (tasks.size > maxKept && about.state !== 'running') tasks.delete(old);
    tell({type: 'command_moved', taskId: id, callId, command, description, path});
    return task;
  }

  function finish(task: Task, state: 'done' | 'failed' | 'stopped', exitCode: number | null): void {
    const {agentId, isSilent} = task;
    const {id, command} = task.about;
    task.about = {...task.about, state, exitCode};
    task.end();
    registry.publish(agentId, {type: 'command_ended', taskId: id, command, state, exitCode});
    if (!isSilent) tellEnd(task, state, exitCode);
  }

  function tellEnd({agentId, about}: Task, state: BackgroundCommand['state'], exitCode: number | null): void {
    const text = endText({...about, state, exitCode});
    registry.post({from: agentId, to: agentId, kind: 'command_ended', text, wake: true});
  }

  function start(call: TaskCall, wanted: CommandStart): Promise<CommandOutcome | BackgroundCommand> {
    const {signal} = call;
    const scope = call.scope.child();
    const waiting = movers.get(call.agentId) ?? new Set<() => void>();
    movers.set(call.agentId, waiting);
    const leave = whenAborted(signal, () => scope.abort(interruption(signal)));
    return new Promise((resolve, reject) => {
      let task: Task | null = null;
      let move = (): void => {};
      const forget = (): void => {
        leave();
        waiting.delete(move);
      };
      const onStart = (running: RunningCommand): void => {
        if (task) {
          // A shell that was lost before it began leaves the command to another.
          task.running = running;
          task.about = {...task.about, path: running.release()};
          return;
        }
        waiting.delete(move);
        move = () => {
          forget();
          task = add(call, wanted, running, scope);
          resolve(task.about);
        };
        if (wanted.isBackground) move();
        else waiting.add(move);
      };
      wanted
        .run({signal: scope.signal, onStart})
        .finally(() => {
          forget();
          scope.close();
        })
        .then(
          outcome => (task ? finish(task, stateOf(outcome), outcome.exitCode) : resolve(outcome)),
          error => (task ? finish(task, 'failed', null) : reject(error)),
        );
    });
  }

  async function endTask(task: Task): Promise<void> {
    task.isSilent = true;
    task.scope.abort();
    await task.ended;
  }

  async function wait(awaited: readonly Task[], timeoutMs: number, signal: AbortSignal): Promise<void> {
    const patience = createScope();
    const over = clock.sleep(timeoutMs, patience.signal).catch(() => {});
    try {
      await race(Promise.race([Promise.all(awaited.map(({ended}) => ended)), over]), signal);
    } finally {
      patience.abort();
    }
  }

  function tasksFor(call: TaskCall): CallTasks {
    const own = (id: string): Task | undefined => {
      const task = tasks.get(id);
      return task?.agentId === call.agentId ? task : undefined;
    };
    return {
      start: wanted => start(call, wanted),
      find: id => own(id)?.about ?? null,
      output: id => own(id)?.running.output() ?? '',
      async stop(id) {
        const task = own(id);
        if (task) await endTask(task);
      },
      wait: (ids, {timeoutMs, signal}) =>
        wait(
          ids.flatMap(id => own(id) ?? []),
          timeoutMs,
          signal,
        ),
    };
  }

  return {
    tasksFor,
    move(agentId) {
      const waiting = [...(movers.get(agentId) ?? [])];
      for (const move of waiting) move();
      return waiting.length > 0;
    },
    async endAll(agentId, calls) {
      const own = [...tasks.values()].filter(task => task.agentId === agentId);
      await Promise.all(own.filter(({callId}) => calls?.has(callId) ?? true).map(endTask));
    },
    async close() {
      // At once: nothing is kept any more of what is said once the session is over.
      for (const task of tasks.values()) if (task.about.state === 'running') tellEnd(task, 'stopped', null);
      await Promise.all([...tasks.values()].map(endTask));
    },
  };
}
