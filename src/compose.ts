/**
 * The only place that constructs concrete things, each when it is first needed: settings, a model behind its gate,
 * files, processes, tools, permissions, the system prompt, and the session over them.
 */
import {realpathSync, statSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {loadAgentTypes} from './agents/agents.js';
import type {KnownTool} from './agents/definition.js';
import {race} from './core/cancel.js';
import {UsageError} from './core/errors.js';
import {letStart} from './core/limits.js';
import type {Clock, Model, Place, Tool} from './core/ports.js';
import {createSession as createCoreSession} from './core/session.js';
import type {AgentType} from './core/tree.js';
import {createFiles} from './files/files.js';
import {openHooks} from './hooks/open.js';
import {withModeNotes} from './permissions/mode.js';
import {createPermissions} from './permissions/permissions.js';
import {atExit} from './platform/at-exit.js';
import {childEnvironment} from './platform/child-environment.js';
import type {Environment} from './platform/environment.js';
import {projectRoot} from './platform/git.js';
import {newId} from './platform/ids.js';
import {createProcesses} from './platform/processes.js';
import {gatherFacts} from './prompt/facts.js';
import {type AgentRole, agentPrompt, systemPrompt} from './prompt/system.js';
import {findCredential} from './providers/credential.js';
import {checkBudget, checkEffort} from './providers/fit.js';
import {createModels} from './providers/models.js';
import {toCommands} from './sandbox/commands.js';
import {openSandbox} from './sandbox/open.js';
import type {Sandbox} from './sandbox/sandbox.js';
import type {Session, SessionOptions} from './session.js';
import {loadSettings} from './settings/load.js';
import {builtInFacts, freeTools, facts as toolFacts, toolsForPerson, toolsOnAgents} from './tools/facts.js';

/** The model of whoever has a key and names none. */
const defaultModel = 'sonnet';
/** Tries of one request where nobody waits. */
const oneShotAttempts = 10;

/** Node fires a longer timer at once. Whoever wants to wait for longer than 25 days may wake and look. */
const longestTimerMs = 2 ** 31 - 1;

export const clock: Clock = {
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
  const {env: outer = process.env, interactive = false} = options;
  const cwd = checkFolder(options.cwd);
  const known = byName<KnownTool>(builtInFacts, options.tools ?? []);
  const [settings, {types: found, reports}] = await Promise.all([
    settle({...options, cwd, env: outer}),
    loadAgentTypes({cwd, env: outer, tools: known, given: options.agents ?? {}}),
  ]);
  const env = {...outer, ...settings.ownEnv};
  const limits = {...settings.agents, ...options.agentLimits};
  const childEnv = childEnvironment({...outer, ...settings.env}, projectRoot(cwd));
  const permissions = createPermissions({
    cwd,
    env: childEnv,
    settings,
    mode: options.skipPermissions ? 'bypassPermissions' : (options.permissionMode ?? null),
    allowed: options.allowedTools ?? [],
    disallowed: options.disallowedTools ?? [],
    tools: known,
    free: freeTools,
    asker: interactive ? 'person' : 'nobody',
    own: () => [processes.ownFolder() ?? [], sandbox?.ownFolders() ?? []].flat(),
    trust: async texts => (await import('./settings/own-rules.js')).trustOwnRules(texts, {cwd, env: outer}),
    tell: event => core.tell(event),
  });
  const {mode, rules} = permissions;
  const disallowed = [...rules.deniedTools(), ...(interactive ? [] : toolsForPerson)];
  // Only the root talks with the person.
  const types = found.map(type => ({...type, disallowedTools: [...type.disallowedTools, ...toolsForPerson]}));
  const mayStart = letStart(limits) && !disallowed.includes(toolFacts.agent.name);
  // Where none may start, what is told of agents would be paid for with every request, for nothing.
  const hidden = mayStart ? disallowed : [...disallowed, ...toolsOnAgents];
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
  const place: Place = {root: cwd, cwd};
  const id = newId();
  const processes = createProcesses({runId: id, env: childEnv, tempFolder: tmpdir()});
  const hooks = await openHooks({
    settings: settings.hooks,
    given: options.hooks ?? {},
    facts: {
      sessionId: id,
      transcriptPath: null,
      root: cwd,
      projectFolder: projectRoot(cwd),
      model: () => core.model.info.id,
      effort: () => core.effort,
      mode: mode.get,
    },
    filter: processes.filter,
    clock,
    interactive,
    aliasesOf: tool => known.find(({name}) => name === tool)?.aliases ?? [],
    tell: (event, owner) => core.tell(event, owner),
    newId,
  });
  const {sandbox, problem} = await openSandbox({
    settings: settings.sandbox,
    isAsked: options.sandbox ?? false,
    cwd,
    projectFolder: projectRoot(cwd),
    additionalDirectories: settings.additionalDirectories,
    env,
    childEnv,
    runId: id,
    tempFolder: tmpdir(),
    folders: processes.openFolders,
    fence: permissions.fence,
    ripgrep: async path => (await import('./tools/ripgrep.js')).findRipgrep(path),
  });
  const tools = ready.then(() => loadTools({types, sandbox}, options.tools ?? [], hidden));
  const core = createCoreSession({
    id,
    model,
    effort,
    system: facts.then(each => systemPrompt({...each, model: model.info.name, mayStart, ...override(options)})),
    tools,
    place,
    files: createFiles(),
    commands: toCommands(processes, sandbox),
    hooks: withModeNotes(hooks, mode),
    permissions: options.permissions ?? permissions,
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
  processes.onChange((owner, live) => {
    if (live === 0) sandbox?.ended(owner);
    core.tell({type: 'commands_changed', live}, owner);
  });
  const cancelAtExit = atExit(processes.killAll);
  hooks?.follow(core);
  if (hooks && interactive) void ready.then(hooks.begin);

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
    tools: known.flatMap(({name}) => (hidden.includes(name) ? [] : [name])),
    agentTypes: mayStart ? types.map(({name}) => name) : [],
    warnings: [
      ...(problem ? [problem] : []),
      ...settings.warnings,
      ...rules.warnings,
      ...reports,
      ...(hooks?.warnings ?? []),
    ],
    hooks: hooks?.listings ?? [],
    withheld: settings.withheld,
    env,
    async setModel(name) {
      const next = await models.open(name);
      checkBudget(options.maxBudgetUsd, next.info);
      opened = next;
      core.setModel(next);
    },
    answer: permissions.answer,
    get mode() {
      return mode.get();
    },
    modes: mode.cycle,
    setMode: mode.set,
    rules: rules.list,
    addRule: rules.add,
    removeRule: rules.remove,
    clear() {
      if (!core.isRunning) {
        hooks?.clear();
        mode.forget();
      }
      return core.clear();
    },
    async close(reason = 'other') {
      const left = processes.live('main');
      if (left > 0) core.tell({type: 'notice', level: 'warning', text: stoppedText(left)});
      await core.close();
      await rules.saved();
      await hooks?.end(reason);
      await processes.close();
      await sandbox?.close();
      cancelAtExit();
    },
  };
}

const stoppedText = (count: number): string =>
  `Stopped ${count === 1 ? 'a command that was' : `${count} commands that were`} left running.`;

async function settle(options: SessionOptions & {readonly cwd: string; readonly env: Environment}) {
  const {settings: given, settingSources: sources} = options;
  const loaded = await loadSettings({...options, given, sources});
  if (loaded.ok) return loaded.settings;
  throw new UsageError(loaded.fault);
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

async function loadTools(
  {types, sandbox}: {readonly types: readonly AgentType[]; readonly sandbox: Sandbox | null},
  own: readonly Tool[],
  disallowed: readonly string[],
): Promise<readonly Tool[]> {
  const {createBuiltInTools} = await import('./tools/built-in.js');
  return byName(createBuiltInTools(types, sandbox), own).filter(({name}) => !disallowed.includes(name));
}

/** A tool of the caller's takes the place of a built-in one of its name. */
const byName = <Named extends {readonly name: string}>(builtIn: readonly Named[], own: readonly Named[]): Named[] => [
  ...new Map([...builtIn, ...own].map(tool => [tool.name, tool])).values(),
];
