/** `agent doctor`: what agent finds on this machine and in this folder, and whether its hooks would work. */
import {existsSync, realpathSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {loadAgentTypes} from '../agents/agents.js';
import {clock} from '../compose/clock.js';
import {type CanaryMeans, findProgram, proveHooks, tryHook} from '../hooks/canary.js';
import {createJudge} from '../permissions/judge.js';
import {childEnvironment} from '../platform/child-environment.js';
import type {Environment} from '../platform/environment.js';
import {projectRoot} from '../platform/git.js';
import {agentHome} from '../platform/home.js';
import {newId} from '../platform/ids.js';
import {createProcesses} from '../platform/processes.js';
import {ownPath} from '../platform/search-path.js';
import {findCredential} from '../providers/credential.js';
import {isRoot} from '../sandbox/root.js';
import {findSupport} from '../sandbox/support.js';
import {loadSettings} from '../settings/load.js';
import type {LoadedSettings} from '../settings/settings.js';
import {managedFile, settingSources, settingsPlaces} from '../settings/sources.js';
import {telemetryWish} from '../telemetry/wish.js';
import {builtInFacts, freeTools} from '../tools/facts.js';
import {findRipgrep} from '../tools/ripgrep.js';
import {revealLine} from '../ui/text/reveal.js';
import {exitCodes} from './exit-codes.js';
import {withheldLine} from './withheld.js';

export interface DoctorOptions {
  readonly version: string;
  readonly env: Environment;
  readonly cwd: string;
  /** Whether the person's own hooks are run. */
  readonly runHooks: boolean;
  readonly signal: AbortSignal;
}

/** One line of the report: what was looked at, and what is there. */
interface Finding {
  readonly about: string;
  readonly text: string;
  readonly isFine: boolean;
}

const fine = (about: string, text: string): Finding => ({about, text, isFine: true});
const amiss = (about: string, text: string): Finding => ({about, text, isFine: false});

export async function runDoctor(options: DoctorOptions, print: (line: string) => Promise<void>): Promise<number> {
  let isFine = true;
  for await (const finding of examine(options)) {
    isFine &&= finding.isFine;
    await print(`${finding.isFine ? ' ' : '!'} ${finding.about.padEnd(10)} ${revealLine(finding.text)}\n`);
  }
  return isFine ? exitCodes.done : exitCodes.error;
}

async function* examine(options: DoctorOptions): AsyncGenerator<Finding> {
  const {version, env, cwd} = options;
  yield fine('agent', version);
  yield fine('Node', `${process.version} on ${process.platform} ${process.arch}`);
  const home = agentHome(env);
  yield home === null
    ? amiss('home', 'there is none: HOME is empty. Set AGENT_HOME to a folder of yours.')
    : fine('home', `${home}${existsSync(home) ? '' : ', which is not there yet'}`);
  yield await lookForRipgrep(env, cwd);
  const loaded = await loadSettings({cwd, env});
  if (!loaded.ok) {
    yield amiss('settings', loaded.fault);
    return;
  }
  yield* settingsFindings(loaded.settings, options);
  yield* ownFindings(loaded.settings, options);
  yield await lookForSandbox(loaded.settings, options);
  yield* hookFindings(loaded.settings, options);
}

async function lookForRipgrep(env: Environment, cwd: string): Promise<Finding> {
  try {
    return fine('ripgrep', await findRipgrep(ownPath(env.PATH ?? '', projectRoot(cwd))));
  } catch {
    return amiss('ripgrep', 'there is none, and Grep and Glob need it: install it, or reinstall agent.');
  }
}

async function lookForSandbox({sandbox}: LoadedSettings, {env, cwd}: DoctorOptions): Promise<Finding> {
  const path = ownPath(env.PATH ?? '', projectRoot(cwd));
  const support = await findSupport({platform: process.platform, path, isRoot: isRoot()});
  const isOn = sandbox?.enabled ?? false;
  if (support.ok) return fine('sandbox', isOn ? 'on, and this machine can make it' : 'off; it would work here');
  return isOn
    ? amiss('sandbox', `on, but there is none: ${support.reason}`)
    : fine('sandbox', `off; ${support.reason}`);
}

function* settingsFindings(settings: LoadedSettings, {cwd, env}: DoctorOptions): Generator<Finding> {
  const places = settingsPlaces({cwd, env, given: null, chosen: settingSources, managedFile});
  const files = places.flatMap(({source: {path}}) => (path !== null && existsSync(path) ? [path] : []));
  if (files.length === 0) yield fine('settings', 'no files, and none is needed');
  for (const file of files) yield fine('settings', file);
  for (const warning of settings.warnings) yield amiss('settings', warning);
  if (settings.withheld.length > 0) yield fine('trust', withheldLine(settings.withheld));
  const credential = findCredential({...env, ...settings.ownEnv});
  yield* telemetryFindings({...env, ...settings.ownEnv});
  yield fine('key', credential ? `from ${credential.source}` : 'none: the offline demo model answers');
}

/** Where it goes, where it goes anywhere. Addresses may hold a key: their host is enough. */
function* telemetryFindings(env: Environment): Generator<Finding> {
  const wish = telemetryWish(env);
  for (const [signal, {url}] of Object.entries(wish?.destinations ?? {}))
    yield fine('telemetry', `${signal} go to ${new URL(url).host}`);
  for (const warning of wish?.warnings ?? []) yield amiss('telemetry', warning);
}

/** What a conversation says when it starts, of rules and of types of agents, each line of it. */
async function* ownFindings(settings: LoadedSettings, options: DoctorOptions): AsyncGenerator<Finding> {
  const {env} = options;
  const cwd = realpathSync(options.cwd);
  const childEnv = childEnvironment({env, given: settings.env, folder: projectRoot(cwd)});
  const {rules} = createJudge({cwd, env: childEnv, settings, tools: builtInFacts, free: freeTools});
  for (const warning of rules.warnings) yield amiss('rules', warning);
  const {reports} = await loadAgentTypes({cwd, env, tools: builtInFacts, given: {}});
  for (const report of reports) yield amiss('agents', report);
}

async function* hookFindings(settings: LoadedSettings, options: DoctorOptions): AsyncGenerator<Finding> {
  const {env, runHooks, signal} = options;
  const cwd = realpathSync(options.cwd);
  const projectFolder = projectRoot(cwd);
  const childEnv = childEnvironment({env, given: settings.env, folder: projectFolder});
  const processes = createProcesses({runId: newId(), env: childEnv, tempFolder: tmpdir()});
  const facts = {
    sessionId: 'canary',
    transcriptOf: () => null,
    isResumed: false,
    root: cwd,
    projectFolder,
    model: () => settings.model ?? 'none',
    effort: () => settings.effort ?? null,
    mode: () => settings.mode ?? 'default',
  };
  const means: CanaryMeans = {facts, filter: processes.filter, clock, newId};
  try {
    const proof = await proveHooks(means, signal);
    yield {...proof, about: 'hooks', text: `a hook of agent's own ${proof.text}`};
    for (const hook of settings.hooks) {
      const trial = await (runHooks ? tryHook : findProgram)(hook, means, signal);
      const name = hook.matcher ? `${hook.event} ${hook.matcher}` : hook.event;
      yield {...trial, about: 'hook', text: `${name}: ${hook.command}: ${trial.text}`};
    }
  } finally {
    await processes.close();
  }
}
