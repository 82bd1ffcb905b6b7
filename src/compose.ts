/**
 * The only place that constructs concrete things, with the folder beside it, each when it is first needed: settings, a model behind
 * its gate, files, processes, tools, permissions, the system prompt, and the session over them.
 */

import {tmpdir} from 'node:os';
import {chooseModel} from './compose/chosen-model.js';
import {clock} from './compose/clock.js';
import {chooseCompaction} from './compose/compaction.js';
import {toSession} from './compose/facade.js';
import {openFileChanges} from './compose/file-changes.js';
import {type Ground, openGround} from './compose/ground.js';
import {openKeeping} from './compose/keeping.js';
import {openMemory} from './compose/memory.js';
import {createOffer} from './compose/offer.js';
import {openMarks} from './compose/seen-files.js';
import {watchWithTelemetry} from './compose/telemetry.js';
import type {Resumed} from './core/recall.js';
import {createSession as createCoreSession} from './core/session.js';
import {worktreeNames, worktreesFolder} from './files/worktrees-folder.js';
import {openHooks} from './hooks/open.js';
import type {SessionHooksOptions} from './hooks/session-hooks.js';
import {withModeNotes} from './permissions/mode.js';
import {createPermissions, type PermissionOptions} from './permissions/permissions.js';
import {atExit} from './platform/at-exit.js';
import {agentHome} from './platform/home.js';
import {newId} from './platform/ids.js';
import {createProcesses, type Processes} from './platform/processes.js';
import {gatherFacts} from './prompt/facts.js';
import {agentPrompt, systemPrompt} from './prompt/system.js';
import {toCommands} from './sandbox/commands.js';
import {openSandbox, type SandboxWish} from './sandbox/open.js';
import type {Session, SessionOptions} from './session.js';
import {freeTools, facts as toolFacts} from './tools/facts.js';

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
  const {interactive = false, systemPrompt: override} = options;
  const ground = await openGround(options);
  const {cwd, env, childEnv, settings, known} = ground;
  const limits = {...settings.agents, ...options.agentLimits};
  const compaction = chooseCompaction(settings.compaction, options.compaction);
  const permissions = createPermissions({
    ...asked(options, ground),
    own: () => [processes.ownFolder() ?? [], opened.sandbox?.ownFolders() ?? []].flat(),
    tell: event => core.tell(event),
  });
  const denied = permissions.rules.deniedTools();
  const {allowPrivate = false} = settings;
  const offer = createOffer({
    known,
    tools: options.tools ?? [],
    types: ground.types,
    limits,
    denied,
    allowPrivate,
    interactive,
  });
  const keeping = await openKeeping(options, ground, text => core.tell({type: 'notice', level: 'warning', text}));
  const {sessionId: id} = keeping;
  const found = keeping.kept && withOwnWords(keeping.kept, options);
  const chosen = await chooseModel(withKept(options, found), ground).catch(async error => {
    // Whoever tries again with another is not to find the conversation taken.
    await keeping.close();
    throw error;
  });
  const {model, effort, fallbacks, openBeside} = chosen;
  const kept = found && (await (await import('./compose/resuming.js')).withModels(found, model, openBeside));

  const judge = keeping.hide(options.permissions ?? permissions);
  const memory = openMemory({
    found: ground.memory,
    isWanted: options.memoryFiles ?? settings.memoryFiles ?? true,
    root: ground.projectFolder,
    imports: settings.imports,
    env,
    hides: path => judge.hides?.(path) ?? false,
    kept: kept?.root ?? null,
  });

  // A person sees the screen before there is anything to request: what only requests need is loaded once it stands.
  const ready = interactive ? new Promise<void>(resolve => setImmediate(resolve)) : Promise.resolve();
  const facts = ready.then(() => gatherFacts({cwd, env, append: options.appendSystemPrompt, memory: memory.part}));
  const processes = createProcesses({runId: id, env: childEnv, tempFolder: tmpdir()});
  const changes = openFileChanges({
    folder: keeping.filesFolder,
    cwd,
    root: ground.projectFolder,
    without: [worktreesFolder(ground.projectFolder), ...[agentHome(env)].filter(home => home !== null)],
    kept: kept?.root ?? null,
    marks: openMarks(keeping.store, kept),
    mayChange: permissions.mayChange,
  });
  const hooks = await openHooks({
    ...listening(options, ground),
    facts: {
      sessionId: id,
      transcriptOf: keeping.pathOf,
      isResumed: kept !== null,
      root: cwd,
      projectFolder: ground.projectFolder,
      model: () => core.model.info.id,
      effort: () => core.effort,
      mode: permissions.mode.get,
    },
    filter: changes.watchingHooks(processes.filter),
    tell: (event, owner) => core.tell(event, owner),
  });
  const opened = await openSandbox({...walled(options, ground, processes), runId: id, fence: permissions.fence});
  const core = createCoreSession({
    id,
    model,
    fallbacks,
    compaction,
    effort,
    system: facts.then(each =>
      systemPrompt({
        ...each,
        model: model.info.name,
        mayStart: offer.mayStart(),
        ...(override !== undefined && {override}),
      }),
    ),
    tools: ready.then(() => offer.tools(opened.sandbox)),
    place: {root: cwd, cwd: kept?.root.turn?.cwd ?? cwd},
    store: changes.following(keeping.store),
    kept,
    files: changes.files,
    commands: changes.watching(toCommands(processes, opened.sandbox)),
    hooks: withModeNotes(hooks, permissions.mode),
    instructions: memory.instructions,
    permissions: judge,
    clock,
    budget: options.maxBudgetUsd === undefined ? {} : {usd: options.maxBudgetUsd},
    limits,
    maxSteps: options.maxTurns ?? null,
    types: offer.types,
    openModel: openBeside,
    systemFor: async (type, {info}) =>
      agentPrompt({...(await facts), model: info.name, mayStart: offer.mayStart(type)}, offer.roleOf(type)),
    newId,
    async isolate(place, kind) {
      if (!interactive) void clearAway(ground.projectFolder);
      return (await import('./files/worktrees.js')).openWorktree(place, kind);
    },
  });
  processes.onChange((owner, live) => {
    if (live === 0) opened.sandbox?.ended(owner);
    core.tell({type: 'commands_changed', live}, owner);
  });
  const telemetry = watchWithTelemetry({core, env, ready, isOwnModel: typeof options.model === 'object'});
  const cancelAtExit = atExit(processes.killAll);
  hooks?.follow(core);
  if (hooks && interactive) void ready.then(hooks.begin);
  if (interactive) void ready.then(() => clearAway(ground.projectFolder));
  return toSession({
    core,
    ground,
    memory,
    keeping,
    offer,
    chosen,
    permissions,
    hooks,
    processes,
    changes,
    opened,
    telemetry,
    cancelAtExit,
  });
}

/** Whoever says what the agent is told means it, and not what it was told before. */
function withOwnWords(kept: Resumed, {systemPrompt, appendSystemPrompt}: SessionOptions): Resumed {
  if (systemPrompt === undefined && appendSystemPrompt === undefined) return kept;
  return {...kept, root: {...kept.root, beginning: null}};
}

/** What was chosen for a conversation stays chosen, unless it is chosen anew. */
function withKept(options: SessionOptions, kept: Resumed | null): SessionOptions {
  if (!kept?.root.turn) return options;
  const {model, effort} = kept.root.turn;
  const {model: asked = model} = options;
  return {...options, model: asked, ...(options.effort === undefined && effort !== null && {effort})};
}

/** What the options and the settings ask of permissions. */
function asked(
  options: SessionOptions,
  {cwd, outer, childEnv, settings, known, types}: Ground,
): Omit<PermissionOptions, 'own' | 'tell'> {
  return {
    cwd,
    env: childEnv,
    settings,
    mode: options.skipPermissions ? 'bypassPermissions' : (options.permissionMode ?? null),
    allowed: options.allowedTools ?? [],
    disallowed: options.disallowedTools ?? [],
    tools: known.map(tool =>
      tool.name === toolFacts.agent.name ? {...tool, kinds: types.map(({name}) => name)} : tool,
    ),
    free: freeTools,
    asker: options.interactive ? 'person' : 'nobody',
    trust: async texts => (await import('./settings/own-rules.js')).trustOwnRules(texts, {cwd, env: outer}),
  };
}

/** Worktrees of agents that a program left behind which is gone. */
async function clearAway(project: string): Promise<void> {
  if (worktreeNames(project).length > 0) await (await import('./files/worktrees.js')).pruneWorktrees(project);
}

/** Which hooks there are, and for whom. */
function listening(
  options: SessionOptions,
  {settings, known}: Ground,
): Omit<SessionHooksOptions, 'facts' | 'filter' | 'tell'> {
  return {
    settings: settings.hooks,
    given: options.hooks ?? {},
    clock,
    interactive: options.interactive ?? false,
    aliasesOf: tool => known.find(({name}) => name === tool)?.aliases ?? [],
    newId,
  };
}

/** What the options and the settings ask of a sandbox. */
function walled(options: SessionOptions, ground: Ground, processes: Processes): Omit<SandboxWish, 'runId' | 'fence'> {
  const {cwd, projectFolder, env, childEnv, settings} = ground;
  return {
    settings: settings.sandbox,
    isAsked: options.sandbox ?? false,
    cwd,
    projectFolder,
    additionalDirectories: settings.additionalDirectories,
    env,
    childEnv,
    tempFolder: tmpdir(),
    folders: processes.openFolders,
    ripgrep: async path => (await import('./tools/ripgrep.js')).findRipgrep(path),
  };
}
