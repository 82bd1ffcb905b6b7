/**
 * What a session stands on before anything is made of it: the folder, the environment, the settings, the tools that there are by
 * name, and the types of agents that files describe.
 */
import {realpathSync, statSync} from 'node:fs';
import {isAbsolute} from 'node:path';
import {loadAgentTypes} from '../agents/agents.js';
import type {KnownTool} from '../agents/definition.js';
import {UsageError} from '../core/errors.js';
import type {AgentType} from '../core/tree.js';
import {isCallName} from '../core/wire-block.js';
import {childEnvironment} from '../platform/child-environment.js';
import type {Environment} from '../platform/environment.js';
import {projectRoot} from '../platform/git.js';
import type {SessionOptions} from '../session.js';
import {loadSettings, type SettingsOptions} from '../settings/load.js';
import type {LoadedSettings} from '../settings/settings.js';
import {builtInFacts} from '../tools/facts.js';
import {type FoundMemory, lookForMemory} from './memory.js';
import {byName} from './offer.js';

export interface Ground {
  /** An absolute path without links. */
  readonly cwd: string;
  readonly projectFolder: string;
  /** As it was given. */
  readonly outer: Environment;
  /** With the variables of the person's settings. */
  readonly env: Environment;
  /** What commands get. */
  readonly childEnv: Environment;
  readonly settings: LoadedSettings;
  readonly known: readonly KnownTool[];
  readonly types: readonly AgentType[];
  readonly memory: FoundMemory;
  /** What is wrong with files of types and of instructions. */
  readonly reports: readonly string[];
}

/** Throws `UsageError` where the folder, the settings or a tool's name are none to work with. */
export async function openGround(options: SessionOptions): Promise<Ground> {
  const {env: outer = process.env} = options;
  checkHome(outer);
  const cwd = checkFolder(options.cwd);
  const projectFolder = projectRoot(cwd);
  const known = byName<KnownTool>(builtInFacts, checkNames(options.tools ?? []));
  const memory = await lookForMemory(options, {cwd, root: projectFolder, env: outer});
  const [settings, {types, reports}] = await Promise.all([
    settle({...options, cwd, env: outer, imports: memory.first?.outside ?? []}),
    loadAgentTypes({cwd, env: outer, tools: known, given: options.agents ?? {}}),
  ]);
  const env = {...outer, ...settings.ownEnv};
  const childEnv = childEnvironment({env: outer, given: settings.env, folder: projectFolder});
  return {
    cwd,
    projectFolder,
    outer,
    env,
    childEnv,
    settings,
    known,
    types,
    memory,
    reports: [...reports, ...(memory.first?.reports ?? [])],
  };
}

async function settle(options: SessionOptions & Pick<SettingsOptions, 'cwd' | 'env' | 'imports'>) {
  const {settings: given, settingSources: sources} = options;
  const loaded = await loadSettings({...options, given, sources});
  if (loaded.ok) return loaded.settings;
  throw new UsageError(loaded.fault);
}

function checkNames<Named extends {readonly name: string}>(tools: readonly Named[]): readonly Named[] {
  for (const {name} of tools) {
    if (isCallName(name)) continue;
    const bounds = 'the API takes letters, digits, _ and -, 128 of them at most';
    throw new UsageError(`A tool cannot have the name ${JSON.stringify(name)}: ${bounds}. Give it another.`);
  }
  return tools;
}

/** It would mean another place in every folder, and nothing of the person's would be found, or kept, in most. */
function checkHome({AGENT_HOME: home = ''}: Environment): void {
  if (home === '' || isAbsolute(home)) return;
  throw new UsageError(`AGENT_HOME is ${JSON.stringify(home)}, which is no absolute path. Give one, or unset it.`);
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
