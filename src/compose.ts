/**
 * The only place that constructs concrete things, each when it is first needed: settings, a model behind its gate,
 * files, processes, tools, permissions, the system prompt, and the session over them.
 */
import {realpathSync, statSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {loadAgentTypes} from './agents/agents.js';
import type {AgentDefinition, KnownTool} from './agents/definition.js';
import {race} from './core/cancel.js';
import {UsageError} from './core/errors.js';
import {letStart} from './core/limits.js';
import type {Hooks, Permissions, Verdict} from './core/policy.js';
import type {Clock, Commands, Model, ModelInfo, Place, Tool} from './core/ports.js';
import {type Session as CoreSession, createSession as createCoreSession} from './core/session.js';
import {namesOf, toolsByName} from './core/tool-names.js';
import type {AgentType} from './core/tree.js';
import type {Effort} from './core/types.js';
import {createFiles} from './files/files.js';
import {createPermissions} from './permissions/permissions.js';
import {atExit} from './platform/at-exit.js';
import type {Environment} from './platform/environment.js';
import {newId} from './platform/ids.js';
import {createProcesses, type Processes} from './platform/processes.js';
import {gatherFacts} from './prompt/facts.js';
import {type AgentRole, agentPrompt, systemPrompt} from './prompt/system.js';
import {findCredential} from './providers/credential.js';
import {createModels} from './providers/models.js';
import {loadSettings} from './settings/load.js';
import type {AgentLimits} from './settings/settings.js';
import {builtInFacts, freeTools, facts as toolFacts, toolsOnAgents} from './tools/facts.js';

/** What a session is made of. Everything has a default. */
export interface SessionOptions {
  /** The folder to work in; the process's own unless told. */
  readonly cwd?: string;
  /** A model's name or alias (opus, sonnet, haiku, demo), or a model of your own. */
  readonly model?: string | Model;
  readonly effort?: Effort;
  /** Requests a turn may make; no limit unless told. */
  readonly maxTurns?: number;
  readonly maxBudgetUsd?: number;
  /** Types of agents by name, over those of the files. */
  readonly agents?: Readonly<Record<string, AgentDefinition>>;
  /** Over those of the settings: by default depth 3, live 16, children 8, spawnsPerTurn 32; any of 0: no agents. */
  readonly agentLimits?: AgentLimits;
  /** Replaces the system prompt. */
  readonly systemPrompt?: string;
  readonly appendSystemPrompt?: string;
  /** Tools that run without a question. */
  readonly allowedTools?: readonly string[];
  /** Tools the model is not given. */
  readonly disallowedTools?: readonly string[];
  /** Runs every tool without a question. */
  readonly skipPermissions?: boolean;
  /**
   * Whether somebody answers questions (`question_asked`, then `answer`) and waits out an overloaded server. Without,
   * a tool that would ask is refused, and a request is retried ten times at most.
   */
  readonly interactive?: boolean;
  /** Decides instead of the flags above. */
  readonly permissions?: Permissions;
  readonly hooks?: Hooks;
  /** Tools beside the built-in ones; one of the same name replaces it. */
  readonly tools?: readonly Tool[];
  /**
   * Writes what passes between the session and its first model to this file, without headers, keys or environment;
   * `createRecordedModel` replays it.
   */
  readonly recordTo?: string;
  readonly env?: Environment;
}

/** A conversation with an agent in a folder. */
export interface Session extends Omit<CoreSession, 'model' | 'setModel' | 'tell'> {
  readonly model: ModelInfo;
  readonly cwd: string;
  readonly tools: readonly string[];
  /** The types of agents that can be started. */
  readonly agentTypes: readonly string[];
  /** Lines for the person: what is wrong with files that the session does without. */
  readonly warnings: readonly string[];
  /** Changes the model by name. Throws `UsageError` if it cannot be used. */
  setModel(name: string): Promise<void>;
  /** Answers a question. False if none waits under that call. */
  answer(callId: string, verdict: Verdict): boolean;
}

/** The model of whoever has a key and names none. */
const defaultModel = 'sonnet';
/** Tries of one request where nobody waits. */
const oneShotAttempts = 10;

/** Node fires a longer timer at once. Whoever wants to wait for longer than 25 days may wake and look. */
const longestTimerMs = 2 ** 31 - 1;

const clock: Clock = {
  now: () => Date.now(),
  sleep(ms, signal) {
    let timer: NodeJS.Timeout | undefined;
    const slept = new Promise<void>(wake => {
      timer = setTimeout(wake, Math.min(ms, longestTimerMs));
    });
    return race(slept, signal).finally(() => clearTimeout(timer));
  },
};

/**
 * Opens a session. Throws `UsageError` with a line for a person if the options, the settings or the environment do
 * not allow it; nothing has started then.
 *
 * @example
 * const session = await createSession({model: 'sonnet', allowedTools: ['Edit']});
 * for await (const event of session.send('Fix the typo in README.md')) {
 *   if (event.type === 'text_delta' && event.agentId === 'main') process.stdout.write(event.text);
 * }
 * await session.close();
 */
export async function createSession(options: SessionOptions = {}): Promise<Session> {
  const {env = process.env, interactive = false} = options;
  const cwd = checkFolder(options.cwd);
  const {known, allowed, disallowed} = chooseTools(options);
  const [loaded, {types, reports}] = await Promise.all([
    loadSettings({cwd, env}),
    loadAgentTypes({cwd, env, tools: known, given: options.agents ?? {}}),
  ]);
  if (!loaded.ok) throw new UsageError(loaded.fault);
  const {settings} = loaded;
  const limits = {...settings.agents, ...options.agentLimits};
  const mayStart = letStart(limits) && !disallowed.includes(toolFacts.agent.name);
  // Where none may start, what is told of agents would be paid for with every request, for nothing.
  const withheld = mayStart ? disallowed : [...disallowed, ...toolsOnAgents];
  const standard = findCredential(env) ? defaultModel : 'demo';
  const choice = options.model ?? (env.ANTHROPIC_MODEL || (settings.model ?? standard));
  const models = createModels({env, clock, maxAttempts: interactive ? null : oneShotAttempts});
  let opened = await models.open(choice);
  checkBudget(options.maxBudgetUsd, opened.info);
  const model = options.recordTo === undefined ? opened : await record(opened, options.recordTo);
  const effort = checkEffort(options.effort ?? settings.effort ?? null, model.info, options.effort !== undefined);

  // A person sees the screen before there is anything to request: what only requests need is loaded once it stands.
  const ready = interactive ? new Promise<void>(resolve => setImmediate(resolve)) : Promise.resolve();
  const facts = ready.then(() => gatherFacts({cwd, env, append: options.appendSystemPrompt}));
  const tools = ready.then(() => loadTools(types, options.tools ?? [], withheld));
  const place: Place = {root: cwd, cwd};
  const id = newId();
  const processes = createProcesses({runId: id, env, tempFolder: tmpdir()});
  const queue = createPermissions({
    allowed: [...freeTools, ...allowed],
    disallowed: withheld,
    skip: options.skipPermissions ?? false,
    asker: interactive ? 'person' : 'nobody',
  });
  const core = createCoreSession({
    id,
    model,
    effort,
    system: facts.then(each => systemPrompt({...each, model: model.info.name, mayStart, ...override(options)})),
    tools,
    place,
    files: createFiles(),
    commands: toCommands(processes),
    hooks: options.hooks ?? null,
    permissions: options.permissions ?? queue,
    clock,
    budget: options.maxBudgetUsd === undefined ? {} : {usd: options.maxBudgetUsd},
    limits,
    maxSteps: options.maxTurns ?? null,
    types,
    async openModel(name) {
      const next = await models.openBeside(opened, name);
      checkBudget(options.maxBudgetUsd, next.info);
      return next;
    },
    systemFor: async (type, {info}) =>
      agentPrompt(
        {...(await facts), model: info.name, mayStart: mayStart && mayUse(type, toolFacts.agent.name)},
        toRole(type, known),
      ),
    newId,
  });
  processes.onChange((owner, live) => core.tell({type: 'commands_changed', live}, owner));
  const cancelAtExit = atExit(processes.killAll);

  return {
    ...core,
    get model() {
      return core.model.info;
    },
    get effort() {
      return core.effort;
    },
    get history() {
      return core.history;
    },
    get isRunning() {
      return core.isRunning;
    },
    cwd,
    tools: known.flatMap(({name}) => (withheld.includes(name) ? [] : [name])),
    agentTypes: mayStart ? types.map(({name}) => name) : [],
    warnings: reports,
    async setModel(name) {
      const next = await models.open(name);
      checkBudget(options.maxBudgetUsd, next.info);
      opened = next;
      core.setModel(next);
    },
    answer: queue.answer,
    async close() {
      await core.close();
      await processes.close();
      cancelAtExit();
    },
  };
}

async function record(model: Model, file: string): Promise<Model> {
  const {recording} = await import('./providers/recorded.js');
  return recording(model, file);
}

const override = ({systemPrompt: text}: SessionOptions) => (text === undefined ? {} : {override: text});

const mayUse = ({tools, disallowedTools}: AgentType, name: string): boolean =>
  (tools?.includes(name) ?? true) && !disallowedTools.includes(name);

function toRole(type: AgentType, known: readonly KnownTool[]): AgentRole {
  return {prompt: type.prompt, mayChange: known.some(({name, effect}) => effect === 'changes' && mayUse(type, name))};
}

function checkFolder(asked: string | undefined): string {
  let folder = asked;
  try {
    folder ??= process.cwd();
    if (statSync(folder).isDirectory()) return realpathSync(folder);
  } catch {
    // Said below, whatever the reason.
  }
  throw new UsageError(
    `The folder to work in, ${folder ?? 'the current one'}, does not exist. Change to one that does.`,
  );
}

/** Which tools there are, and what the flags say of them, by their names. */
function chooseTools({tools = [], allowedTools = [], disallowedTools = []}: SessionOptions) {
  const known = byName<KnownTool>(builtInFacts, tools);
  const named = toolsByName(known);
  const toName = (asked: string): string => {
    const tool = named.get(asked);
    if (tool) return tool.name;
    throw new UsageError(`There is no tool "${asked}". The tools are: ${namesOf(named).join(', ')}.`);
  };
  return {known, allowed: allowedTools.map(toName), disallowed: disallowedTools.map(toName)};
}

async function loadTools(
  types: readonly AgentType[],
  own: readonly Tool[],
  disallowed: readonly string[],
): Promise<readonly Tool[]> {
  const {createBuiltInTools} = await import('./tools/built-in.js');
  return byName(createBuiltInTools(types), own).filter(({name}) => !disallowed.includes(name));
}

/** A tool of the caller's takes the place of a built-in one of its name. */
const byName = <Named extends {readonly name: string}>(builtIn: readonly Named[], own: readonly Named[]): Named[] => [
  ...new Map([...builtIn, ...own].map(tool => [tool.name, tool])).values(),
];

function checkBudget(maxBudgetUsd: number | undefined, {name, price}: ModelInfo): void {
  if (maxBudgetUsd === undefined || price !== null) return;
  throw new UsageError(
    `The price of "${name}" is not known, and --max-budget-usd needs one. Choose another model, or start without that cap.`,
  );
}

function checkEffort(effort: Effort | null, {name, effortLevels}: ModelInfo, isAsked: boolean): Effort | null {
  if (effort === null || effortLevels.length === 0 || effortLevels.includes(effort)) return effort;
  // A level from the settings is a wish for all models; one that was asked for is meant for this one.
  if (!isAsked) return null;
  throw new UsageError(`${name} knows no effort "${effort}". Its levels are: ${effortLevels.join(', ')}.`);
}

/** The `Commands` port over the program's processes: an agent owns what it started. */
function toCommands(processes: Processes): Commands {
  return {
    shell: (command, {agentId, ...rest}) => processes.shell(command, {owner: agentId, ...rest}),
    exec: (file, args, {agentId, ...rest}) => processes.exec(file, args, {owner: agentId, ...rest}),
    end: agentId => processes.end(agentId),
  };
}
