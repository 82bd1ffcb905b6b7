/**
 * Settings from files: the user's (`AGENT_HOME`, by default `~/.agent`), the project's, and the project's local ones,
 * each over the one before. A broken file is never half obeyed: it is named with line and column, and nothing starts.
 *
 * A project can choose a model, an effort and limits for agents. It can never say where requests go or which key they carry.
 */
import {join} from 'node:path';
import type {Environment} from '../platform/environment.js';
import {findRepository} from '../platform/git.js';
import {agentHome} from '../platform/home.js';
import {readTextFile} from '../platform/text-file.js';
import {type Place, parseJson} from './json.js';
import type {Settings} from './schema.js';
import type {LoadedSettings} from './settings.js';

/** `fault` is one line for a person: which file, where in it, what is wrong, what to do. */
export type SettingsOutcome =
  | {readonly ok: true; readonly settings: LoadedSettings}
  | {readonly ok: false; readonly fault: string};

export interface SettingsOptions {
  readonly cwd: string;
  readonly env: Environment;
}

function settingsFiles({cwd, env}: SettingsOptions): readonly string[] {
  const home = agentHome(env);
  const project = join(findRepository(cwd)?.root ?? cwd, '.agent');
  const files = [
    ...(home === null ? [] : [join(home, 'settings.json')]),
    join(project, 'settings.json'),
    join(project, 'settings.local.json'),
  ];
  return [...new Set(files)];
}

const absent = new Set(['ENOENT', 'ENOTDIR']);

/** The file's text, null if there is none; a fault if it is there and cannot be read. */
async function readIfThere(path: string): Promise<{readonly text: string | null} | {readonly fault: string}> {
  const file = await readTextFile(path);
  if ('text' in file) return file;
  if (absent.has(file.code ?? '')) return {text: null};
  return {fault: `The settings file ${path} cannot be used: ${file.problem}. Make it a readable file, or remove it.`};
}

type Parsed = {readonly ok: true; readonly settings: Settings} | {readonly ok: false; readonly fault: string};

/** What is so without any file. */
const withoutFiles: LoadedSettings = {
  env: {},
  ownEnv: {},
  mode: null,
  mayBypass: true,
  additionalDirectories: [],
  rules: [],
  hooks: [],
  statusLine: null,
  sandbox: null,
  warnings: [],
  withheld: [],
};

const faultAt = (path: string, {line, column}: Place, problem: string): Parsed => ({
  ok: false,
  fault: `The settings file ${path}:${line}:${column} is broken: ${problem}. Mend that line, or remove the file.`,
});

async function parseSettings(path: string, text: string): Promise<Parsed> {
  const parsed = parseJson(text);
  if (!parsed.ok) return faultAt(path, parsed.place, parsed.message);
  const {checkSettings} = await import('./schema.js');
  const checked = checkSettings(parsed.value);
  return checked.ok ? checked : faultAt(path, parsed.placeOf(checked.path), checked.problem);
}

function merge(earlier: Settings, later: Settings): Settings {
  const agents = {...earlier.agents, ...later.agents};
  return {...earlier, ...later, ...(Object.keys(agents).length > 0 && {agents})};
}

/** Reads all settings files that are there; the later ones win key by key. */
export async function loadSettings(options: SettingsOptions): Promise<SettingsOutcome> {
  const files = settingsFiles(options);
  const contents = await Promise.all(files.map(readIfThere));
  let settings: Settings = {};
  for (const [at, content] of contents.entries()) {
    if ('fault' in content) return {ok: false, fault: content.fault};
    if (content.text === null) continue;
    const outcome = await parseSettings(files[at] ?? '', content.text);
    if (!outcome.ok) return outcome;
    settings = merge(settings, outcome.settings);
  }
  return {ok: true, settings: {...withoutFiles, ...settings}};
}
