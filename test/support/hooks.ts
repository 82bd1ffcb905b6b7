/**
 * A session with hooks as real commands of /bin/sh in a real folder, over the scripted model: what the tests of hooks run.
 */
import {existsSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {onTestFinished} from 'vitest';
import type {HookInput, HookOutcome, Hooks} from '../../src/core/policy.js';
import type {AgentEvent} from '../../src/core/types.js';
import {createSessionHooks, type SessionHooks, type SessionHooksOptions} from '../../src/hooks/session-hooks.js';
import type {HookSetting} from '../../src/settings/settings.js';
import {realClock} from './clock.js';
import {createOwnProcesses, type OwnProcesses} from './processes.js';

export type HookRow = Pick<HookSetting, 'event' | 'command'> & Partial<HookSetting>;

const toSetting = (row: HookRow): HookSetting => ({
  matcher: null,
  timeoutMs: null,
  onFailure: 'allow',
  source: {origin: 'user', path: '/home/me/settings.json', base: '/home/me'},
  ...row,
});

export interface HookScene extends SessionHooksOptions {
  readonly hooks: SessionHooks;
  readonly processes: OwnProcesses;
  readonly folder: string;
  /** What was told, in its order, with whom it is about. */
  readonly told: (AgentEvent & {readonly about: string})[];
  /** A file of the folder; empty if there is none. */
  read(name: string): string;
}

export type SceneOptions = Partial<Omit<SessionHooksOptions, 'settings'>>;

/** Of hooks that work in a folder of their own, with processes of their own. */
export function toSessionHooksOptions(
  rows: readonly HookRow[],
  options: SceneOptions = {},
  {folder, filter}: Pick<OwnProcesses, 'folder' | 'filter'> = createOwnProcesses(),
): SessionHooksOptions {
  let ids = 0;
  return {
    settings: rows.map(toSetting),
    given: {},
    facts: {
      sessionId: 'session-1',
      transcriptOf: () => null,
      isResumed: false,
      root: folder,
      projectFolder: folder,
      model: () => 'scripted',
      effort: () => 'high',
      mode: () => 'default',
    },
    filter,
    clock: realClock,
    interactive: false,
    aliasesOf: tool => (tool === 'Agent' ? ['Task'] : []),
    tell: () => {},
    newId: () => `h${++ids}`,
    ...options,
  };
}

/** Hooks without a session: what a test runs them with is up to it. */
export function openHooks(rows: readonly HookRow[], options: SceneOptions = {}): HookScene {
  const processes = createOwnProcesses();
  const {folder} = processes;
  const told: HookScene['told'] = [];
  const tell = (event: AgentEvent, about: string): void => void told.push({...event, about});
  const all = toSessionHooksOptions(rows, {tell, ...options}, processes);
  const hooks = createSessionHooks(all);
  onTestFinished(() => hooks.end('other'));
  const read = (name: string): string => {
    const path = join(folder, name);
    return existsSync(path) ? readFileSync(path, 'utf8') : '';
  };
  return {...all, hooks, processes, folder, told, read};
}

type Point = HookInput extends infer Each
  ? Each extends HookInput
    ? Omit<Each, 'agentId' | 'kind' | 'mode' | 'cwd'>
    : never
  : never;

export const bashCall = (command: string) => ({
  callId: 'call_1',
  tool: 'Bash',
  title: command,
  input: {command},
});

/** Hears the hooks at a point of the root's run, or of another's. */
export function hear(
  {hooks, folder}: {readonly hooks: Hooks; readonly folder: string},
  point: Point,
  {agentId = 'main', kind = 'main', cwd = folder, signal = new AbortController().signal} = {},
): Promise<HookOutcome> {
  return hooks.run({...point, agentId, kind, cwd, mode: null} as HookInput, signal);
}

export const warnings = ({told}: HookScene): readonly string[] =>
  told.flatMap(event => (event.type === 'notice' ? [event.text] : []));
